#include "database/photo_segments.hpp"

#include <algorithm>
#include <string>

#include "database/photo_filter.hpp"

namespace sightglass::database::photo_segments {
namespace {

constexpr std::int64_t micros_per_minute = 60'000'000;
constexpr std::int64_t micros_per_day = 24 * 60 * micros_per_minute;

// Panoramas and strips beyond these are shown cut to them.
constexpr std::int64_t narrowest = 500;
constexpr std::int64_t widest = 3000;

std::int64_t ratio_of(std::int64_t width, std::int64_t height) {
  if (width <= 0 || height <= 0) return 1000;
  return std::clamp((width * 1000 + height / 2) / height, narrowest, widest);
}

// Takes rows in order. Where a day begins, what lies before needs no id, so that of a day's 200 rows one id is read.
class Cutter {
 public:
  Cutter(std::int32_t offset_minutes, bool is_descending)
      : offset_(offset_minutes * micros_per_minute), is_descending_(is_descending) {}

  void add(const Row& row) {
    const std::int64_t day = day_of(row.integer(0));
    if (segments_.empty())
      segments_.push_back({.day = day});
    else if (segments_.back().day != day)
      segments_.push_back({.day = day, .after = edge_of(day)});
    else if (segments_.back().count == largest_segment)
      segments_.push_back({.day = day, .after = last_of_full_});
    Segment& segment = segments_.back();
    ++segment.count;
    segment.ratio += ratio_of(row.integer(2), row.integer(3));
    if (segment.count == largest_segment)
      last_of_full_ = photos::PageKey{.at = row.instant(0), .id = row.id<core::PhotoId>(1)};
  }
  std::vector<Segment> take() { return std::move(segments_); }

 private:
  std::int64_t day_of(std::int64_t micros) const {
    const std::int64_t local = micros + offset_;
    return local / micros_per_day - (local % micros_per_day < 0 ? 1 : 0);
  }
  // A key that no photo has, between the day and what comes before it in the order.
  photos::PageKey edge_of(std::int64_t day) const {
    const std::int64_t begin = day * micros_per_day - offset_;
    if (is_descending_) return {.at = core::from_micros(begin + micros_per_day), .id = {}};
    core::PhotoId highest;
    highest.value.bytes.fill(0xff);
    return {.at = core::from_micros(begin - 1), .id = highest};
  }

  std::int64_t offset_;
  bool is_descending_;
  std::vector<Segment> segments_;
  photos::PageKey last_of_full_{};
};

}  // namespace

core::Result<std::vector<Segment>> list(Session& session, const photos::Filter& filter,
                                        const photos::Visibility& visibility, std::int32_t offset_minutes) {
  Conditions conditions;
  SG_TRY(add_filter(conditions, session, filter, visibility, std::nullopt));
  const photos::Order order = photos::order_of(filter.sort);
  std::string sql = "SELECT " + std::string(order.column);
  sql += ", p.id, p.display_width, p.display_height FROM photos p" + conditions.where();
  sql += photos::order_clause(filter.sort);
  Cutter cutter(offset_minutes, order.is_descending);
  SG_TRY(session.run(sql, conditions.parameters(), [&](const Row& row) -> core::Result<void> {
    cutter.add(row);
    return {};
  }));
  return cutter.take();
}

}  // namespace sightglass::database::photo_segments
