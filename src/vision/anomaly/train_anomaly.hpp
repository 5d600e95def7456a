// Learns from good pictures what is usual, and sets the threshold by pictures that each judge had not seen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/raster.hpp"
#include "core/result.hpp"
#include "vision/anomaly/anomaly_model.hpp"
#include "vision/embedding/embedder.hpp"

namespace sightglass::vision {

struct GoodPicture {
  core::Raster raster{};
  std::string name{};   // what nearest_good will say: an id
  std::string group{};  // pictures of one group are judged together; empty: the name
};

// Gives picture `place`, 0 … count − 1; called once for each, in order, and before that once more where pictures are
// aligned.
using GoodPictures = std::function<core::Result<GoodPicture>(std::size_t place)>;

// Told at least once a second of work: the share that is done, 0 … 1, and what is done now. False stops the training.
using Progress = std::function<bool(double share, std::string_view doing)>;

struct AnomalyTraining {
  AnomalyRecipe recipe{};
  double false_reject_rate = 0.05;  // 0.0001 … 0.5
  std::uint64_t seed = 1;
  std::filesystem::path scratch{};  // a folder for features while training; empty: the system's for temporary files
  // Each picture is brought to where the part lies on the one of the pictures that the others are most like.
  bool aligns = false;
};

struct TrainedAnomaly {
  AnomalyModel model;
  std::string file{};                  // what anomaly_file.hpp keeps; loading it gives the same model, bit for bit
  std::vector<std::string> remarks{};  // sentences on what limits it, for people
};

constexpr std::size_t least_good_pictures = 8;
constexpr std::size_t promising_good_pictures = 20;
constexpr std::size_t most_good_pictures = 5'000;

// Blocks for minutes. Single-threaded, the same for the same pictures, order and seed. Memory does not grow with the
// pictures but for 20 KB each; the disk holds 0.3 MB of each for the time (0.5 MB with Gaussian cells). Errors:
// invalid_input for fewer than least_good_pictures, pictures that are all alike, or whose shapes are so different that
// no place of one is a place of another, or, where they are to be aligned, of which not half show what the others do;
// cancelled when `progress` says so; those of `pictures` and the embedder.
core::Result<TrainedAnomaly> train_anomaly(const GoodPictures& pictures, std::size_t count, Embedder& embedder,
                                           const AnomalyTraining& training, const Progress& progress);

}  // namespace sightglass::vision
