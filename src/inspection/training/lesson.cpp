#include "inspection/training/lesson.hpp"

#include <fmt/format.h>

#include "core/lost_file.hpp"
#include "database/photos.hpp"

namespace sightglass::inspection::training {

using core::Result;

Result<std::optional<core::Photo>> find_photo(const Lesson& lesson, core::PhotoId id) {
  SG_ASSIGN(auto photo, lesson.workshop.database.read(
                            [&](database::Session& session) { return database::photos::find(session, id); }));
  if (!photo) return std::optional<core::Photo>{};
  const auto& key = photo->files.original.empty() || photo->is_damaged ? photo->files.display : photo->files.original;
  if (const auto there = lesson.workshop.blobs.info(key); !there) {
    if (there.error().code != core::ErrorCode::not_found) return core::fail(there.error());
    leave_out(lesson, id, core::lost_original());
    return std::optional<core::Photo>{};
  }
  return photo;
}

Picture picture_of(const Lesson& lesson, const core::Photo& photo) {
  return {{.blobs = lesson.workshop.blobs,
           .decoder = lesson.workshop.decoder,
           .limits = lesson.workshop.limits,
           .raster_side = lesson.workshop.raster_side},
          photo,
          lesson.workshop.instruments};
}

bool is_of_one_photo(const core::Error& error) {
  using enum core::ErrorCode;
  return error.code == corrupt_image || error.code == unsupported_format || error.code == too_large ||
         error.code == invalid_input || core::is_lost_file(error);
}

void leave_out(const Lesson& lesson, core::PhotoId id, const core::Error& why) {
  lesson.log.warn(fmt::format("The photo {} is left out: {}", id.to_string(), why.message));
}

Result<void> check_goes_on(const Lesson& lesson) {
  if (lesson.should_stop && lesson.should_stop())
    return core::fail(core::ErrorCode::cancelled, "The training was cancelled.");
  return {};
}

}  // namespace sightglass::inspection::training
