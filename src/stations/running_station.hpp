// A station that runs: takes the frames of its camera's trigger, and sees each through to its place.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "camera/camera.hpp"
#include "core/result.hpp"
#include "database/stations.hpp"
#include "stations/frame_spill.hpp"
#include "stations/inspector.hpp"
#include "stations/station_events.hpp"
#include "stations/trigger_journal.hpp"

namespace sightglass::stations {

struct StationLimits {
  std::size_t most_arrived_bytes = 256U << 20;  // of frames that are not in the journal yet; beyond, a trigger is lost
  std::size_t most_waiting_bytes = 128U << 20;  // of frames that wait to be judged; beyond, they wait on disk
  std::size_t most_unfiled = 16;      // judged frames in memory until their files are made; others are read again
  std::uint64_t most_missed = 1'000;  // frames of one gap that are journaled one by one
  std::chrono::milliseconds retry_pause{500};  // of the journal, while the database cannot be written
};

// Three threads behind the camera's: one journals triggers in their order and gives them their ids, one judges, one
// makes the files. None waits for the one behind it. Thread-safe.
class RunningStation {
 public:
  struct Parts {
    TriggerJournal& journal;
    Inspector& inspector;
    const FrameSpill& spill;
    bool was_away = false;  // parts may have passed unseen just before: ids that wait are withdrawn when it is armed
  };
  // Arms the camera. What it cannot be armed for is in status().fault, and tried again by try_to_arm().
  RunningStation(database::stations::Station row, std::shared_ptr<camera::Camera> camera, Parts parts,
                 StationLimits limits = {});
  ~RunningStation() { end(); }
  RunningStation(const RunningStation&) = delete;
  RunningStation& operator=(const RunningStation&) = delete;

  // What changed of it but its camera and its trigger; from the next trigger on.
  void use(database::stations::Station row);
  void try_to_arm();
  // Takes no more triggers; journals those that came, puts frames that are not judged on disk, and joins. Others may
  // hold it still: nothing happens in it any more. By one thread alone.
  void end();
  StationStatus status() const;
  // Blocks until the camera was told. conflict; unavailable.
  core::Result<void> trigger();
  const std::shared_ptr<camera::Camera>& camera() const { return camera_; }

 private:
  using Row = database::triggers::Trigger;
  using Frame = std::shared_ptr<const camera::Frame>;
  struct Event {
    enum class Kind : std::uint8_t { frame, lost, away, armed };
    Kind kind = Kind::frame;
    Frame frame{};        // of frame
    core::Instant at{};   // of the others
    std::string words{};  // of lost and away
  };
  struct Waiting {
    Row row{};
    Frame frame{};  // null: it waits on disk
  };
  struct Unfiled {
    Row row{};
    Frame frame{};  // null: it is read again from its original
    inspection::Judgement judgement{};
  };

  // On the camera's thread.
  void take(Event event);
  // The journaling thread.
  void journal_loop();
  void journal(std::vector<Event> events);
  bool receive(const std::vector<Arrival>& arrivals, const std::vector<Frame>& frames);
  Arrival arrival_of(const camera::Frame& frame) const;
  void add_missed(const camera::Frame& frame, std::vector<Arrival>& arrivals, std::vector<Frame>& frames);
  void ask_to_scan_again(const Event& event);
  void ask_whose_ids_wait(const database::stations::Station& row);
  void queue(std::vector<Row> rows, const std::vector<Frame>& frames);
  // The judging thread.
  void judge_loop();
  void judge(Waiting waiting);
  void lose(const Row& row);
  // The filing thread.
  void file_loop();

  Source source() const;
  void set_fault(std::string words);
  bool pause_unless_stopping();

  const std::shared_ptr<camera::Camera> camera_;
  const Parts parts_;
  const StationLimits limits_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_, judgeable_, fileable_, stopping_;
  database::stations::Station row_;
  std::deque<Event> events_;
  std::size_t event_bytes_ = 0;
  std::deque<Waiting> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::deque<Unfiled> unfiled_;
  std::string fault_;
  std::uint64_t triggers_ = 0, lost_ = 0;
  std::size_t spilled_ = 0;
  bool is_armed_ = false, was_away_ = false, was_armed_ = false;
  bool is_journaling_ = true, is_judging_ = true;  // false: nothing comes from there any more
  bool is_stopping_ = false;
  camera::Trigger trigger_{};                 // as it is armed; the same for the life of this
  std::optional<std::uint64_t> last_number_;  // of the camera's frames; the journaling thread's
  core::Instant last_at_{};                   // when the last one was triggered; likewise
  std::thread journaling_, judging_, filing_;
  std::unique_ptr<camera::Camera::Subscription> armed_;  // ends first
};

}  // namespace sightglass::stations
