#include "sources/ftp/list_lines.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

namespace sightglass::sources::ftp {
namespace {

using std::chrono::seconds;

constexpr seconds minute{60};
constexpr seconds day{86'400};
// Servers' clocks and zones run ahead of ours by up to fourteen hours.
constexpr seconds ahead = day;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool equal_without_case(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

template <typename Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

std::optional<core::Instant> instant_of(int year, int month, int day_of_month, seconds in_day) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day_of_month))};
  if (!date.ok() || year < 1 || year > 9999 || in_day < seconds(0) || in_day > day) return std::nullopt;
  return core::Instant(std::chrono::sys_days(date)) + in_day;
}

// "10:15" and "10:15:30".
std::optional<seconds> time_of_day(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == text.npos) return std::nullopt;
  const auto second_colon = text.find(':', colon + 1);
  const auto hours = number_in<int>(text.substr(0, colon));
  const auto minutes =
      number_in<int>(text.substr(colon + 1, second_colon == text.npos ? text.npos : second_colon - colon - 1));
  const auto rest = second_colon == text.npos ? std::optional(0) : number_in<int>(text.substr(second_colon + 1));
  if (!hours || !minutes || !rest || *hours > 23 || *minutes > 59 || *rest > 60) return std::nullopt;
  return seconds(*hours * 3600 + *minutes * 60 + *rest);
}

int month_of(std::string_view text) {
  constexpr std::array<std::string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun",
                                                    "jul", "aug", "sep", "oct", "nov", "dec"};
  const auto found = std::ranges::find_if(months, [&](auto month) { return equal_without_case(month, text); });
  return found == months.end() ? 0 : static_cast<int>(found - months.begin()) + 1;
}

struct Word {
  std::string_view text{};
  std::size_t end = 0;  // behind it, in the line
};

std::vector<Word> words_of(std::string_view line, std::size_t most) {
  std::vector<Word> words;
  for (std::size_t at = 0; words.size() < most;) {
    at = line.find_first_not_of(' ', at);
    if (at == line.npos) break;
    const auto end = std::min(line.find(' ', at), line.size());
    words.push_back({.text = line.substr(at, end - at), .end = end});
    at = end;
  }
  return words;
}

struct Dated {
  core::Instant at{};
  seconds precision{1};
  std::size_t words = 0;  // that the time takes
};

std::optional<Dated> dated(std::optional<core::Instant> at, seconds precision, std::size_t words) {
  if (!at) return std::nullopt;
  return Dated{.at = *at, .precision = precision, .words = words};
}

// "Nov 22 10:15" or "Nov 22 2025", also with the day first.
std::optional<Dated> month_and_day(const std::vector<Word>& words, std::size_t i, core::Instant now) {
  const bool has_day_first = month_of(words[i].text) == 0;
  const int month = month_of(words[has_day_first ? i + 1 : i].text);
  const auto day_of_month = number_in<int>(words[has_day_first ? i : i + 1].text);
  if (month == 0 || !day_of_month) return std::nullopt;
  const std::string_view last = words[i + 2].text;
  if (const auto year = last.size() == 4 ? number_in<int>(last) : std::nullopt)
    return dated(instant_of(*year, month, *day_of_month, seconds(0)), day, 3);
  const auto in_day = time_of_day(last);
  if (!in_day) return std::nullopt;
  const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(now)};
  // The 29th of February may lie further back than a year.
  for (int back = -1; back < 8; ++back) {
    const auto at = instant_of(static_cast<int>(today.year()) - back, month, *day_of_month, *in_day);
    if (at && *at <= now + ahead) return dated(at, minute, 3);
  }
  return std::nullopt;
}

