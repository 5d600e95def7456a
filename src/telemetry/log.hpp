// Structured logs: one line per event, `key=value` fields, levels, and the request id that follows a photo.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace sightglass::telemetry {

enum class Level : std::uint8_t { debug, info, warning, error };
enum class LogFormat : std::uint8_t { text, json };

// Once at start, before threads. Lines go to stderr.
void configure_log(Level least, LogFormat format);

// Whether lines of `level` are written at all; for call sites whose fields are costly to make. Thread-safe.
bool is_logged(Level level);

// A field's value as text; numbers and booleans are written bare in JSON.
struct Field {
  std::string_view name;
  std::string value;
  bool is_bare = false;
  Field(std::string_view n, std::string_view v) : name(n), value(v) {}
  Field(std::string_view n, const std::string& v) : name(n), value(v) {}
  Field(std::string_view n, const char* v) : name(n), value(v) {}
  Field(std::string_view n, bool v) : name(n), value(v ? "true" : "false"), is_bare(true) {}
  Field(std::string_view n, std::int64_t v) : name(n), value(std::to_string(v)), is_bare(true) {}
  Field(std::string_view n, std::int32_t v) : name(n), value(std::to_string(v)), is_bare(true) {}
  Field(std::string_view n, std::uint64_t v) : name(n), value(std::to_string(v)), is_bare(true) {}
  Field(std::string_view n, double v);
};

// Thread-safe. `event` is a fixed short sentence; what varies goes into fields. Never log secrets.
void log(Level level, std::string_view event, std::initializer_list<Field> fields = {});
inline void log_info(std::string_view event, std::initializer_list<Field> fields = {}) {
  log(Level::info, event, fields);
}
inline void log_warning(std::string_view event, std::initializer_list<Field> fields = {}) {
  log(Level::warning, event, fields);
}
inline void log_error(std::string_view event, std::initializer_list<Field> fields = {}) {
  log(Level::error, event, fields);
}

}  // namespace sightglass::telemetry
