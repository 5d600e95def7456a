// An export as a file in a folder: the work behind `sightglass export --annotations`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "core/result.hpp"
#include "exports/annotation_export.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::exports {

struct ExportedFile {
  std::filesystem::path path{};
  std::int64_t bytes = 0;
};

// Blocks. Writes DIRECTORY/annotations.ENDING, which has its name only when it is whole and replaces an earlier one;
// the directory is made when missing. Errors: as of make_export(), unavailable and quota_exceeded of the disk.
core::Result<ExportedFile> write_export(database::Database& database, const Options& options,
                                        const std::filesystem::path& directory,
                                        const std::function<void(std::int64_t bytes)>& progress = {});

// Originals from the store, as long as their rows say; where none was kept or the file is lost: not_found. `blobs`
// outlives it.
OpenPicture originals_of(storage::BlobStore& blobs);

}  // namespace sightglass::exports
