#include "queue/schedules/timing.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace sightglass::queue::schedules {
namespace {

using namespace std::chrono;
using core::Instant;

constexpr seconds least_interval{10};
constexpr seconds most_interval = days{366};
constexpr std::size_t longest_expression = 200;  // bytes
constexpr Instant end_of_calendar{sys_days{year{10'000} / 1 / 1}};
// Finer than any due time: they fall on whole seconds.
constexpr microseconds shortest{1};

core::Error refusal(std::string message) { return core::invalid_input("expression", std::move(message)); }

seconds unit_of(char letter) {
  switch (letter) {
    case 's': return seconds{1};
    case 'm': return minutes{1};
    case 'h': return hours{1};
    case 'd': return days{1};
    default: return seconds{0};
  }
}

// "1h30m"; nullopt when it is none, or longer than a few years.
std::optional<seconds> read_duration(std::string_view text) {
  seconds total{0};
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    std::uint32_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const auto length = static_cast<std::size_t>(end - text.data());
    if (error != std::errc{} || length == text.size()) return std::nullopt;
    const seconds unit = unit_of(*end);
    if (unit == seconds{0} || count > most_interval / seconds{1}) return std::nullopt;
    total += count * unit;
    text.remove_prefix(length + 1);
  }
  return total;
}

core::Result<seconds> read_interval(std::string_view text) {
  const auto interval = read_duration(text);
  if (!interval || *interval < least_interval || *interval > most_interval)
    return core::fail(refusal("After \"@every\" stands a time of 10s to 366d, made of d, h, m and s, such as 1h30m."));
  return *interval;
}

Instant to_utc(LocalTime local, seconds offset) { return Instant{(local - offset).time_since_epoch()}; }

// A local time that comes twice is meant the first time, one that is skipped the moment after.
Instant instant_of(LocalTime local, const TimeZone& zone) {
  // No zone is a day away from UTC: this is before it.
  auto period = zone.period_at(to_utc(local, days{1}));
  while (true) {
    const Instant instant = to_utc(local, period.offset);
    if (!period.ends || instant < period.ends->at) return instant;
    if (local < period.ends->to) return period.ends->at;
    period = zone.period_at(period.ends->at);
  }
}

bool names_its_offset(std::string_view text) {
  const auto time = text.find_first_of("T ");
  return time != std::string_view::npos && text.find_first_of("Zz+-", time) != std::string_view::npos;
}

core::Result<Instant> read_instant(std::string_view text, const TimeZone& zone) {
  const auto read = core::parse_iso8601(text);
  if (!read)
    return core::fail(refusal("After \"@at\" stands a date and time such as 2027-01-31T08:00 or 2027-01-31T08:00Z."));
  const auto whole = floor<seconds>(*read);
  return names_its_offset(text) ? Instant{whole} : instant_of(LocalTime{whole.time_since_epoch()}, zone);
}

// What stands behind `word` and a space; nullopt when `text` begins otherwise.
std::optional<std::string_view> behind(std::string_view word, std::string_view text) {
  if (!text.starts_with(word) || (text.size() > word.size() && text[word.size()] != ' ')) return std::nullopt;
  text.remove_prefix(word.size());
  const auto begin = text.find_first_not_of(' ');
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(' ');
  return begin == std::string_view::npos ? std::string_view()
                                         : text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

}  // namespace

core::Result<Timing> Timing::parse(std::string_view expression, std::string_view time_zone) {
  if (expression.size() > longest_expression) return core::fail(refusal("An expression has at most 200 characters."));
  SG_ASSIGN(auto zone, TimeZone::find(time_zone));
  SG_ASSIGN(auto when, parse_when(trimmed(expression), zone));
  return Timing(std::move(zone), std::move(when));
}

core::Result<Timing::When> Timing::parse_when(std::string_view expression, const TimeZone& zone) {
  if (const auto interval = behind("@every", expression)) {
    SG_ASSIGN(const auto read, read_interval(*interval));
    return Every{read};
  }
  if (const auto instant = behind("@at", expression)) {
    SG_ASSIGN(const auto read, read_instant(*instant, zone));
    return Once{read};
  }
  SG_ASSIGN(auto cron, CronExpression::parse(expression));
  return cron;
}

std::optional<Instant> Timing::next_after(Instant instant) const {
  std::optional<Instant> next;
  if (const auto* const every = std::get_if<Every>(&when_)) {
    const auto passed = floor<seconds>(instant).time_since_epoch();
    const auto since_last = (passed % every->interval + every->interval) % every->interval;  // also before 1970
    next = Instant{passed - since_last + every->interval};
  } else if (const auto* const once = std::get_if<Once>(&when_)) {
    if (once->at > instant) next = once->at;
  } else {
    next = next_of(std::get<CronExpression>(when_), instant);
  }
  return next && *next < end_of_calendar ? next : std::nullopt;
}

// From one change of the clocks to the next: within a period local time and time are apart by a constant.
std::optional<Instant> Timing::next_of(const CronExpression& cron, Instant instant) const {
  const bool follows_clock = !cron.is_all_day();
  auto period = zone_.period_at(instant);
  LocalTime from = floor<minutes>(zone_.local_of(instant)) + minutes{1};
  // Local times before it have been there already: `instant` may lie where they come a second time.
  if (follows_clock && period.began) from = std::max<LocalTime>(from, ceil<minutes>(period.began->from));
  while (true) {
    const auto local = cron.first_from(from);
    if (!local) return std::nullopt;
    const Instant due = to_utc(*local, period.offset);
    if (!period.ends || due < period.ends->at) return due;
    const auto change = *period.ends;
    if (follows_clock && *local < change.to) return change.at;
    from = ceil<minutes>(follows_clock ? std::max(change.from, change.to) : change.to);
    period = zone_.period_at(change.at);
  }
}

std::vector<Instant> Timing::latest_due(Instant from, Instant until, std::int32_t most) const {
  const auto is_due_between = [this](Instant after, Instant end) {
    const auto next = next_after(after);
    return next && *next <= end;
  };
  std::vector<Instant> found;
  Instant end = until;
  while (std::ssize(found) < most && is_due_between(from - shortest, end)) {
    // After `low` one is due until `end`, after `high` none; they close in on the latest one.
    Instant low = from - shortest;
    Instant high = end;
    while (high - low > shortest) {
      const Instant middle = low + (high - low) / 2;
      (is_due_between(middle, end) ? low : high) = middle;
    }
    found.push_back(high);
    end = high - shortest;
  }
  return found;
}

}  // namespace sightglass::queue::schedules
