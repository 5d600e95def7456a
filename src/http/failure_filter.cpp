#include "http/failure_filter.hpp"

#include <algorithm>
#include <iterator>

#include "database/cursor.hpp"

namespace sightglass::http {
namespace {

namespace photo_failures = database::photo_failures;

template <typename Id>
std::optional<std::string> text_of(const std::optional<Id>& id) {
  return id ? std::optional(id->to_string()) : std::nullopt;
}

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

void write_photo(core::JsonWriter& json, const photo_failures::ShownFailure& shown) {
  const auto id = shown.failure.photo_id.to_string();
  json.begin_object().member("id", id).member("filename", shown.filename);
  json.member("original_filename", shown.original_filename).member("description", shown.description);
  json.member("thumbnail_url", "/api/v1/images/photos/" + id + "/thumbnail");
  json.member("job_id", shown.job_id ? std::optional(shown.job_id->value) : std::nullopt);
  json.member("job", unless_empty(shown.job_title));
  json.member("asset_id", text_of(shown.asset_id)).member("asset", unless_empty(shown.asset_name));
  json.member("uploaded_by", text_of(shown.uploaded_by)).member("uploader", unless_empty(shown.uploader)).end_object();
}

}  // namespace

photo_failures::Filter read_failure_filter(QueryReader& query) {
  photo_failures::Filter filter{.code = query.text("code", 100)};
  if (const auto state = query.choice("state", photo_failures::state_names)) {
    const auto* const found = std::ranges::find(photo_failures::state_names, *state);
    filter.state = static_cast<photo_failures::State>(found - std::begin(photo_failures::state_names));
  }
  if (const auto job = query.integer("job", {.least = 1})) filter.job = core::JobId{*job};
  filter.uploader = query.id<core::UserId>("uploader");
  filter.photo = query.id<core::PhotoId>("photo");
  if (const auto group = query.id<photo_failures::FailureId>("group")) filter.burst = group->to_string();
  return filter;
}

core::Result<std::optional<photo_failures::PageKey>> read_failure_cursor(std::string_view list,
                                                                         const std::optional<std::string>& cursor) {
  if (!cursor) return std::optional<photo_failures::PageKey>{};
  SG_ASSIGN(const auto key, database::decode_cursor(*cursor, list));
  return std::optional(photo_failures::PageKey{.at = core::from_micros(key.number), .id = key.id});
}

std::string failure_cursor(std::string_view list, const photo_failures::PageKey& key) {
  return database::encode_cursor(list, {.number = core::to_micros(key.at), .id = key.id});
}

photo_failures::PageKey key_of(const photo_failures::ShownFailure& shown) {
  return {.at = shown.failure.failed_at, .id = shown.failure.id.value};
}

void write_failure(core::JsonWriter& json, const photo_failures::ShownFailure& shown) {
  const auto& failure = shown.failure;
  json.begin_object().member("id", failure.id.to_string()).member("state", photo_failures::name_of(failure.state));
  json.member("code", failure.code).member("error", failure.error).member("attempts", failure.attempts);
  json.member("times", failure.times).member("group", failure.burst);
  json.member("failed_at", core::to_iso8601(failure.failed_at)).member("resolution", unless_empty(failure.resolution));
  json.member("resolved_at",
              failure.resolved_at ? std::optional(core::to_iso8601(*failure.resolved_at)) : std::nullopt);
  json.member("resolved_by", unless_empty(failure.resolved_by)).member("task_id", text_of(failure.task_id));
  json.key("photo");
  write_photo(json, shown);
  json.end_object();
}

}  // namespace sightglass::http
