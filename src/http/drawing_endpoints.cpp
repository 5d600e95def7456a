// What people draw on photos: findings of their own, changes of those there are, labels.
#include <array>

#include "accounts/access.hpp"
#include "database/photo_labels.hpp"
#include "http/endpoint_support.hpp"
#include "http/finding_access.hpp"
#include "http/finding_input.hpp"
#include "http/finding_json.hpp"
#include "http/object_access.hpp"
#include "http/text_rules.hpp"

namespace sightglass::http {
namespace {

using core::Result;
using database::Session;

constexpr std::array<std::string_view, 4> kinds{"anomaly", "reading", "damage", "spotting"};
constexpr std::size_t most_labels = 100;
constexpr std::size_t most_label_characters = 200;

Result<Response> list_of_photo(const Services& services, const Request& request) {
  SG_ASSIGN(const auto id, captured_photo(request));
  std::string text;
  SG_TRY(services.database.read([&](Session& session) -> Result<void> {
    SG_ASSIGN(const auto photo, visible_photo(session, request.caller, id));
    SG_ASSIGN(const auto found, database::findings::of_photo(session, id));
    text.clear();
    core::JsonWriter json(text);
    json.begin_object().key("results").begin_array();
    for (const auto& finding : found) write_finding(json, finding, upright_size(photo));
    json.end_array().end_object();
    return {};
  }));
  return Response::json(200, std::move(text));
}

Result<Response> draw_on_photo(const Services& services, const Request& request) {
  SG_ASSIGN(const auto id, captured_photo(request));
  SG_ASSIGN(auto body, JsonObject::parse(request));
  const auto kind_name = body.optional_choice("kind", kinds);
  if (!kind_name) body.refuse("kind", "`kind` is required");
  auto word = read_word(body);
  SG_TRY(body.finish());
  const auto kind = core::finding_kind_from_name(kind_name.value_or("")).value_or(core::FindingKind::anomaly);
  core::Size upright;
  SG_ASSIGN(const auto drawn, services.database.write([&](Session& session) -> Result<inspection::Decided> {
    SG_ASSIGN(const auto photo, visible_photo(session, request.caller, id));
    SG_TRY(accounts::may_decide(request.caller, photo, kind));
    upright = upright_size(photo);
    auto here = word;
    SG_TRY(clip(here, upright));
    SG_ASSIGN(auto decided,
              inspection::draw(session, person_of(request.caller), photo, kind, here, services.clock.now()));
    SG_TRY(log_decision(services, session, request, "draw", decided));
    return decided;
  }));
  renew_sidecars(services, {drawn});
  std::string text;
  core::JsonWriter json(text);
  write_finding(json, drawn.finding, upright);
  return Response::json(drawn.is_repeat ? 200 : 201, std::move(text));
}

Result<Response> change_finding(const Services& services, const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  auto word = read_word(body);
  SG_TRY(body.finish());
  SG_ASSIGN(const auto revision, read_if_match(request));
  if (revision) word.revision = revision;
  return decide_captured(services, request, std::nullopt, "change",
                         [&](Session& session, const SeenFinding& seen) -> Result<inspection::Decided> {
                           auto here = word;
                           SG_TRY(clip(here, seen.listed.upright));
                           return inspection::change(session, person_of(request.caller), seen.listed.finding.id, here,
                                                     services.clock.now());
                         });
}

Result<Response> remove_finding(const Services& services, const Request& request) {
  inspection::Word word;
  SG_ASSIGN(word.revision, read_if_match(request));
  SG_TRY(decide_captured(services, request, std::nullopt, "remove", [&](Session& session, const SeenFinding& seen) {
    return inspection::remove(session, person_of(request.caller), seen.listed.finding.id, word, services.clock.now());
  }));
  return Response::empty(204);
}

Result<std::string> labels_json(Session& session, core::PhotoId photo) {
  SG_ASSIGN(const auto labels, database::photo_labels::of_photo(session, photo));
  SG_ASSIGN(const auto removed, database::photo_labels::removed_from(session, photo));
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().key("labels").begin_array();
  for (const auto& label : labels) {
    json.begin_object().member("label", label.name).member("confidence", label.confidence);
    json.member("by_person", label.is_by_person).end_object();
  }
  json.end_array().key("removed").begin_array();
  for (const auto& name : removed) json.string(name);
  json.end_array().end_object();
  return text;
}

Result<Response> get_labels(const Services& services, const Request& request) {
  SG_ASSIGN(const auto id, captured_photo(request));
  SG_ASSIGN(auto text, services.database.read([&](Session& session) -> Result<std::string> {
    SG_TRY(visible_photo(session, request.caller, id));
    return labels_json(session, id);
  }));
  return Response::json(200, std::move(text));
}

Result<Response> put_labels(const Services& services, const Request& request) {
  SG_ASSIGN(const auto id, captured_photo(request));
  SG_ASSIGN(auto body, JsonObject::parse(request));
  const auto labels =
      body.required_strings("labels", {.max_items = most_labels, .max_characters = most_label_characters});
  SG_TRY(body.finish());
  SG_ASSIGN(auto text, services.database.write([&](Session& session) -> Result<std::string> {
    SG_ASSIGN(const auto photo, visible_photo(session, request.caller, id));
    SG_TRY(accounts::may_change_photo(request.caller, photo));
    SG_TRY(database::photo_labels::set_by_person(session, id, labels));
    SG_TRY(services.audit.append(session, request.caller, origin_of(request),
                                 {.action = "photo.update",
                                  .object_type = "photo",
                                  .object_id = id.to_string(),
                                  .details = details_of(ChangedFields{"labels"})}));
    return labels_json(session, id);
  }));
  return Response::json(200, std::move(text));
}

Guard reads(accounts::Area area) { return {.area = area, .check = ObjectCheck::photo}; }
Guard writes(accounts::Area area) {
  return {.least_role = core::Role::technician,
          .area = area,
          .access = accounts::Access::write,
          .check = ObjectCheck::photo};
}

}  // namespace

void add_drawing_endpoints(EndpointTable& table, const Services& services) {
  using accounts::Area;
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/images/photos/{id}/findings",
                   .operation = "listPhotoFindings",
                   .guard = reads(Area::review),
                   .handle = bound(services, list_of_photo)});
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/images/photos/{id}/findings",
                   .operation = "drawFinding",
                   .guard = writes(Area::review),
                   .body = BodyKind::json,
                   .handle = bound(services, draw_on_photo)});
  table.push_back({.method = Method::patch,
                   .pattern = "/api/v1/findings/{id}",
                   .operation = "updateFinding",
                   .guard = writes(Area::review),
                   .body = BodyKind::json,
                   .handle = bound(services, change_finding)});
  table.push_back({.method = Method::delete_,
                   .pattern = "/api/v1/findings/{id}",
                   .operation = "deleteFinding",
                   .guard = writes(Area::review),
                   .handle = bound(services, remove_finding)});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/images/photos/{id}/labels",
                   .operation = "getPhotoLabels",
                   .guard = reads(Area::photos),
                   .handle = bound(services, get_labels)});
  table.push_back({.method = Method::put,
                   .pattern = "/api/v1/images/photos/{id}/labels",
                   .operation = "putPhotoLabels",
                   .guard = writes(Area::photos),
                   .body = BodyKind::json,
                   .handle = bound(services, put_labels)});
}

}  // namespace sightglass::http
