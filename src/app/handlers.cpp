#include "app/handlers.hpp"

#include <stdexcept>

#include "app/delivery_metrics.hpp"
#include "app/frame_judge_plan.hpp"
#include "app/program_files.hpp"
#include "app/provider_environment.hpp"
#include "app/setting_facts.hpp"
#include "database/outputs.hpp"
#include "database/waiting_ids.hpp"
#include "http/upload_filing.hpp"
#include "telemetry/log.hpp"

namespace sightglass::app {
namespace {

constexpr auto told_kept = std::chrono::days(30);  // deliveries that ended, and ids

filing::TileCacheOptions tile_options(Parts& parts) {
  return {.max_bytes = std::int64_t{parts.settings().tile_cache_mb} << 20,
          .min_free_bytes = parts.settings().min_free_bytes,
          .limits = parts.ingest().policy().limits};
}

// The embedded store gives no signals. Where there are some, looking unasked is for when their connection is lost.
http::LiveOptions live_options(const Parts& parts) {
  http::LiveOptions options;
  if (!parts.settings().database_url.empty()) options.pause = std::chrono::seconds(1);
  return options;
}

// Where inspections lie is this machine's disk, wherever photos are.
std::unique_ptr<stations::RunningStations> open_stations(Parts& parts, stations::RunningStations::Parts needed) {
  auto opened = stations::RunningStations::open(parts.directory().path(), std::move(needed));
  if (!opened) throw std::runtime_error(opened.error().message + " " + opened.error().cause);
  return std::move(*opened);
}

// Fetched files wait on this machine's disk as well.
std::unique_ptr<pulls::RunningPulls> open_pulls(Parts& parts, pulls::PullParts needed) {
  auto opened = pulls::RunningPulls::open(parts.directory().path(), std::move(needed));
  if (!opened) throw std::runtime_error(opened.error().message + " " + opened.error().cause);
  return std::move(*opened);
}

std::string download_origin_of(const Parts& parts) {
  return parts.s3() && parts.settings().s3_presigned_downloads ? download_origin(*parts.s3()) : std::string();
}

}  // namespace

Handlers::Handlers(Parts& parts, Surroundings surroundings)
    : admission_(parts.blobs(), parts.settings().min_free_bytes),
      uploads_(parts.blobs(), parts.database(), parts.clock(),
               {.most_open = parts.settings().max_open_uploads,
                .lifetime = std::chrono::hours(parts.settings().upload_expire_hours)}),
      tiles_({.originals = parts.blobs(), .packs = parts.local_blobs()}, parts.decoder(), parts.clock(),
             tile_options(parts)),
      cameras_(parts.database(), node_name(parts.settings()), stream_program(), parts.settings().database_url.empty()),
      judge_(inspection::judging::make_frame_judge(frame_judge_plan(parts.directory(), parts.settings()))),
      deliverer_(parts.database(), cameras_, parts.secrets(), {.clock = parts.clock()}),
      database_(parts.database()),
      live_(parts.database(), metrics_, live_options(parts)),
      stations_(open_stations(parts, {.database = parts.database(),
                                      .cameras = cameras_,
                                      .judge = *judge_,
                                      .decoder = parts.decoder(),
                                      .blobs = parts.blobs(),
                                      .admission = admission_,
                                      .ingest = parts.ingest(),
                                      .clock = parts.clock(),
                                      // Who stands at a station waits for it.
                                      .wake_outputs =
                                          [this] {
                                            deliverer_.wake();
                                            live_.wake();
                                          }})),
      pulls_(open_pulls(parts, {.database = parts.database(),
                                .clock = parts.clock(),
                                .secrets = parts.secrets(),
                                .ingest = parts.ingest(),
                                .blobs = parts.blobs(),
                                .admission = admission_,
                                .node = node_name(parts.settings()),
                                .limits = parts.pull_limits()})),
      services_{.database = parts.database(),
                .blobs = parts.blobs(),
                .ingest = parts.ingest(),
                .admission = admission_,
                .uploads = uploads_,
                .tiles = tiles_,
                .cameras = cameras_,
                .stations = *stations_,
                .pulls = *pulls_,
                .decoder = parts.decoder(),
                .live = live_,
                .authenticator = parts.authenticator(),
                .sign_in = parts.sign_in(),
                .administration = parts.administration(),
                .audit = parts.audit(),
                .secrets = parts.secrets(),
                .metrics = metrics_,
                .clock = parts.clock(),
                .wake_workers = std::move(surroundings.wake_workers),
                .wake_deliverer = [this] { deliverer_.wake(); },
                .worker_state = std::move(surroundings.worker_state),
                .web_root = web_root(),
                .max_upload_bytes = parts.settings().max_upload_bytes,
                .settings = facts_of(parts.settings()),
                .tile_server = parts.settings().tile_server,
                .tile_attribution = parts.settings().tile_attribution,
                .budget = budget_plan(parts.settings()),
                .download_origin = download_origin_of(parts)},
      table_(http::make_endpoints(services_)),
      change_signals_(parts.signals().subscribe([this](database::Channel channel, std::string_view) {
        if (channel == database::Channel::changes) live_.wake();
      })) {
  add_delivery_metrics(metrics_, deliverer_);
}

void Handlers::care_for_uploads() {
  // One node at a time; the others need not look at the same uploads.
  const auto turn = database_.locks().try_take("care for uploads");
  if (!turn || !*turn) return;
  uploads_.remove_expired();
  http::file_left_uploads(services_);
}

void Handlers::care_for_tiles() {
  const auto removed = tiles_.tidy(database_);
  if (!removed) telemetry::log_error("the cache of tiles could not be tidied", {{"message", removed.error().message}});
  if (removed && *removed > 0) telemetry::log_info("removed tiles from the cache", {{"pictures", *removed}});
}

void Handlers::care_for_cameras() {
  const auto refreshed = cameras_.refresh();
  if (!refreshed) telemetry::log_error("the cameras could not be looked up", {{"message", refreshed.error().message}});
  const auto running = stations_->refresh();
  if (!running) telemetry::log_error("the stations could not be looked up", {{"message", running.error().message}});
}

void Handlers::care_for_stations() {
  const auto forgotten = database_.write([this](database::Session& session) -> core::Result<void> {
    const auto before = services_.clock.now() - told_kept;
    SG_TRY(database::outputs::prune(session, before));
    SG_TRY(database::waiting_ids::prune(session, before));
    return {};
  });
  if (!forgotten)
    telemetry::log_error("old deliveries could not be forgotten", {{"message", forgotten.error().message}});
}

}  // namespace sightglass::app
