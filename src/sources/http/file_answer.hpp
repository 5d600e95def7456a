// The fields of requests for files, and what the answers say about them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/http_client.hpp"
#include "sources/file_signs.hpp"
#include "sources/gateway.hpp"

namespace sightglass::sources::http {

// A validator is an entity tag as it was sent, or a Last-Modified date. Strong ones stand for the very bytes (RFC 9110,
// 8.8.1), so that a file can be put together from parts of answers.
bool is_strong(std::string_view validator);

// Range and If-Range from `offset` on when it is not 0; If-None-Match or If-Modified-Since with only_if_new.
net::HttpFields conditions(const FetchRequest& request, std::int64_t offset);

// Whether a part is of another file than the one that was begun: some servers do not heed If-Range.
bool is_other_version(const net::HttpFields& fields, std::string_view validator);

// What a later attempt can go on with.
Gateway::Partial partial_of(const net::Arrived& arrived, const FetchRequest& request, std::int64_t offset);

// `wrong_length` when the answer or, where it tells no length, `promised` says otherwise than `length`, which is what
// is there from the file's beginning on.
Remote<void> check_length(const net::HttpAnswer& answer, std::int64_t length, std::optional<std::int64_t> promised);

// Of an answer to HEAD.
FileSigns signs_of(const net::HttpAnswer& answer);

Fetched fetched_of(const net::HttpAnswer& answer, std::int64_t bytes);

}  // namespace sightglass::sources::http
