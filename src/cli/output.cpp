#include "cli/output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "core/json_writer.hpp"

namespace sightglass::cli {

void Output::line(std::string_view text) const {
  if (!is_json_) fmt::print("{}\n", text);
}

void Output::document(std::string_view json) const {
  if (is_json_) fmt::print("{}\n", json);
}

void Output::progress(std::string_view text) const {
  // Standard output is for results that others read, and a log file for lines that stay.
  if (is_json_ || ::isatty(STDERR_FILENO) == 0) return;
  fmt::print(stderr, "\r\033[K{}", text);
  std::fflush(stderr);
}

void Output::end_progress() const {
  if (!is_json_ && ::isatty(STDERR_FILENO) != 0) fmt::print(stderr, "\r\033[K");
}

Exit Output::error(const core::Error& error) const {
  if (is_json_) {
    std::string json;
    core::JsonWriter writer(json);
    writer.begin_object().key("error").begin_object();
    writer.member("code", core::name_of(error.code)).member("message", error.message);
    if (!error.field.empty()) writer.member("field", error.field);
    writer.end_object().end_object();
    fmt::print("{}\n", json);
  } else {
    fmt::print(stderr, "sightglass: {}{}{}\n", error.message, error.cause.empty() ? "" : ": ", error.cause);
  }
  return error.code == core::ErrorCode::invalid_input ? Exit::usage : Exit::failed;
}

}  // namespace sightglass::cli
