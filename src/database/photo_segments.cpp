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

std::int64_t day_of(std::int64_t micros, std::int32_t offset_minutes) {
  const std::int64_t local = micros + offset_minutes * micros_per_minute;
  return local / micros_per_day - (local % micros_per_day < 0 ? 1 : 0);
}

// Takes rows in order. Only the id before a segment's first row is parsed; of the others the text is kept for a row.
class Cutter {
 public:
  explicit Cutter(std::int32_t offset_minutes) : offset_minutes_(offset_minutes) {}

  void add(const Row& row) {
    const std::int64_t day = day_of(row.integer(0), offset_minutes_);
    if (segments_.empty() || segments_.back().day != day || segments_.back().count == largest_segment)
      segments_.push_back({.day = day, .after = last_key()});
    Segment& segment = segments_.back();
    ++segment.count;
    segment.ratio += ratio_of(row.integer(2), row.integer(3));
    last_at_ = row.instant(0);
    last_id_.assign(row.text(1));
  }
  std::vector<Segment> take() { return std::move(segments_); }

 private:
  std::optional<photos::PageKey> last_key() const {
    if (segments_.empty()) return std::nullopt;
    return photos::PageKey{.at = last_at_, .id = core::PhotoId::parse(last_id_).value_or(core::PhotoId{})};
  }

  std::int32_t offset_minutes_;
  std::vector<Segment> segments_;
  core::Instant last_at_{};
  std::string last_id_;
};

}  // namespace

core::Result<std::vector<Segment>> list(Session& session, const photos::Filter& filter,
                                        const photos::Visibility& visibility, std::int32_t offset_minutes) {
  Conditions conditions;
  SG_TRY(add_filter(conditions, session, filter, visibility, std::nullopt));
  std::string sql = "SELECT ";
  sql += photos::order_of(filter.sort).column;
  sql += ", p.id, p.display_width, p.display_height FROM photos p" + conditions.where();
  sql += photos::order_clause(filter.sort);
  Cutter cutter(offset_minutes);
  SG_TRY(session.run(sql, conditions.parameters(), [&](const Row& row) -> core::Result<void> {
    cutter.add(row);
    return {};
  }));
  return cutter.take();
}

}  // namespace sightglass::database::photo_segments
