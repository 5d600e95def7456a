// Where photos are kept: in the data directory, or in the bucket that the settings name.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/settings.hpp"
#include "core/result.hpp"
#include "storage/s3/s3_options.hpp"

namespace sightglass::app {

// nullopt when photos lie in the data directory. Reads the secret from keys/s3_secret_key when no setting has it.
// invalid_input naming the setting that is missing or wrong; the errors of accounts::read_secret(). Blocks.
core::Result<std::optional<storage::s3::S3Options>> s3_options(const Settings& settings,
                                                               const std::filesystem::path& data);

// "https://host" as browsers see it, for the pages' policy.
std::string download_origin(const storage::s3::S3Options& options);

}  // namespace sightglass::app
