// How task workers learn of the bucket: through their environment, which only their own user can read.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/s3/s3_options.hpp"

namespace sightglass::app {

// Variables for a worker's start.
std::vector<std::pair<std::string, std::string>> to_environment(const storage::s3::S3Options& options);

// What they say, nullopt when photos lie in the data directory. Takes them out of the environment, so that the decoder
// that the worker starts does not get them: before threads start.
std::optional<storage::s3::S3Options> take_s3_from_environment(const std::filesystem::path& data);

}  // namespace sightglass::app
