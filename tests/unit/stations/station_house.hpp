// A data directory, a real database and stations on it, for tests: camera, decoder and judge do what the test says.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "camera/camera.hpp"
#include "camera/device.hpp"
#include "database/stations.hpp"
#include "database/triggers.hpp"
#include "database/waiting_ids.hpp"
#include "inspection/frame_judge.hpp"
#include "stations/frame_spill.hpp"
#include "stations/inspection_folders.hpp"
#include "stations/inspector.hpp"
#include "stations/recipe.hpp"
#include "stations/running_station.hpp"
#include "stations/trigger_journal.hpp"
#include "unit/ingest/house.hpp"

namespace sightglass::stations {

// A frame whose every byte is `value`: what the judge goes by.
inline core::RawImage frame_of(std::uint8_t value, std::int32_t side = 8) {
  const auto pixels = static_cast<std::size_t>(side) * static_cast<std::size_t>(side);
  return {.size = {side, side},
          .format = core::PixelFormat::mono8,
          .stride = side,
          .bytes = std::make_shared<const std::vector<std::uint8_t>>(pixels, value)};
}

// Triggered by the test.
class TriggeredDevice final : public camera::Device {
 public:
  core::Result<camera::Identity> open(std::chrono::milliseconds) override {
    const std::scoped_lock lock(mutex_);
    if (is_gone_) return core::fail(core::unavailable("nobody answers"));
    return camera::Identity{.vendor = "Test", .model = "Trigger", .serial = "T1"};
  }
  void close() override {}
  core::Result<camera::Capabilities> capabilities() override {
    return camera::Capabilities{.sensor = {64, 64}, .trigger_lines = {"Line0"}, .has_software_trigger = true};
  }
  core::Result<camera::Settings> configure(const camera::Settings&) override { return camera::Settings{}; }
  core::Result<void> start(const camera::Trigger&) override { return {}; }
  core::Result<void> stop() override { return {}; }
  core::Result<void> trigger_software() override {
    fire(0);
    return {};
  }
  core::Result<camera::Frame> next_frame(std::chrono::milliseconds patience) override {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, [this] { return !coming_.empty() || is_gone_; });
    if (is_gone_) return core::fail(core::unavailable("it was unplugged"));
    if (coming_.empty()) return core::fail(core::ErrorCode::timeout, "no frame");
    auto next = std::move(coming_.front());
    coming_.pop_front();
    return next;
  }
  camera::Counters counters() const override { return {}; }
  core::Result<void> check() override {
    const std::scoped_lock lock(mutex_);
    return is_gone_ ? core::Result<void>(core::fail(core::unavailable("it was unplugged"))) : core::Result<void>{};
  }

  // A trigger whose frame comes whole, with this value.
  void fire(std::uint8_t value, std::int32_t side = 8) {
    push(camera::Frame{.image = frame_of(value, side), .taken_at = core::SystemClock{}.now()});
  }
  // Likewise, when the exposure took so long.
  void fire_exposed(std::uint8_t value, double exposure_ms) {
    push(camera::Frame{
        .image = frame_of(value), .taken_at = core::SystemClock{}.now(), .settings = {.exposure_ms = exposure_ms}});
  }
  void fire_incomplete() { push(core::fail(core::ErrorCode::corrupt_image, "packets are missing")); }
  // A trigger of whose frame nothing comes.
  void fire_lost() {
    const std::scoped_lock lock(mutex_);
    ++number_;
  }
  void unplug() { set_gone(true); }
  void plug_in() { set_gone(false); }

 private:
  void push(core::Result<camera::Frame> frame) {
    const std::scoped_lock lock(mutex_);
    ++number_;
    if (frame) frame->number = number_;
    coming_.push_back(std::move(frame));
    changed_.notify_all();
  }
  void set_gone(bool is_gone) {
    const std::scoped_lock lock(mutex_);
    is_gone_ = is_gone;
    changed_.notify_all();
  }
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<core::Result<camera::Frame>> coming_;
  std::uint64_t number_ = 0;
  bool is_gone_ = false;
};

// Values from 128 on are defects. Its pictures are text.
class FakeJudge final : public inspection::FrameJudge {
 public:
  core::Result<inspection::Judgement> judge(const inspection::JudgeOrder& order) override {
    std::unique_lock lock(mutex_);
    free_.wait(lock, [this] { return !is_held_; });
    ++judged_;
    if (fault) return core::fail(*fault);
    inspection::Judgement judgement{.code = order.read_code ? code : std::string()};
    if (order.model.empty()) return judgement;
    const auto value = order.frame.bytes->front();
    judgement.model = order.model + "@1";
    judgement.score = value / 100.0;
    judgement.threshold = order.threshold.value_or(1.28);
    judgement.is_anomalous = judgement.score >= judgement.threshold;
    if (judgement.is_anomalous) judgement.boxes = {{1, 1, 2, 2}};
    return judgement;
  }
  core::Result<std::string> annotate(const core::RawImage&, const std::optional<core::Box>&,
                                     const inspection::Judgement&, const inspection::Annotation& annotation) override {
    const std::scoped_lock lock(mutex_);
    if (annotate_fault) return core::fail(*annotate_fault);
    return "drawn " + annotation.image_id + " " + annotation.verdict;
  }
  // Judging waits until it is let go.
  void hold() { set_held(true); }
  void let_go() { set_held(false); }
  int judged() const {
    const std::scoped_lock lock(mutex_);
    return judged_;
  }

