// One call of the S3 API, before it is signed.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "net/http_client.hpp"
#include "storage/s3/s3_client.hpp"

namespace sightglass::storage::s3 {

// SHA-256 of no bytes.
inline constexpr std::string_view hash_of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

struct S3Client::Call {
  net::HttpMethod method = net::HttpMethod::get;
  std::string_view key{};    // empty: the bucket itself
  std::string_view doing{};  // a verb, for errors
  NamedTexts query{};
  NamedTexts fields{};  // names in lower case
  net::RequestBody body{};
  std::string payload_hash{hash_of_nothing};
  net::AnswerSink sink = net::IntoMemory{};
  std::chrono::milliseconds more_time{};                // beyond the usual deadline
  bool is_slow_to_answer = false;                       // the server works before it says anything
  std::optional<std::chrono::milliseconds> deadline{};  // instead of the usual one
};

}  // namespace sightglass::storage::s3
