// How uploads that may be resumed were written down beside their bytes before they became rows: read once, when a
// server starts on them, and kept in the database from then on.
#pragma once

#include <string_view>

#include "core/resumable_upload.hpp"

namespace sightglass::ingest {

using core::name_of;
using core::ResumableUpload;
using core::UploadState;

// invalid_input naming the member.
core::Result<ResumableUpload> resumable_upload_from_json(std::string_view text);

}  // namespace sightglass::ingest
