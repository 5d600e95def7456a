// The state of each part for people and monitors, and the metrics.
#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <mutex>

#include "core/json_writer.hpp"
#include "core/task.hpp"
#include "database/cameras.hpp"
#include "database/stations.hpp"
#include "fmt/format.h"
#include "http/queue_metrics.hpp"
#include "http/services.hpp"
#include "http/source_metrics.hpp"
#include "queue/task_queue.hpp"
#include "telemetry/log.hpp"

namespace sightglass::http {
namespace {

using core::TaskState;

using QueueCounts = std::vector<queue::QueueCount>;

struct StationCounts {
  int configured = 0;  // of this node, and switched on
  int armed = 0;
};

struct PartStates {
  core::Result<QueueCounts> tasks;  // an error when the database is down
  core::Result<std::int64_t> free_bytes;
  WorkerState workers{};
  stations::Cameras::Counts cameras{};
  StationCounts stations{};
  bool has_room = true;
  bool is_storage_up() const { return free_bytes && workers.store_answers; }
  bool is_up() const { return tasks && is_storage_up(); }
};

// The newest look at the parts that cost a query or a system call, renewed at most every few seconds, so that
// neither scrapes nor health checks load the store. Thread-safe; look() blocks on the database now and then.
class PartWatch {
 public:
  static constexpr std::chrono::seconds max_age{2};
  explicit PartWatch(const Services& services) : services_(services) {}

  PartStates look() {
    const std::lock_guard lock(mutex_);
    const auto now = services_.clock.now();
    if (!states_ || now - looked_at_ > max_age) {
      states_ = look_now();
      looked_at_ = now;
    }
    return *states_;
  }
  // What was seen last; never blocks on anything but another look().
  std::int64_t free_bytes() const {
    const std::lock_guard lock(mutex_);
    return states_ ? states_->free_bytes.value_or(-1) : -1;
  }
  StationCounts stations() const {
    const std::lock_guard lock(mutex_);
    return states_ ? states_->stations : StationCounts{};
  }

 private:
  PartStates look_now() const {
    PartStates states{
        .tasks = services_.database.read([](database::Session& session) { return queue::count_by_state(session); }),
        .free_bytes = services_.blobs.free_bytes(),
        .workers = services_.worker_state ? services_.worker_state() : WorkerState{},
        .cameras = services_.cameras.counts(),
        .stations = count_stations().value_or(StationCounts{})};
    if (!states.tasks) telemetry::log_error("database is down", {{"cause", states.tasks.error().message}});
    if (!states.free_bytes) telemetry::log_error("storage is down", {{"cause", states.free_bytes.error().message}});
    states.has_room =
        states.free_bytes && (*states.free_bytes < 0 || *states.free_bytes >= services_.admission.min_free_bytes());
    return states;
  }

  core::Result<StationCounts> count_stations() const {
    return services_.database.read([&](database::Session& session) -> core::Result<StationCounts> {
      SG_ASSIGN(const auto cameras, database::cameras::list(session));
      SG_ASSIGN(const auto rows, database::stations::list(session));
      StationCounts counts;
      for (const auto& row : rows) {
        const auto camera = std::ranges::find(cameras, row.camera_id, &database::cameras::Camera::id);
        if (!row.is_enabled || camera == cameras.end() || !services_.cameras.owns(*camera)) continue;
        ++counts.configured;
        if (services_.stations.status(row.id).is_armed) ++counts.armed;
      }
      return counts;
    });
  }

