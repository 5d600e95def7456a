// What the sender of a resumable upload wants, read from its Upload-Metadata.
#pragma once

#include <optional>
#include <string>

#include "core/geometry.hpp"
#include "core/photo.hpp"
#include "core/result.hpp"
#include "core/sha256.hpp"
#include "http/photo_submission.hpp"
#include "http/upload_headers.hpp"
#include "ingest/accept.hpp"

namespace sightglass::http {

struct UploadWish {
  PhotoFields fields{};
  std::string filename{};  // as the sender wrote it
  core::PhotoKind kind = core::PhotoKind::field;
  bool skip_duplicate = false;
  std::optional<core::GeoPosition> position{};
  std::optional<core::Sha256> sha256{};  // of the whole file
};

// The names of an upload form and, beside them, filename, kind (field or job), skip_duplicate, latitude, longitude,
// altitude and sha256. What the usual tus clients add by themselves (name, type, filetype, relativePath) is passed
// over. invalid_input naming the entry that is wrong or unknown.
core::Result<UploadWish> read_upload_wish(const UploadMetadata& metadata);

// Resolves the wish as make_submission() does. Blocks on the database.
core::Result<ingest::Submission> submission_of(const Services& services, const Request& request,
                                               const UploadWish& wish);

}  // namespace sightglass::http
