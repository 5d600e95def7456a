// When a schedule is due: a cron expression on a zone's clocks, every so often, or once.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"
#include "queue/schedules/cron_expression.hpp"
#include "queue/schedules/time_zone.hpp"

namespace sightglass::queue::schedules {

// A value; immutable.
//
// Where clocks are put forward or back (docs/adr/0016-schedules.md):
// - A cron expression that leaves hours out means what the clock shows. A time that is skipped is due at the very
//   instant of the change, once however many were skipped; a time that comes twice is due the first time only.
// - One that leaves no hour out ("*/15 * * * *") means time that passes: it goes on through the hour that comes twice,
//   and nothing is made up for the hour that is skipped.
// - "@every 90m" counts from 1970-01-01T00:00Z and "@at" names an instant: clocks do not matter to the former.
class Timing {
 public:
  // `expression` is what CronExpression takes, "@every 90s", "@every 1h30m", "@every 2d" (10 seconds to 366 days), or
  // "@at 2027-01-31T08:00" in the zone, or with Z or an offset of its own. Blocks as TimeZone::find().
  // invalid_input naming "expression" or "time_zone".
  static core::Result<Timing> parse(std::string_view expression, std::string_view time_zone);

  // The first due time after `instant`; nullopt when there is none (a time that has passed, the end of year 9999).
  // Later for a later instant, or the same.
  std::optional<core::Instant> next_after(core::Instant instant) const;
  // The latest due times of [from, until], latest first, at most `most`. Takes some dozen steps for each, however many
  // are left out.
  std::vector<core::Instant> latest_due(core::Instant from, core::Instant until, std::int32_t most) const;
  bool is_one_off() const { return std::holds_alternative<Once>(when_); }

 private:
  struct Every {
    std::chrono::seconds interval{};
  };
  struct Once {
    core::Instant at{};
  };
  using When = std::variant<CronExpression, Every, Once>;
  Timing(TimeZone zone, When when) : zone_(std::move(zone)), when_(std::move(when)) {}
  static core::Result<When> parse_when(std::string_view expression, const TimeZone& zone);
  std::optional<core::Instant> next_of(const CronExpression& cron, core::Instant instant) const;

  TimeZone zone_;
  When when_;
};

}  // namespace sightglass::queue::schedules
