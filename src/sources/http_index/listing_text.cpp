#include "sources/http_index/listing_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

namespace sightglass::sources::http_index {
namespace {

using std::string_view;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool equal_without_case(string_view a, string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

// A run of digits or of letters, and what stood between it and the one before.
struct Word {
  string_view text{};
  string_view gap{};
  std::size_t end = 0;
  int number = -1;  // -1: letters, or more than nine digits
  bool has_gap(char c) const { return gap.size() == 1 && gap[0] == c; }
  bool is_behind_blank() const { return !gap.empty() && std::ranges::all_of(gap, is_blank); }
};

std::vector<Word> words_of(string_view text) {
  constexpr std::size_t most = 64;
  std::vector<Word> words;
  std::size_t gap_from = 0;
  for (std::size_t at = 0; at < text.size() && words.size() < most;) {
    const auto belongs = is_digit(text[at]) ? is_digit : is_letter;
    if (!belongs(text[at])) {
      ++at;
      continue;
    }
    auto end = at;
    while (end < text.size() && belongs(text[end])) ++end;
    Word word{.text = text.substr(at, end - at), .gap = text.substr(gap_from, at - gap_from), .end = end};
    if (is_digit(text[at]) && end - at <= 9) std::from_chars(text.data() + at, text.data() + end, word.number);
    words.push_back(word);
    at = gap_from = end;
  }
  return words;
}

int month_of(const Word& word) {
  constexpr std::array<string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun",
                                               "jul", "aug", "sep", "oct", "nov", "dec"};
  for (std::size_t i = 0; i < months.size(); ++i)
    if (equal_without_case(word.text, months.at(i))) return static_cast<int>(i) + 1;
  return 0;
}

bool is_year(const Word& word) { return word.text.size() == 4 && word.number >= 1900 && word.number <= 9999; }
bool is_short(const Word& word) { return word.number >= 0 && word.text.size() <= 2; }

struct Date {
  int year = 0, month = 0, day = 0;
  bool is_american = false;  // month first: only with AM or PM, or when the day cannot be a month
  bool could_be_either = false;
};

std::optional<Date> numeric_date(const Word& a, const Word& b, const Word& c) {
  const bool has_slashes = b.has_gap('/') && c.has_gap('/');
  const bool has_dashes = b.has_gap('-') && c.has_gap('-');
  if (is_year(a) && is_short(b) && is_short(c) && (has_slashes || has_dashes))
    return Date{a.number, b.number, c.number};
  if (!is_short(a) || !is_short(b) || !is_year(c)) return std::nullopt;
  if (b.has_gap('.') && c.has_gap('.')) return Date{c.number, b.number, a.number};
  if (!has_slashes) return std::nullopt;
  if (a.number > 12) return Date{c.number, b.number, a.number};
  return Date{c.number, a.number, b.number, true, b.number <= 12 && a.number != b.number};
}

std::optional<Date> named_date(const Word& a, const Word& b, const Word& c) {
  const auto gap_fits = [](const Word& word) {
    return word.gap.empty() || word.has_gap('-') || word.has_gap('/') || word.is_behind_blank();
  };
  if (!gap_fits(b) || !gap_fits(c)) return std::nullopt;
  if (is_short(a) && month_of(b) != 0 && is_year(c)) return Date{c.number, month_of(b), a.number};
  if (is_year(a) && month_of(b) != 0 && is_short(c)) return Date{a.number, month_of(b), c.number};
  if (month_of(a) != 0 && is_short(b) && is_year(c)) return Date{c.number, month_of(a), b.number};
  return std::nullopt;
}

struct TimeOfDay {
  std::chrono::seconds since_midnight{};
  std::chrono::seconds precision{};
  std::size_t words = 0;
  bool has_half = false;  // AM or PM
};

// "21:52", "21:52:58.123", "9:52 PM"; then an offset.
std::optional<TimeOfDay> time_of_day(const std::vector<Word>& words, std::size_t at) {
  if (at < words.size() && words[at].text == "T" && words[at].gap.empty()) ++at;
  const auto from = at;
  if (at + 1 >= words.size() || !is_short(words[at]) || !is_short(words[at + 1]) || !words[at + 1].has_gap(':'))
    return std::nullopt;
  int hour = words[at].number;
  const int minute = words[at + 1].number;
  int second = 0;
  at += 2;
  const bool has_seconds = at < words.size() && words[at].has_gap(':') && is_short(words[at]);
  if (has_seconds) second = words[at++].number;
  if (has_seconds && at < words.size() && words[at].has_gap('.') && is_digit(words[at].text[0])) ++at;
  const bool has_half =
      at < words.size() && (equal_without_case(words[at].text, "am") || equal_without_case(words[at].text, "pm"));
  if (has_half && (hour < 1 || hour > 12)) return std::nullopt;
  if (has_half) hour = hour % 12 + (lower(words[at++].text[0]) == 'p' ? 12 : 0);
  if (hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return TimeOfDay{
      .since_midnight = std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second),
      .precision = std::chrono::seconds(has_seconds ? 1 : 60),
      .words = at - from + (from > 0 && words[from - 1].text == "T" ? 1 : 0),
      .has_half = has_half};
}

struct Offset {
  std::chrono::minutes value{};
  std::size_t words = 0;
};

// "+0000 UTC", "+02:00", "Z", "GMT" or nothing.
Offset offset_at(const std::vector<Word>& words, std::size_t at) {
  Offset offset;
  if (at >= words.size()) return offset;
  const auto is_utc = [&](std::size_t i) {
    return i < words.size() && (words[i].text == "Z" || words[i].text == "UTC" || words[i].text == "GMT");
  };
  const auto sign = words[at].gap.empty() ? ' ' : words[at].gap.back();
  if ((sign == '+' || sign == '-') && words[at].number >= 0 && words[at].text.size() == 4) {
    offset = {std::chrono::minutes(words[at].number / 100 * 60 + words[at].number % 100), 1};
  } else if ((sign == '+' || sign == '-') && is_short(words[at]) && at + 1 < words.size() &&
             words[at + 1].has_gap(':')) {
    offset = {std::chrono::minutes(words[at].number * 60 + std::max(words[at + 1].number, 0)), 2};
  }
  if (sign == '-') offset.value = -offset.value;
  if (is_utc(at + offset.words)) ++offset.words;
  return offset;
}

std::optional<TimeInText> time_at(string_view text, const std::vector<Word>& words, std::size_t at) {
  if (at + 2 >= words.size()) return std::nullopt;
  auto date = numeric_date(words[at], words[at + 1], words[at + 2]);
  if (!date) date = named_date(words[at], words[at + 1], words[at + 2]);
  if (!date) return std::nullopt;
  const auto day_time = time_of_day(words, at + 3);
  if (date->could_be_either && !(day_time && day_time->has_half)) return std::nullopt;
  const std::chrono::year_month_day day{std::chrono::year(date->year),
                                        std::chrono::month(static_cast<unsigned>(date->month)),
                                        std::chrono::day(static_cast<unsigned>(date->day))};
  if (!day.ok()) return std::nullopt;
  TimeInText found{.at = std::chrono::sys_days(day), .precision = std::chrono::hours(24)};
  auto last = at + 2;
  if (day_time) {
    const auto offset = offset_at(words, at + 3 + day_time->words);
    found.at += day_time->since_midnight - offset.value;
    found.precision = day_time->precision;
    last = at + 2 + day_time->words + offset.words;
  }
  found.begin = words[at].end - words[at].text.size();
  found.end = std::min(words[last].end, text.size());
  return found;
}

string_view trimmed(string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// "1234" or "1,234"; nullopt for anything else.
std::optional<std::int64_t> whole_number(string_view text) {
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_group_mark = text[i] == ',' && i > 0 && (text.size() - i) % 4 == 0;
    if (!is_digit(text[i]) && !is_group_mark) return std::nullopt;
    if (is_digit(text[i])) digits += text[i];
  }
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || error != std::errc()) return std::nullopt;
  return number;
}

bool is_byte_word(string_view unit) {
  return equal_without_case(unit, "b") || equal_without_case(unit, "byte") || equal_without_case(unit, "bytes");
}
bool is_larger_unit(string_view unit) {
  constexpr string_view prefixes = "kmgtpe";
  if (unit.empty() || !prefixes.contains(lower(unit[0]))) return false;
  const auto rest = unit.substr(1);
  return rest.empty() || equal_without_case(rest, "b") || equal_without_case(rest, "ib") ||
         equal_without_case(rest, "byte") || equal_without_case(rest, "bytes");
}

// Of "12", "12B", "1.0M", with the word that follows.
SizeInText size_of(string_view word, string_view next) {
  if (word.empty() || !is_digit(word[0])) return {};
  const auto digits_end = static_cast<std::size_t>(
      std::ranges::find_if_not(word, [](char c) { return is_digit(c) || c == '.' || c == ','; }) - word.begin());
  const auto own_unit = word.substr(digits_end);
  const auto unit = own_unit.empty() ? next : own_unit;
  if (is_larger_unit(unit)) return {.kind = SizeKind::rounded, .has_unit = true};
  if (!own_unit.empty() && !is_byte_word(own_unit)) return {};
  const auto bytes = whole_number(word.substr(0, digits_end));
  if (!bytes) return {.kind = SizeKind::rounded};
  return {.kind = SizeKind::exact, .bytes = *bytes, .has_unit = is_byte_word(unit)};
}

string_view first_word(string_view text) {
  text = trimmed(text);
  return text.substr(0, text.find_first_of(" \t\r\n"));
}
string_view last_word(string_view text) {
  text = trimmed(text);
  const auto blank = text.find_last_of(" \t\r\n");
  return blank == string_view::npos ? text : text.substr(blank + 1);
}

}  // namespace

std::optional<TimeInText> find_time(string_view text) {
  const auto words = words_of(text);
  for (std::size_t at = 0; at < words.size(); ++at)
    if (auto found = time_at(text, words, at)) return found;
  return std::nullopt;
}

SizeInText size_at_start(string_view text) {
  const auto first = first_word(text);
  return size_of(first, first_word(trimmed(text).substr(first.size())));
}

SizeInText size_at_end(string_view text) {
  text = trimmed(text);
  const auto last = last_word(text);
  const auto before = last_word(text.substr(0, text.size() - last.size()));
  if (is_byte_word(last) || is_larger_unit(last)) return size_of(before, last);
  return size_of(last, {});
}

}  // namespace sightglass::sources::http_index
