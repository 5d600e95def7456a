#include "queue/schedules/time_zone.hpp"

#include <cctz/time_zone.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace sightglass::queue::schedules {

struct TimeZone::Rules {
  cctz::time_zone zone;
};

namespace {

using std::chrono::floor;
using std::chrono::seconds;

constexpr std::size_t longest_name = 64;

// The library also takes "file:…", "libc:…" and paths.
bool is_name(std::string_view name) {
  const auto belongs = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-+/").contains(c);
  };
  // Zones are capitalised. The folders posix/ and right/ repeat them, the latter with leap seconds, and "localtime" is
  // another zone on each machine.
  return !name.empty() && name.size() <= longest_name && name.front() >= 'A' && name.front() <= 'Z' &&
         !name.contains("//") && std::ranges::all_of(name, belongs);
}

// The library remembers every name it was ever asked for, so it is not asked for those that are none. It looks in the
// same folder.
bool is_known(const std::string& name) {
  const char* const folder = std::getenv("TZDIR");  // set before the program starts, if at all
  std::error_code ignored;
  return name == "UTC" ||
         std::filesystem::is_regular_file(
             std::filesystem::path(folder != nullptr ? folder : "/usr/share/zoneinfo") / name, ignored);
}

cctz::time_point<cctz::seconds> to_library(core::Instant instant) {
  return cctz::time_point<cctz::seconds>(cctz::seconds(floor<seconds>(instant).time_since_epoch().count()));
}

core::Instant from_library(cctz::time_point<cctz::seconds> instant) {
  return core::Instant{seconds(instant.time_since_epoch().count())};
}

LocalTime from_library(const cctz::civil_second& shown) { return LocalTime{seconds(shown - cctz::civil_second())}; }

TimeZone::Change from_library(const cctz::time_zone& zone, const cctz::time_zone::civil_transition& transition) {
  return {.at = from_library(zone.lookup(transition.to).trans),
          .from = from_library(transition.from),
          .to = from_library(transition.to)};
}

}  // namespace

core::Result<TimeZone> TimeZone::find(std::string_view name) {
  auto rules = std::make_shared<Rules>();
  std::string text(name);
  if (!is_name(name) || !is_known(text) || !cctz::load_time_zone(text, &rules->zone))
    return core::fail(core::invalid_input(
        "time_zone", "There is no such time zone. Take a name of the IANA database such as Europe/Zurich, or UTC."));
  return TimeZone(std::move(text), std::move(rules));
}

TimeZone::Period TimeZone::period_at(core::Instant instant) const {
  const auto& zone = rules_->zone;
  const auto at = to_library(instant);
  Period period{.offset = seconds(zone.lookup(at).offset)};
  cctz::time_zone::civil_transition transition;
  // The change that happens in this very second is the one that began it.
  if (zone.prev_transition(at + seconds(1), &transition)) period.began = from_library(zone, transition);
  if (zone.next_transition(at, &transition)) period.ends = from_library(zone, transition);
  return period;
}

LocalTime TimeZone::local_of(core::Instant instant) const {
  return from_library(rules_->zone.lookup(to_library(instant)).cs);
}

}  // namespace sightglass::queue::schedules
