// One output's own thread: sends what it is given, one message after the other, and writes down what became of each.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "accounts/sealed_secrets.hpp"
#include "core/camera_id.hpp"
#include "database/database.hpp"
#include "database/outputs.hpp"
#include "outputs/sender.hpp"
#include "stations/cameras.hpp"
#include "stations/deliverer.hpp"

namespace sightglass::stations {

// An output with what is needed of its station.
struct LaneSettings {
  database::outputs::Output output{};
  std::string station{};
  std::optional<core::CameraId> camera{};
  // From the start on, also while nothing is to be sent: it is there for others to see, or has a signal to end that an
  // earlier run left on.
  bool is_kept = false;
};
bool is_same_lane(const LaneSettings& a, const LaneSettings& b);

// "modbus" and "line": what moves something now, of no use later.
bool is_signal(std::string_view kind);

// Nobody wants to hear of it any more at `at`: a signal is for the part that is there now, so that it counts from the
// trigger, however late the verdict came.
bool is_too_late(const database::outputs::Delivery& delivery, std::string_view kind, const DelivererOptions& options,
                 core::Instant at);

database::outputs::Delivery given_up(database::outputs::Delivery delivery);

// Attempts by kind and outcome. Thread-safe.
class DeliveryTally {
 public:
  enum class Outcome : std::uint8_t { delivered, failed, given_up };
  void add(std::string_view kind, Outcome outcome);
  std::vector<DeliveryCounts> counts() const;

 private:
  static constexpr std::array<std::string_view, 4> kinds{"webhook", "mqtt", "modbus", "line"};
  std::array<std::array<std::atomic<std::int64_t>, 3>, kinds.size()> counts_{};
};

// What lanes share. All of it outlives them.
struct LaneSurroundings {
  database::Database& database;
  Cameras& cameras;
  const accounts::SealedSecrets& secrets;
  const DelivererOptions& options;
  DeliveryTally& tally;
  std::function<void()> on_done;  // behind each message, and at the end; on the lane's thread
};

// What becomes of a delivery by the outcome of an attempt; public for tests.
database::outputs::Delivery after_attempt(database::outputs::Delivery delivery, std::string_view kind,
                                          const core::Result<void>& outcome, const DelivererOptions& options,
                                          core::Instant now);

// Public members: the dispatcher's thread.
class OutputLane {
 public:
  OutputLane(const LaneSurroundings& surroundings, LaneSettings settings);
  // Ends it, and waits.
  ~OutputLane();
  OutputLane(const OutputLane&) = delete;
  OutputLane& operator=(const OutputLane&) = delete;

  const LaneSettings& settings() const { return settings_; }
  bool is_busy() const;
  bool is_fresh() const { return is_fresh_; }  // has sent nothing yet, so that what failed before is worth a try
  // Not while it is busy.
  void offer(database::outputs::Delivery delivery);
  // Behind what is under way; has_ended() says when. Never blocks.
  void end();
  bool has_ended() const;

 private:
  void run();
  database::outputs::Delivery deliver(const database::outputs::Delivery& delivery);
  core::Result<void> attempt(const database::outputs::Delivery& delivery);
  core::Result<void> make_sender();
  void record(const database::outputs::Delivery& delivery);

  const LaneSurroundings& surroundings_;
  const LaneSettings settings_;
  std::unique_ptr<outputs::Sender> sender_;  // the thread's own
  bool is_fresh_ = true;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<database::outputs::Delivery> offered_;
  bool is_ending_ = false;
  bool has_ended_ = false;
  std::thread thread_;
};

}  // namespace sightglass::stations
