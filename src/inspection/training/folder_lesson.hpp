// Learning and examining on folders of pictures, without a store: `sightglass train` and `sightglass evaluate`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "imaging/decoder.hpp"
#include "inspection/training/training_set.hpp"
#include "vision/instruments.hpp"

namespace sightglass::inspection::training {

// Borrowed.
struct FolderGround {
  imaging::Decoder& decoder;
  vision::Instruments& instruments;
  imaging::Limits limits{};
  std::int32_t raster_side = 1600;
  double false_reject_rate = 0.05;
  Method method = Method::learn;                 // of folders named good and defect
  std::function<void(std::string_view)> tell{};  // a sentence for people
};

struct FolderPicture {
  std::filesystem::path path{};
  std::string label{};  // the folder it lies in
  bool is_held_out = false;
};
struct FolderSet {
  bool is_of_classes = false;  // false: folders named good and, perhaps, defect
  std::vector<FolderPicture> pictures{};
};

// Every file below each of `folders` by the folder it lies in. A quarter is held out, by the names of the files.
// Blocks. Errors: invalid_input naming "folder" for one that is not there, or has no folders with pictures; for good
// and defect beside other names.
core::Result<FolderSet> read_folders(const std::vector<std::filesystem::path>& folders);

struct FolderLearnt {
  std::string file{};     // of the model
  std::string figures{};  // JSON
};
// Blocks for minutes. Pictures that cannot be read are told and left out. Errors: invalid_input saying what to add;
// those of the engine.
core::Result<FolderLearnt> train_on(const FolderGround& ground, const FolderSet& set);
// What the model in `file` says of every picture, held out or not. Figures as JSON. Errors: invalid_input for bytes
// that are no model, for labels that do not fit; conflict for one of another backbone.
core::Result<std::string> evaluate_on(const FolderGround& ground, const FolderSet& set, std::string_view file);

}  // namespace sightglass::inspection::training
