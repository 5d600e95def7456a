#include "vision/readings/display_text.hpp"

#include <algorithm>

namespace sightglass::vision {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_point(char c) { return c == '.' || c == ',' || c == ':' || c == ';' || c == '\''; }

// Seven segments have these letters in common with digits; printed ones look like them.
char digit_for(char letter) {
  switch (letter) {
    case 'O':
    case 'o':
    case 'D':
    case 'Q': return '0';
    case 'I':
    case 'l':
    case 'i':
    case '|':
    case '!':
    case ']':
    case '[': return '1';
    case 'Z':
    case 'z': return '2';
    case 'S':
    case 's': return '5';
    case 'b':
    case 'G': return '6';
    case 'B': return '8';
    case 'g':
    case 'q': return '9';
    default: return letter;
  }
}

// Behind the last and before the first digit stand units: two letters and more.
std::string_view without_words(std::string_view text) {
  const auto first = std::ranges::find_if(text, is_digit);
  if (first == text.end()) return {};
  auto begin = static_cast<std::size_t>(first - text.begin());
  auto end = text.size();
  while (!is_digit(text[end - 1])) --end;
  // A single letter beside the digits may be one of them.
  if (begin == 1 && is_digit(digit_for(text[0]))) begin = 0;
  if (text.size() - end == 1 && is_digit(digit_for(text[end]))) ++end;
  return text.substr(begin, end - begin);
}

// Digits and points alone, one point at most and it between digits; empty when it is no number.
std::string cleaned(std::string_view text) {
  std::string number;
  std::size_t real_digits = 0;
  for (const char c : without_words(text)) {
    if (c == ' ') continue;
    const char as_digit = is_point(c) ? '.' : digit_for(c);
    if (!is_digit(as_digit) && as_digit != '.') return {};
    real_digits += is_digit(c) ? 1 : 0;
    number += as_digit;
  }
  const bool has_one_point_at_most = std::ranges::count(number, '.') <= 1;
  if (number.empty() || !has_one_point_at_most || 2 * real_digits < number.size()) return {};
  return number;
}

}  // namespace

std::optional<std::string> number_in(std::string_view text, std::int32_t digits, std::int32_t decimals) {
  std::string number = cleaned(text);
  if (number.empty()) return std::nullopt;
  auto point = number.find('.');
  if (digits == 0 && decimals == 0) return number;
  const auto wanted = static_cast<std::size_t>(decimals);
  if (point == std::string::npos && decimals > 0) {
    // Where every digit is there the point's place is certain; with fewer, a digit may have been missed instead.
    const bool is_whole = digits == 0 || number.size() == static_cast<std::size_t>(digits) + wanted;
    if (number.size() <= wanted || !is_whole) return std::nullopt;
    point = number.size() - wanted;
    number.insert(point, 1, '.');
  }
  const std::size_t before = point == std::string::npos ? number.size() : point;
  const std::size_t behind = point == std::string::npos ? 0 : number.size() - point - 1;
  if (behind != wanted || before == 0) return std::nullopt;
  if (digits > 0 && before > static_cast<std::size_t>(digits)) return std::nullopt;
  return number;
}

}  // namespace sightglass::vision
