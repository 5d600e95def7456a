#include "cli/camera_source.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <utility>

#include "camera/settings.hpp"
#include "stations/camera_address.hpp"
#include "stations/camera_settings.hpp"

namespace sightglass::cli {
namespace {

using camera::Settings;
using core::Result;

constexpr std::chrono::milliseconds open_patience{5'000};

template <typename Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// "0,0,640,480"
std::optional<camera::Region> region_of(std::string_view text) {
  std::int32_t sides[4]{};
  for (std::size_t i = 0; i < 4; ++i) {
    const auto comma = i < 3 ? text.find(',') : text.size();
    const auto side = comma == std::string_view::npos ? std::nullopt : number_of<std::int32_t>(text.substr(0, comma));
    if (!side) return std::nullopt;
    sides[i] = *side;
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return camera::Region{.x = sides[0], .y = sides[1], .width = sides[2], .height = sides[3]};
}

template <typename T>
bool put(std::optional<T>& target, const std::optional<T>& value) {
  target = value;
  return value.has_value();
}

std::optional<bool> truth_of(std::string_view text) {
  if (text == "true" || text == "false") return text == "true";
  return std::nullopt;
}

bool set_one(Settings& settings, std::string_view name, std::string_view value) {
  if (name == "exposure_ms") return put(settings.exposure_ms, number_of<double>(value));
  if (name == "auto_exposure") return put(settings.auto_exposure, truth_of(value));
  if (name == "gain") return put(settings.gain, number_of<double>(value));
  if (name == "black_level") return put(settings.black_level, number_of<double>(value));
  if (name == "frame_rate") return put(settings.frame_rate, number_of<double>(value));
  if (name == "region") return put(settings.region, region_of(value));
  if (name == "binning") return put(settings.binning, number_of<std::int32_t>(value));
  if (name == "pixel_format") return put(settings.format, core::pixel_format_from_name(value));
  if (name == "user_set") return put(settings.user_set, std::optional(std::string(value)));
  return false;
}

Result<database::cameras::Camera> named_row(database::Session& session, const std::string& name) {
  SG_ASSIGN(auto found, database::cameras::find_named(session, name));
  const auto id = core::CameraId::parse(name);
  if (!found && id) {
    SG_ASSIGN(found, database::cameras::find(session, *id));
  }
  if (!found) return core::fail(core::not_found(fmt::format("There is no camera \"{}\"; see cameras list.", name)));
  return std::move(*found);
}

Result<camera::Driver> driver_of(const std::string& name) {
  if (const auto driver = camera::driver_from_name(name)) return *driver;
  return core::fail(core::invalid_input("driver", "The driver must be aravis, stream or simulated."));
}

core::Error with_hint(core::Error error) {
  if (error.code == core::ErrorCode::unavailable)
    error.message +=
        " A camera has one user at a time, and a running server holds those that it has open: switch it off on the "
        "page Cameras first.";
  return error;
}

// The key is made where there is none; so it is asked for only where an address was sealed.
Result<std::string> address_of(const Installation& installation, const database::cameras::Camera& row) {
  if (!stations::is_sealed_address(row.address)) return row.address;
  SG_ASSIGN(const auto secrets, installation.open_secrets());
  return stations::whole_address(row.address, secrets, row.id);
}

}  // namespace

Result<Settings> settings_from_words(const std::vector<std::string>& words) {
  Settings settings;
  for (const auto& word : words) {
    const auto equals = word.find('=');
    const auto name = std::string_view(word).substr(0, equals);
    if (equals == std::string::npos || !set_one(settings, name, std::string_view(word).substr(equals + 1)))
      return core::fail(core::invalid_input(
          std::string(name),
          fmt::format("\"{}\" is not understood: exposure_ms, gain, black_level or frame_rate=NUMBER, "
                      "auto_exposure=true or false, region=X,Y,WIDTH,HEIGHT, binning=N, "
                      "pixel_format=Mono8 and the like, user_set=NAME",
                      word)));
  }
  return settings;
}

Result<ChosenCamera> choose_camera(Installation& installation, const CameraChoice& choice,
                                   const std::filesystem::path& stream_reader) {
  SG_ASSIGN(const auto wish, settings_from_words(choice.settings));
  if (choice.camera.empty() == choice.address.empty())
    return core::fail(core::invalid_input("camera", "Name a camera of cameras list, or give --driver and --address."));
  ChosenCamera chosen;
  if (choice.camera.empty()) {
    SG_ASSIGN(const auto driver, driver_of(choice.driver));
    chosen.source = {.driver = driver, .address = choice.address, .stream_reader = stream_reader};
    chosen.settings = wish;
    return chosen;
  }
  SG_ASSIGN(chosen.row, installation.database().read(
                            [&](database::Session& session) { return named_row(session, choice.camera); }));
  SG_ASSIGN(const auto driver, driver_of(chosen.row->driver));
  SG_ASSIGN(auto address, address_of(installation, *chosen.row));
  chosen.source = {.driver = driver, .address = std::move(address), .stream_reader = stream_reader};
  SG_ASSIGN(const auto kept, stations::settings_from_json(chosen.row->settings));
  chosen.settings = camera::merged(kept, wish);
  return chosen;
}

Result<OpenedCamera> OpenedCamera::open(const ChosenCamera& chosen) {
  SG_ASSIGN(auto device, camera::make_device(chosen.source));
  OpenedCamera opened(std::move(device));
  auto identity = opened.device_->open(open_patience);
  if (!identity) return core::fail(with_hint(std::move(identity).error()));
  opened.identity_ = std::move(*identity);
  SG_ASSIGN(opened.capabilities_, opened.device_->capabilities());
  SG_TRY(camera::check_settings(chosen.settings, opened.capabilities_));
  SG_ASSIGN(opened.settings_, opened.device_->configure(chosen.settings));
  return opened;
}

OpenedCamera::~OpenedCamera() {
  if (device_) device_->close();
}

}  // namespace sightglass::cli
