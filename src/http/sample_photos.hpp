// The sample job that an installation brings along: its pictures and what is said of them, to look around with.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/records.hpp"
#include "core/result.hpp"

namespace sightglass::http {

struct SamplePhoto {
  core::PhotoId id{};  // fixed, so that the photo is known again whatever people changed of it
  std::filesystem::path file{};
  std::string description{};
  std::vector<std::string> tags{};
};

struct SampleJob {
  core::Job job{};  // title, customer, address, notes and pairs; no id yet
  std::vector<SamplePhoto> photos{};
};

// Reads `folder`/samples.json. Blocks on the disk. not_found when the installation has none; invalid_input naming the
// member that is wrong.
core::Result<SampleJob> read_samples(const std::filesystem::path& folder);

}  // namespace sightglass::http
