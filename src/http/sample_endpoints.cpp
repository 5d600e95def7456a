// The sample photos: whether they are there, loading them, removing them again.
#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "care/catalogue_sidecars.hpp"
#include "care/deletion.hpp"
#include "core/json_writer.hpp"
#include "database/catalogue.hpp"
#include "database/photo_pairs.hpp"
#include "database/photos.hpp"
#include "http/endpoint_support.hpp"
#include "http/object_access.hpp"
#include "http/photo_bytes.hpp"
#include "http/photo_submission.hpp"
#include "http/sample_photos.hpp"
#include "ingest/accept.hpp"
#include "ingest/sidecar.hpp"

namespace sightglass::http {
namespace {

constexpr std::int64_t room_for_samples = 4 << 20;  // bytes, with their derived images

// Two people who ask at once, through whichever node, must not make two jobs. Held while pictures are decoded: a second
// or two.
core::Result<database::NodeLocks::Held> turn(const Services& services) {
  return services.database.locks().take("samples", std::chrono::seconds(30));
}

core::Result<SampleJob> samples_of(const Services& services) { return read_samples(services.web_root / "samples"); }

// Those that are there, in the trash or not. People may have changed all of them but the id.
core::Result<std::vector<core::Photo>> find_photos(database::Session& session, const SampleJob& samples) {
  std::vector<core::Photo> found;
  for (const auto& sample : samples.photos) {
    SG_ASSIGN(auto photo, database::photos::find(session, sample.id));
    if (photo) found.push_back(*std::move(photo));
  }
  return found;
}

core::Result<std::vector<core::Photo>> find_photos(const Services& services, const SampleJob& samples) {
  return services.database.read([&](database::Session& session) { return find_photos(session, samples); });
}

core::Result<Response> state_of(const Services& services) {
  const auto samples = samples_of(services);
  std::vector<core::Photo> found;
  if (samples) {
    SG_ASSIGN(found, find_photos(services, *samples));
  }
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("available", samples.has_value()).member("loaded", !found.empty());
  json.member("photos", static_cast<std::int64_t>(found.size())).key("job_id");
  if (found.empty() || !found.front().job_id) {
    json.null();
  } else {
    json.integer(found.front().job_id->value);
  }
  json.end_object();
  return Response::json(200, std::move(text));
}

core::Result<Response> get_samples(const Services& services, const Request&) { return state_of(services); }

core::Result<void> audit(const Services& services, database::Session& session, const Request& request,
                         accounts::AuditEvent event) {
  return services.audit.append(session, request.caller, origin_of(request), event);
}

core::Result<core::JobId> make_job(const Services& services, const Request& request, core::Job job) {
  job.created_by = request.caller.user_id;
  job.created_at = job.updated_at = services.clock.now();
  return services.database.write([&](database::Session& session) -> core::Result<core::JobId> {
    SG_ASSIGN(const auto id, database::jobs::insert(session, job));
    SG_TRY(
        audit(services, session, request, {.action = "job.create", .object_type = "job", .object_id = id.to_string()}));
    return id;
  });
}

core::Result<void> take_in_sample(const Services& services, const Request& request, core::JobId job,
                                  const SamplePhoto& sample) {
  SG_ASSIGN(const auto incoming, services.blobs.begin_incoming());
  std::ifstream file(sample.file, std::ios::binary);
  std::array<char, 64 << 10> buffer{};
  while (file.read(buffer.data(), buffer.size()) || file.gcount() > 0)
    SG_TRY(incoming->write(std::as_bytes(std::span(buffer).first(static_cast<std::size_t>(file.gcount())))));
  ingest::Submission submission{.kind = core::PhotoKind::job,
                                .source = core::PhotoSource::import,
                                .original_filename = sample.file.filename().string(),
                                .description = sample.description,
                                .tags = sample.tags,
                                .job_id = job,
                                .uploaded_by = request.caller.user_id,
                                .uploader_name = request.caller.name,
                                .id = sample.id,
                                .request_id = request.request_id};
  submission.also = [&](database::Session& session, const core::Photo& photo) {
    return record_creation(services, request, session, photo);
  };
  SG_TRY(services.ingest.accept(*incoming, submission));
  return {};
}

core::Result<void> restore(const Services& services, const Request& request, const core::Photo& photo) {
  SG_TRY(services.database.write([&](database::Session& session) -> core::Result<void> {
    SG_TRY(database::photos::set_trashed(session, photo.id, std::nullopt));
    return audit(services, session, request,
                 {.action = "photo.restore", .object_type = "photo", .object_id = photo.id.to_string()});
  }));
  log_stale_sidecar(ingest::refresh_sidecar(services.blobs, services.database, photo), "photo", photo.id.to_string());
  return {};
}

core::Result<void> add_pairs(const Services& services, const Request& request, core::JobId job,
                             std::vector<core::PhotoPair> pairs) {
  for (auto& pair : pairs) {
    pair.created_by = request.caller.user_id;
    pair.created_at = services.clock.now();
  }
  return services.database.write([&](database::Session& session) -> core::Result<void> {
    for (const auto& pair : pairs) {
      SG_ASSIGN(const auto there, database::photo_pairs::find(session, job, pair.id));
      if (!there) SG_TRY(database::photo_pairs::insert(session, job, pair));
    }
    return {};
  });
}

// Only what is missing is made: what people changed of the others stays.
core::Result<void> load_missing(const Services& services, const Request& request, const SampleJob& samples,
                                core::JobId job, const std::vector<core::Photo>& found) {
  for (const auto& sample : samples.photos) {
    const auto there = std::ranges::find(found, sample.id, &core::Photo::id);
    if (there == found.end()) {
      SG_TRY(take_in_sample(services, request, job, sample));
    } else if (there->trashed_at) {
      SG_TRY(restore(services, request, *there));
    }
  }
  // Once, with the photos: who parted the pair does not get it back by loading again.
  return found.empty() ? add_pairs(services, request, job, samples.job.pairs) : core::Result<void>{};
}

core::Result<Response> load_samples(const Services& services, const Request& request) {
  auto samples = samples_of(services);
  if (!samples) return core::fail(core::ErrorCode::conflict, "This installation brings no samples.");
  SG_ASSIGN(const auto room, services.admission.admit(room_for_samples));
  SG_ASSIGN(const auto one_at_a_time, turn(services));
  SG_ASSIGN(const auto found, find_photos(services, *samples));
  std::optional<core::JobId> job;
  if (!found.empty()) job = found.front().job_id;
  if (!job) {
    SG_ASSIGN(job, make_job(services, request, samples->job));
  }
  const auto loaded = load_missing(services, request, *samples, *job, found);
  log_stale_sidecar(care::refresh_job_sidecar(services.blobs, services.database, *job), "job", job->to_string());
  SG_TRY(loaded);
  return state_of(services);
}

// A job to which people added photos of their own is theirs from then on.
core::Result<void> remove_job(const Services& services, const Request& request, core::JobId id) {
  const auto removed = services.database.write([&](database::Session& session) -> core::Result<void> {
    SG_TRY(database::jobs::remove(session, id));
    return audit(services, session, request,
                 {.action = "job.delete", .object_type = "job", .object_id = id.to_string()});
  });
  if (!removed && removed.error().code != core::ErrorCode::conflict) return removed;
  log_stale_sidecar(care::refresh_job_sidecar(services.blobs, services.database, id), "job", id.to_string());
  return {};
}

core::Result<Response> remove_samples(const Services& services, PhotoBytes& bytes, const Request& request) {
  SG_TRY(QueryReader(request).finish());
  const auto samples = samples_of(services);
  if (!samples) return Response::empty(204);
  SG_ASSIGN(const auto one_at_a_time, turn(services));
  SG_ASSIGN(const auto found, find_photos(services, *samples));
  std::optional<core::JobId> job;
  for (const auto& photo : found) {
    if (photo.job_id) job = photo.job_id;
    const auto also = [&](database::Session& session) {
      return audit(services, session, request,
                   {.action = "photo.delete", .object_type = "photo", .object_id = photo.id.to_string()});
    };
    const auto deleted =
        care::delete_photo(services.blobs, services.database, photo, {.also = also, .run = services.ingest.run()});
    if (!deleted && deleted.error().code != core::ErrorCode::not_found) return std::unexpected(deleted.error());
    bytes.forget(photo);
  }
  if (job) SG_TRY(remove_job(services, request, *job));
  return Response::empty(204);
}

}  // namespace

void add_sample_endpoints(EndpointTable& table, const Services& services, const std::shared_ptr<PhotoBytes>& bytes) {
  const auto guard = [](accounts::Access access) {
    return Guard{.least_role = core::Role::operator_, .area = accounts::Area::jobs, .access = access};
  };
  constexpr std::string_view pattern = "/api/v1/samples";
  table.push_back({.method = Method::get,
                   .pattern = pattern,
                   .operation = "getSamples",
                   .guard = guard(accounts::Access::read),
                   .handle = bound(services, get_samples)});
  table.push_back({.method = Method::post,
                   .pattern = pattern,
                   .operation = "loadSamples",
                   .guard = guard(accounts::Access::write),
                   .handle = bound(services, load_samples),
                   .deadline_seconds = 120});
  table.push_back(
      {.method = Method::delete_,
       .pattern = pattern,
       .operation = "removeSamples",
       .guard = guard(accounts::Access::write),
       .handle = [&services, bytes](const Request& request) { return remove_samples(services, *bytes, request); },
       .deadline_seconds = 120});
}

}  // namespace sightglass::http
