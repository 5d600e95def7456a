#include "http/camera_input.hpp"

#include <array>

#include "camera/device.hpp"
#include "camera/settings.hpp"
#include "stations/camera_address.hpp"
#include "stations/camera_settings.hpp"

namespace sightglass::http {
namespace {

constexpr std::array<std::string_view, 3> drivers{"aravis", "stream", "simulated"};
constexpr NumberRange positive{.least = 0, .most = 1e9};
constexpr IntegerRange pixels{.least = 0, .most = 1 << 20};

std::int32_t side(JsonObject& body, std::string_view name) {
  return static_cast<std::int32_t>(body.required_integer(name, pixels));
}

std::optional<camera::Region> read_region(JsonObject& body) {
  auto object = body.optional_object("region");
  if (!object) return std::nullopt;
  const camera::Region region{.x = side(*object, "x"),
                              .y = side(*object, "y"),
                              .width = side(*object, "width"),
                              .height = side(*object, "height")};
  if (const auto read = object->finish(); !read) body.refuse("region", read.error().message);
  return region;
}

std::optional<core::PixelFormat> read_format(JsonObject& body) {
  const auto name = body.optional_string("pixel_format", 32);
  if (!name) return std::nullopt;
  const auto format = core::pixel_format_from_name(*name);
  if (!format) body.refuse("pixel_format", "pixel_format must be a name such as Mono8, Mono12, RGB8 or BayerRG8");
  return format;
}

}  // namespace

camera::Settings read_camera_settings(JsonObject& body) {
  camera::Settings settings;
  settings.exposure_ms = body.optional_number("exposure_ms", positive);
  settings.auto_exposure = body.optional_boolean("auto_exposure");
  settings.gain = body.optional_number("gain", {.least = -1e6, .most = 1e6});
  settings.black_level = body.optional_number("black_level", {.least = -1e6, .most = 1e6});
  settings.frame_rate = body.optional_number("frame_rate", positive);
  settings.region = read_region(body);
  if (const auto binning = body.optional_integer("binning", {.least = 1, .most = 64}))
    settings.binning = static_cast<std::int32_t>(*binning);
  settings.format = read_format(body);
  settings.user_set = body.optional_string("user_set", 64);
  return settings;
}

core::Result<CameraInput> read_camera_input(const Request& request, bool is_new) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  CameraInput input;
  if (is_new) {
    input.name = body.required_string("name", 100);
    input.address = body.required_string("address", 500);
    if (!body.has("driver")) body.refuse("driver", "`driver` is required: aravis, stream or simulated");
  } else {
    input.name = body.optional_string("name", 100);
    input.address = body.optional_string("address", 500);
  }
  input.driver = body.optional_choice("driver", drivers);
  input.node = body.optional_string("node", 200);
  input.enabled = body.optional_boolean("enabled");
  if (auto settings = body.optional_object("settings")) {
    input.settings = read_camera_settings(*settings);
    SG_TRY(settings->finish());
  }
  if (input.name && input.name->empty()) body.refuse("name", "`name` must not be empty");
  SG_TRY(body.finish());
  return input;
}

namespace {

// What is there, with another driver or address of the input's; sealed again. A password goes nowhere but where the
// person who gave it sent it.
core::Result<void> apply_address(const CameraInput& input, const accounts::SealedSecrets& secrets,
                                 database::cameras::Camera& camera, ChangedFields& all) {
  ChangedFields changed;
  replace(changed, "driver", camera.driver, input.driver);
  // Who sends back what was shown changes nothing: a password is not lost by looking at it.
  const bool is_other = input.address && *input.address != stations::shown_address(camera.address);
  if (is_other && stations::is_masked_address(*input.address))
    return core::fail(core::invalid_input(
        "address", "the name and password that are kept were given for another address; give them anew"));
  if (is_other && *input.address != camera.address) {
    camera.address = *input.address;
    changed.emplace_back("address");
  }
  const auto driver = camera::driver_from_name(camera.driver).value_or(camera::Driver::simulated);
  // One that another key has sealed must not keep anybody from giving the camera another name.
  if (changed.empty()) return {};
  all.insert(all.end(), changed.begin(), changed.end());
  SG_ASSIGN(const auto whole, stations::whole_address(camera.address, secrets, camera.id));
  SG_TRY(camera::make_device({.driver = driver, .address = whole}));
  camera.address = stations::sealed_address(whole, secrets, camera.id);
  return {};
}

}  // namespace

core::Result<ChangedFields> apply(const CameraInput& input, const accounts::SealedSecrets& secrets,
                                  database::cameras::Camera& camera) {
  ChangedFields changed;
  replace(changed, "name", camera.name, input.name);
  SG_TRY(apply_address(input, secrets, camera, changed));
  replace(changed, "node", camera.node, input.node);
  replace(changed, "enabled", camera.is_enabled, input.enabled);
  SG_ASSIGN(const auto settings, stations::settings_from_json(camera.settings));
  replace(changed, "settings", camera.settings,
          std::optional(stations::to_json(camera::merged(settings, input.settings))));
  return changed;
}

}  // namespace sightglass::http
