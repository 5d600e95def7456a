#include "stations/deliverer.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "camera/simulated/simulated_device.hpp"
#include "database/cameras.hpp"
#include "database/stations.hpp"
#include "stations/output_lane.hpp"
#include "support/temporary_directory.hpp"
#include "support/tiny_server.hpp"
#include "unit/ingest/house.hpp"
#include "unit/outputs/plc.hpp"

namespace sightglass::stations {
namespace {

using database::outputs::Delivery;
using database::outputs::DeliveryState;
using database::outputs::Output;
using test::TinyReply;
using test::TinyRequest;
using test::TinyServer;
using namespace std::chrono_literals;

constexpr auto node = "here";
const std::string secret = "0123456789abcdef";

// A web server that says what it is told to and remembers whom it was told of.
class Receiver {
 public:
  void answer_with(int status) {
    const std::scoped_lock lock(mutex_);
    status_ = status;
  }
  std::string url() const { return server_.address(); }
  // The first `count` bodies; waits for them.
  std::vector<std::string> bodies(std::size_t count) {
    std::unique_lock lock(mutex_);
    came_.wait_for(lock, 2min, [&] { return bodies_.size() >= count; });
    return bodies_;
  }

 private:
  TinyReply take(const TinyRequest& request) {
    const std::scoped_lock lock(mutex_);
    bodies_.push_back(request.body);
    came_.notify_all();
    return {.status = status_};
  }
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<std::string> bodies_;
  int status_ = 200;
  TinyServer server_{[this](const TinyRequest& request) { return take(request); }};
};

class DelivererTest : public testing::Test {
 protected:
  DelivererTest() {
    must(database_->migrate());
    must(database_->write([&](database::Session& session) -> core::Result<void> {
      SG_TRY(database::cameras::insert(session, camera_));
      return database::stations::insert(session, station_);
    }));
    must(cameras_.refresh());
  }

  template <typename T>
  static T must(core::Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message + " | " + result.error().cause);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
  }

  Output add(const std::string& kind, const std::string& settings, const std::string& word = {}) {
    const auto now = clock_.now();
    Output output{.id = core::OutputId::make(now),
                  .station_id = station_.id,
                  .name = fmt::format("output {}", ++outputs_),
                  .kind = kind,
                  .settings = settings,
                  .created_at = now,
                  .updated_at = now};
    if (!word.empty()) output.secret = secrets_.seal(word, purpose_of(output.id));
    must(database_->write([&](database::Session& session) { return database::outputs::insert(session, output); }));
    return output;
  }
  Output add_webhook(const std::string& url) { return add("webhook", fmt::format(R"({{"url":"{}"}})", url), secret); }

  std::vector<Delivery> judge(const std::string& image_id, const std::string& verdict = "OK",
                              std::chrono::seconds took = 0s) {
    const auto now = clock_.now();
    const database::triggers::Trigger trigger{.id = core::TriggerId::make(now),
                                              .station_id = station_.id,
                                              .station_name = station_.name,
                                              .node = node,
                                              .name = "triggered_capture_" + image_id,
                                              .image_id = image_id,
                                              .triggered_at = now - took,
                                              .journaled_at = now,
                                              .verdict = verdict,
                                              .score = 0.5,
                                              .model = "belt@3"};
    return must(database_->write([&](database::Session& session) -> core::Result<std::vector<Delivery>> {
      SG_TRY(database::triggers::insert(session, trigger));
      return enqueue(session, trigger, node, now);
    }));
  }

  std::unique_ptr<Deliverer> deliver() {
    return std::make_unique<Deliverer>(
        *database_, cameras_, secrets_,
        DelivererOptions{.clock = clock_, .patience = 60s, .signal_patience = 60s, .look_interval = 20ms});
  }

  template <typename Holds>
  static void wait_until(const Holds& holds) {
    for (const auto until = std::chrono::steady_clock::now() + 2min; std::chrono::steady_clock::now() < until;) {
      if (holds()) return;
      std::this_thread::yield();
    }
    throw std::runtime_error("it never came to that");
  }

  // What a delivery has become as soon as it is not pending, or was tried `attempts` times.
  Delivery settled(core::DeliveryId id, std::int64_t attempts = 1'000'000) {
    for (const auto until = std::chrono::steady_clock::now() + 2min; std::chrono::steady_clock::now() < until;) {
      auto delivery = must(
          database_->read([&](database::Session& session) { return database::outputs::find_delivery(session, id); }));
      if (!delivery) throw std::runtime_error("the delivery is gone");
      if (delivery->state != DeliveryState::pending || delivery->attempts >= attempts) return *delivery;
      std::this_thread::yield();
    }
    throw std::runtime_error("the delivery stays pending");
  }