// "2026-11-22 10:15[:30[.123]] [+0100]", as `ls --time-style` has it.
std::optional<Dated> numeric_date(const std::vector<Word>& words, std::size_t i) {
  const auto date = words[i].text;
  if (date.size() != 10 || date[4] != '-' || date[7] != '-') return std::nullopt;
  const auto year = number_in<int>(date.substr(0, 4));
  const auto month = number_in<int>(date.substr(5, 2));
  const auto day_of_month = number_in<int>(date.substr(8, 2));
  const auto time = words[i + 1].text;
  const auto in_day = time_of_day(time.substr(0, time.find('.')));
  if (!year || !month || !day_of_month || !in_day) return std::nullopt;
  return dated(instant_of(*year, *month, *day_of_month, *in_day), minute, 2);
}

EntryKind kind_of(char letter) {
  switch (letter) {
    case '-': return EntryKind::file;
    case 'd': return EntryKind::folder;
    case 'l': return EntryKind::link;
    default: return EntryKind::other;
  }
}

bool is_mode(std::string_view word) {
  if (word.size() < 10 || word.size() > 11) return false;
  if (std::string_view("-dlbcpsD").find(word[0]) == word.npos) return false;
  return word.substr(1, 9).find_first_not_of("-rwxsStTlL") == word.npos;
}

// The name is what stands behind the time and one blank: it may begin with blanks itself.
std::optional<std::string> name_behind(std::string_view line, std::size_t at) {
  if (at >= line.size() || line[at] != ' ' || at + 1 == line.size()) return std::nullopt;
  return std::string(line.substr(at + 1));
}

std::optional<Entry> parse_unix_line(std::string_view line, core::Instant now) {
  // Mode, links, owner, group, size and three of time are usual; some leave out links or the group, and owners may have
  // blanks. Where the time is tells all.
  const auto words = words_of(line, 12);
  if (words.empty() || !is_mode(words[0].text)) return std::nullopt;
  for (std::size_t i = 2; i + 2 < words.size(); ++i) {
    const auto bytes = number_in<std::int64_t>(words[i - 1].text);
    auto time = bytes ? month_and_day(words, i, now) : std::nullopt;
    if (bytes && !time) time = numeric_date(words, i);
    if (!time) continue;
    auto name = name_behind(line, words[i + time->words - 1].end);
    if (!name) return std::nullopt;
    Entry entry{.kind = kind_of(words[0].text[0]),
                .name = std::move(*name),
                .modified_at = time->at,
                .precision = time->precision};
    if (entry.kind == EntryKind::file) entry.bytes = bytes;
    return entry;
  }
  return std::nullopt;
}

