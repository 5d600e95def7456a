// A data directory with a model of the simulated belt's good parts, and the frames of its parts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "camera/simulated/sensor.hpp"
#include "core/box.hpp"
#include "core/raw_image.hpp"
#include "database/database.hpp"
#include "database/models.hpp"
#include "inspection/judging/judge_pool.hpp"
#include "storage/blob_store.hpp"
#include "support/temporary_directory.hpp"

namespace sightglass::inspection {

// The same belt for all; parts of different numbers are different parts.
class Belt {
 public:
  explicit Belt(core::Size size = {640, 512});
  // The part in the middle, as a light barrier has it.
  core::RawImage frame(std::uint64_t part, double defects, core::PixelFormat format = core::PixelFormat::mono8) const;
  bool is_defective(std::uint64_t part, double defects) const;
  // What recipes look at: the plates, wherever they lie, and little of the belt.
  core::Box region() const;
  // Round what the defect changes of the picture. Empty for a good part.
  core::Box defect_of(std::uint64_t part) const;

 private:
  camera::Light light(std::uint64_t part, double defects) const;
  camera::SimulatedWish wish_;
  camera::Sensor sensor_;
};

// Whether the network that is taught on has been fetched.
bool has_backbone();

class BeltGround {
 public:
  // With the backbone, or without any model. Throws what goes wrong.
  explicit BeltGround(bool with_backbone = true);
  // Registers a model: without bytes belt_model().
  database::models::Model add_model(const std::string& name, const std::string& version, std::string bytes = {});
  void set_state(database::models::Model model, const std::string& state);
  // For the worker of this build.
  judging::JudgePoolOptions options() const;
  const std::filesystem::path& path() const { return directory_.path(); }

 private:
  test::TemporaryDirectory directory_;
  std::unique_ptr<database::Database> database_;
  std::unique_ptr<storage::BlobStore> blobs_;
};

// Learnt of good parts, once for all tests of a size.
const std::string& belt_model(core::Size size = {640, 512});

}  // namespace sightglass::inspection
