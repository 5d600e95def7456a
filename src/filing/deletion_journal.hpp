// What is still to be removed of a photo whose row is, or is about to be, gone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/photo.hpp"
#include "core/result.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::filing {

struct DeletionJournal {
  core::PhotoId photo{};
  core::PhotoFiles files{};
};

std::string to_json(const DeletionJournal& journal);
core::Result<DeletionJournal> deletion_journal_from_json(std::string_view text);

// Removes whatever is there of the photo's files, its sidecar last: as long as that stands, nobody else takes the
// name. Files whose sidecar names another photo are left alone. Blocks. The first error is returned after
// everything was tried.
core::Result<void> remove_files(storage::BlobStore& blobs, core::PhotoId photo, const core::PhotoFiles& files);

}  // namespace sightglass::filing
