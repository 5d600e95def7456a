#include "database/daily_analytics.hpp"

#include <algorithm>

#include "core/ids.hpp"
#include "database/percentile.hpp"

namespace sightglass::database::daily_analytics {
namespace {

using std::chrono::microseconds;

std::int64_t number_of(Day day) { return day.time_since_epoch().count(); }
Day day_of(std::int64_t number) { return Day{std::chrono::days{number}}; }

std::optional<microseconds> optional_duration(const Row& row, int column) {
  const auto micros = row.optional_integer(column);
  return micros ? std::optional(microseconds{*micros}) : std::nullopt;
}
Value value_of(const std::optional<microseconds>& duration) {
  return duration ? Value(std::int64_t{duration->count()}) : Value();
}

DayFigures read_figures(const Row& row) {
  return {.day = day_of(row.integer(0)),
          .photos = row.integer(1),
          .bytes = row.integer(2),
          .failed = row.integer(3),
          .analyses = row.integer(4),
          .latency_p50 = optional_duration(row, 5),
          .latency_p90 = optional_duration(row, 6),
          .latency_p99 = optional_duration(row, 7)};
}

// The smallest UUIDv7 of an instant: an id begins with its milliseconds, and the primary key is in its order.
core::AnalysisId first_id_at(core::Instant instant) {
  auto millis = std::chrono::floor<std::chrono::milliseconds>(instant).time_since_epoch().count();
  core::AnalysisId id;
  for (std::size_t i = 6; i > 0; --i, millis >>= 8) id.value.bytes[i - 1] = static_cast<std::uint8_t>(millis & 0xff);
  return id;
}

core::Result<void> add_photos(Session& session, DayFigures& figures) {
  SG_ASSIGN(const auto counted,
            session.first("SELECT CAST(COALESCE(SUM(photos), 0) AS BIGINT), CAST(COALESCE(SUM(bytes), 0) AS BIGINT), "
                          "CAST(COALESCE(SUM(CASE status WHEN 'FAILED' THEN photos ELSE 0 END), 0) AS BIGINT) "
                          "FROM photo_totals WHERE day = $1",
                          {number_of(figures.day)}, [](const Row& row) {
                            return DayFigures{
                                .photos = row.integer(0), .bytes = row.integer(1), .failed = row.integer(2)};
                          }));
  // A sum has a row, whatever it sums up.
  if (!counted) return {};
  figures.photos = counted->photos;
  figures.bytes = counted->bytes;
  figures.failed = counted->failed;
  return {};
}

core::Result<void> add_analyses(Session& session, DayFigures& figures) {
  SG_ASSIGN(auto latencies, session.all("SELECT latency FROM analyses WHERE id >= $1 AND id < $2",
                                        {first_id_at(figures.day), first_id_at(figures.day + std::chrono::days{1})},
                                        [](const Row& row) { return microseconds{row.integer(0)}; }));
  figures.analyses = std::ssize(latencies);
  if (latencies.empty()) return {};
  std::ranges::sort(latencies);
  figures.latency_p50 = percentile(latencies, 50);
  figures.latency_p90 = percentile(latencies, 90);
  figures.latency_p99 = percentile(latencies, 99);
  return {};
}

std::optional<Day> read_day(const Row& row) {
  return row.is_null(0) ? std::nullopt : std::optional(day_of(row.integer(0)));
}

}  // namespace

core::Result<DayFigures> count(Session& session, Day day) {
  DayFigures figures{.day = day};
  SG_TRY(add_photos(session, figures));
  SG_TRY(add_analyses(session, figures));
  return figures;
}

core::Result<void> save(Session& session, const DayFigures& figures, core::Instant now) {
  SG_TRY(session.execute(
      "INSERT INTO daily_analytics (day, photos, bytes, failed, analyses, latency_p50, latency_p90, latency_p99, "
      "made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (day) DO UPDATE SET photos = excluded.photos, "
      "bytes = excluded.bytes, failed = excluded.failed, analyses = excluded.analyses, "
      "latency_p50 = excluded.latency_p50, latency_p90 = excluded.latency_p90, latency_p99 = excluded.latency_p99, "
      "made_at = excluded.made_at",
      {number_of(figures.day), figures.photos, figures.bytes, figures.failed, figures.analyses,
       value_of(figures.latency_p50), value_of(figures.latency_p90), value_of(figures.latency_p99), now}));
  return {};
}

core::Result<std::vector<DayFigures>> list(Session& session, std::int32_t limit) {
  return session.all(
      "SELECT day, photos, bytes, failed, analyses, latency_p50, latency_p90, latency_p99 FROM daily_analytics "
      "ORDER BY day DESC LIMIT $1",
      {std::max(limit, 1)}, read_figures);
}

core::Result<std::optional<Day>> newest(Session& session) {
  SG_ASSIGN(const auto day, session.first("SELECT MAX(day) FROM daily_analytics", {}, read_day));
  return day.value_or(std::nullopt);
}

core::Result<std::optional<Day>> first_day_with_photos(Session& session) {
  SG_ASSIGN(const auto day, session.first("SELECT MIN(day) FROM photo_totals WHERE photos > 0", {}, read_day));
  return day.value_or(std::nullopt);
}

}  // namespace sightglass::database::daily_analytics
