#include "ingest/named_temperature.hpp"

#include <charconv>
#include <cstddef>

#include "core/trap_facts.hpp"

namespace sightglass::ingest {
namespace {

constexpr std::string_view degree_sign = "\xc2\xb0";  // U+00B0 in UTF-8
constexpr std::size_t most_digits = 3;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_divider(char c) { return c == '_' || c == ' ' || c == '(' || c == '='; }

// "-4", "68": the number at the end of `before`, with what divides it from the words before.
std::optional<int> number_at_end(std::string_view before) {
  std::size_t digits = 0;
  while (digits < before.size() && is_digit(before[before.size() - 1 - digits])) ++digits;
  if (digits == 0 || digits > most_digits) return std::nullopt;
  int value = 0;
  const auto text = before.substr(before.size() - digits);
  std::from_chars(text.data(), text.data() + text.size(), value);
  before.remove_suffix(digits);
  const bool has_sign = before.ends_with('-') || before.ends_with('+');
  const bool is_below = before.ends_with('-');
  if (has_sign) before.remove_suffix(1);
  if (!before.empty() && !is_divider(before.back())) return std::nullopt;
  return is_below ? -value : value;
}

std::optional<double> temperature_at(std::string_view filename, std::size_t sign) {
  const auto degrees = number_at_end(filename.substr(0, sign));
  const auto behind = filename.substr(sign + degree_sign.size());
  if (!degrees || (!behind.starts_with('C') && !behind.starts_with('F'))) return std::nullopt;
  const double celsius = behind.front() == 'C' ? *degrees : (*degrees - 32) / 1.8;
  if (celsius < core::coldest || celsius > core::hottest) return std::nullopt;
  return celsius;
}

}  // namespace

std::optional<double> named_temperature(std::string_view filename) {
  const auto sign = filename.find(degree_sign);
  if (sign == std::string_view::npos || filename.find(degree_sign, sign + 1) != std::string_view::npos)
    return std::nullopt;
  return temperature_at(filename, sign);
}

}  // namespace sightglass::ingest
