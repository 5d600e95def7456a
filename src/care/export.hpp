// Copies originals and sidecars out to a directory: the work behind `sightglass export`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "database/database.hpp"
#include "database/photos.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::care {

struct ExportOptions {
  database::photos::Filter filter{};  // sort and limit are the export's own
  std::filesystem::path directory{};  // made when missing
};

struct ExportReport {
  struct Failure {
    std::string id{};
    std::string message{};
  };
  std::int64_t photos = 0;  // that matched
  std::int64_t copied = 0;
  std::int64_t were_there = 0;  // with the right bytes, from an earlier run
  std::int64_t bytes = 0;       // copied
  std::vector<Failure> failures{};
};

// Every copy is hashed while it is written and compared with the row; a file of the wrong bytes never gets its
// name. Photos without a kept original give their display image. Running again goes on where it stopped.
// manifest.json in the directory lists every file with its hash. `progress` stops it by returning false. Blocks.
core::Result<ExportReport> export_photos(storage::BlobStore& blobs, database::Database& database,
                                         const ExportOptions& options,
                                         const std::function<bool(const ExportReport&)>& progress = {});

}  // namespace sightglass::care
