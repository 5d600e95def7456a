// The end of an upload that may be resumed: its bytes are checked and taken in like those of any other source.
#pragma once

#include <functional>

#include "core/result.hpp"
#include "database/database.hpp"
#include "ingest/accept.hpp"
#include "ingest/resumable_uploads.hpp"

namespace sightglass::ingest {

// Hands an upload that is_whole() to ingest and writes down what became of it. However often this is begun, and
// wherever it is killed, there is one photo: it has the upload's id, and what ingest left is settled at the next start.
// `submission` says what the sender wants, with its rights as they are now. Errors that sending again cannot mend
// refuse the upload for good; after others (a full disk, no decoder) its bytes stay, to be filed later. Blocks.
core::Result<core::Photo> file_upload(ResumableUploads::Turn& turn, Ingest& ingest, database::Database& database,
                                      const std::function<core::Result<Submission>()>& submission);

}  // namespace sightglass::ingest