  std::optional<core::Error> fault, annotate_fault;  // set while nothing runs
  std::string code;

 private:
  void set_held(bool is_held) {
    {
      const std::scoped_lock lock(mutex_);
      is_held_ = is_held;
    }
    free_.notify_all();
  }
  mutable std::mutex mutex_;
  std::condition_variable free_;
  bool is_held_ = false;
  int judged_ = 0;
};

// Develops a frame to "PIC <value>", and reads that back.
class StationDecoder final : public imaging::Decoder {
 public:
  core::Result<imaging::DerivedImages> derive(int fd, const imaging::DerivePlan& plan,
                                              const imaging::Limits& limits) override {
    return fake_.derive(fd, plan, limits);
  }
  core::Result<imaging::ImageProperties> measure(int, const imaging::Limits&) override {
    return imaging::ImageProperties{};
  }
  core::Result<std::string> develop(const core::RawImage& image, const imaging::DevelopPlan&,
                                    const imaging::Limits&) override {
    return "PIC " + std::to_string(image.bytes->front());
  }
  core::Result<imaging::InspectionImage> inspect(int fd, const imaging::RasterPlan&, const imaging::Limits&) override {
    std::string text(16, '\0');
    const auto got = ::pread(fd, text.data(), text.size(), 0);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    if (!text.starts_with("PIC ")) return core::fail(core::ErrorCode::corrupt_image, "no picture");
    const auto value = static_cast<std::uint8_t>(std::stoi(text.substr(4)));
    return imaging::InspectionImage{.raster = {.size = {2, 2}, .rgb = std::vector<std::uint8_t>(12, value)},
                                    .size = {2, 2}};
  }

 private:
  ingest::FakeDecoder fake_;
};

class StationHouse {
 public:
  explicit StationHouse(std::int64_t min_free_bytes = 0) : min_free_bytes_(min_free_bytes) {
    station.id = core::StationId::make(clock.now());
    station.name = "Press 3";
    station.trigger = R"({"source":"line","line":"Line0"})";
    station.recipe = R"({"model":"belt","keep":{"ng":"files"}})";
    station.created_at = station.updated_at = clock.now();
    EXPECT_TRUE(
        sound().write([&](database::Session& session) { return database::stations::insert(session, station); }));
    reopen();
  }

  database::Database& sound() { return *house.sound_database; }
  // As a start of the program would: what is on disk stays.
  void reopen() {
    inspector.reset();
    folders.emplace(*InspectionFolders::open(data(), min_free_bytes_));
    spill.emplace(*FrameSpill::open(data()));
    journal.emplace(house.database, clock, "here", [this](database::Session&, const database::triggers::Trigger& row) {
      const std::scoped_lock lock(told_mutex);
      told.push_back(row.verdict);
      return core::Result<void>{};
    });
    inspector.emplace(Inspector::Parts{.journal = *journal,
                                       .folders = *folders,
                                       .spill = *spill,
                                       .judge = judge,
                                       .decoder = decoder,
                                       .blobs = house.store,
                                       .admission = admission,
                                       .ingest = house.ingest,
                                       .clock = clock,
                                       .wake_outputs = [] {}});
  }
  std::filesystem::path data() const { return house.directory.path() / "station_data"; }

  void store(const std::string& id, std::chrono::seconds ago = std::chrono::seconds(1)) {
    const auto at = clock.now() - ago;
    EXPECT_TRUE(sound().write([&](database::Session& session) {
      return database::waiting_ids::store(
          session,
          {.station_id = station.id, .image_id = id, .stored_at = at, .expires_at = at + std::chrono::hours(1)});
    }));
  }
  std::vector<std::string> waiting() {
    std::vector<std::string> ids;
    for (const auto& id : *sound().read([&](database::Session& session) {
           return database::waiting_ids::waiting(session, station.id, clock.now());
         }))
      ids.push_back(id.image_id);
    return ids;
  }
  // In the order of the frames.
  std::vector<database::triggers::Trigger> rows() {
    auto listed =
        *sound().read([](database::Session& session) { return database::triggers::list(session, {.limit = 10'000}); });
    std::ranges::sort(listed, {}, &database::triggers::Trigger::id);
    return listed;
  }
  std::string read(const std::filesystem::path& file) const {
    std::ifstream in(data() / file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return std::move(text).str();
  }
  // Every folder that holds results, below the data directory.
  std::vector<std::string> places() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(data())) {
      if (entry.path().filename() == "results.json")
        found.push_back(std::filesystem::relative(entry.path().parent_path(), data()).string());
    }
    std::ranges::sort(found);
    return found;
  }
  Source source() const { return {.station = station, .camera_name = "cam", .serial = "T1"}; }
  database::triggers::Trigger receive_one() {
    const Arrival arrival{.triggered_at = clock.now(), .frame_number = 1};
    auto rows = journal->receive(source(), std::span(&arrival, 1));
    EXPECT_TRUE(rows);
    return std::move(rows->front());
  }

  core::SystemClock clock;
  ingest::House house;
  database::stations::Station station;
  FakeJudge judge;
  StationDecoder decoder;
  ingest::Admission admission{*house.sound_store, 0};
  std::optional<InspectionFolders> folders;
  std::optional<FrameSpill> spill;
  std::optional<TriggerJournal> journal;
  std::optional<Inspector> inspector;
  std::mutex told_mutex;
  std::vector<std::string> told;

 private:
  std::int64_t min_free_bytes_;
};

}  // namespace sightglass::stations
