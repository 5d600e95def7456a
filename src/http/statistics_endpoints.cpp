// Counts of the photos a caller may see.
#include "core/json_writer.hpp"
#include "database/photos.hpp"
#include "http/endpoint_support.hpp"

namespace sightglass::http {
namespace {

using database::photos::Count;
using database::photos::Statistics;

void write_counts(core::JsonWriter& json, std::string_view name, const std::vector<Count>& counts) {
  json.key(name).begin_object();
  for (const auto& count : counts) json.member(count.name, count.count);
  json.end_object();
}

void write_days(core::JsonWriter& json, const std::vector<Count>& days) {
  json.key("by_day").begin_array();
  for (const auto& day : days) json.begin_object().member("day", day.name).member("count", day.count).end_object();
  json.end_array();
}

std::string to_json(const Statistics& statistics) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("total", statistics.total).member("bytes", statistics.bytes);
  write_counts(json, "by_status", statistics.by_status);
  write_counts(json, "by_source", statistics.by_source);
  write_counts(json, "by_verdict", statistics.by_verdict);
  write_days(json, statistics.by_day);
  json.key("analysis_latency_ms").begin_object().member("p50", statistics.latency_p50);
  json.member("p90", statistics.latency_p90).member("p99", statistics.latency_p99).end_object().end_object();
  return text;
}

core::Result<Response> get_statistics(const Services& services, const Request& request) {
  SG_ASSIGN(const auto statistics, services.database.read([&](database::Session& session) {
    return database::photos::statistics(session, accounts::visibility_of(request.caller));
  }));
  return Response::json(200, to_json(statistics));
}

}  // namespace

void add_statistics_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/images/photos/statistics",
                   .operation = "getPhotoStatistics",
                   .guard = {.check = ObjectCheck::listing},
                   .handle = bound(services, get_statistics)});
}

}  // namespace sightglass::http
