// A time zone of the IANA database: what its clocks show at an instant, and when they are changed.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/time.hpp"

namespace sightglass::queue::schedules {

// What a clock on the wall shows, without saying where the wall is.
using LocalTime = std::chrono::local_seconds;

// A value; immutable, so that copies may be used from any thread.
class TimeZone {
 public:
  // "UTC", "Europe/Zurich": 1–64 letters, digits, '_', '-', '+' and '/', in the spelling of the database. Reads the
  // system's tzdata when a zone is first asked for, which then stays in memory. Blocks.
  // invalid_input naming "time_zone" for any other name.
  static core::Result<TimeZone> find(std::string_view name);

  const std::string& name() const { return name_; }

  // The clocks are put forward or back, or the zone changes its time for good.
  struct Change {
    core::Instant at{};
    LocalTime from{};  // what they would have shown; later than `to` when they are put back
    LocalTime to{};    // what they show
  };
  // A time without a change.
  struct Period {
    std::chrono::seconds offset{};  // east of UTC
    std::optional<Change> began{};  // nullopt: always so
    std::optional<Change> ends{};   // nullopt: as far as is known
  };
  // The period that `instant` lies in; at the very instant of a change, the one that begins there.
  Period period_at(core::Instant instant) const;
  LocalTime local_of(core::Instant instant) const;

 private:
  struct Rules;
  TimeZone(std::string name, std::shared_ptr<const Rules> rules) : name_(std::move(name)), rules_(std::move(rules)) {}

  std::string name_;
  std::shared_ptr<const Rules> rules_;  // shared by copies, because it hides the library's type
};

}  // namespace sightglass::queue::schedules
