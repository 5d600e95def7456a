// Counts of the photos a caller may see.
#include <chrono>
#include <optional>

#include "core/json_writer.hpp"
#include "database/daily_analytics.hpp"
#include "database/photos.hpp"
#include "http/endpoint_support.hpp"

namespace sightglass::http {
namespace {

using database::daily_analytics::DayFigures;
using database::photos::Count;
using database::photos::Statistics;

constexpr std::int32_t most_days = 90;

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

std::optional<double> millis(const std::optional<std::chrono::microseconds>& duration) {
  return duration ? std::optional(static_cast<double>(duration->count()) / 1000.0) : std::nullopt;
}

void write_latencies(core::JsonWriter& json, std::optional<double> p50, std::optional<double> p90,
                     std::optional<double> p99) {
  json.key("analysis_latency_ms").begin_object();
  json.member("p50", p50).member("p90", p90).member("p99", p99).end_object();
}

void write_figures(core::JsonWriter& json, const std::vector<DayFigures>& days) {
  json.key("daily").begin_array();
  for (const auto& day : days) {
    json.begin_object().member("day", core::to_iso8601(day.day).substr(0, 10)).member("photos", day.photos);
    json.member("bytes", day.bytes).member("failed", day.failed).member("analyses", day.analyses);
    write_latencies(json, millis(day.latency_p50), millis(day.latency_p90), millis(day.latency_p99));
    json.end_object();
  }
  json.end_array();
}

std::string to_json(const Statistics& statistics, const std::vector<DayFigures>& days) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("total", statistics.total).member("bytes", statistics.bytes);
  write_counts(json, "by_status", statistics.by_status);
  write_counts(json, "by_source", statistics.by_source);
  write_counts(json, "by_verdict", statistics.by_verdict);
  write_days(json, statistics.by_day);
  write_latencies(json, statistics.latency_p50, statistics.latency_p90, statistics.latency_p99);
  write_figures(json, days);
  json.end_object();
  return text;
}

core::Result<Response> get_statistics(const Services& services, const Request& request) {
  const auto visibility = accounts::visibility_of(request.caller);
  std::vector<DayFigures> days;
  SG_ASSIGN(const auto statistics, services.database.read([&](database::Session& session) -> core::Result<Statistics> {
    // They count everybody's photos, so they are for who sees these.
    if (visibility.sees_all) {
      SG_ASSIGN(days, database::daily_analytics::list(session, most_days));
    }
    return database::photos::statistics(session, visibility);
  }));
  return Response::json(200, to_json(statistics, days));
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
