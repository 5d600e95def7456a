// The cameras of this node: those that people have configured for it, opened and kept open.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "camera/camera.hpp"
#include "core/camera_id.hpp"
#include "core/result.hpp"
#include "database/cameras.hpp"
#include "database/database.hpp"

namespace sightglass::stations {

// Thread-safe. The database outlives it.
class Cameras {
 public:
  // `node` is this one's name, by which rows say whose camera it is.
  // `stream_reader` is the program that reads the video of webcams and network cameras.
  // Where `is_alone`, no other server shares the database: then all cameras are this one's, whatever it is called now.
  Cameras(database::Database& database, std::string node, std::filesystem::path stream_reader = {},
          bool is_alone = false);
  // Closes all. Blocks.
  ~Cameras();
  Cameras(const Cameras&) = delete;
  Cameras& operator=(const Cameras&) = delete;

  // Opens what rows have and is not open, closes what they have no longer or have otherwise, and tells the others what
  // they are to be set to, whoever changed that and wherever. Blocks on the database and on devices. A camera whose row
  // cannot be understood stays closed, and the log says why.
  core::Result<void> refresh();
  // Null when it is not open here: of another node, switched off, or not there.
  std::shared_ptr<camera::Camera> find(core::CameraId id) const;
  const std::string& node() const { return node_; }
  bool is_alone() const { return is_alone_; }
  bool owns(const database::cameras::Camera& row) const { return is_alone_ || row.node == node_; }
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
  void tell(const database::cameras::Camera& row);

  database::Database& database_;
  const std::string node_;
  const std::filesystem::path stream_reader_;
  const bool is_alone_;
  std::mutex refreshing_;
  mutable std::mutex mutex_;
  OpenCameras open_;
};

}  // namespace sightglass::stations