  const Services& services_;
  mutable std::mutex mutex_;
  std::optional<PartStates> states_;
  core::Instant looked_at_{};
};

void write_storage(core::JsonWriter& json, const PartStates& states) {
  const std::string_view status = !states.is_storage_up() ? "unavailable" : states.has_room ? "ok" : "degraded";
  json.key("storage").begin_object().member("status", status).key("free_bytes");
  if (states.free_bytes && *states.free_bytes >= 0) {
    json.integer(*states.free_bytes);
  } else {
    json.null();
  }
  json.end_object();
}

void write_queue(core::JsonWriter& json, const PartStates& states) {
  std::int64_t waiting = 0;
  std::int64_t running = 0;
  for (const auto& count : states.tasks.value_or(QueueCounts{})) {
    (count.state == TaskState::running ? running : waiting) += count.count;
  }
  const bool is_short = states.workers.workers < states.workers.workers_wanted;
  json.key("queue").begin_object().member("status", is_short ? "degraded" : "ok");
  json.member("workers", states.workers.workers).member("workers_wanted", states.workers.workers_wanted);
  json.member("waiting", waiting).member("running", running).end_object();
}

// A camera that is lost takes nothing from those who do not use it: the server as a whole is up.
void write_cameras(core::JsonWriter& json, const stations::Cameras::Counts& cameras) {
  std::string_view status = "ok";
  if (cameras.ready < cameras.open) status = cameras.ready == 0 ? "unavailable" : "degraded";
  if (cameras.open == 0) status = "not_configured";
  json.key("camera").begin_object().member("status", status).member("configured", cameras.open);
  json.member("ready", cameras.ready).end_object();
}

// Likewise.
void write_stations(core::JsonWriter& json, const StationCounts& stations) {
  std::string_view status = "ok";
  if (stations.armed < stations.configured) status = stations.armed == 0 ? "unavailable" : "degraded";
  if (stations.configured == 0) status = "not_configured";
  json.key("stations").begin_object().member("status", status).member("configured", stations.configured);
  json.member("armed", stations.armed).end_object();
}

// Likewise: a remote end that is away is no fault of this server.
void write_sources(core::JsonWriter& json, const SourceTally& sources) {
  std::string_view status = sources.failing == 0 ? "ok" : "degraded";
  if (sources.configured == 0) status = "not_configured";
  json.key("sources").begin_object().member("status", status).member("configured", sources.configured);
  json.member("failing", sources.failing).member("quiet", sources.quiet).end_object();
}

std::string health_json(const PartStates& states, const SourceTally& sources) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("status", states.is_up() ? "ok" : "unavailable").member("version", SIGHTGLASS_VERSION);
  write_cameras(json, states.cameras);
  write_stations(json, states.stations);
  write_sources(json, sources);
  json.key("database").begin_object().member("status", states.tasks ? "ok" : "unavailable").end_object();
  write_storage(json, states);
  write_queue(json, states);
  json.key("decoder").begin_object().member("status", states.workers.decoders > 0 ? "ok" : "degraded");
  json.member("processes", states.workers.decoders).end_object().end_object();
  return text;
}

core::Result<Response> get_health(PartWatch& watch, SourceWatch& sources) {
  const auto states = watch.look();
  sources.look();
  auto response = Response::json(states.is_up() ? 200 : 503, health_json(states, sources.tally()));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

core::Result<Response> get_metrics(PartWatch& watch, QueueWatch& queues, SourceWatch& sources,
                                   const telemetry::Metrics& metrics) {
  watch.look();
  queues.look();
  sources.look();
  Response response{.status = 200, .body = metrics.to_prometheus()};
  response.headers.add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  response.headers.add("Cache-Control", "no-store");
  return response;
}

void register_gauges(const Services& services, const std::shared_ptr<PartWatch>& watch) {
  auto& metrics = services.metrics;
  metrics.gauge("sightglass_storage_free_bytes", "Room left for new bytes, -1 when there is no limit.",
                [watch] { return static_cast<double>(watch->free_bytes()); });
  const auto& cameras = services.cameras;
  metrics.gauge("sightglass_cameras", "Cameras of this node that are switched on.",
                [&cameras] { return static_cast<double>(cameras.counts().open); });
  metrics.gauge("sightglass_cameras_ready", "Those of them that would take a picture now.",
                [&cameras] { return static_cast<double>(cameras.counts().ready); });
  metrics.gauge("sightglass_stations", "Inspection stations of this node that are switched on.",
                [watch] { return static_cast<double>(watch->stations().configured); });
  metrics.gauge("sightglass_stations_armed", "Those of them that would take the next trigger.",
                [watch] { return static_cast<double>(watch->stations().armed); });
  const auto worker_state = services.worker_state;
  if (!worker_state) return;
  metrics.gauge("sightglass_workers", "Task workers alive.",
                [worker_state] { return static_cast<double>(worker_state().workers); });
  metrics.gauge("sightglass_decoders", "Decoding processes alive.",
                [worker_state] { return static_cast<double>(worker_state().decoders); });
}

}  // namespace

void add_health_endpoints(EndpointTable& table, const Services& services) {
  // Shared by the two rows and the gauges, which live as long as the metrics.
  const auto watch = std::make_shared<PartWatch>(services);
  register_gauges(services, watch);
  const auto queues = std::make_shared<QueueWatch>(services.database, services.clock);
  services.metrics.text([queues] { return queues->text(); });
  const auto sources = std::make_shared<SourceWatch>(services.database, services.clock);
  services.metrics.text([sources] { return sources->text(); });
  table.push_back({.method = Method::get,
                   .pattern = "/health",
                   .operation = "getHealth",
                   .guard = {.is_public = true},
                   .handle = [watch, sources](const Request&) { return get_health(*watch, *sources); }});
  table.push_back({.method = Method::get,
                   .pattern = "/metrics",
                   .operation = "getMetrics",
                   .guard = {.is_public = true},
                   .handle = [watch, queues, sources, &services](const Request&) {
                     return get_metrics(*watch, *queues, *sources, services.metrics);
                   }});
}

}  // namespace sightglass::http
