// The cameras of this node: those that people have configured for it, opened and kept open.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "accounts/sealed_secrets.hpp"
#include "camera/camera.hpp"
#include "camera/device.hpp"
#include "core/camera_id.hpp"
#include "core/result.hpp"
#include "database/cameras.hpp"
#include "database/database.hpp"

namespace sightglass::stations {

struct CamerasOptions {
  std::string node{};                     // this one's name, by which rows say whose camera it is
  std::filesystem::path stream_reader{};  // the program that reads the video of webcams and network cameras
  // No other server shares the database: then all cameras are this one's, whatever it is called now.
  bool is_alone = false;
  const accounts::SealedSecrets& secrets;  // of addresses; outlives the cameras
  // Tests look at the devices that it makes.
  std::function<core::Result<std::unique_ptr<camera::Device>>(const camera::Source&)> make_device = camera::make_device;
};

// Thread-safe. The database outlives it.
class Cameras {
 public:
  Cameras(database::Database& database, CamerasOptions options);
  // Closes all. Blocks.
  ~Cameras();
  Cameras(const Cameras&) = delete;
  Cameras& operator=(const Cameras&) = delete;

  // Opens what rows have and is not open, closes what they have no longer or have otherwise, and tells the others what
  // they are to be set to, whoever changed that and wherever. Blocks on the database and on devices. A camera whose row
  // cannot be understood stays closed, and the log says why. Passwords that rows still hold in the open are sealed.
  core::Result<void> refresh();
  // Null when it is not open here: of another node, switched off, or not there.
  std::shared_ptr<camera::Camera> find(core::CameraId id) const;
  const std::string& node() const { return options_.node; }
  bool is_alone() const { return options_.is_alone; }
  bool owns(const database::cameras::Camera& row) const { return options_.is_alone || row.node == options_.node; }
  // Of this node's cameras that are switched on, and of them those that would take a picture now. Never blocks for
  // long.
  struct Counts {
    int open = 0;
    int ready = 0;
  };
  Counts counts() const;

 private:
  struct Open {
    std::string driver{}, address{}, name{};
    std::string settings{};  // as it was told last
    std::shared_ptr<camera::Camera> camera{};
  };
  using OpenCameras = std::map<core::CameraId, Open>;
  OpenCameras take_stale(const std::vector<database::cameras::Camera>& rows);
  void open(const database::cameras::Camera& row);
  core::Result<std::shared_ptr<camera::Camera>> made_of(const database::cameras::Camera& row) const;
  core::Result<void> seal(database::cameras::Camera& row);
  void tell(const database::cameras::Camera& row);

  database::Database& database_;
  const CamerasOptions options_;
  std::mutex refreshing_;
  mutable std::mutex mutex_;
  OpenCameras open_;
};

}  // namespace sightglass::stations
