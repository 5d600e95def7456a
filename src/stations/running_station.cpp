#include "stations/running_station.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <utility>

#include "stations/camera_settings.hpp"
#include "stations/recipe.hpp"
#include "stations/trigger_time.hpp"
#include "telemetry/log.hpp"

namespace sightglass::stations {
namespace {

using core::Result;
using database::triggers::State;

constexpr std::size_t most_at_once = 32;  // triggers in one transaction of the journal

std::size_t bytes_of(const std::shared_ptr<const camera::Frame>& frame) {
  return frame ? frame->image.bytes->size() : 0;
}

}  // namespace

Arrival RunningStation::arrival_of(const camera::Frame& frame) const {
  Arrival arrival{.triggered_at = triggered_at(frame, trigger_),
                  .frame_number = static_cast<std::int64_t>(frame.number),
                  .settings = to_json(frame.settings),
                  .is_simulated = frame.is_simulated};
  if (frame.device_timestamp_ns) arrival.device_ns = static_cast<std::int64_t>(*frame.device_timestamp_ns);
  return arrival;
}

RunningStation::RunningStation(database::stations::Station row, std::shared_ptr<camera::Camera> camera, Parts parts,
                               StationLimits limits)
    : camera_(std::move(camera)), parts_(parts), limits_(limits), row_(std::move(row)), was_away_(parts.was_away) {
  parts_.inspector.warm(row_.recipe);
  journaling_ = std::thread([this] { journal_loop(); });
  judging_ = std::thread([this] { judge_loop(); });
  filing_ = std::thread([this] { file_loop(); });
  try_to_arm();
}

void RunningStation::end() {
  armed_.reset();
  {
    const std::scoped_lock lock(mutex_);
    is_stopping_ = true;
  }
  for (auto* wakes : {&arrived_, &judgeable_, &fileable_, &stopping_}) wakes->notify_all();
  for (auto* thread : {&journaling_, &judging_, &filing_})
    if (thread->joinable()) thread->join();
  const std::scoped_lock lock(mutex_);
  is_armed_ = false;
}

void RunningStation::use(database::stations::Station row) {
  const auto recipe = row.recipe;
  bool is_new = false;
  {
    const std::scoped_lock lock(mutex_);
    is_new = recipe != row_.recipe;
    row_ = std::move(row);
  }
  if (is_new) parts_.inspector.warm(recipe);
}

void RunningStation::try_to_arm() {
  if (armed_) return;
  std::string trigger_json;
  {
    const std::scoped_lock lock(mutex_);
    trigger_json = row_.trigger;
  }
  const auto trigger = trigger_from_json(trigger_json);
  if (!trigger) return set_fault("The trigger of the station is not understood: " + trigger.error().message);
  trigger_ = *trigger;
  const auto now = [] { return core::SystemClock{}.now(); };
  auto armed = camera_->arm(
      *trigger, [this](const Frame& frame) { take({.kind = Event::Kind::frame, .frame = frame}); },
      {.armed = [this, now] { take({.kind = Event::Kind::armed, .at = now()}); },
       .incomplete =
           [this, now](const core::Error& error) {
             take({.kind = Event::Kind::lost, .at = now(), .words = "The picture came in part: " + error.message});
           },
       .away =
           [this, now](const core::Error& error) {
             take({.kind = Event::Kind::away, .at = now(), .words = error.message});
           }});
  if (!armed) return set_fault("The camera cannot be armed: " + armed.error().message);
  armed_ = std::move(*armed);
}

StationStatus RunningStation::status() const {
  const auto camera = camera_->status();
  const std::scoped_lock lock(mutex_);
  StationStatus status{.is_running = true,
                       .camera = camera.state,
                       .is_simulated = camera.identity && camera.identity->is_simulated,
                       .is_armed = is_armed_ && camera.state == camera::State::armed,
                       .fault = fault_,
                       .triggers = triggers_,
                       .lost = lost_,
                       .waiting_frames = waiting_.size() - spilled_,
                       .spilled_frames = spilled_};
  if (status.fault.empty() && !camera.fault.empty()) status.fault = camera.fault;
  return status;
}

Result<void> RunningStation::trigger() {
  std::promise<Result<void>> answer;
  auto answered = answer.get_future();
  camera_->trigger_software([&answer](Result<void> outcome) { answer.set_value(std::move(outcome)); });
  return answered.get();
}

void RunningStation::take(Event event) {
  {
    const std::scoped_lock lock(mutex_);
    const auto bytes = bytes_of(event.frame);
    if (bytes > 0 && event_bytes_ + bytes > limits_.most_arrived_bytes) {
      // Its part passed all the same.
      event = {.kind = Event::Kind::lost,
               .at = triggered_at(*event.frame, trigger_),
               .words = "Too many pictures waited for the journal, and memory was full."};
    } else {
      event_bytes_ += bytes;
    }
    events_.push_back(std::move(event));
  }
  arrived_.notify_one();
}

void RunningStation::journal_loop() {
  while (true) {
    std::vector<Event> events;
    {
      std::unique_lock lock(mutex_);
      arrived_.wait(lock, [this] { return is_stopping_ || !events_.empty(); });
      if (events_.empty()) break;
      while (!events_.empty() && events.size() < most_at_once) {
        event_bytes_ -= bytes_of(events_.front().frame);
        events.push_back(std::move(events_.front()));
        events_.pop_front();
      }
    }
    journal(std::move(events));
  }
  {
    const std::scoped_lock lock(mutex_);
    is_journaling_ = false;
  }
  judgeable_.notify_all();
}

void RunningStation::journal(std::vector<Event> events) {
  std::vector<Arrival> arrivals;
  std::vector<Frame> frames;
  const auto flush = [&] {
    while (!arrivals.empty() && !receive(arrivals, frames) && pause_unless_stopping()) {
    }
    arrivals.clear();
    frames.clear();
  };
  for (auto& event : events) {
    switch (event.kind) {
      case Event::Kind::frame:
        add_missed(*event.frame, arrivals, frames);
        arrivals.push_back(arrival_of(*event.frame));
        frames.push_back(std::move(event.frame));
        break;
      case Event::Kind::lost:
        if (last_number_) ++*last_number_;
        last_at_ = event.at;
        arrivals.push_back({.triggered_at = event.at,
                            .frame_number = static_cast<std::int64_t>(last_number_.value_or(0)),
                            .lost = event.words});
        frames.push_back(nullptr);
        break;
      case Event::Kind::away:
      case Event::Kind::armed:
        flush();
        ask_to_scan_again(event);
        break;
    }
  }
  flush();
}

// Numbers that the camera left out are triggers whose frames were lost on the way: their parts have passed.
void RunningStation::add_missed(const camera::Frame& frame, std::vector<Arrival>& arrivals,
                                std::vector<Frame>& frames) {
  const auto at = triggered_at(frame, trigger_);
  if (last_number_ && frame.number > *last_number_ + 1) {
    const auto all = frame.number - *last_number_ - 1;
    const auto missed = std::min(all, limits_.most_missed);
    const auto first = arrivals.size();
    for (std::uint64_t i = 1; i <= missed; ++i) {
      arrivals.push_back({.triggered_at = at,
                          .frame_number = static_cast<std::int64_t>(*last_number_ + i),
                          .is_simulated = frame.is_simulated,
                          .lost = "The picture was lost between the camera and this computer."});
      frames.push_back(nullptr);
    }
    arrivals[first].gap = {.triggers = all + 1, .since = last_at_};
    if (all > missed)
      arrivals.back().lost = fmt::format("This picture and those of the {} parts behind it were lost.", all - missed);
  }
  last_number_ = frame.number;
  last_at_ = at;
}

// While a camera is away nobody knows which parts pass.
void RunningStation::ask_to_scan_again(const Event& event) {
  const bool is_away = event.kind == Event::Kind::away;
  last_number_.reset();
  bool must_ask = is_away, is_first = false;
  database::stations::Station row;
  {
    const std::scoped_lock lock(mutex_);
    row = row_;
    is_armed_ = !is_away;
    must_ask = must_ask || was_away_;
    is_first = !is_away && !std::exchange(was_armed_, true);
    was_away_ = is_away;
    if (is_away) fault_ = "The camera is away: " + event.words + " Parts that pass now are not inspected.";
  }
  if (!must_ask) {
    if (is_first) ask_whose_ids_wait(row);
    return;
  }
  const auto ids = parts_.journal.withdraw_ids(row.id);
  if (!is_away) set_fault("Parts may have passed unseen. Scan the next part again.");
  telemetry::log_warning(is_away ? "a station has lost its camera" : "a station has its camera back",
                         {{"station", row.name}, {"withdrawn_ids", ids ? *ids : std::int64_t{-1}}});
}

// They are of before the start, and nobody watched meanwhile. They still wait: at most starts no part has moved.
void RunningStation::ask_whose_ids_wait(const database::stations::Station& row) {
  const auto next = parts_.journal.next_id(row.id);
  if (next && *next)
    set_fault("Ids wait from before the start. Check that the next part is " + **next + ", or withdraw that id.");
}

bool RunningStation::receive(const std::vector<Arrival>& arrivals, const std::vector<Frame>& frames) {
  auto rows = parts_.journal.receive(source(), arrivals);
  if (!rows) {
    set_fault("The journal cannot be written: " + rows.error().message);
    return false;
  }
  const auto lost = std::ranges::find(*rows, State::lost, &Row::state);
  set_fault(lost == rows->end() ? std::string() : lost->error);
  queue(std::move(*rows), frames);
  return true;
}

void RunningStation::queue(std::vector<Row> rows, const std::vector<Frame>& frames) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& frame = frames[i];
    {
      const std::scoped_lock lock(mutex_);
      ++triggers_;
      if (!frame) ++lost_;
    }
    if (!frame) continue;
    Waiting waiting{.row = std::move(rows[i]), .frame = frame};
    bool is_full = false;
    {
      const std::scoped_lock lock(mutex_);
      is_full = waiting_bytes_ + bytes_of(frame) > limits_.most_waiting_bytes;
    }
    // A frame that can wait nowhere else stays in memory: that is bounded by what the camera gives meanwhile.
    if (is_full && parts_.spill.put(waiting.row.id, frame->image)) waiting.frame.reset();
    {
      const std::scoped_lock lock(mutex_);
      waiting_bytes_ += bytes_of(waiting.frame);
      if (!waiting.frame) ++spilled_;
      waiting_.push_back(std::move(waiting));
    }
    judgeable_.notify_one();
  }
}

