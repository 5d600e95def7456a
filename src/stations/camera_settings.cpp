#include "stations/camera_settings.hpp"

#include <boost/json.hpp>

namespace sightglass::stations {
namespace {

namespace json = boost::json;

template <typename T>
void write_present(core::JsonWriter& writer, core::JsonKey name, const std::optional<T>& value) {
  if (value) writer.member(name, *value);
}

template <typename T>
void read_present(const json::object& object, std::string_view name, std::optional<T>& value) {
  if (const auto* found = object.if_contains(name)) value = json::value_to<T>(*found);
}

camera::Region region_of(const json::object& object) {
  const auto number = [&](std::string_view name) { return json::value_to<std::int32_t>(object.at(name)); };
  return {.x = number("x"), .y = number("y"), .width = number("width"), .height = number("height")};
}

// Throws where the text is not what write_settings() writes.
camera::Settings parsed(std::string_view text) {
  const auto value = json::parse(text);
  const auto& object = value.as_object();
  camera::Settings settings;
  read_present(object, "exposure_ms", settings.exposure_ms);
  read_present(object, "auto_exposure", settings.auto_exposure);
  read_present(object, "gain", settings.gain);
  read_present(object, "black_level", settings.black_level);
  read_present(object, "frame_rate", settings.frame_rate);
  if (const auto* region = object.if_contains("region")) settings.region = region_of(region->as_object());
  read_present(object, "binning", settings.binning);
  if (const auto* format = object.if_contains("pixel_format"))
    settings.format = core::pixel_format_from_name(format->as_string());
  read_present(object, "user_set", settings.user_set);
  return settings;
}

}  // namespace

void write_settings(core::JsonWriter& writer, const camera::Settings& settings) {
  writer.begin_object();
  write_present(writer, "exposure_ms", settings.exposure_ms);
  write_present(writer, "auto_exposure", settings.auto_exposure);
  write_present(writer, "gain", settings.gain);
  write_present(writer, "black_level", settings.black_level);
  write_present(writer, "frame_rate", settings.frame_rate);
  if (const auto& region = settings.region) {
    writer.key("region").begin_object().member("x", region->x).member("y", region->y);
    writer.member("width", region->width).member("height", region->height).end_object();
  }
  write_present(writer, "binning", settings.binning);
  if (settings.format) writer.member("pixel_format", core::name_of(*settings.format));
  write_present(writer, "user_set", settings.user_set);
  writer.end_object();
}

std::string to_json(const camera::Settings& settings) {
  std::string text;
  core::JsonWriter writer(text);
  write_settings(writer, settings);
  return text;
}

core::Result<camera::Settings> settings_from_json(std::string_view text) {
  try {
    return parsed(text);
  } catch (const std::exception& fault) {
    return core::fail(core::internal_error("The settings of a camera in the database cannot be read.", fault.what()));
  }
}

}  // namespace sightglass::stations
