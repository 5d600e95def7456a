// Joins the parts to the endpoint table: what handlers need, gathered once.
#pragma once

#include <functional>
#include <memory>

#include "app/parts.hpp"
#include "filing/tile_cache.hpp"
#include "http/endpoint.hpp"
#include "http/services.hpp"
#include "ingest/admission.hpp"
#include "ingest/resumable_uploads.hpp"
#include "inspection/frame_judge.hpp"
#include "pulls/running_pulls.hpp"
#include "stations/cameras.hpp"
#include "stations/deliverer.hpp"
#include "stations/running_stations.hpp"
#include "telemetry/metrics.hpp"

namespace sightglass::app {

// What handlers see of the processes around them.
struct Surroundings {
  std::function<void()> wake_workers = [] {};
  std::function<http::WorkerState()> worker_state = [] { return http::WorkerState{}; };
};

// `parts` outlives it; the table refers to the services beside it.
class Handlers {
 public:
  Handlers(Parts& parts, Surroundings surroundings);
  Handlers(const Handlers&) = delete;
  Handlers& operator=(const Handlers&) = delete;

  const http::EndpointTable& table() const { return table_; }
  telemetry::Metrics& metrics() { return metrics_; }
  // At start, once, after ingest::settle() and before requests come. Blocks.
  core::Result<void> settle_uploads() { return uploads_.settle(); }
  // Every minute or so: removes what expired, takes in what was left whole. Blocks.
  void care_for_uploads();
  // Likewise: removes tiles of photos that are gone, and what is over the limit. Blocks.
  void care_for_tiles();
  // At start and every few seconds: opens and closes cameras, and runs stations, as people have configured them, here
  // or at other nodes. Blocks.
  void care_for_cameras();
  // Every hour or so: forgets what was told long ago. Blocks.
  void care_for_stations();
  // From here on sources are pulled, until stop_pulling(), which waits for files that are in work. Blocks.
  void start_pulling() { pulls_->start(); }
  void stop_pulling() { pulls_->stop(); }

 private:
  telemetry::Metrics metrics_;
  ingest::Admission admission_;
  ingest::ResumableUploads uploads_;
  filing::TileCache tiles_;
  stations::Cameras cameras_;
  std::unique_ptr<inspection::FrameJudge> judge_;
  stations::Deliverer deliverer_;
  database::Database& database_;
  http::LiveFeed live_;
  std::unique_ptr<stations::RunningStations> stations_;
  std::unique_ptr<pulls::RunningPulls> pulls_;
  http::Services services_;
  http::EndpointTable table_;
  database::Signals::Subscription change_signals_;
};

}  // namespace sightglass::app
