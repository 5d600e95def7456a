#include "http/upload_filing.hpp"

#include <utility>

#include "database/people.hpp"
#include "http/photo_submission.hpp"
#include "http/upload_wish.hpp"
#include "ingest/resumable_filing.hpp"
#include "telemetry/log.hpp"

namespace sightglass::http {
namespace {

core::Result<ingest::Submission> announced(const Services& services, const Request& request,
                                           const std::string& metadata) {
  SG_ASSIGN(const auto entries, parse_upload_metadata(metadata));
  SG_ASSIGN(const auto wish, read_upload_wish(entries));
  SG_ASSIGN(auto submission, submission_of(services, request, wish));
  // Ingest may run this on the writer's thread; the caller waits for it, so the references hold.
  submission.also = [&services, &request](database::Session& session, const core::Photo& photo) {
    return record_creation(services, request, session, photo);
  };
  return submission;
}

core::Result<void> file_for_owner(const Services& services, const ingest::ResumableUpload& upload) {
  SG_ASSIGN(const auto user, services.database.read([&](database::Session& session) {
    return database::users::find(session, upload.owner);
  }));
  if (!user || user->is_disabled)
    return core::fail(core::ErrorCode::permission_denied, "its sender is no user any more");
  Request request;
  request.request_id = "upload";
  request.caller = accounts::caller_of(*user, accounts::Credential::access_token);
  SG_ASSIGN(auto turn, services.uploads.take(upload.id, upload.owner));
  if (turn.upload().state != ingest::UploadState::receiving || !turn.is_whole()) return {};
  SG_TRY(file_upload(services, request, turn));
  return {};
}

}  // namespace

core::Result<core::Photo> file_upload(const Services& services, const Request& request,
                                      ingest::ResumableUploads::Turn& turn) {
  // A copy: finishing an upload lets its metadata go.
  const std::string metadata = turn.upload().metadata;
  return ingest::file_upload(turn, services.ingest, services.database,
                             [&] { return announced(services, request, metadata); });
}

void file_left_uploads(const Services& services) {
  for (const auto& view : services.uploads.unfiled()) {
    const auto filed = file_for_owner(services, view.upload);
    telemetry::log_info("upload left whole", {{"upload", view.upload.id.to_string()},
                                              {"outcome", filed ? std::string("taken in") : filed.error().message}});
  }
}

}  // namespace sightglass::http
