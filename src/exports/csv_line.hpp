// Lines of comma-separated values (RFC 4180).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.hpp"

namespace sightglass::exports {

// Appends to the string it was given; cells are quoted where they need it, lines end in CR LF.
class CsvLine {
 public:
  explicit CsvLine(std::string& out) : out_(out) {}
  CsvLine& text(std::string_view cell);
  // Text that people wrote, in a file that people open in a spreadsheet: what such a program would take for a formula
  // gets an apostrophe in front (OWASP, "CSV Injection").
  CsvLine& peoples_text(std::string_view cell);
  CsvLine& number(double number);
  CsvLine& number(const std::optional<double>& number) { return number ? this->number(*number) : empty(); }
  CsvLine& integer(std::int64_t number);
  CsvLine& boolean(bool truth) { return text(truth ? "true" : "false"); }
  CsvLine& empty() { return text({}); }
  // "2026-11-21T04:12:33.123456Z"
  CsvLine& time(const std::optional<core::Instant>& at);
  void end();

 private:
  std::string& out_;
  bool is_first_ = true;
};

}  // namespace sightglass::exports
