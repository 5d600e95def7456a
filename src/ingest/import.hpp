// Takes in files and whole directories of this machine: the work behind `sightglass import`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "ingest/accept.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::ingest {

struct ImportOptions {
  std::vector<std::filesystem::path> paths{};  // files, or directories walked to the bottom
  std::optional<core::JobId> job_id{};         // given: job photos; else field photos
  std::optional<core::AssetId> asset_id{};
  std::optional<core::LocationId> location_id{};
  std::optional<core::UserId> uploaded_by{};
  std::string uploader_name{};
  std::string description{};
  std::vector<std::string> tags{};
  bool allow_damaged = false;
  std::int64_t min_free_bytes = 64LL << 20;  // stops, with quota_exceeded, before the store is fuller than this
  std::int32_t parallel = 2;                 // files in work at once, 1 … 64
};

enum class ImportOutcome : std::uint8_t { imported, was_there, refused };

struct ImportedFile {
  std::filesystem::path path{};
  ImportOutcome outcome = ImportOutcome::imported;
  std::string reason{};                              // why it was refused
  core::ErrorCode code = core::ErrorCode::internal;  // of the refusal
  std::optional<core::PhotoId> photo_id{};
};

struct ImportReport {
  std::int64_t found = 0;  // regular files, and what was passed over
  std::int64_t imported = 0;
  std::int64_t was_there = 0;
  std::int64_t refused = 0;
  std::int64_t bytes = 0;                // of what was imported
  std::vector<ImportedFile> refusals{};  // at most 10,000
};

// `progress` sees each file as it is done, with the counts so far; it is never called by two threads at once, and
// stops the import by returning false. Running it again over the same paths imports nothing twice: photos are
// known by their bytes. Links inside directories and folders that cannot be read are refusals; hidden files are left
// out without a word.
// Errors: invalid_input for a path that is not there; quota_exceeded when room runs out; what was imported stays.
core::Result<ImportReport> import_paths(
    Ingest& ingest, storage::BlobStore& blobs, const ImportOptions& options,
    const std::function<bool(const ImportedFile&, const ImportReport&)>& progress = {});

}  // namespace sightglass::ingest
