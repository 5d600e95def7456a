#include "app/log_settings.hpp"

#include <array>

#include "telemetry/log.hpp"

namespace sightglass::app {

void configure_log_from(std::string_view level, std::string_view format) {
  static constexpr std::array<std::string_view, 4> levels{"debug", "info", "warning", "error"};
  auto least = telemetry::Level::info;
  for (std::size_t i = 0; i < levels.size(); ++i)
    if (level == levels.at(i)) least = static_cast<telemetry::Level>(i);
  telemetry::configure_log(least, format == "json" ? telemetry::LogFormat::json : telemetry::LogFormat::text);
}

}  // namespace sightglass::app
