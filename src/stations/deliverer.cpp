#include "stations/deliverer.hpp"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "database/cameras.hpp"
#include "database/stations.hpp"
#include "stations/output_lane.hpp"
#include "telemetry/log.hpp"

namespace sightglass::stations {
namespace {

using database::outputs::Delivery;
using database::outputs::DeliveryState;
using database::outputs::Output;
using Milliseconds = std::chrono::milliseconds;

// What one look at the database found.
struct Seen {
  std::vector<Delivery> pending{};  // of each output the next
  std::map<core::OutputId, LaneSettings> outputs{};
  std::int64_t waiting = 0;
};

core::Result<bool> is_ours(database::Session& session, const Cameras& cameras, std::optional<core::CameraId> camera) {
  if (!camera) return false;
  SG_ASSIGN(const auto row, database::cameras::find(session, *camera));
  return row && row->is_enabled && cameras.owns(*row);
}

core::Result<void> see_outputs(database::Session& session, const Cameras& cameras,
                               std::map<core::OutputId, LaneSettings>& outputs) {
  SG_ASSIGN(const auto stations, database::stations::list(session));
  for (const auto& station : stations) {
    SG_ASSIGN(const bool is_here, is_ours(session, cameras, station.camera_id));
    SG_ASSIGN(auto rows, database::outputs::of_station(session, station.id));
    for (Output& row : rows) {
      const bool is_kept = is_here && row.is_enabled && (row.kind == "mqtt" || is_signal(row.kind));
      const auto id = row.id;
      outputs[id] = {
          .output = std::move(row), .station = station.name, .camera = station.camera_id, .is_kept = is_kept};
    }
  }
  return {};
}

}  // namespace

class Deliverer::Implementation {
 public:
  Implementation(database::Database& database, Cameras& cameras, const accounts::SealedSecrets& secrets,
                 const DelivererOptions& options)
      : options_(options),
        surroundings_{.database = database,
                      .cameras = cameras,
                      .secrets = secrets,
                      .options = options_,
                      .tally = tally_,
                      .on_done = [this] { wake(); }},
        thread_([this] { run(); }) {}

  ~Implementation() {
    {
      const std::scoped_lock lock(mutex_);
      is_stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
    for (auto& [id, lane] : lanes_) lane->end();  // all at once, before each is waited for
    lanes_.clear();
  }

  void wake() {
    {
      const std::scoped_lock lock(mutex_);
      is_woken_ = true;
    }
    changed_.notify_all();
  }

  std::vector<DeliveryCounts> counts() const { return tally_.counts(); }
  std::int64_t waiting() const { return waiting_; }

 private:
  void run() {
    for (;;) {
      const Milliseconds rest = turn();
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, rest, [this] { return is_stopping_ || is_woken_; });
      if (is_stopping_) return;
      is_woken_ = false;
    }
  }

  // Hands out what is due; how long until something else is.
  Milliseconds turn() {
    auto seen = look();
    if (!seen) {
      telemetry::log_warning("what outputs are to be told cannot be read", {{"cause", seen.error().message}});
      return options_.first_pause;
    }
    waiting_ = seen->waiting;
    const auto now = options_.clock.now();
    give_up_what_is_too_old(*seen, now);
    end_lanes_of_others(*seen);
    for (const auto& [id, settings] : seen->outputs)
      if (settings.is_kept && !lanes_.contains(id)) open_lane(settings);
    Milliseconds rest = options_.look_interval;
    for (Delivery& delivery : seen->pending) rest = std::min(rest, hand_out(std::move(delivery), *seen, now));
    return std::max(rest, Milliseconds(1));
  }

  core::Result<Seen> look() {
    return surroundings_.database.read([this](database::Session& session) -> core::Result<Seen> {
      Seen seen;
      const std::string& node = surroundings_.cameras.node();
      SG_ASSIGN(seen.pending, database::outputs::next_pending(session, node));
      SG_ASSIGN(seen.waiting, database::outputs::count_pending(session, node));
      SG_TRY(see_outputs(session, surroundings_.cameras, seen.outputs));
      return seen;
    });
  }

  static bool is_wanted(const Delivery& delivery, const LaneSettings& settings) {
    return settings.output.is_enabled || !delivery.trigger_id;
  }

  // What was not even tried: of outputs that are switched off, and what was not told before the program ended.
  void give_up_what_is_too_old(Seen& seen, core::Instant now) {
    std::erase_if(seen.pending, [&](Delivery& delivery) {
      const auto found = seen.outputs.find(delivery.output_id);
      if (found == seen.outputs.end()) return true;  // both are gone, or will be
      const auto lane = lanes_.find(delivery.output_id);
      if (lane != lanes_.end() && lane->second->is_busy()) return false;
      const std::string& kind = found->second.output.kind;
      if (!is_too_late(delivery, kind, options_, now)) return false;
      give_up(delivery, kind);
      return true;
    });
  }

  void give_up(const Delivery& pending, const std::string& kind) {
    const auto delivery = given_up(pending);
    const auto written = surroundings_.database.write(
        [&](database::Session& session) { return database::outputs::update(session, delivery); });
    if (!written) return;  // found again at the next look
    tally_.add(kind, DeliveryTally::Outcome::given_up);
    wake();
  }

  // An output has one lane at a time: the next is opened when the one before has ended.
  void end_lanes_of_others(const Seen& seen) {
    std::erase_if(lanes_, [&](auto& entry) {
      const auto found = seen.outputs.find(entry.first);
      const bool has_work = std::ranges::find(seen.pending, entry.first, &Delivery::output_id) != seen.pending.end();
      const bool stays = found != seen.outputs.end() && is_same_lane(found->second, entry.second->settings()) &&
                         (found->second.output.is_enabled || has_work);
      if (!stays) entry.second->end();
      return entry.second->has_ended();
    });
  }

  OutputLane& open_lane(const LaneSettings& settings) {
    auto& lane = lanes_[settings.output.id];
    lane = std::make_unique<OutputLane>(surroundings_, settings);
    return *lane;
  }

  // How long until it is due, where it is not handed out for that.
  Milliseconds hand_out(Delivery delivery, const Seen& seen, core::Instant now) {
    const LaneSettings& settings = seen.outputs.at(delivery.output_id);
    if (!is_wanted(delivery, settings)) return options_.look_interval;
    const auto found = lanes_.find(delivery.output_id);
    OutputLane& lane = found == lanes_.end() ? open_lane(settings) : *found->second;
    if (lane.is_busy() || !is_same_lane(lane.settings(), settings)) return options_.look_interval;
    if (delivery.next_at > now && !lane.is_fresh()) return std::chrono::ceil<Milliseconds>(delivery.next_at - now);
    lane.offer(std::move(delivery));
    return options_.look_interval;
  }

  const DelivererOptions options_;
  DeliveryTally tally_;
  std::atomic<std::int64_t> waiting_ = 0;
  const LaneSurroundings surroundings_;
  std::map<core::OutputId, std::unique_ptr<OutputLane>> lanes_;  // the thread's own

  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_stopping_ = false;
  bool is_woken_ = false;
  std::thread thread_;
};

Deliverer::Deliverer(database::Database& database, Cameras& cameras, const accounts::SealedSecrets& secrets,
                     const DelivererOptions& options)
    : implementation_(std::make_unique<Implementation>(database, cameras, secrets, options)) {}

Deliverer::~Deliverer() = default;

void Deliverer::wake() { implementation_->wake(); }
std::vector<DeliveryCounts> Deliverer::counts() const { return implementation_->counts(); }
std::int64_t Deliverer::waiting() const { return implementation_->waiting(); }

}  // namespace sightglass::stations
