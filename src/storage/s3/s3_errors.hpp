// What is to be told, and whether to try again, when an S3 server does not do as asked.
#pragma once

#include <string_view>

#include "core/error.hpp"
#include "net/http_client.hpp"
#include "storage/s3/s3_options.hpp"

namespace sightglass::storage::s3 {

struct Failure {
  core::Error error{};
  bool may_pass = false;  // the same request may succeed a moment later
};

// `doing` is a verb for the words of the error, `key` the blob's key, empty when it is about the bucket.
Failure failure_of(const net::HttpAnswer& answer, const S3Options& options, std::string_view doing,
                   std::string_view key);
// When no answer came.
Failure failure_of(core::Error error);

}  // namespace sightglass::storage::s3
