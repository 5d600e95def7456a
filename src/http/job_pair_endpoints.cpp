// Pairs of a job's photos, before and after: make, list, change, remove.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "accounts/access.hpp"
#include "care/catalogue_sidecars.hpp"
#include "core/json_writer.hpp"
#include "database/catalogue.hpp"
#include "database/photo_pairs.hpp"
#include "database/photos.hpp"
#include "http/endpoint_support.hpp"
#include "http/json_body.hpp"
#include "http/object_access.hpp"
#include "http/page_cursor.hpp"
#include "http/photo_json.hpp"

namespace sightglass::http {
namespace {

namespace photo_pairs = database::photo_pairs;

constexpr std::size_t most_pairs = 200;  // of one job; they are listed at once, with both photos
constexpr std::size_t most_title_characters = 500;

// A pair as it is shown. Only photos that are still in the job make one: what lies in the trash, or was moved to
// another job, hides its pairs until it comes back.
struct ShownPair {
  core::PhotoPair pair{};
  core::Photo before{};
  core::Photo after{};
};

bool is_in_job(const std::optional<core::Photo>& photo, core::JobId job) {
  return photo && photo->job_id == job && !photo->trashed_at;
}

core::Result<std::optional<ShownPair>> shown(database::Session& session, core::JobId job, const core::PhotoPair& pair) {
  SG_ASSIGN(auto before, database::photos::find(session, pair.before));
  SG_ASSIGN(auto after, database::photos::find(session, pair.after));
  if (!is_in_job(before, job) || !is_in_job(after, job)) return std::optional<ShownPair>{};
  return ShownPair{.pair = pair, .before = *std::move(before), .after = *std::move(after)};
}

void write_pair(core::JsonWriter& json, const ShownPair& shown) {
  const auto& pair = shown.pair;
  json.begin_object().member("id", pair.id.to_string()).member("title", pair.title);
  json.member("created_by", pair.created_by ? std::optional(pair.created_by->to_string()) : std::nullopt);
  json.member("created_at", core::to_iso8601(pair.created_at)).key("before");
  write_photo(json, shown.before);
  json.key("after");
  write_photo(json, shown.after);
  json.end_object();
}

Response answer(int status, const ShownPair& pair) {
  std::string text;
  core::JsonWriter json(text);
  write_pair(json, pair);
  return Response::json(status, std::move(text));
}

core::Result<core::PairId> captured_pair(const Request& request) {
  if (const auto id = core::PairId::parse(request.captures.get("pair_id"))) return *id;
  return core::fail(core::not_found("no such pair"));
}

// Whoever sees the job sees its photos.
core::Result<void> check_photo(database::Session& session, core::JobId job, core::PhotoId id, std::string_view field) {
  SG_ASSIGN(const auto photo, database::photos::find(session, id));
  if (is_in_job(photo, job)) return {};
  return core::fail(core::invalid_input(std::string(field), "the job has no such photo"));
}

core::Result<void> check_photos(database::Session& session, core::JobId job, const core::PhotoPair& pair) {
  if (pair.before == pair.after) return core::fail(core::invalid_input("after", "a pair needs two different photos"));
  SG_TRY(check_photo(session, job, pair.before, "before"));
  return check_photo(session, job, pair.after, "after");
}

// What changes a job's pairs changes the job: its file is looked at for being up to date by that time.
core::Result<void> record(const Services& services, database::Session& session, const Request& request, core::Job job,
                          std::string_view action, core::PairId pair, const ChangedFields& changed = {}) {
  job.updated_at = services.clock.now();
  SG_TRY(database::jobs::update(session, job));
  std::string details;
  core::JsonWriter json(details);
  json.begin_object().member("pair", pair.to_string());
  if (!changed.empty()) {
    json.key("changed").begin_array();
    for (const auto field : changed) json.string(field);
    json.end_array();
  }
  json.end_object();
  return services.audit.append(session, request.caller, origin_of(request),
                               {.action = std::string(action),
                                .object_type = "job",
                                .object_id = job.id.to_string(),
                                .details = std::move(details)});
}

void refresh_sidecar(const Services& services, core::JobId job) {
  log_stale_sidecar(care::refresh_job_sidecar(services.blobs, services.database, job), "job", job.to_string());
}

core::Error worded(core::Error error) {
  return worded_conflict(std::move(error), "after", "these two photos are a pair already");
}

core::Result<Response> list_pairs(const Services& services, const Request& request) {
  SG_ASSIGN(const auto id, captured_job(request));
  using Pairs = std::vector<ShownPair>;
  SG_ASSIGN(const auto pairs, services.database.read([&](database::Session& session) -> core::Result<Pairs> {
    SG_ASSIGN(const auto job, visible_job(session, request.caller, id));
    Pairs found;
    for (const auto& pair : job.pairs) {
      SG_ASSIGN(auto one, shown(session, id, pair));
      if (!one) continue;
      SG_TRY(hide_unseen_duplicates(session, request.caller, {&one->before, 1}));
      SG_TRY(hide_unseen_duplicates(session, request.caller, {&one->after, 1}));
      found.push_back(*std::move(one));
    }
    return found;
  }));
  return Response::json(200, page_json(pairs, std::nullopt, write_pair));
}

core::Result<ShownPair> add_pair(const Services& services, database::Session& session, const Request& request,
                                 const core::PhotoPair& pair) {
  SG_ASSIGN(const auto id, captured_job(request));
  SG_ASSIGN(const auto job, visible_job(session, request.caller, id));
  SG_TRY(accounts::may_add_to_job(request.caller, job));
  SG_TRY(check_photos(session, id, pair));
  if (job.pairs.size() >= most_pairs)
    return core::fail(core::invalid_input("before", "the job has 200 pairs already; remove one first"));
  const auto inserted = photo_pairs::insert(session, id, pair);
  if (!inserted) return core::fail(worded(inserted.error()));
  SG_TRY(record(services, session, request, job, "job.pair_add", pair.id));
  SG_ASSIGN(auto one, shown(session, id, pair));
  return *std::move(one);
}

core::Result<Response> create_pair(const Services& services, const Request& request) {
  SG_ASSIGN(const auto id, captured_job(request));
  // Before the body is looked at: what is wrong with it tells nothing of jobs that the caller may not see.
  SG_TRY(services.database.read([&](database::Session& session) { return visible_job(session, request.caller, id); }));
  SG_ASSIGN(auto body, JsonObject::parse(request));
  const auto now = services.clock.now();
  const core::PhotoPair pair{.id = core::PairId::make(now),
                             .before = body.required_id<core::PhotoId>("before"),
                             .after = body.required_id<core::PhotoId>("after"),
                             .title = body.optional_string("title", most_title_characters).value_or(""),
                             .created_by = request.caller.user_id,
                             .created_at = now};
  SG_TRY(body.finish());
  SG_ASSIGN(const auto made, services.database.write([&](database::Session& session) {
    return add_pair(services, session, request, pair);
  }));
  refresh_sidecar(services, id);
  return answer(201, made);
}

struct PairChange {
  std::optional<core::PhotoId> before{}, after{};
  std::optional<std::string> title{};
};

// The pair that the route names, of a job that the caller sees, with the right to change it.
core::Result<core::PhotoPair> own_pair(database::Session& session, const Request& request, core::JobId job) {
  SG_ASSIGN(const auto id, captured_pair(request));
  SG_ASSIGN(auto pair, photo_pairs::find(session, job, id));
  if (!pair) return core::fail(core::not_found("no such pair"));
  SG_TRY(accounts::may_change_pair(request.caller, *pair));
  return *std::move(pair);
}

core::Result<ShownPair> change_pair(const Services& services, database::Session& session, const Request& request,
                                    const PairChange& change) {
  SG_ASSIGN(const auto id, captured_job(request));
  SG_ASSIGN(const auto job, visible_job(session, request.caller, id));
  SG_ASSIGN(auto pair, own_pair(session, request, id));
  ChangedFields changed;
  replace(changed, "before", pair.before, change.before);
  replace(changed, "after", pair.after, change.after);
  replace(changed, "title", pair.title, change.title);
  SG_TRY(check_photos(session, id, pair));
  if (!changed.empty()) {
    const auto updated = photo_pairs::update(session, pair);
    if (!updated) return core::fail(worded(updated.error()));
    SG_TRY(record(services, session, request, job, "job.pair_change", pair.id, changed));
  }
  SG_ASSIGN(auto one, shown(session, id, pair));
  return *std::move(one);
}

core::Result<Response> update_pair(const Services& services, const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  const PairChange change{.before = body.optional_id<core::PhotoId>("before"),
                          .after = body.optional_id<core::PhotoId>("after"),
                          .title = body.optional_string("title", most_title_characters)};
  SG_TRY(body.finish());
  SG_ASSIGN(const auto id, captured_job(request));
  SG_ASSIGN(const auto pair, services.database.write([&](database::Session& session) {
    return change_pair(services, session, request, change);
  }));
  refresh_sidecar(services, id);
  return answer(200, pair);
}

core::Result<Response> delete_pair(const Services& services, const Request& request) {
  SG_ASSIGN(const auto id, captured_job(request));
  SG_TRY(services.database.write([&](database::Session& session) -> core::Result<void> {
    SG_ASSIGN(const auto job, visible_job(session, request.caller, id));
    SG_ASSIGN(const auto pair, own_pair(session, request, id));
    SG_TRY(photo_pairs::remove(session, pair.id));
    return record(services, session, request, job, "job.pair_remove", pair.id);
  }));
  refresh_sidecar(services, id);
  return Response::empty(204);
}

}  // namespace

void add_job_pair_endpoints(EndpointTable& table, const Services& services) {
  const Guard reads{.area = accounts::Area::jobs, .check = ObjectCheck::job};
  const Guard writes{.least_role = core::Role::technician,
                     .area = accounts::Area::jobs,
                     .access = accounts::Access::write,
                     .check = ObjectCheck::job};
  constexpr std::string_view all = "/api/v1/jobs/{id}/pairs";
  constexpr std::string_view one = "/api/v1/jobs/{id}/pairs/{pair_id}";
  table.push_back({.method = Method::get,
                   .pattern = all,
                   .operation = "listPairs",
                   .guard = reads,
                   .handle = bound(services, list_pairs)});
  table.push_back({.method = Method::post,
                   .pattern = all,
                   .operation = "createPair",
                   .guard = writes,
                   .body = BodyKind::json,
                   .handle = bound(services, create_pair)});
  table.push_back({.method = Method::patch,
                   .pattern = one,
                   .operation = "updatePair",
                   .guard = writes,
                   .body = BodyKind::json,
                   .handle = bound(services, update_pair)});
  table.push_back({.method = Method::delete_,
                   .pattern = one,
                   .operation = "deletePair",
                   .guard = writes,
                   .handle = bound(services, delete_pair)});
}

}  // namespace sightglass::http
