// Statistics: from the totals that triggers keep for who sees everything, counted for everyone else.
#include <algorithm>
#include <map>
#include <string>

#include "core/time.hpp"
#include "database/conditions.hpp"
#include "database/percentile.hpp"
#include "database/photo_visibility.hpp"
#include "database/photos.hpp"

namespace sightglass::database::photos {
namespace {

constexpr std::size_t most_days = 90;
// Percentiles are of the latest analyses: enough for a stable p99, few enough to sort on each request.
constexpr std::int32_t latency_samples = 1000;

using Counts = std::map<std::string, std::int64_t, std::greater<>>;

struct Sums {
  Counts by_status, by_source, by_verdict, by_day;
};

std::string day_name(std::int64_t day) { return core::to_iso8601(core::Instant{std::chrono::days{day}}).substr(0, 10); }

std::vector<Count> to_counts(const Counts& counts) {
  std::vector<Count> list;
  for (const auto& [name, count] : counts)
    if (count > 0) list.push_back({name, count});
  return list;
}

void add_row(const Row& row, Statistics& statistics, Sums& sums) {
  const std::int64_t photos = row.integer(4);
  statistics.total += photos;
  statistics.bytes += row.integer(5);
  sums.by_day[day_name(row.integer(0))] += photos;
  sums.by_source[row.string(1)] += photos;
  sums.by_status[row.string(2)] += photos;
  sums.by_verdict[row.string(3)] += photos;
}

core::Result<void> add_latencies(Session& session, const Visibility& visibility, Statistics& statistics) {
  Conditions conditions;
  add_visibility(conditions, visibility);
  const std::string source = visibility.sees_all ? "analyses a" : "analyses a JOIN photos p ON p.id = a.photo_id";
  const std::string sql = "SELECT a.latency FROM " + source + conditions.where() + " ORDER BY a.id DESC LIMIT " +
                          conditions.parameter(latency_samples);
  SG_ASSIGN(auto micros, session.all(sql, conditions.parameters(), [](const Row& row) { return row.integer(0); }));
  if (micros.empty()) return {};
  std::ranges::sort(micros);
  const auto millis = [&](std::size_t per_cent) { return static_cast<double>(percentile(micros, per_cent)) / 1000.0; };
  statistics.latency_p50 = millis(50);
  statistics.latency_p90 = millis(90);
  statistics.latency_p99 = millis(99);
  return {};
}

}  // namespace

core::Result<Statistics> statistics(Session& session, const Visibility& visibility) {
  Conditions conditions;
  add_visibility(conditions, visibility);
  const std::string sql = visibility.sees_all
                              ? "SELECT day, source, status, verdict, photos, bytes FROM photo_totals"
                              : "SELECT p.uploaded_at / 86400000000, p.source, p.status, p.verdict, count(*), "
                                "sum(p.file_bytes) FROM photos p" +
                                    conditions.where() + " GROUP BY 1, 2, 3, 4";
  Statistics statistics;
  Sums sums;
  SG_TRY(session.run(sql, conditions.parameters(), [&](const Row& row) -> core::Result<void> {
    add_row(row, statistics, sums);
    return {};
  }));
  statistics.by_status = to_counts(sums.by_status);
  statistics.by_source = to_counts(sums.by_source);
  statistics.by_verdict = to_counts(sums.by_verdict);
  statistics.by_day = to_counts(sums.by_day);
  if (statistics.by_day.size() > most_days) statistics.by_day.resize(most_days);
  SG_TRY(add_latencies(session, visibility, statistics));
  return statistics;
}

}  // namespace sightglass::database::photos
