// Correcting the clock of a source's cameras: photos are shown at other times, files stay as they are.
#include <chrono>

#include "core/json_writer.hpp"
#include "database/photos.hpp"
#include "database/pull_clock.hpp"
#include "http/json_body.hpp"
#include "http/object_access.hpp"
#include "http/photo_change.hpp"
#include "http/source_access.hpp"
#include "http/source_file_endpoints.hpp"
#include "ingest/sidecar.hpp"
#include "inspection/bursts.hpp"

namespace sightglass::http {
namespace {

using core::JsonWriter;
using core::Result;
using database::Session;
using database::pull_clock::Shifted;

// A hundred years, so that clocks that count from 1970 can be set right.
constexpr IntegerRange offsets{.least = -3'153'600'000, .most = 3'153'600'000};
constexpr std::int32_t most_previewed = 100;
constexpr std::int32_t photos_at_once = 200;  // of one transaction, so that others write between

void write_shifted(JsonWriter& json, const Shifted& one) {
  json.begin_object().member("photo_id", one.photo_id.to_string()).member("filename", one.filename);
  json.member("taken_at", core::to_iso8601(one.taken_at));
  json.member("corrected_at", core::to_iso8601(one.corrected_at)).end_object();
}

Result<Response> preview_clock(const Services& services, const Request& request) {
  QueryReader query(request);
  const auto offset = query.integer("offset_seconds", offsets);
  if (!offset) query.refuse("offset_seconds", "is required");
  SG_TRY(query.finish());
  const std::chrono::seconds seconds(*offset);
  std::int64_t count = 0;
  SG_ASSIGN(const auto photos, services.database.read([&](Session& session) -> Result<std::vector<Shifted>> {
    SG_ASSIGN(const auto source, captured_source(session, request));
    SG_ASSIGN(count, database::pull_clock::count_shifted(session, source.id, seconds));
    return database::pull_clock::shifted(session, source.id, seconds, std::nullopt, most_previewed);
  }));
  std::string text;
  JsonWriter json(text);
  json.begin_object().member("offset_seconds", *offset).key("photos").begin_array();
  for (const auto& one : photos) write_shifted(json, one);
  json.end_array().member("count", count).end_object();
  return Response::json(200, std::move(text));
}

// First of all, so that photos that come meanwhile are right.
Result<core::PullSourceId> set_offset(const Services& services, const Request& request, std::int64_t offset) {
  return services.database.write([&](Session& session) -> Result<core::PullSourceId> {
    SG_ASSIGN(auto source, captured_source(session, request));
    if (source.clock_offset_seconds == offset) return source.id;
    source.clock_offset_seconds = offset;
    source.updated_at = services.clock.now();
    SG_TRY(database::pull_sources::update(session, source));
    SG_TRY(audit_source(services, session, request,
                        {.action = "source.clock",
                         .object_id = source.id.to_string(),
                         .details = R"({"offset_seconds":)" + std::to_string(offset) + "}"}));
    return source.id;
  });
}

struct Batch {
  std::vector<core::Photo> corrected{};
  std::optional<core::PhotoId> last{};  // that was looked at; nullopt: there was none
};

// False when the photo is gone, or right by now.
Result<bool> correct_one(const Services& services, const Request& request, Session& session, core::Photo& photo,
                         std::chrono::seconds offset) {
  if (!correct_time(photo, offset)) return false;
  SG_TRY(database::photos::update(session, photo));
  SG_TRY(inspection::renew_burst(session, photo.id, services.clock.now()));
  SG_TRY(services.audit.append(session, request.caller, origin_of(request),
                               {.action = "photo.update",
                                .object_type = "photo",
                                .object_id = photo.id.to_string(),
                                .details = details_of({"taken_at"})}));
  return true;
}

Result<Batch> correct_some(const Services& services, const Request& request, core::PullSourceId source,
                           std::chrono::seconds offset, const std::optional<core::PhotoId>& before) {
  return services.database.write([&](Session& session) -> Result<Batch> {
    SG_ASSIGN(const auto shifted, database::pull_clock::shifted(session, source, offset, before, photos_at_once));
    Batch batch;
    for (const auto& one : shifted) {
      batch.last = one.photo_id;
      SG_ASSIGN(auto photo, database::photos::find(session, one.photo_id));
      if (!photo) continue;
      SG_ASSIGN(const bool is_corrected, correct_one(services, request, session, *photo, offset));
      if (is_corrected) batch.corrected.push_back(std::move(*photo));
    }
    return batch;
  });
}

Result<std::int64_t> correct_all(const Services& services, const Request& request, core::PullSourceId source,
                                 std::chrono::seconds offset) {
  std::int64_t count = 0;
  std::optional<core::PhotoId> before;
  for (;;) {
    SG_ASSIGN(const auto batch, correct_some(services, request, source, offset, before));
    if (!batch.last) return count;
    before = batch.last;
    count += std::ssize(batch.corrected);
    for (const auto& photo : batch.corrected)
      log_stale_sidecar(ingest::refresh_sidecar(services.blobs, services.database, photo), "photo",
                        photo.id.to_string());
  }
}

Result<Response> set_clock(const Services& services, const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  const auto offset = body.required_integer("offset_seconds", offsets);
  SG_TRY(body.finish());
  SG_ASSIGN(const auto source, set_offset(services, request, offset));
  SG_ASSIGN(const auto corrected, correct_all(services, request, source, std::chrono::seconds(offset)));
  std::string text;
  JsonWriter json(text);
  json.begin_object().member("offset_seconds", offset).member("corrected", corrected).end_object();
  return Response::json(200, std::move(text));
}

Result<Response> later(const Request& /*request*/) { return Response::deferred(); }

}  // namespace

void add_source_clock_endpoints(EndpointTable& table, const Services& services) {
  constexpr std::string_view clock = "/api/v1/image-pull-sources/{id}/clock";
  add_source_row(table, {{.method = Method::get,
                          .pattern = clock,
                          .operation = "previewSourceClock",
                          .guard = reads_sources(),
                          .handle = bound_with_query(services, preview_clock)},
                         "previewSourceClockShort"});
  add_source_row(table, {{.method = Method::put,
                          .pattern = clock,
                          .operation = "setSourceClock",
                          .guard = changes_sources(),
                          .body = BodyKind::json,
                          .handle = later,
                          .patient = bound(services, set_clock),
                          .deadline_seconds = 3600},  // a hundred thousand photos have as many sidecars
                         "setSourceClockShort"});
}

}  // namespace sightglass::http
