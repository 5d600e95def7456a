// Replays the pictures of a folder: binary PGM and PPM, 8 or 16 bits. This layer links no library for pictures, so that
// others must be converted before.
#pragma once

#include <filesystem>
#include <vector>

#include "camera/simulated/scene.hpp"

namespace sightglass::camera {

// In the order of their names, again from the first after the last. The first one's size is the sensor's; others are
// laid on its middle, cut or framed with black. Values count as light: at the reference exposure and gain 0 a picture
// of 8 bits comes out as it is.
class FolderScene final : public Scene {
 public:
  FolderScene(std::vector<std::filesystem::path> files, core::Size size) : files_(std::move(files)), size_(size) {}
  core::Size size() const override { return size_; }
  core::Result<void> show(std::uint64_t number, bool is_centred, Light& light) override;

 private:
  std::vector<std::filesystem::path> files_;
  core::Size size_;
};

core::Result<std::unique_ptr<Scene>> open_folder_scene(const std::filesystem::path& folder);

// Blocks. corrupt_image naming the file for what is no binary PGM or PPM of at most 8192 pixels a side.
core::Result<Light> read_netpbm(const std::filesystem::path& file);

}  // namespace sightglass::camera
