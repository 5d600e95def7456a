// The bundles of a folder, as an engine wants its models: each task has those that say they are for it.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "vision/engine/engine.hpp"

namespace sightglass::bench {

class FolderModels final : public vision::ModelSupply {
 public:
  // Reads every bundle below `folder`, by name and version; what is none is left out. Blocks.
  explicit FolderModels(const std::filesystem::path& folder);
  core::Result<std::vector<std::string>> models_of(std::string_view task) override;
  core::Result<vision::ModelBundle> bundle(std::string_view model) override;

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> by_task_{};
  std::map<std::string, std::filesystem::path, std::less<>> folders_{};
};

}  // namespace sightglass::bench
