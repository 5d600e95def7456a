#include "benchmarks/vision/folder_models.hpp"

#include <fmt/format.h>

#include <system_error>

namespace sightglass::bench {

FolderModels::FolderModels(const std::filesystem::path& folder) {
  std::error_code none;
  for (const auto& name : std::filesystem::directory_iterator(folder, none))
    for (const auto& version : std::filesystem::directory_iterator(name.path(), none)) {
      const auto bundle = vision::ModelBundle::read(version.path());
      if (!bundle) continue;
      const auto& description = bundle->description();
      auto label = fmt::format("{}@{}", description.name, description.version);
      folders_[label] = version.path();
      by_task_[std::string(vision::name_of(description.task))].push_back(std::move(label));
    }
}

core::Result<std::vector<std::string>> FolderModels::models_of(std::string_view task) {
  const auto found = by_task_.find(task);
  return found == by_task_.end() ? std::vector<std::string>{} : found->second;
}

core::Result<vision::ModelBundle> FolderModels::bundle(std::string_view model) {
  const auto found = folders_.find(model);
  if (found == folders_.end()) return core::fail(core::not_found(fmt::format("there is no model {}", model)));
  return vision::ModelBundle::read(found->second);
}

}  // namespace sightglass::bench
