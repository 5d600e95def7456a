// The camera that a command works with: one that is configured here, or one that is named by driver and address.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "camera/device.hpp"
#include "cli/installation.hpp"
#include "core/result.hpp"
#include "database/cameras.hpp"

namespace sightglass::cli {

struct CameraChoice {
  std::string camera{};  // name or id, of a row
  std::string driver{};  // with `address`: without a row
  std::string address{};
  std::vector<std::string> settings{};  // "exposure_ms=5"
};

struct ChosenCamera {
  std::optional<database::cameras::Camera> row{};
  camera::Source source{};
  camera::Settings settings{};  // the row's with those of the choice over them
};

// Blocks on the database. invalid_input for a choice that names none or two; not_found.
core::Result<ChosenCamera> choose_camera(Installation& installation, const CameraChoice& choice,
                                         const std::filesystem::path& stream_reader);

// Of "name=value" each. invalid_input naming the one that is not understood.
core::Result<camera::Settings> settings_from_words(const std::vector<std::string>& words);

// Open, and closed at its end. One thread alone uses it.
class OpenedCamera {
 public:
  // Blocks for some seconds at most. unavailable also when a running server holds it, and then the words say so.
  static core::Result<OpenedCamera> open(const ChosenCamera& chosen);
  ~OpenedCamera();
  OpenedCamera(OpenedCamera&&) = default;
  OpenedCamera& operator=(OpenedCamera&&) = default;

  camera::Device& device() { return *device_; }
  const camera::Identity& identity() const { return identity_; }
  const camera::Capabilities& capabilities() const { return capabilities_; }
  const camera::Settings& settings() const { return settings_; }  // in force

 private:
  explicit OpenedCamera(std::unique_ptr<camera::Device> device) : device_(std::move(device)) {}
  std::unique_ptr<camera::Device> device_;
  camera::Identity identity_{};
  camera::Capabilities capabilities_{};
  camera::Settings settings_{};
};

}  // namespace sightglass::cli
