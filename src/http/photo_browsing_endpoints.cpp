// What a page needs to browse many photos: the listing's segments, and what its filters can be set to.
#include <algorithm>

#include "accounts/caller.hpp"
#include "core/json_writer.hpp"
#include "database/cursor.hpp"
#include "database/photo_segments.hpp"
#include "database/suggestions.hpp"
#include "http/endpoint_support.hpp"
#include "http/photo_query.hpp"

namespace sightglass::http {
namespace {

namespace photo_segments = database::photo_segments;
namespace suggestions = database::suggestions;

constexpr std::int64_t farthest_offset_minutes = 14 * 60;  // Kiribati, the easternmost clock
constexpr std::int32_t most_suggestions = 50;

std::string day_text(std::int64_t day) { return core::to_iso8601(core::Instant{std::chrono::days{day}}).substr(0, 10); }

std::string to_json(const std::vector<photo_segments::Segment>& segments, database::photos::Sort sort) {
  std::int64_t total = 0;
  for (const auto& segment : segments) total += segment.count;
  std::string text;
  text.reserve(segments.size() * 110 + 64);
  core::JsonWriter json(text);
  json.begin_object().member("total", total).key("segments").begin_array();
  for (const auto& segment : segments) {
    json.begin_object().member("day", day_text(segment.day)).member("count", segment.count);
    json.member("ratio", static_cast<double>(segment.ratio) / 1000.0);
    std::optional<std::string> cursor;
    if (segment.after) cursor = database::encode_cursor(sort, *segment.after);
    json.member("cursor", cursor).end_object();
  }
  json.end_array().end_object();
  return text;
}

core::Result<Response> list_segments(const Services& services, const Request& request) {
  QueryReader reader(request);
  auto query = read_photo_filter(reader);
  const auto offset =
      reader.integer("offset_minutes", {.least = -farthest_offset_minutes, .most = farthest_offset_minutes});
  SG_TRY(reader.finish());
  using Segments = std::vector<photo_segments::Segment>;
  SG_ASSIGN(const auto segments, services.database.read([&](database::Session& session) -> core::Result<Segments> {
    SG_ASSIGN(const bool can_match, resolve(session, query));
    if (!can_match) return Segments{};
    return photo_segments::list(session, query.filter, accounts::visibility_of(request.caller),
                                static_cast<std::int32_t>(offset.value_or(0)));
  }));
  return Response::json(200, to_json(segments, query.filter.sort));
}

std::string to_json(const std::vector<suggestions::Suggestion>& found) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().key("results").begin_array();
  for (const auto& one : found)
    json.begin_object().member("value", one.value).member("text", one.text).member("count", one.count).end_object();
  json.end_array().end_object();
  return text;
}

core::Result<Response> list_suggestions(const Services& services, const Request& request) {
  QueryReader reader(request);
  const auto name = reader.choice("key", suggestions::key_names);
  if (!name) reader.refuse("key", "is required");
  const auto text = reader.text("prefix", 100);
  const auto limit = reader.integer("limit", {.least = 1, .most = most_suggestions});
  SG_TRY(reader.finish());
  const auto key = static_cast<suggestions::Key>(std::ranges::find(suggestions::key_names, *name) -
                                                 std::ranges::begin(suggestions::key_names));
  SG_ASSIGN(const auto found, services.database.read([&](database::Session& session) {
    return suggestions::list(session, key, text.value_or(""), accounts::visibility_of(request.caller),
                             static_cast<std::int32_t>(limit.value_or(10)));
  }));
  return Response::json(200, to_json(found));
}

}  // namespace

void add_photo_browsing_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/images/photos/segments",
                   .operation = "listPhotoSegments",
                   .guard = {.check = ObjectCheck::listing},
                   .handle = bound_with_query(services, list_segments)});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/images/photos/suggestions",
                   .operation = "suggestPhotoFilters",
                   .guard = {.check = ObjectCheck::listing},
                   .handle = bound_with_query(services, list_suggestions)});
}

}  // namespace sightglass::http