void RunningStation::judge_loop() {
  while (true) {
    Waiting next;
    bool is_over = false;
    {
      std::unique_lock lock(mutex_);
      judgeable_.wait(lock, [this] { return !waiting_.empty() || !is_journaling_; });
      if (waiting_.empty()) break;
      next = std::move(waiting_.front());
      waiting_.pop_front();
      waiting_bytes_ -= bytes_of(next.frame);
      if (!next.frame) --spilled_;
      is_over = is_stopping_;
    }
    if (!is_over) {
      judge(std::move(next));
    } else if (next.frame) {
      // The next start goes on with it.
      if (const auto put = parts_.spill.put(next.row.id, next.frame->image); !put)
        telemetry::log_error("a frame could not wait for the next start", {{"message", put.error().message}});
    }
  }
  {
    const std::scoped_lock lock(mutex_);
    is_judging_ = false;
  }
  fileable_.notify_all();
}

void RunningStation::judge(Waiting waiting) {
  core::RawImage image;
  if (waiting.frame) {
    image = waiting.frame->image;
  } else {
    auto spilled = parts_.spill.get(waiting.row.id);
    if (!spilled) return lose(waiting.row);
    image = std::move(*spilled);
  }
  while (true) {
    auto judgement = parts_.inspector.judge(waiting.row, image);
    if (judgement) {
      if (waiting.row.state == State::failed) return set_fault(waiting.row.error);
      const std::scoped_lock lock(mutex_);
      const bool has_room = unfiled_.size() < limits_.most_unfiled;
      unfiled_.push_back({.row = std::move(waiting.row),
                          .frame = has_room ? std::move(waiting.frame) : nullptr,
                          .judgement = std::move(*judgement)});
      fileable_.notify_one();
      return;
    }
    set_fault("The journal cannot be written: " + judgement.error().message);
    // Its original is on disk: the next start goes on with it.
    if (!pause_unless_stopping()) return;
  }
}

