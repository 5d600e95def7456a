// The files of one version of a model: name → bytes, each with the sum that model.toml states.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/sha256.hpp"
#include "vision/model_file.hpp"

namespace sightglass::vision {

constexpr std::size_t max_bundle_bytes = std::size_t{512} << 20;
constexpr std::size_t max_bundle_files = 64;

core::Sha256 sha256_of(std::string_view bytes);

// Immutable: may be shared by threads.
class ModelBundle {
 public:
  using Files = std::map<std::string, std::string>;

  // `files` has model.toml among them. Errors: invalid_input for a description that is wrong, a file that is not stated
  // or has another sum, one that is missing, labels that cannot be read; too_large over a limit.
  static core::Result<ModelBundle> open(Files files);
  // Writes the sums of `files` into the description, and it into model.toml. Errors as open().
  static core::Result<ModelBundle> seal(ModelDescription description, Files files);
  // Of a folder with nothing else in it. Blocks. Errors: not_found when there is no model.toml, and as open().
  static core::Result<ModelBundle> read(const std::filesystem::path& folder);
  // Into a folder that is not there yet: made beside it and renamed, so that it is there whole or not at all. Blocks.
  // Errors: conflict when it is there; internal with the system's words.
  core::Result<void> write(const std::filesystem::path& folder) const;

  const ModelDescription& description() const { return description_; }  // with its labels, wherever they stood
  const Files& files() const { return files_; }
  // Empty when there is no such file.
  std::string_view file(std::string_view name) const;
  std::string_view network() const { return file(network_file_name); }
  // Of model.toml, and so of everything: two bundles with the same sum are the same.
  const core::Sha256& sum() const { return sum_; }

 private:
  ModelDescription description_{};
  Files files_{};
  core::Sha256 sum_{};
};

}  // namespace sightglass::vision
