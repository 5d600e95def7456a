// Photos: list, read, change, delete. Their bytes, uploads and analysis have files of their own.
#include "accounts/access.hpp"
#include "care/deletion.hpp"
#include "core/json_writer.hpp"
#include "database/analyses.hpp"
#include "database/catalogue.hpp"
#include "database/cursor.hpp"
#include "database/photo_verdicts.hpp"
#include "http/endpoint_support.hpp"
#include "http/object_access.hpp"
#include "http/photo_analysis.hpp"
#include "http/photo_bytes.hpp"
#include "http/photo_change.hpp"
#include "http/photo_json.hpp"
#include "http/photo_query.hpp"
#include "ingest/sidecar.hpp"
#include "inspection/bursts.hpp"

namespace sightglass::http {
namespace {

using database::photos::Page;

std::string to_json(const Page& page, database::photos::Sort sort) {
  std::string text;
  text.reserve(page.photos.size() * 1400 + 64);  // what a photo's object comes to
  core::JsonWriter json(text);
  json.begin_object().key("results").begin_array();
  for (const auto& photo : page.photos) write_photo(json, photo);
  json.end_array().key("next");
  if (page.next) {
    json.string(database::encode_cursor(sort, *page.next));
  } else {
    json.null();
  }
  json.end_object();
  return text;
}

core::Result<Page> find_page(database::Session& session, const accounts::Caller& caller, PhotoQuery& query) {
  SG_ASSIGN(const bool can_match, resolve(session, query));
  if (!can_match) return Page{};
  SG_ASSIGN(auto page, database::photos::list(session, query.filter, accounts::visibility_of(caller), query.after));
  SG_TRY(hide_unseen_duplicates(session, caller, page.photos));
  return page;
}

core::Result<Response> list_photos(const Services& services, const Request& request) {
  SG_ASSIGN(auto query, read_photo_query(request));
  SG_ASSIGN(const auto page, services.database.read([&](database::Session& session) {
    return find_page(session, request.caller, query);
  }));
  return Response::json(200, to_json(page, query.filter.sort));
}

core::Result<std::string> detail_of(database::Session& session, const accounts::Caller& caller, core::Photo photo) {
  SG_TRY(hide_unseen_duplicates(session, caller, {&photo, 1}));
  PhotoExtras extras;
  SG_ASSIGN(extras.analysis, database::analyses::latest_of(session, photo.id));
  if (photo.source == core::PhotoSource::camera) {
    SG_ASSIGN(extras.capture, database::captures::find(session, photo.id));
  }
  SG_ASSIGN(extras.is_verdict_by_person, database::photo_verdicts::is_by_person(session, photo.id));
  return photo_detail_json(photo, extras);
}

core::Result<Response> get_photo(const Services& services, const Request& request) {
  SG_ASSIGN(const auto id, captured_photo(request));
  SG_ASSIGN(auto text, services.database.read([&](database::Session& session) -> core::Result<std::string> {
    SG_ASSIGN(auto photo, visible_photo(session, request.caller, id));
    return detail_of(session, request.caller, std::move(photo));
  }));
  return Response::json(200, std::move(text));
}

core::Result<void> audit(const Services& services, database::Session& session, const Request& request,
                         accounts::AuditEvent event) {
  event.object_type = "photo";
  return services.audit.append(session, request.caller, origin_of(request), event);
}

// The analysis measures which way up a picture is, too. One that was not begun yet will see the picture as it is now.
core::Result<void> analyse_turned(const Services& services, const Request& request, database::Session& session,
                                  core::Photo& photo) {
  if (photo.task_id) {
    SG_ASSIGN(const auto task, queue::find(session, *photo.task_id));
    if (task && task->state == core::TaskState::available) return {};
  }
  SG_ASSIGN(photo.task_id, enqueue_analysis(services, session, photo,
                                            {.queue = core::TaskQueue::normal, .request_id = request.request_id}));
  photo.status = core::ProcessingStatus::pending;
  return {};
}

core::Result<void> record_turned(database::Session& session, const core::Photo& turned, core::Photo& photo) {
  photo.size = turned.size;
  photo.display_size = turned.display_size;
  photo.display_bytes = turned.display_bytes;
  photo.thumbnail_bytes = turned.thumbnail_bytes;
  photo.thumbhash = turned.thumbhash;
  return database::photos::set_derived(session, photo);
}

// `turned` is what the row is to tell of images that were made again; null when they stay.
core::Result<core::Photo> change_photo(const Services& services, const Request& request, database::Session& session,
                                       const PhotoChange& change, const core::Photo* turned) {
  SG_ASSIGN(const auto id, captured_photo(request));
  SG_ASSIGN(auto photo, visible_photo(session, request.caller, id));
  SG_TRY(accounts::may_change_photo(request.caller, photo));
  SG_ASSIGN(const auto changed, apply(session, request.caller, change, photo));
  if (changed.empty()) return photo;
  SG_TRY(database::photos::update(session, photo));
  SG_TRY(inspection::renew_burst(session, photo.id, services.clock.now()));
  if (change.verdict.is_present && photo.verdict.empty()) {
    SG_TRY(database::photo_verdicts::settle(session, photo.id));
    SG_ASSIGN(photo, visible_photo(session, request.caller, id));
  }
  if (turned != nullptr) {
    SG_TRY(record_turned(session, *turned, photo));
    SG_TRY(analyse_turned(services, request, session, photo));
  }
  SG_TRY(audit(services, session, request,
               {.action = "photo.update", .object_id = id.to_string(), .details = details_of(changed)}));
  return photo;
}

// The photo, when the change turns it; nullopt when it stands like that already, or is not to be turned.
core::Result<std::optional<core::Photo>> photo_to_turn(const Services& services, const Request& request,
                                                       const PhotoChange& change) {
  if (!change.rotation) return std::optional<core::Photo>{};
  SG_ASSIGN(const auto id, captured_photo(request));
  SG_ASSIGN(auto photo, services.database.read(
                            [&](database::Session& session) { return visible_photo(session, request.caller, id); }));
  SG_TRY(accounts::may_change_photo(request.caller, photo));
  if (photo.rotation == *change.rotation) return std::optional<core::Photo>{};
  return std::optional(std::move(photo));
}

core::Result<core::Photo> change_and_turn(const Services& services, const Request& request, const PhotoChange& change,
                                          const core::Photo& photo) {
  SG_ASSIGN(auto changed, services.ingest.turn_images(photo, *change.rotation,
                                                      [&](database::Session& session, const core::Photo* turned) {
                                                        return change_photo(services, request, session, change, turned);
                                                      }));
  if (services.wake_workers) services.wake_workers();
  return changed;
}

// Turning decodes the original, which takes long.
enum class Patience : std::uint8_t { none, plenty };

core::Result<Response> update_photo(const Services& services, PhotoBytes& bytes, const Request& request,
                                    Patience patience) {
  SG_TRY(QueryReader(request).finish());
  SG_ASSIGN(auto change, read_photo_change(request));
  SG_ASSIGN(const auto to_turn, photo_to_turn(services, request, change));
  if (to_turn && patience == Patience::none) return Response::deferred();
  // Without images made for it a rotation must not reach the row, whoever turns the photo in this moment.
  if (!to_turn) change.rotation.reset();
  SG_ASSIGN(const auto photo, to_turn ? change_and_turn(services, request, change, *to_turn)
                                      : services.database.write([&](database::Session& session) {
                                          return change_photo(services, request, session, change, nullptr);
                                        }));
  // Another job means another audience.
  bytes.forget(photo);
  log_stale_sidecar(ingest::refresh_sidecar(services.blobs, services.database, photo), "photo", photo.id.to_string());
  SG_ASSIGN(auto text, services.database.read(
                           [&](database::Session& session) { return detail_of(session, request.caller, photo); }));
  return Response::json(200, std::move(text));
}

core::Result<Response> delete_photo(const Services& services, PhotoBytes& bytes, const Request& request) {
  SG_TRY(QueryReader(request).finish());
  SG_ASSIGN(const auto id, captured_photo(request));
  SG_ASSIGN(const auto photo, services.database.read([&](database::Session& session) {
    return visible_photo(session, request.caller, id);
  }));
  SG_TRY(accounts::may_delete_photo(request.caller, photo));
  const auto also = [&](database::Session& session) {
    return audit(services, session, request, {.action = "photo.delete", .object_id = id.to_string()});
  };
  SG_TRY(care::delete_photo(services.blobs, services.database, photo, {.also = also, .run = services.ingest.run()}));
  bytes.forget(photo);
  return Response::empty(204);
}

}  // namespace

void add_photo_endpoints(EndpointTable& table, const Services& services, const std::shared_ptr<PhotoBytes>& bytes) {
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/images/photos",
                   .operation = "listPhotos",
                   .guard = {.check = ObjectCheck::listing},
                   .handle = bound_with_query(services, list_photos)});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/images/photos/{id}",
                   .operation = "getPhoto",
                   .guard = {.check = ObjectCheck::photo},
                   .handle = bound(services, get_photo)});
  const auto update_with = [&services, bytes](Patience patience) -> Handler {
    return [&services, bytes, patience](const Request& request) {
      return update_photo(services, *bytes, request, patience);
    };
  };
  const Guard writes{
      .least_role = core::Role::technician, .access = accounts::Access::write, .check = ObjectCheck::photo};
  table.push_back(
      {.method = Method::patch,
       .pattern = "/api/v1/images/photos/{id}",
       .operation = "updatePhoto",
       .guard = writes,
       .body = BodyKind::json,
       .handle = update_with(Patience::none),
       .patient = update_with(Patience::plenty),
       .deadline_seconds = 120});  // waiting for a decoder, decoding, and turns of the same photo before this one
  table.push_back(
      {.method = Method::delete_,
       .pattern = "/api/v1/images/photos/{id}",
       .operation = "deletePhoto",
       .guard = writes,
       .handle = [&services, bytes](const Request& request) { return delete_photo(services, *bytes, request); }});
}

}  // namespace sightglass::http
