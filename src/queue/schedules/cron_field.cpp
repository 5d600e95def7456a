#include "queue/schedules/cron_field.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

namespace sightglass::queue::schedules {
namespace {

struct Range {
  int first = 0;
  int last = 0;
};

std::string allowed(const FieldKind& kind) {
  std::string words = fmt::format("{} to {}", kind.least, kind.most);
  if (!kind.names.empty()) words += fmt::format(" or {} to {}", kind.names.front(), kind.names.back());
  return words;
}

template <typename... Values>
core::Error refusal(const FieldKind& kind, fmt::format_string<Values...> why, Values&&... values) {
  return core::invalid_input("expression", fmt::format("The {} {}. Allowed are {}, \"*\", ranges such as {}-{}, steps "
                                                       "such as */2, and lists of these with commas.",
                                                       kind.words, fmt::format(why, std::forward<Values>(values)...),
                                                       allowed(kind), kind.least, kind.least + 1));
}

// Text from outside is shown only as far as it is harmless and short.
std::string shown(std::string_view text) {
  std::string kept(text.substr(0, 20));
  std::ranges::replace_if(kept, [](char c) { return c < ' ' || c > '~' || c == '"'; }, '?');
  return kept;
}

std::optional<int> read_number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_sign = text.starts_with('-') || text.starts_with('+');
  if (error != std::errc{} || end != text.data() + text.size() || is_sign) return std::nullopt;
  return value;
}

bool equal_in_any_case(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

core::Result<int> read_value(const FieldKind& kind, std::string_view text) {
  int named = kind.least;
  for (const auto name : kind.names) {
    if (equal_in_any_case(text, name)) return named;
    ++named;
  }
  const auto number = read_number(text);
  if (!number) return core::fail(refusal(kind, "cannot be \"{}\"", shown(text)));
  if (*number < kind.least || *number > kind.most) return core::fail(refusal(kind, "cannot be {}", *number));
  return *number;
}

core::Result<Range> read_range(const FieldKind& kind, std::string_view text) {
  if (text == "*") return Range{kind.least, kind.most};
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) {
    SG_ASSIGN(const int value, read_value(kind, text));
    return Range{value, value};
  }
  SG_ASSIGN(const int first, read_value(kind, text.substr(0, dash)));
  SG_ASSIGN(const int last, read_value(kind, text.substr(dash + 1)));
  if (first > last) return core::fail(refusal(kind, "cannot run backwards from {} to {}", first, last));
  return Range{first, last};
}

core::Result<int> read_step(const FieldKind& kind, std::string_view text, const Range& range) {
  const auto step = read_number(text);
  if (!step) return core::fail(refusal(kind, "cannot have the step \"{}\"", shown(text)));
  const int most = std::max(range.last - range.first, 1);
  if (*step < 1 || *step > most)
    return core::fail(refusal(kind, "cannot have the step {}; here 1 to {} are possible", *step, most));
  return *step;
}

core::Result<ValueSet> read_entry(const FieldKind& kind, std::string_view text) {
  const auto slash = text.find('/');
  SG_ASSIGN(const Range range, read_range(kind, text.substr(0, slash)));
  int step = 1;
  if (slash != std::string_view::npos) {
    // Some programs take 5/15 for "from 5 on", others for 5 alone.
    if (range.first == range.last) return core::fail(refusal(kind, "can have a step after \"*\" or a range only"));
    SG_ASSIGN(step, read_step(kind, text.substr(slash + 1), range));
  }
  ValueSet set = 0;
  for (int value = range.first; value <= range.last; value += step) set |= ValueSet{1} << value;
  return set;
}

}  // namespace

ValueSet all_values(const FieldKind& kind) {
  ValueSet set = 0;
  for (int value = kind.least; value <= kind.most; ++value) set |= ValueSet{1} << value;
  return set;
}

core::Result<ValueSet> parse_field(const FieldKind& kind, std::string_view text) {
  ValueSet set = 0;
  while (true) {
    const auto comma = text.find(',');
    SG_ASSIGN(const ValueSet entry, read_entry(kind, text.substr(0, comma)));
    set |= entry;
    if (comma == std::string_view::npos) return set;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace sightglass::queue::schedules
