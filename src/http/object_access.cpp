#include "http/object_access.hpp"

#include <algorithm>
#include <vector>

#include "database/catalogue.hpp"
#include "fmt/format.h"

namespace sightglass::http {
namespace {

template <typename Id>
core::Result<Id> captured(const Request& request, std::string_view segment, std::string_view what) {
  if (auto id = Id::parse(request.captures.get(segment))) return *id;
  return core::fail(core::not_found(fmt::format("no such {}", what)));
}

core::Error unknown(std::string_view field, std::string_view what, std::string_view text) {
  // The start of what was sent is enough to recognise it, and keeps the answer small.
  return core::invalid_input(std::string(field), fmt::format("no {} \"{}\"", what, text.substr(0, 64)));
}

}  // namespace

accounts::Origin origin_of(const Request& request) { return {.request_id = request.request_id, .peer = request.peer}; }

core::Result<core::PhotoId> captured_photo(const Request& request) {
  return captured<core::PhotoId>(request, "id", "photo");
}
core::Result<core::JobId> captured_job(const Request& request, std::string_view segment) {
  return captured<core::JobId>(request, segment, "job");
}
core::Result<core::AssetId> captured_asset(const Request& request) {
  return captured<core::AssetId>(request, "id", "asset");
}
core::Result<core::LocationId> captured_location(const Request& request) {
  return captured<core::LocationId>(request, "id", "location");
}
core::Result<core::TaskId> captured_task(const Request& request) {
  return captured<core::TaskId>(request, "task_id", "task");
}
core::Result<core::AnalysisId> captured_analysis(const Request& request) {
  return captured<core::AnalysisId>(request, "id", "analysis");
}

core::Result<core::Photo> visible_photo(database::Session& session, const accounts::Caller& caller, core::PhotoId id) {
  SG_ASSIGN(auto photo, database::photos::find(session, id));
  if (!photo) return core::fail(core::not_found("no such photo"));
  SG_ASSIGN(const bool is_visible, database::photos::may_see(session, accounts::visibility_of(caller), *photo));
  if (!is_visible) return core::fail(core::not_found("no such photo"));
  return std::move(*photo);
}

bool is_refusal(core::ErrorCode code) {
  using enum core::ErrorCode;
  return code == not_found || code == conflict || code == permission_denied;
}

core::Result<void> hide_unseen_duplicates(database::Session& session, const accounts::Caller& caller,
                                          std::span<core::Photo> photos) {
  const auto visibility = accounts::visibility_of(caller);
  if (visibility.sees_all) return {};
  std::vector<core::PhotoId> firsts;
  for (const auto& photo : photos)
    if (photo.duplicate_of) firsts.push_back(*photo.duplicate_of);
  SG_ASSIGN(const auto seen, database::photos::visible_among(session, visibility, firsts));
  for (auto& photo : photos)
    if (photo.duplicate_of && std::ranges::find(seen, *photo.duplicate_of) == seen.end()) photo.duplicate_of.reset();
  return {};
}

core::Result<core::Job> visible_job(database::Session& session, const accounts::Caller& caller, core::JobId id) {
  SG_ASSIGN(const bool is_visible, database::jobs::may_see(session, accounts::visibility_of(caller), id));
  if (!is_visible) return core::fail(core::not_found("no such job"));
  SG_ASSIGN(auto job, database::jobs::find(session, id));
  if (!job) return core::fail(core::not_found("no such job"));
  return std::move(*job);
}

core::Result<core::Job> named_job(database::Session& session, const accounts::Caller& caller, std::string_view text) {
  const auto id = core::JobId::parse(text);
  if (!id) return core::fail(unknown("job_id", "job", text));
  auto job = visible_job(session, caller, *id);
  if (!job && job.error().code == core::ErrorCode::not_found) return core::fail(unknown("job_id", "job", text));
  return job;
}

core::Result<core::AssetId> named_asset(database::Session& session, std::string_view id_or_code) {
  const auto id = core::AssetId::parse(id_or_code);
  SG_ASSIGN(const auto asset,
            id ? database::assets::find(session, *id) : database::assets::find_by_code(session, id_or_code));
  if (!asset) return core::fail(unknown("asset_id", "asset", id_or_code));
  return asset->id;
}

core::Result<core::LocationId> named_location(database::Session& session, std::string_view text) {
  const auto id = core::LocationId::parse(text);
  if (!id) return core::fail(unknown("location_id", "location", text));
  SG_ASSIGN(const auto location, database::locations::find(session, *id));
  if (!location) return core::fail(unknown("location_id", "location", text));
  return location->id;
}

core::Result<bool> has_photos(database::Session& session, database::photos::Filter filter) {
  filter.limit = 1;
  filter.trash = database::photos::Trash::included;
  SG_ASSIGN(const auto page, database::photos::list(session, filter, {.sees_all = true}, std::nullopt));
  return !page.photos.empty();
}

core::Error forbidden(std::string message) {
  return {.code = core::ErrorCode::permission_denied, .message = std::move(message)};
}

}  // namespace sightglass::http
