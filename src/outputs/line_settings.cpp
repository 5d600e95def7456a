#include "outputs/line_settings.hpp"

#include "outputs/settings_reader.hpp"

namespace sightglass::outputs {

core::Result<LineSettings> line_settings_from_json(std::string_view settings) {
  constexpr std::size_t longest_name = 100;
  SettingsReader reader(settings);
  LineSettings line;
  line.line = reader.optional_text("line", longest_name).value_or(line.line);
  const std::string on = reader.text("on", 2);
  if (on != "OK" && on != "NG") reader.complain("on", R"(must be "OK" or "NG")");
  line.on_ok = on == "OK";
  line.pulse = std::chrono::milliseconds(reader.integer_or("pulse_ms", 1, 10'000, line.pulse.count()));
  SG_TRY(reader.outcome());
  return line;
}

}  // namespace sightglass::outputs
