#include "http/conditional.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/time.hpp"
#include "http/problem.hpp"

namespace sightglass::http {
namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

std::string_view without_weakness(std::string_view etag) { return etag.starts_with("W/") ? etag.substr(2) : etag; }

std::optional<std::int64_t> parse_position(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

bool is_not_modified(const Request& request, const Response& response) {
  const auto etag = response.headers.get("ETag");
  if (request.headers.has("If-None-Match")) return matches_any(request.headers.get("If-None-Match"), etag);
  const auto since = core::parse_http_date(request.headers.get("If-Modified-Since"));
  const auto modified = core::parse_http_date(response.headers.get("Last-Modified"));
  return since && modified && *modified <= *since;
}

// If-Range takes a strong validator or the exact date; a weak one never matches.
bool range_still_applies(const Request& request, const Response& response) {
  if (!request.headers.has("If-Range")) return true;
  const auto validator = request.headers.get("If-Range");
  if (validator.starts_with('"')) return validator == response.headers.get("ETag");
  return !validator.starts_with("W/") && validator == response.headers.get("Last-Modified");
}

// A 304 keeps the validators and what caches need, and none of the body's own headers.
void make_not_modified(Response& response) {
  Headers kept;
  for (const auto name : {"ETag", "Last-Modified", "Cache-Control", "Vary", "Expires"})
    if (response.headers.has(name)) kept.add(name, std::string(response.headers.get(name)));
  response.status = 304;
  response.headers = std::move(kept);
  response.body = std::string{};
}

void cut_body(Response& response, ByteRange range) {
  if (auto* file = std::get_if<FileBody>(&response.body)) {
    file->offset += range.first;
    file->length = range.length;
    return;
  }
  const auto first = static_cast<std::size_t>(range.first);
  const auto length = static_cast<std::size_t>(range.length);
  if (const auto* shared = std::get_if<std::shared_ptr<const std::string>>(&response.body)) {
    std::string part = (*shared)->substr(first, length);
    response.body = std::move(part);
  } else {
    response.body = std::get<std::string>(response.body).substr(first, length);
  }
}

}  // namespace

std::int64_t body_length(const Response& response) {
  if (const auto* file = std::get_if<FileBody>(&response.body)) return file->length;
  if (std::holds_alternative<std::unique_ptr<StreamedBody>>(response.body)) return -1;
  if (const auto* shared = std::get_if<std::shared_ptr<const std::string>>(&response.body))
    return *shared ? static_cast<std::int64_t>((*shared)->size()) : 0;
  return static_cast<std::int64_t>(std::get<std::string>(response.body).size());
}

RangeOutcome parse_range(std::string_view header, std::int64_t length, ByteRange& range) {
  if (!header.starts_with("bytes=")) return RangeOutcome::whole;
  const auto spec = trimmed(header.substr(6));
  const auto dash = spec.find('-');
  if (dash == std::string_view::npos || spec.find(',') != std::string_view::npos) return RangeOutcome::whole;
  const auto last = parse_position(spec.substr(dash + 1));
  if (dash == 0) {
    if (!last) return RangeOutcome::whole;
    if (*last == 0 || length == 0) return RangeOutcome::unsatisfiable;
    range.length = std::min(*last, length);
    range.first = length - range.length;
    return RangeOutcome::part;
  }
  const auto first = parse_position(spec.substr(0, dash));
  if (!first || (!last && dash + 1 < spec.size()) || (last && *last < *first)) return RangeOutcome::whole;
  if (*first >= length) return RangeOutcome::unsatisfiable;
  range.first = *first;
  range.length = std::min(last.value_or(length - 1), length - 1) - *first + 1;
  return RangeOutcome::part;
}

bool matches_any(std::string_view header, std::string_view etag) {
  if (trimmed(header) == "*") return true;
  if (etag.empty()) return false;
  while (!header.empty()) {
    const auto candidate = trimmed(header.substr(0, header.find(',')));
    if (without_weakness(candidate) == without_weakness(etag)) return true;
    const auto comma = header.find(',');
    header = comma == std::string_view::npos ? std::string_view{} : header.substr(comma + 1);
  }
  return false;
}

void apply_conditions(const Request& request, Response& response) {
  const bool reads = request.method == Method::get || request.method == Method::head;
  if (!reads || response.status != 200) return;
  if (!response.headers.has("ETag") && !response.headers.has("Last-Modified")) return;
  if (is_not_modified(request, response)) return make_not_modified(response);
  response.headers.set("Accept-Ranges", "bytes");
  const auto header = request.headers.get("Range");
  if (request.method != Method::get || header.empty() || !range_still_applies(request, response)) return;
  const auto length = body_length(response);
  ByteRange range;
  switch (parse_range(header, length, range)) {
    case RangeOutcome::whole: return;
    case RangeOutcome::unsatisfiable:
      response = protocol_problem(416, "range_not_satisfiable", fmt::format("there are {} bytes in all", length),
                                  ErrorStyle::structured, request.request_id);
      response.headers.add("Content-Range", fmt::format("bytes */{}", length));
      return;
    case RangeOutcome::part:
      response.status = 206;
      response.headers.set("Content-Range",
                           fmt::format("bytes {}-{}/{}", range.first, range.first + range.length - 1, length));
      cut_body(response, range);
      return;
  }
}

}  // namespace sightglass::http