// Parts behind it have their ids already: this one's goes along.
void RunningStation::lose(const Row& row) {
  while (true) {
    const auto noted = parts_.inspector.lose(row, "The picture that waited on disk is gone.");
    if (noted) break;
    set_fault("The journal cannot be written: " + noted.error().message);
    if (!pause_unless_stopping()) return;
  }
  const std::scoped_lock lock(mutex_);
  ++lost_;
  fault_ = "A picture that waited on disk is gone.";
}

void RunningStation::file_loop() {
  while (true) {
    Unfiled next;
    bool is_over = false;
    {
      std::unique_lock lock(mutex_);
      fileable_.wait(lock, [this] { return !unfiled_.empty() || !is_judging_; });
      if (unfiled_.empty()) break;
      next = std::move(unfiled_.front());
      unfiled_.pop_front();
      is_over = is_stopping_;
    }
    if (is_over) continue;  // the next start goes on with it
    const auto filed = next.frame ? parts_.inspector.file(next.row, next.frame->image, next.judgement)
                                  : parts_.inspector.settle(next.row);
    if (!filed) set_fault("The journal cannot be written: " + filed.error().message);
    if (next.row.state != State::filed && !next.row.error.empty()) set_fault(next.row.error);
  }
}

Source RunningStation::source() const {
  const auto camera = camera_->status();
  const std::scoped_lock lock(mutex_);
  return {.station = row_,
          .camera_name = camera_->name(),
          .serial = camera.identity ? camera.identity->serial : std::string()};
}

void RunningStation::set_fault(std::string words) {
  const std::scoped_lock lock(mutex_);
  fault_ = std::move(words);
}

bool RunningStation::pause_unless_stopping() {
  std::unique_lock lock(mutex_);
  return !stopping_.wait_for(lock, limits_.retry_pause, [this] { return is_stopping_; });
}

}  // namespace sightglass::stations
