#include "telemetry/log.hpp"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <memory>

#include "core/json_writer.hpp"
#include "core/time.hpp"

namespace sightglass::telemetry {
namespace {

constexpr std::array<std::string_view, 4> level_names{"debug", "info", "warning", "error"};

std::atomic<LogFormat>& format() {
  static std::atomic<LogFormat> value{LogFormat::text};
  return value;
}

// The lines come finished, so that spdlog's pattern is the bare message.
spdlog::logger& logger() {
  static const std::unique_ptr<spdlog::logger> instance = [] {
    auto made = std::make_unique<spdlog::logger>("sightglass", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->flush_on(spdlog::level::warn);
    return made;
  }();
  return *instance;
}

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warning: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

// "2026-11-21T04:12:33.123Z": milliseconds are enough for people; the store keeps microseconds.
std::string timestamp() {
  auto text = core::to_iso8601(core::SystemClock{}.now());
  text.replace(text.size() - 4, 4, "Z");
  return text;
}

// Whether a value can stand in a text line without quotes and still be told apart from its neighbours.
bool is_plain(std::string_view value) {
  if (value.empty()) return false;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte >= 0x7f || c == '"' || c == '=' || c == '\\') return false;
  }
  return true;
}

std::string text_line(Level level, std::string_view event, std::initializer_list<Field> fields) {
  std::string line = fmt::format("{} {} {}", timestamp(), level_names[static_cast<std::size_t>(level)], event);
  // Quoted as JSON where needed, so that a line break in a client's text cannot forge a line of the log.
  for (const auto& field : fields) {
    line += fmt::format(" {}={}", field.name, is_plain(field.value) ? field.value : core::json_quoted(field.value));
  }
  return line;
}

std::string json_line(Level level, std::string_view event, std::initializer_list<Field> fields) {
  std::string line;
  core::JsonWriter json(line);
  json.begin_object();
  json.member("time", timestamp()).member("level", std::string(level_names[static_cast<std::size_t>(level)]));
  json.member("event", event);
  for (const auto& field : fields) {
    json.key(field.name);
    if (field.is_bare) {
      json.raw(field.value);
    } else {
      json.string(field.value);
    }
  }
  json.end_object();
  return line;
}

}  // namespace

Field::Field(std::string_view n, double v)
    : name(n), value(std::isfinite(v) ? fmt::format("{}", v) : "null"), is_bare(true) {}

void configure_log(Level least, LogFormat chosen) {
  format() = chosen;
  logger().set_level(to_spdlog(least));
}

bool is_logged(Level level) { return logger().should_log(to_spdlog(level)); }

void log(Level level, std::string_view event, std::initializer_list<Field> fields) {
  if (!is_logged(level)) return;
  const auto line = format() == LogFormat::json ? json_line(level, event, fields) : text_line(level, event, fields);
  logger().log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace sightglass::telemetry