  test::TemporaryDirectory folder_;
  ingest::ManualClock clock_;
  std::unique_ptr<database::Database> database_ = must(database::sqlite::open_sqlite(folder_.path() / "deliveries.db"));
  accounts::SealedSecrets secrets_ = must(accounts::SealedSecrets::open(folder_.path() / "keys" / "secrets.key"));
  database::cameras::Camera camera_{.id = core::CameraId::make(clock_.now()),
                                    .name = "belt",
                                    .driver = "simulated",
                                    .address = "scene:gradient?size=64x64",
                                    .node = node};
  database::stations::Station station_{
      .id = core::StationId::make(clock_.now()), .name = "Press 3", .camera_id = camera_.id};
  camera::SimulatedDevice* device_ = nullptr;  // the camera's, as soon as it is open
  Cameras cameras_{*database_, {.node = node, .secrets = secrets_, .make_device = [this](const camera::Source& source) {
                                  auto made = camera::make_device(source);
                                  device_ = dynamic_cast<camera::SimulatedDevice*>(made.value().get());
                                  return made;
                                }}};
  int outputs_ = 0;
};

TEST_F(DelivererTest, tells_in_the_order_of_the_verdicts_with_the_ids_of_the_deliveries) {
  Receiver receiver;
  add_webhook(receiver.url());
  std::vector<Delivery> rows;
  for (const auto* id : {"A-1", "A-2", "A-3"}) rows.push_back(judge(id).at(0));
  const auto deliverer = deliver();
  const auto bodies = receiver.bodies(3);
  ASSERT_EQ(bodies.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(bodies[i], rows[i].message);
    EXPECT_NE(bodies[i].find(rows[i].id.to_string()), std::string::npos);
    EXPECT_EQ(settled(rows[i].id).state, DeliveryState::delivered);
  }
  EXPECT_NE(bodies[0].find(R"("image_id":"A-1")"), std::string::npos) << bodies[0];
  EXPECT_NE(bodies[0].find(R"("judged":true)"), std::string::npos) << bodies[0];
  EXPECT_EQ(deliverer->counts().at(0).delivered, 3);
}

TEST_F(DelivererTest, tries_again_and_holds_back_what_comes_behind) {
  Receiver receiver;
  receiver.answer_with(503);
  add_webhook(receiver.url());
  const auto first = judge("A-1").at(0);
  const auto second = judge("A-2").at(0);
  const auto deliverer = deliver();
  const auto once = settled(first.id, 1);
  EXPECT_EQ(once.state, DeliveryState::pending);
  EXPECT_NE(once.error.find("503"), std::string::npos);
  EXPECT_EQ(once.next_at, clock_.now() + 1s);
  receiver.answer_with(200);
  clock_.advance(1s);
  deliverer->wake();
  EXPECT_EQ(settled(first.id).attempts, 2);
  EXPECT_EQ(settled(second.id).state, DeliveryState::delivered);
  const auto bodies = receiver.bodies(3);
  EXPECT_EQ(bodies.at(0), bodies.at(1)) << "the same message, with the same id";
  EXPECT_EQ(bodies.at(2), second.message);
}

TEST_F(DelivererTest, does_not_let_one_output_wait_for_another) {
  const TinyServer silent([](const TinyRequest&) { return TinyReply{.announced = 5, .holds = true}; });
  Receiver receiver;
  add_webhook(silent.address());
  add_webhook(receiver.url());
  const auto rows = judge("A-1");
  DelivererOptions options{.clock = clock_, .patience = 2s, .look_interval = 20ms};
  const Deliverer deliverer(*database_, cameras_, secrets_, options);
  const auto told = settled(rows.at(1).id);
  EXPECT_EQ(told.state, DeliveryState::delivered);
}

TEST_F(DelivererTest, tries_at_once_what_somebody_has_mended) {
  Receiver receiver;
  receiver.answer_with(404);
  auto output = add_webhook(receiver.url());
  const auto row = judge("A-1").at(0);
  const auto deliverer = deliver();
  const auto once = settled(row.id, 1);
  EXPECT_EQ(once.next_at, clock_.now() + 60s) << "seldom, for a person must see to it";
  receiver.answer_with(200);
  output.settings = fmt::format(R"({{"url":"{}/right"}})", receiver.url());
  must(database_->write([&](database::Session& session) { return database::outputs::update(session, output); }));
  deliverer->wake();
  EXPECT_EQ(settled(row.id).state, DeliveryState::delivered);
}

TEST_F(DelivererTest, sends_after_a_restart_what_it_could_not_before) {
  Receiver receiver;
  receiver.answer_with(500);
  add_webhook(receiver.url());
  const auto row = judge("A-1").at(0);
  {
    const auto deliverer = deliver();
    settled(row.id, 1);
  }
  receiver.answer_with(200);
  const auto deliverer = deliver();
  EXPECT_EQ(settled(row.id).state, DeliveryState::delivered);
}

TEST_F(DelivererTest, tells_nothing_of_before_where_an_output_is_switched_off_but_tests_it) {
  Receiver receiver;
  auto output = add_webhook(receiver.url());
  const auto row = judge("A-1").at(0);
  output.is_enabled = false;
  must(database_->write([&](database::Session& session) { return database::outputs::update(session, output); }));
  EXPECT_TRUE(judge("A-2").empty());
  const auto deliverer = deliver();
  const auto test = must(
      database_->write([&](database::Session& session) { return enqueue_test(session, output, node, clock_.now()); }));
  deliverer->wake();
  EXPECT_EQ(settled(test.id).state, DeliveryState::delivered);
  ASSERT_EQ(receiver.bodies(1).size(), 1U);
  EXPECT_NE(receiver.bodies(1)[0].find(R"("event":"test")"), std::string::npos);
  clock_.advance(24h);
  deliverer->wake();
  EXPECT_EQ(settled(row.id).state, DeliveryState::failed);
  EXPECT_EQ(receiver.bodies(1).size(), 1U);
}

TEST_F(DelivererTest, says_of_a_secret_of_another_key_what_is_to_be_done) {
  auto output = add_webhook("http://127.0.0.1:1/");
  output.secret = secrets_.seal(secret, "output of somebody else");
  must(database_->write([&](database::Session& session) { return database::outputs::update(session, output); }));
  const auto row = judge("A-1").at(0);
  const auto deliverer = deliver();
  EXPECT_NE(settled(row.id, 1).error.find("keys/secrets.key"), std::string::npos);
}

TEST_F(DelivererTest, never_signals_what_is_too_late_for_the_part) {
  add("line", R"({"on":"NG","pulse_ms":1})");
  const auto row = judge("A-1", "NG").at(0);
  clock_.advance(5s);
  const auto deliverer = deliver();
  const auto late = settled(row.id);
  EXPECT_EQ(late.state, DeliveryState::failed);
  EXPECT_EQ(late.attempts, 0);
  const auto timely = judge("A-2", "NG").at(0);
  deliverer->wake();
  EXPECT_EQ(settled(timely.id).state, DeliveryState::delivered) << settled(timely.id).error;
}

TEST_F(DelivererTest, never_signals_a_verdict_that_came_too_late_for_the_part) {
  add("line", R"({"on":"NG","pulse_ms":1})");
  const auto row = judge("A-1", "NG", 5s).at(0);
  const auto deliverer = deliver();
  const auto late = settled(row.id);
  EXPECT_EQ(late.state, DeliveryState::failed);
  EXPECT_EQ(late.attempts, 0);
  EXPECT_NE(late.error.find("too late"), std::string::npos);
  EXPECT_EQ(device_->rises("Line1"), 0U);
}

TEST_F(DelivererTest, looks_once_more_before_it_signals_whether_it_is_too_late) {
  const auto output = add("line", R"({"on":"NG","pulse_ms":1})");
  const DelivererOptions options{.clock = clock_};
  DeliveryTally tally;
  const LaneSurroundings surroundings{.database = *database_,
                                      .cameras = cameras_,
                                      .secrets = secrets_,
                                      .options = options,
                                      .tally = tally,
                                      .on_done = [] {}};
  OutputLane lane(surroundings, {.output = output, .station = station_.name, .camera = camera_.id});
  const auto row = judge("A-1", "NG", 6s).at(0);
  lane.offer(row);
  const auto late = settled(row.id);
  EXPECT_EQ(late.state, DeliveryState::failed);
  EXPECT_EQ(late.attempts, 0);
}

TEST_F(DelivererTest, ends_the_pulse_of_a_program_that_was_killed_before_any_verdict_is_told) {
  test::Plc plc;
  add("modbus",
      fmt::format(R"({{"host":"127.0.0.1","port":{},"ok_coil":1,"ng_coil":2,"pulse_ms":10000}})", plc.port()));
  const auto deliverer = deliver();
  EXPECT_EQ(plc.writes(2), (std::vector<test::CoilWrite>{{1, 1, false}, {1, 2, false}}));
  const auto row = judge("A-1").at(0);
  deliverer->wake();
  EXPECT_EQ(settled(row.id).state, DeliveryState::delivered);
  EXPECT_EQ(plc.writes(4), (std::vector<test::CoilWrite>{{1, 1, false}, {1, 2, false}, {1, 2, false}, {1, 1, true}}));
}

TEST_F(DelivererTest, tells_a_coil_to_go_off_until_the_device_confirms_it) {
  test::Plc plc(test::Plc::refuse(6));  // it is busy
  add("modbus", fmt::format(R"({{"host":"127.0.0.1","port":{},"ng_coil":2,"pulse_ms":500}})", plc.port()));
  const auto deliverer = deliver();
  EXPECT_EQ(plc.writes(1).at(0), (test::CoilWrite{1, 2, false}));
  plc.answer_with(test::Plc::yes);
  EXPECT_EQ(plc.writes(2).at(1), (test::CoilWrite{1, 2, false}));
}

TEST_F(DelivererTest, leaves_a_coil_alone_that_shows_the_last_verdict_until_the_next) {
  test::Plc plc;
  add("modbus", fmt::format(R"({{"host":"127.0.0.1","port":{},"ok_coil":1,"pulse_ms":0}})", plc.port()));
  const auto deliverer = deliver();
  const auto row = judge("A-1").at(0);
  deliverer->wake();
  EXPECT_EQ(settled(row.id).state, DeliveryState::delivered);
  EXPECT_EQ(plc.writes(1), (std::vector<test::CoilWrite>{{1, 1, true}}));
}

TEST_F(DelivererTest, raises_the_cameras_line_at_the_verdict_that_it_is_for_and_lowers_it_again) {
  add("line", R"({"on":"NG","line":"Line2","pulse_ms":1})");
  const auto good = judge("A-1", "OK").at(0);
  const auto bad = judge("A-2", "NG").at(0);
  ASSERT_NE(device_, nullptr);
  const auto deliverer = deliver();
  EXPECT_EQ(settled(good.id).state, DeliveryState::delivered) << "there is nothing to raise";
  EXPECT_EQ(settled(bad.id).state, DeliveryState::delivered) << settled(bad.id).error;
  wait_until([this] { return device_->rises("Line2") == 1 && !device_->is_high("Line2"); });
  EXPECT_EQ(device_->rises("Line1"), 0U);
}

TEST_F(DelivererTest, ends_the_pulse_of_an_ng_at_the_ok_behind_it) {
  add("line", R"({"on":"NG","line":"Line2","pulse_ms":10000})");
  const auto bad = judge("A-1", "NG").at(0);
  const auto deliverer = deliver();
  EXPECT_EQ(settled(bad.id).state, DeliveryState::delivered) << settled(bad.id).error;
  EXPECT_EQ(device_->rises("Line2"), 1U);
  const auto good = judge("A-2", "OK").at(0);
  deliverer->wake();
  EXPECT_EQ(settled(good.id).state, DeliveryState::delivered) << settled(good.id).error;
  EXPECT_FALSE(device_->is_high("Line2"));
}

TEST_F(DelivererTest, shows_two_ngs_within_one_pulse_as_two) {
  add("line", R"({"on":"NG","line":"Line2","pulse_ms":10000})");
  const auto deliverer = deliver();
  for (const auto* id : {"A-1", "A-2"}) {
    const auto row = judge(id, "NG").at(0);
    deliverer->wake();
    EXPECT_EQ(settled(row.id).state, DeliveryState::delivered) << settled(row.id).error;
  }
  EXPECT_EQ(device_->rises("Line2"), 2U);
}

TEST_F(DelivererTest, lowers_a_line_that_a_program_that_was_killed_left_high) {
  wait_until([this] { return device_->set_output("Line1", true).has_value(); });
  add("line", R"({"on":"NG","line":"Line1","pulse_ms":10000})");
  const auto deliverer = deliver();
  wait_until([this] { return !device_->is_high("Line1"); });
  EXPECT_EQ(device_->rises("Line1"), 1U) << "it was high before";
}

TEST_F(DelivererTest, tells_which_lines_the_camera_has) {
  add("line", R"({"on":"NG","line":"Line9"})");
  const auto row = judge("A-1", "NG").at(0);
  const auto deliverer = deliver();
  EXPECT_NE(settled(row.id, 1).error.find("Line1"), std::string::npos);
}

}  // namespace
}  // namespace sightglass::stations
