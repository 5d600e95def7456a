// Brings models into the registry: their files into the store, then their row.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "database/models.hpp"
#include "storage/blob_store.hpp"
#include "vision/model_bundle.hpp"

namespace sightglass::inspection {

// Where the files of a version lie in the store: "models/NAME/VERSION/".
std::string model_keys(std::string_view name, std::string_view version);

struct Installer {
  database::Database& database;
  storage::BlobStore& blobs;
  const core::Clock& clock;
};

// The files durably, model.toml last, then the row as `ready`. The same bundle again is the model that is there
// already; one that was removed is ready again. Blocks. Errors: conflict when this name and version has other files;
// the store's; the database's.
core::Result<database::models::Model> install_model(const Installer& installer, const vision::ModelBundle& bundle,
                                                    std::string_view origin, std::string_view by);

// Reads all files of a model and holds them against the sums of its description, and that against the registry's.
// Blocks. Errors: internal saying what differs; not_found for a file that is gone.
core::Result<vision::ModelBundle> read_model(storage::BlobStore& blobs, const database::models::Model& model);

struct DefaultsReport {
  std::vector<std::string> installed{};  // "name@version", of those that were not there before
  std::vector<std::string> refused{};    // "name: why"
};
// Every bundle NAME/VERSION/ below `folder`: installs what is not there, and makes it the one that holds everywhere for
// its task when nobody has chosen one. Newer versions of what holds only because it came along take its place.
// A folder that is not there has none. Blocks.
core::Result<DefaultsReport> install_defaults(const Installer& installer, const std::filesystem::path& folder);

}  // namespace sightglass::inspection
