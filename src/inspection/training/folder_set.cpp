#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "inspection/training/folder_lesson.hpp"
#include "inspection/training/training_set.hpp"
#include "vision/splits.hpp"

namespace sightglass::inspection::training {
namespace {

using core::Result;
namespace fs = std::filesystem;

constexpr std::uint64_t split_seed = 20'260;

core::Error wrong_folder(std::string message) { return core::invalid_input("folder", std::move(message)); }

std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder, none))
    if (!entry.path().filename().string().starts_with('.')) entries.push_back(entry.path());
  std::ranges::sort(entries);
  return entries;
}

void add_pictures(const fs::path& folder, std::vector<FolderPicture>& pictures) {
  std::error_code none;
  for (const auto& path : entries_of(folder))
    if (fs::is_regular_file(path, none)) pictures.push_back({.path = path, .label = folder.filename().string()});
}

void hold_out(std::vector<FolderPicture>& pictures) {
  std::vector<std::string> names;
  std::ranges::transform(pictures, std::back_inserter(names),
                         [](const auto& picture) { return picture.label + "/" + picture.path.filename().string(); });
  const auto sides = vision::held_out(names, held_out_share, split_seed);
  for (std::size_t i = 0; i < pictures.size(); ++i) pictures[i].is_held_out = sides[i];
}

}  // namespace

Result<FolderSet> read_folders(const std::vector<fs::path>& folders) {
  FolderSet set;
  std::error_code none;
  for (const auto& folder : folders) {
    if (!fs::is_directory(folder, none))
      return core::fail(wrong_folder(fmt::format("{} is no folder.", folder.string())));
    for (const auto& entry : entries_of(folder))
      if (fs::is_directory(entry, none)) add_pictures(entry, set.pictures);
  }
  std::set<std::string> labels;
  for (const auto& picture : set.pictures) labels.insert(picture.label);
  const bool has_good = labels.contains("good");
  const auto others =
      std::ranges::count_if(labels, [](const auto& name) { return name != "good" && name != "defect"; });
  if (labels.empty())
    return core::fail(wrong_folder("There are no pictures in folders named good and defect, or by their classes."));
  if (has_good && others > 0)
    return core::fail(wrong_folder("The folders are named good and defect, or by classes, but not both."));
  set.is_of_classes = !has_good;
  hold_out(set.pictures);
  return set;
}

}  // namespace sightglass::inspection::training
