#include "exports/csv_line.hpp"

#include <charconv>
#include <cmath>

namespace sightglass::exports {

CsvLine& CsvLine::text(std::string_view cell) {
  if (!is_first_) out_ += ',';
  is_first_ = false;
  if (cell.find_first_of("\",\r\n") == std::string_view::npos) {
    out_ += cell;
    return *this;
  }
  out_ += '"';
  for (const char c : cell) {
    if (c == '"') out_ += '"';
    out_ += c;
  }
  out_ += '"';
  return *this;
}

CsvLine& CsvLine::peoples_text(std::string_view cell) {
  const bool may_be_formula = !cell.empty() && std::string_view("=+-@\t\r\n").contains(cell.front());
  return may_be_formula ? text("'" + std::string(cell)) : text(cell);
}

CsvLine& CsvLine::number(double number) {
  if (!std::isfinite(number)) return empty();
  char buffer[40];  // the shortest digits of a double take 24
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, number);
  return text({buffer, end});
}

CsvLine& CsvLine::integer(std::int64_t number) { return text(std::to_string(number)); }

CsvLine& CsvLine::time(const std::optional<core::Instant>& at) { return at ? text(core::to_iso8601(*at)) : empty(); }

void CsvLine::end() {
  out_ += "\r\n";
  is_first_ = true;
}

}  // namespace sightglass::exports
