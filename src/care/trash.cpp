#include "care/trash.hpp"

#include <vector>

#include "care/deletion.hpp"
#include "database/photos.hpp"
#include "telemetry/log.hpp"

namespace sightglass::care {
namespace {

constexpr std::int32_t photos_at_a_time = 200;

// In the transaction that removes the row: somebody may have restored the photo since the trash was read.
core::Result<void> expect_due(database::Session& session, core::PhotoId id, core::Instant before) {
  SG_ASSIGN(const auto photo, database::photos::find(session, id));
  if (photo && photo->trashed_at && *photo->trashed_at < before) return {};
  return core::fail(core::ErrorCode::conflict, "The photo is no longer in the trash.");
}

}  // namespace

core::Result<TrashReport> empty_trash(storage::BlobStore& blobs, database::Database& database, core::Instant before,
                                      const TrashSteps& steps) {
  TrashReport report;
  std::vector<core::Photo> due;
  do {
    SG_ASSIGN(due, database.read([&](database::Session& session) {
      return database::photos::list_trashed(session, before, photos_at_a_time);
    }));
    for (const auto& photo : due) {
      if (steps.should_stop && steps.should_stop())
        return core::fail(core::ErrorCode::cancelled, "The trash is not empty yet; the next run goes on.");
      const auto deleted =
          delete_photo(blobs, database, photo,
                       {.first = [&](database::Session& session) { return expect_due(session, photo.id, before); },
                        .also = [&](database::Session& session) { return steps.also(session, photo); },
                        .run = steps.run});
      if (deleted) {
        ++report.deleted;
        continue;
      }
      ++report.failed;
      telemetry::log_warning("a photo in the trash could not be deleted",
                             {{"photo", photo.id.to_string()}, {"error", deleted.error().message}});
    }
    // What failed would be read again at once; the next run has more of a chance.
  } while (due.size() == static_cast<std::size_t>(photos_at_a_time) && report.failed == 0);
  return report;
}

}  // namespace sightglass::care
