#include "queue/schedules/cron_expression.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <vector>

namespace sightglass::queue::schedules {
namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 12> month_names{"jan", "feb", "mar", "apr", "may", "jun",
                                                       "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> weekday_names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

constexpr std::array kinds{FieldKind{"minute", 0, 59}, FieldKind{"hour", 0, 23}, FieldKind{"day of the month", 1, 31},
                           FieldKind{"month", 1, 12, month_names}, FieldKind{"weekday", 0, 7, weekday_names}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> nicknames{{{"@hourly", "0 * * * *"},
                                                                                  {"@daily", "0 0 * * *"},
                                                                                  {"@midnight", "0 0 * * *"},
                                                                                  {"@weekly", "0 0 * * 0"},
                                                                                  {"@monthly", "0 0 1 * *"},
                                                                                  {"@yearly", "0 0 1 1 *"},
                                                                                  {"@annually", "0 0 1 1 *"}}};

// The longest time without a 29 February: 1896 to 1904, 2096 to 2104.
constexpr days longest_wait{8 * 366};
constexpr local_days end_of_calendar{year{10'000} / 1 / 1};

std::vector<std::string_view> split_at_spaces(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return parts;
    text.remove_prefix(begin);
    const auto length = text.find_first_of(" \t");
    parts.push_back(text.substr(0, length));
    text.remove_prefix(std::min(length, text.size()));
  }
}

core::Result<std::string_view> without_nickname(std::string_view text) {
  if (!text.starts_with('@')) return text;
  for (const auto& [nickname, meaning] : nicknames)
    if (text == nickname) return meaning;
  return core::fail(core::invalid_input(
      "expression",
      "Allowed after \"@\" are hourly, daily, midnight, weekly, monthly, yearly, annually, \"every 15m\" "
      "and \"at 2027-01-31T08:00\"."));
}

// −1 when there is none.
int first_at_least(ValueSet set, int value) {
  const ValueSet rest = value > 63 ? 0 : set >> value << value;
  return rest == 0 ? -1 : std::countr_zero(rest);
}

}  // namespace

core::Result<CronExpression> CronExpression::parse(std::string_view text) {
  SG_ASSIGN(const auto meaning, without_nickname(text));
  const auto parts = split_at_spaces(meaning);
  if (parts.size() != kinds.size())
    return core::fail(core::invalid_input(
        "expression",
        fmt::format("A cron expression has five fields with spaces between them: minute, hour, day of the "
                    "month, month, weekday. Here are {}.",
                    parts.size())));
  CronExpression parsed;
  SG_ASSIGN(parsed.minutes_, parse_field(kinds[0], parts[0]));
  SG_ASSIGN(parsed.hours_, parse_field(kinds[1], parts[1]));
  SG_ASSIGN(parsed.days_, parse_field(kinds[2], parts[2]));
  SG_ASSIGN(parsed.months_, parse_field(kinds[3], parts[3]));
  SG_ASSIGN(parsed.weekdays_, parse_field(kinds[4], parts[4]));
  if (allows(parsed.weekdays_, 7)) parsed.weekdays_ |= 1;
  parsed.any_day_ = parsed.days_ == all_values(kinds[2]);
  parsed.any_weekday_ = (parsed.weekdays_ & 0x7f) == 0x7f;
  if (!parsed.ever_matches())
    return core::fail(core::invalid_input(
        "expression", "This date never comes: no month that is allowed has such a day of the month."));
  return parsed;
}

bool CronExpression::ever_matches() const {
  if (!any_weekday_) return true;  // every week has each of them
  for (unsigned month = 1; month <= 12; ++month) {
    const auto last = year_month_day_last{year{2000} / std::chrono::month{month} / std::chrono::last}.day();
    const int earliest = std::countr_zero(days_);
    if (allows(months_, static_cast<int>(month)) && earliest <= static_cast<int>(static_cast<unsigned>(last)))
      return true;
  }
  return false;
}

bool CronExpression::matches_day(local_days day) const {
  const year_month_day date{day};
  if (!allows(months_, static_cast<int>(static_cast<unsigned>(date.month())))) return false;
  const bool is_day = allows(days_, static_cast<int>(static_cast<unsigned>(date.day())));
  const bool is_weekday = allows(weekdays_, static_cast<int>(weekday{day}.c_encoding()));
  return any_day_ || any_weekday_ ? is_day && is_weekday : is_day || is_weekday;
}

bool CronExpression::matches(LocalTime minute) const {
  const auto day = floor<days>(minute);
  const hh_mm_ss clock{minute - day};
  return allows(minutes_, static_cast<int>(clock.minutes().count())) &&
         allows(hours_, static_cast<int>(clock.hours().count())) && matches_day(day);
}

std::optional<LocalTime> CronExpression::first_in_day(local_days day, minutes from) const {
  const int wanted_hour = static_cast<int>(from / hours{1});
  int hour = first_at_least(hours_, wanted_hour);
  if (hour == wanted_hour) {
    const int minute = first_at_least(minutes_, static_cast<int>((from % hours{1}).count()));
    if (minute >= 0) return day + hours{hour} + minutes{minute};
    hour = first_at_least(hours_, wanted_hour + 1);
  }
  if (hour < 0) return std::nullopt;
  return day + hours{hour} + minutes{std::countr_zero(minutes_)};
}

std::optional<LocalTime> CronExpression::first_from(LocalTime from) const {
  auto day = floor<days>(from);
  if (day < end_of_calendar && matches_day(day))
    if (const auto found = first_in_day(day, floor<minutes>(from - day))) return found;
  const auto last = std::min(day + longest_wait, end_of_calendar - days{1});
  while (++day <= last)
    if (matches_day(day)) return first_in_day(day, minutes{0});
  return std::nullopt;
}

bool CronExpression::is_all_day() const { return hours_ == all_values(kinds[1]); }

}  // namespace sightglass::queue::schedules
