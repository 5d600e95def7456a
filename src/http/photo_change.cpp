#include "http/photo_change.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "accounts/access.hpp"
#include "database/photo_verdicts.hpp"
#include "database/pull_clock.hpp"
#include "http/object_access.hpp"
#include "http/text_rules.hpp"

namespace sightglass::http {
namespace {

template <typename T>
void replace_optional(ChangedFields& changed, std::string_view field, std::optional<T>& target,
                      const std::optional<T>& value) {
  if (target == value) return;
  target = value;
  changed.push_back(field);
}

core::Result<void> apply_words(const accounts::Caller& caller, const PhotoChange& change, core::Photo& photo,
                               ChangedFields& changed) {
  if (change.description.is_present) {
    replace(changed, "description", photo.description, std::optional(change.description.value.value_or("")));
  }
  replace(changed, "tags", photo.tags, change.tags);
  if (!change.verdict.is_present) return {};
  if (caller.role < core::Role::reviewer) return core::fail(forbidden("a verdict is given by reviewers and up"));
  replace(changed, "verdict", photo.verdict, std::optional(change.verdict.value.value_or("")));
  return {};
}

core::Result<void> apply_job(database::Session& session, const accounts::Caller& caller, const PhotoChange& change,
                             core::Photo& photo, ChangedFields& changed) {
  if (!change.job.is_present || change.job.value == photo.job_id) return {};
  if (photo.kind == core::PhotoKind::job) {
    return core::fail({.code = core::ErrorCode::conflict,
                       .message = "a job photo stays in its job, where its files lie",
                       .field = "job_id"});
  }
  if (change.job.value) {
    SG_ASSIGN(const auto job, named_job(session, caller, change.job.value->to_string()));
    SG_TRY(accounts::may_add_to_job(caller, job));
  }
  replace_optional(changed, "job_id", photo.job_id, change.job.value);
  return {};
}

core::Result<void> apply_subject(database::Session& session, const PhotoChange& change, core::Photo& photo,
                                 ChangedFields& changed) {
  if (change.asset.is_present) {
    std::optional<core::AssetId> asset;
    if (change.asset.value) {
      SG_ASSIGN(asset, named_asset(session, *change.asset.value));
    }
    replace_optional(changed, "asset_id", photo.asset_id, asset);
  }
  if (change.location.is_present) {
    if (change.location.value) SG_TRY(named_location(session, change.location.value->to_string()));
    replace_optional(changed, "location_id", photo.location_id, change.location.value);
  }
  return {};
}

// Where the file's own time was read from, in the order in which the reader prefers them.
core::TakenSource source_in_file(const core::CaptureMetadata& metadata) {
  if (!metadata.taken_at) return core::TakenSource::upload;
  boost::system::error_code failed;
  const auto keys = boost::json::parse(metadata.json, failed);
  if (failed || !keys.is_object()) return core::TakenSource::exif;
  for (const auto* key : {"Exif.Photo.DateTimeOriginal", "Exif.Image.DateTimeOriginal", "Exif.Photo.DateTimeDigitized"})
    if (keys.get_object().contains(key)) return core::TakenSource::exif;
  if (keys.get_object().contains("Exif.GPSInfo.GPSTimeStamp")) return core::TakenSource::gps;
  const bool has_xmp =
      std::ranges::any_of(keys.get_object(), [](const auto& member) { return member.key().starts_with("Xmp."); });
  return has_xmp ? core::TakenSource::xmp : core::TakenSource::exif;
}

void apply_time(const PhotoChange& change, core::Photo& photo, ChangedFields& changed) {
  if (!change.taken_at.is_present) return;
  const auto& given = change.taken_at.value;
  const auto at = given.value_or(photo.metadata.taken_at.value_or(photo.uploaded_at));
  // The same time again is no decision: what the picture says stays the source.
  if (given && at == photo.taken_at) return;
  const auto source = given ? core::TakenSource::person : source_in_file(photo.metadata);
  if (at == photo.taken_at && source == photo.metadata.taken_source) return;
  photo.taken_at = at;
  photo.metadata.taken_source = source;
  changed.push_back("taken_at");
}

bool changed_time(const PhotoChange& change, const ChangedFields& changed) {
  if (!change.taken_at.is_present) return false;
  return !change.taken_at.value || std::ranges::find(changed, "taken_at") != changed.end();
}

core::Result<void> apply_capture(const PhotoChange& change, core::Photo& photo, ChangedFields& changed) {
  apply_time(change, photo, changed);
  if (!change.position.is_present()) return {};
  SG_ASSIGN(const auto position, merged(photo.metadata.position, change.position));
  replace_optional(changed, "position", photo.metadata.position, position);
  return {};
}

std::optional<std::int32_t> read_rotation(JsonObject& body) {
  if (!body.has("rotation")) return std::nullopt;
  const auto degrees = body.optional_integer("rotation", {.least = 0, .most = 270}).value_or(-1);
  const auto rotation = static_cast<std::int32_t>(degrees);
  if (!core::is_quarter_turn(rotation)) body.refuse("rotation", "`rotation` must be 0, 90, 180 or 270");
  return rotation;
}

}  // namespace

bool correct_time(core::Photo& photo, std::chrono::seconds offset) {
  const auto source = photo.metadata.taken_source;
  if (source != core::TakenSource::exif && source != core::TakenSource::xmp) return false;
  if (!photo.metadata.taken_at || *photo.metadata.taken_at + offset == photo.taken_at) return false;
  photo.taken_at = *photo.metadata.taken_at + offset;
  return true;
}

core::Result<PhotoChange> read_photo_change(const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  PhotoChange change{
      .description = body.patched_string("description", max_description_characters),
      .tags = body.optional_strings("tags", {.max_items = max_tags, .max_characters = max_tag_characters}),
      .job = body.patched_job("job_id"),
      .asset = body.patched_string("asset_id", max_name_characters),
      .location = body.patched_id<core::LocationId>("location_id"),
      .taken_at = body.patched_instant("taken_at"),
      .position = read_position(body),
      .verdict = body.patched_string("verdict", 100),
      .rotation = read_rotation(body)};
  SG_TRY(body.finish());
  if (change.tags) {
    SG_ASSIGN(change.tags, check_tags(std::move(*change.tags)));
  }
  return change;
}

core::Result<ChangedFields> apply(database::Session& session, const accounts::Caller& caller, const PhotoChange& change,
                                  core::Photo& photo) {
  ChangedFields changed;
  SG_TRY(apply_words(caller, change, photo, changed));
  // Without one it is the machine's again.
  if (change.verdict.is_present)
    SG_TRY(database::photo_verdicts::note_person(session, photo.id, !photo.verdict.empty()));
  SG_TRY(apply_job(session, caller, change, photo, changed));
  SG_TRY(apply_subject(session, change, photo, changed));
  SG_TRY(apply_capture(change, photo, changed));
  // Whoever takes a time away wants the file's, whatever was wrong with the clock of its source.
  if (changed_time(change, changed)) SG_TRY(database::pull_clock::leave_alone(session, photo.id));
  replace(changed, "rotation", photo.rotation, change.rotation);
  return changed;
}

}  // namespace sightglass::http