// "11-22-26  10:15AM  <DIR>  name", "11-22-2026  10:15AM  12 name" and "2026-11-22  10:15 …".
std::optional<core::Instant> dos_time(std::string_view date, std::string_view time) {
  const auto dash = date.find_first_of("-/");
  const auto second = dash == date.npos ? date.npos : date.find(date[dash], dash + 1);
  if (second == date.npos) return std::nullopt;
  std::array<std::optional<int>, 3> parts{number_in<int>(date.substr(0, dash)),
                                          number_in<int>(date.substr(dash + 1, second - dash - 1)),
                                          number_in<int>(date.substr(second + 1))};
  if (!parts[0] || !parts[1] || !parts[2]) return std::nullopt;
  if (dash == 4) std::ranges::rotate(parts, parts.begin() + 1);  // the year stood first
  int year = *parts[2];
  // What IIS shows with two digits: those up to 69 are of this century (POSIX, strptime's %y, has 68).
  if (year < 100) year += year < 70 ? 2000 : 1900;
  const bool is_afternoon = time.ends_with("PM") || time.ends_with("pm");
  const bool is_morning = time.ends_with("AM") || time.ends_with("am");
  if (is_afternoon || is_morning) time.remove_suffix(2);
  auto in_day = time_of_day(time);
  if (!in_day) return std::nullopt;
  const bool is_twelve = *in_day >= seconds(43'200) && *in_day < seconds(46'800);
  if (is_afternoon && !is_twelve) *in_day += seconds(43'200);
  if (is_morning && is_twelve) *in_day -= seconds(43'200);
  return instant_of(year, *parts[0], *parts[1], *in_day);
}

std::optional<Entry> parse_dos_line(std::string_view line) {
  const auto words = words_of(line, 4);
  if (words.size() < 4) return std::nullopt;
  const auto at = dos_time(words[0].text, words[1].text);
  const bool is_folder = words[2].text == "<DIR>";
  const auto bytes = number_in<std::int64_t>(words[2].text);
  if (!at || (!is_folder && !bytes)) return std::nullopt;
  // Directories' names stand in a column of their own; files' behind one blank.
  const auto begin = is_folder ? line.find_first_not_of(' ', words[2].end) : words[2].end + 1;
  if (begin >= line.size()) return std::nullopt;
  return Entry{.kind = is_folder ? EntryKind::folder : EntryKind::file,
               .name = std::string(line.substr(begin)),
               .bytes = is_folder ? std::nullopt : bytes,
               .modified_at = at,
               .precision = minute};
}

std::optional<EntryKind> kind_of_fact(std::string_view value) {
  if (equal_without_case(value, "file")) return EntryKind::file;
  if (equal_without_case(value, "dir")) return EntryKind::folder;
  if (equal_without_case(value, "cdir") || equal_without_case(value, "pdir")) return std::nullopt;
  constexpr std::string_view link = "OS.unix=s";  // "slink:/target" and "symlink"
  return equal_without_case(value.substr(0, link.size()), link) ? EntryKind::link : EntryKind::other;
}

}  // namespace

std::optional<core::Instant> parse_ftp_time(std::string_view text) {
  if (text.size() < 14 || (text.size() > 14 && text[14] != '.')) return std::nullopt;
  std::array<std::optional<int>, 5> parts{};
  for (std::size_t i = 0; i < parts.size(); ++i) parts[i] = number_in<int>(text.substr(4 + 2 * i, 2));
  const auto year = number_in<int>(text.substr(0, 4));
  if (!year || !std::ranges::all_of(parts, [](const auto& part) { return part.has_value(); })) return std::nullopt;
  if (*parts[2] > 23 || *parts[3] > 59 || *parts[4] > 60) return std::nullopt;
  return instant_of(*year, *parts[0], *parts[1], seconds(*parts[2] * 3600 + *parts[3] * 60 + *parts[4]));
}

std::optional<Entry> parse_mlsd_line(std::string_view line) {
  // Facts have no blanks, and names may begin with one.
  const auto blank = line.find(' ');
  if (blank == line.npos || blank + 1 == line.size()) return std::nullopt;
  std::string_view facts = line.substr(0, blank);
  Entry entry{.name = std::string(line.substr(blank + 1))};
  bool has_kind = false;
  while (!facts.empty()) {
    const auto end = facts.find(';');
    const auto fact = facts.substr(0, end);
    facts.remove_prefix(end == facts.npos ? facts.size() : end + 1);
    const auto equals = fact.find('=');
    if (equals == fact.npos) return std::nullopt;
    const auto value = fact.substr(equals + 1);
    const auto is = [&](std::string_view name) { return equal_without_case(fact.substr(0, equals), name); };
    if (is("type")) {
      const auto kind = kind_of_fact(value);
      if (!kind) return std::nullopt;
      entry.kind = *kind;
      has_kind = true;
    }
    if (is("size")) entry.bytes = number_in<std::int64_t>(value);
    if (is("modify")) entry.modified_at = parse_ftp_time(value);
  }
  if (!has_kind) return std::nullopt;
  if (entry.kind != EntryKind::file) entry.bytes.reset();
  return entry;
}

std::optional<Entry> parse_list_line(std::string_view line, core::Instant now) {
  if (line.empty()) return std::nullopt;
  auto entry = line[0] >= '0' && line[0] <= '9' ? parse_dos_line(line) : parse_unix_line(line, now);
  if (!entry || entry->name == "." || entry->name == "..") return std::nullopt;
  return entry;
}

}  // namespace sightglass::sources::ftp
