// Any bytes as an expression and the name of a zone, from any time on: what is refused says which of the two, and what
// is understood is due later than asked, never earlier for a later time, and at whole seconds. A cron expression is due
// at minutes that it names, or where clocks jump.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

#include "queue/schedules/timing.hpp"

namespace {

using namespace sightglass;
using core::Instant;
using queue::schedules::CronExpression;
using queue::schedules::TimeZone;
using queue::schedules::Timing;

constexpr std::array<std::string_view, 8> zones{
    "UTC",          "Europe/Zurich",     "Australia/Lord_Howe", "Pacific/Apia",
    "America/Lima", "Africa/Casablanca", "Asia/Kathmandu",      "Etc/GMT+12"};

void require(bool claim) {
  if (!claim) std::abort();
}

bool is_named(const CronExpression& cron, const TimeZone& zone, Instant due) {
  const auto local = zone.local_of(due);
  if (std::chrono::floor<std::chrono::minutes>(local) == local && cron.matches(local)) return true;
  const auto period = zone.period_at(due);
  return !cron.is_all_day() && period.began && period.began->at == due && period.began->from < period.began->to;
}

void check(const Timing& timing, std::string_view expression, const TimeZone& zone, Instant from, Instant later) {
  const auto first = timing.next_after(from);
  const auto second = timing.next_after(later);
  if (!first) {
    require(!second);
    return;
  }
  require(*first > from);
  require(std::chrono::floor<std::chrono::seconds>(*first) == *first);
  require(!second || *second >= *first);
  require(timing.next_after(*first - std::chrono::microseconds{1}) == first);
  if (later >= *first) {
    const auto latest = timing.latest_due(from, later, 2);
    require(!latest.empty() && latest.front() <= later && latest.front() >= *first && latest.back() >= from);
    require(std::ranges::is_sorted(latest, std::greater{}));
  }
  if (const auto cron = CronExpression::parse(expression)) require(is_named(*cron, zone, *first));
}

}  // namespace

// Two bytes choose the zone and the time from 1900 on, two how much later is asked again; the rest is the expression,
// and behind a newline the name of another zone.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 8) return 0;
  std::uint32_t moment = 0;
  std::uint16_t wait = 0;
  std::memcpy(&moment, bytes + 1, sizeof moment);
  std::memcpy(&wait, bytes + 5, sizeof wait);
  const std::string text(reinterpret_cast<const char*>(bytes) + 7, size - 7);
  const auto line = text.find('\n');
  const auto expression = text.substr(0, line);
  const std::string zone_name(line == std::string::npos ? zones[bytes[0] % zones.size()] : text.substr(line + 1));

  const auto zone = TimeZone::find(zone_name);
  const auto timing = Timing::parse(expression, zone_name);
  if (!timing) {
    require(timing.error().code == core::ErrorCode::invalid_input);
    require(timing.error().field == "expression" || (timing.error().field == "time_zone" && !zone));
    require(timing.error().message.size() < 400);
    return 0;
  }
  const Instant from{std::chrono::seconds{std::int64_t{moment} * 2 - 2'208'988'800}};
  check(*timing, expression, *zone, from, from + std::chrono::minutes{wait});
  return 0;
}
