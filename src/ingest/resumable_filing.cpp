#include "ingest/resumable_filing.hpp"

#include <utility>

#include "database/photos.hpp"
#include "ingest/upload_errors.hpp"

namespace sightglass::ingest {
namespace {

// Whether the same bytes would meet the same answer at any later time.
bool is_final(const core::Error& error) {
  switch (error.code) {
    case core::ErrorCode::invalid_input:
    case core::ErrorCode::permission_denied:
    case core::ErrorCode::not_found:
    case core::ErrorCode::conflict:
    case core::ErrorCode::unsupported_format:
    case core::ErrorCode::corrupt_image:
    case core::ErrorCode::too_large: return true;
    default: return false;
  }
}

core::Result<Accepted> accept(ResumableUploads::Turn& turn, Ingest& ingest,
                              const std::function<core::Result<Submission>()>& make_submission) {
  auto& blob = turn.blob();
  SG_TRY(blob.catch_up());
  if (turn.upload().sha256 && blob.sha256() != *turn.upload().sha256) {
    return core::fail(
        checksum_differs("the file that arrived is not the one that was announced: its SHA-256 differs. Nothing was "
                         "kept; send it again from the beginning."));
  }
  SG_ASSIGN(auto submission, make_submission());
  submission.id = turn.upload().id;
  SG_ASSIGN(const auto attempt, turn.begin_filing());
  submission.also = [&turn, attempt, also = std::move(submission.also)](
                        database::Session& session, const core::Photo& photo) -> core::Result<void> {
    if (also) SG_TRY(also(session, photo));
    return turn.record_stored(session, attempt);
  };
  return ingest.accept(blob, submission);
}

}  // namespace

core::Result<core::Photo> file_upload(ResumableUploads::Turn& turn, Ingest& ingest, database::Database& database,
                                      const std::function<core::Result<Submission>()>& submission) {
  const auto id = turn.upload().id;
  // An earlier attempt may have committed without being able to say so.
  SG_ASSIGN(auto there, database.read([&](database::Session& session) { return database::photos::find(session, id); }));
  if (there) {
    turn.finish_stored(id);
    return std::move(*there);
  }
  auto accepted = accept(turn, ingest, submission);
  if (accepted) {
    turn.finish_stored(accepted->photo.id);
    return std::move(accepted->photo);
  }
  if (is_final(accepted.error())) turn.finish_refused(accepted.error());
  return std::unexpected(std::move(accepted).error());
}

}  // namespace sightglass::ingest
