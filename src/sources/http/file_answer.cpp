#include "sources/http/file_answer.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

#include "sources/http/failures.hpp"

namespace sightglass::sources::http {
namespace {

// A file may change twice within a second, or a server's clock be set: dates count as strong from here on (RFC 9110,
// 8.8.2.2, asks for one second; its predecessor for this).
constexpr std::chrono::seconds strong_age{60};

std::optional<std::int64_t> read_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

std::string validator_of(const net::HttpFields& fields) {
  const auto tag = fields.get("ETag");
  return std::string(tag.empty() ? fields.get("Last-Modified") : tag);
}

// Empty unless it is fit for going on.
std::string strong_validator_of(const net::HttpFields& fields) {
  if (const auto tag = fields.get("ETag"); !tag.empty()) return is_strong(tag) ? std::string(tag) : std::string();
  const auto modified_at = core::parse_http_date(fields.get("Last-Modified"));
  const auto said_at = core::parse_http_date(fields.get("Date"));
  if (!modified_at || !said_at || *said_at - *modified_at < strong_age) return {};
  return std::string(fields.get("Last-Modified"));
}

std::optional<std::int64_t> total_of(const net::HttpAnswer& answer) {
  if (answer.status != 206) return read_number(answer.fields.get("Content-Length"));
  const auto part = answer.fields.get("Content-Range");
  return read_number(part.substr(std::min(part.rfind('/'), part.size() - 1) + 1));
}

}  // namespace

bool is_strong(std::string_view validator) {
  return validator.starts_with('"') || core::parse_http_date(validator).has_value();
}

net::HttpFields conditions(const FetchRequest& request, std::int64_t offset) {
  net::HttpFields fields;
  if (offset > 0) {
    fields.add("Range", fmt::format("bytes={}-", offset));
    fields.add("If-Range", request.validator);
  }
  if (!request.only_if_new || request.validator.empty()) return fields;
  const bool is_date = core::parse_http_date(request.validator).has_value();
  fields.add(is_date ? "If-Modified-Since" : "If-None-Match", request.validator);
  return fields;
}

bool is_other_version(const net::HttpFields& fields, std::string_view validator) {
  const auto now = fields.get(validator.starts_with('"') ? "ETag" : "Last-Modified");
  return !now.empty() && now != validator;
}

Gateway::Partial partial_of(const net::Arrived& arrived, const FetchRequest& request, std::int64_t offset) {
  if (arrived.status == 206) return {.bytes = offset + arrived.bytes, .validator = request.validator};
  if (arrived.status == 200) {
    auto validator = strong_validator_of(arrived.fields);
    return {.bytes = validator.empty() ? 0 : arrived.bytes, .validator = std::move(validator)};
  }
  return {.bytes = offset, .validator = offset > 0 ? request.validator : std::string()};
}

Remote<void> check_length(const net::HttpAnswer& answer, std::int64_t length, std::optional<std::int64_t> promised) {
  const bool is_chunked = answer.fields.has("Transfer-Encoding");
  const auto total = total_of(answer);
  const auto expected = total || is_chunked ? total : promised;
  if (!expected || *expected == length) return {};
  return fail(make_failure(Trouble::wrong_length, false,
                           fmt::format("{} bytes came where {} were promised.", length, *expected)));
}

FileSigns signs_of(const net::HttpAnswer& answer) {
  return {.validator = validator_of(answer.fields), .bytes = read_number(answer.fields.get("Content-Length"))};
}

Fetched fetched_of(const net::HttpAnswer& answer, std::int64_t bytes) {
  return {.bytes = bytes,
          .is_unchanged = answer.status == 304,
          .validator = validator_of(answer.fields),
          .media_type = std::string(answer.fields.get("Content-Type")),
          .modified_at = core::parse_http_date(answer.fields.get("Last-Modified")),
          .server_time = core::parse_http_date(answer.fields.get("Date"))};
}

}  // namespace sightglass::sources::http
