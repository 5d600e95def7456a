// A cron expression: which minutes of the calendar it names, on a clock that nobody puts forward or back.
#pragma once

#include <optional>
#include <string_view>

#include "core/result.hpp"
#include "queue/schedules/cron_field.hpp"
#include "queue/schedules/time_zone.hpp"

namespace sightglass::queue::schedules {

// Five fields with spaces between them: minute 0–59, hour 0–23, day of the month 1–31, month 1–12 or jan–dec, weekday
// 0–7 or sun–sat, where 0 and 7 are Sunday. Where both days are restricted, a date matches when either does, as
// crontab(5) has it; a day that allows every value restricts nothing. Or one of @hourly, @daily, @midnight, @weekly,
// @monthly, @yearly and @annually. A value; immutable.
class CronExpression {
 public:
  // invalid_input naming "expression", saying which field is wrong and what is allowed, also for dates that never come
  // (30 February).
  static core::Result<CronExpression> parse(std::string_view text);

  // `minute` is a whole minute.
  bool matches(LocalTime minute) const;
  // The first matching minute at or after `from`, which is a whole minute. nullopt when there is none until the end of
  // year 9999.
  std::optional<LocalTime> first_from(LocalTime from) const;
  // True when no hour is left out: it repeats all day, and means time that passes rather than what a clock shows.
  bool is_all_day() const;

 private:
  CronExpression() = default;
  bool matches_day(std::chrono::local_days day) const;
  bool ever_matches() const;
  // nullopt: no later minute of this day.
  std::optional<LocalTime> first_in_day(std::chrono::local_days day, std::chrono::minutes from) const;

  ValueSet minutes_ = 0, hours_ = 0, days_ = 0, months_ = 0, weekdays_ = 0;
  bool any_day_ = false, any_weekday_ = false;  // every value is allowed
};

}  // namespace sightglass::queue::schedules
