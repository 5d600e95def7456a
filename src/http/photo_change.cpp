#include "http/photo_change.hpp"

#include "accounts/access.hpp"
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

core::Result<void> apply_capture(const PhotoChange& change, core::Photo& photo, ChangedFields& changed) {
  if (change.taken_at && *change.taken_at != photo.taken_at) {
    photo.taken_at = *change.taken_at;
    photo.metadata.taken_source = core::TakenSource::person;
    changed.push_back("taken_at");
  }
  if (!change.position.is_present()) return {};
  SG_ASSIGN(const auto position, merged(photo.metadata.position, change.position));
  replace_optional(changed, "position", photo.metadata.position, position);
  return {};
}

}  // namespace

core::Result<PhotoChange> read_photo_change(const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  PhotoChange change{
      .description = body.patched_string("description", max_description_characters),
      .tags = body.optional_strings("tags", {.max_items = max_tags, .max_characters = max_tag_characters}),
      .job = body.patched_job("job_id"),
      .asset = body.patched_string("asset_id", max_name_characters),
      .location = body.patched_id<core::LocationId>("location_id"),
      .taken_at = body.optional_instant("taken_at"),
      .position = read_position(body),
      .verdict = body.patched_string("verdict", 100)};
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
  SG_TRY(apply_job(session, caller, change, photo, changed));
  SG_TRY(apply_subject(session, change, photo, changed));
  SG_TRY(apply_capture(change, photo, changed));
  return changed;
}

}  // namespace sightglass::http
