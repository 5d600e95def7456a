#include "stations/running_station.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <random>
#include <thread>

#include "unit/stations/station_house.hpp"

namespace sightglass::stations {
namespace {

using database::triggers::State;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A station with its camera.
class Line {
 public:
  explicit Line(StationHouse& house, StationLimits limits = {}, bool was_away = false) : house_(house) {
    auto owned = std::make_unique<TriggeredDevice>();
    device = owned.get();
    camera_ = std::make_shared<camera::Camera>(std::move(owned),
                                               camera::CameraOptions{.name = "cam",
                                                                     .reopen_pause = std::chrono::milliseconds(1),
                                                                     .check_interval = std::chrono::milliseconds(5)});
    station.emplace(
        house.station, camera_,
        RunningStation::Parts{
            .journal = *house.journal, .inspector = *house.inspector, .spill = *house.spill, .was_away = was_away},
        limits);
    until([&] { return station->status().is_armed; });
  }
  // Generous: it only takes long when something is broken.
  template <typename Condition>
  void until(const Condition& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), end);
      std::this_thread::yield();
    }
  }
  void until_ended(std::size_t count) {
    until([&] {
      const auto rows = house_.rows();
      return rows.size() >= count && std::ranges::all_of(rows, [](const auto& row) {
               return row.state == State::filed || row.state == State::lost || row.state == State::failed;
             });
    });
  }
  void until_waiting(std::size_t count) {
    until([&] { return house_.waiting().size() == count; });
  }

 private:
  StationHouse& house_;
  std::shared_ptr<camera::Camera> camera_;

 public:
  TriggeredDevice* device = nullptr;
  std::optional<RunningStation> station;
};

TEST(RunningStation, files_a_part_under_the_id_that_waited) {
  StationHouse house;
  Line line(house);
  house.store("A-1");
  line.device->fire(200);
  line.until_ended(1);
  const auto row = house.rows().front();
  EXPECT_EQ(row.image_id, "A-1");
  EXPECT_EQ(row.verdict, "NG");
  EXPECT_EQ(row.state, State::filed);
  EXPECT_EQ(row.folder, "triggered_inspections/A-1");
  EXPECT_TRUE(row.durable_at);
  EXPECT_EQ(house.read(row.folder + "/NG/original/" + row.name + ".jpg"), "PIC 200");
  EXPECT_EQ(house.read(row.folder + "/NG/annotated/" + row.name + ".jpg"), "drawn A-1 NG");
  const auto results = boost::json::parse(house.read(row.folder + "/results.json")).as_object();
  EXPECT_EQ(results.at("image_id"), "A-1");
  EXPECT_EQ(results.at("id").as_string(), row.id.to_string());
  EXPECT_EQ(results.at("verdict"), "NG");
  EXPECT_EQ(results.at("model"), "belt@1");
  EXPECT_EQ(results.at("boxes").as_array().size(), 1u);
  EXPECT_EQ(results.at("camera").at("serial"), "T1");
  EXPECT_THAT(house.places(), ElementsAre("triggered_inspections/A-1"));
  EXPECT_THAT(house.waiting(), IsEmpty());
  EXPECT_THAT(house.told, ElementsAre("NG"));
}

TEST(RunningStation, gives_ids_in_the_order_of_entering_and_none_to_a_part_before_it) {
  StationHouse house;
  Line line(house);
  line.device->fire(1);
  line.until_ended(1);
  house.store("A");
  house.store("B");
  line.device->fire(2);
  line.device->fire(3);
  line.until_ended(3);
  const auto rows = house.rows();
  EXPECT_EQ(rows[0].image_id, std::nullopt);
  EXPECT_EQ(rows[0].folder, "inspections/" + rows[0].name);
  EXPECT_EQ(rows[1].image_id, "A");
  EXPECT_EQ(rows[2].image_id, "B");
}

TEST(RunningStation, an_id_that_is_entered_while_a_part_is_exposed_is_the_next_parts) {
  StationHouse house;
  house.station.trigger = R"({"source":"line","line":"Line0","delay_us":1000000})";
  Line line(house);
  house.store("this", std::chrono::minutes(20));
  house.store("next", std::chrono::minutes(5));
  line.device->fire_exposed(1, 600'000);
  line.until_ended(1);
  EXPECT_EQ(house.rows().front().image_id, "this");
  EXPECT_THAT(house.waiting(), ElementsAre("next"));
  EXPECT_LT(house.rows().front().triggered_at, house.clock.now() - std::chrono::seconds(601));
}

TEST(RunningStation, a_lost_picture_takes_its_id_along) {
  StationHouse house;
  Line line(house);
  line.device->fire(1);
  line.until_ended(1);
  for (const char* id : {"A", "B", "C", "D"}) house.store(id, std::chrono::minutes(10));
  line.device->fire(2);
  line.device->fire_lost();
  line.device->fire_incomplete();
  line.device->fire(5);
  line.until_ended(5);
  const auto rows = house.rows();
  ASSERT_EQ(rows.size(), 5u);
  EXPECT_EQ(house.read(rows[1].folder + "/OK/original/" + rows[1].name + ".jpg"), "PIC 2");
  EXPECT_EQ(rows[1].image_id, "A");
  EXPECT_EQ(rows[4].image_id, "D");
  EXPECT_EQ(house.read(rows[4].folder + "/OK/original/" + rows[4].name + ".jpg"), "PIC 5");
  for (const int lost : {2, 3}) {
    EXPECT_EQ(rows[static_cast<std::size_t>(lost)].state, State::lost);
    EXPECT_EQ(rows[static_cast<std::size_t>(lost)].verdict, "NG") << "a part that nobody saw is not OK";
    EXPECT_FALSE(rows[static_cast<std::size_t>(lost)].error.empty());
  }
  EXPECT_EQ(line.station->status().lost, 2u);
}

TEST(RunningStation, asks_to_scan_again_when_the_camera_was_away) {
  StationHouse house;
  Line line(house);
  house.store("A");
  line.device->unplug();
  line.until_waiting(0);
  EXPECT_THAT(line.station->status().fault, HasSubstr("away"));
  house.store("B");
  line.device->plug_in();
  line.until_waiting(0);
  line.until([&] { return line.station->status().fault.contains("Scan the next part again"); });
  EXPECT_TRUE(line.station->status().is_armed);
  house.store("C");
  line.device->fire(3);
  line.until_ended(1);
  EXPECT_EQ(house.rows().front().image_id, "C");
  EXPECT_EQ(line.station->status().fault, "");
}

TEST(RunningStation, asks_to_scan_again_when_it_ran_just_before) {
  StationHouse house;
  house.store("A");
  Line line(house, {}, true);
  line.until_waiting(0);
  line.until([&] { return line.station->status().fault.contains("Scan the next part again"); });
}

TEST(RunningStation, asks_whose_the_ids_are_that_wait_from_before_the_start) {
  StationHouse house;
  house.store("A");
  Line line(house);
  line.until([&] { return line.station->status().fault.contains("Check that the next part is A"); });
  EXPECT_THAT(house.waiting(), ElementsAre("A"));
  line.device->fire(1);
  line.until_ended(1);
  EXPECT_EQ(house.rows().front().image_id, "A");
  line.until([&] { return line.station->status().fault.empty(); });
}

TEST(RunningStation, finishes_the_inspections_of_a_station_that_was_forgotten) {
  StationHouse house;
  Line line(house);
  house.judge.hold();
  line.device->fire(200);
  line.until([&] { return house.rows().size() == 1; });
  ASSERT_TRUE(house.sound().write(
      [&](database::Session& session) { return database::stations::remove(session, house.station.id); }));
  house.judge.let_go();
  line.until_ended(1);
  EXPECT_EQ(house.rows().front().state, State::filed);
  EXPECT_EQ(house.rows().front().verdict, "NG");
}

TEST(RunningStation, a_part_that_cannot_be_judged_is_not_ok) {
  StationHouse house;
  house.judge.fault = core::not_found("There is no model called belt.");
  Line line(house);
  line.device->fire(1);
  line.until_ended(1);
  const auto row = house.rows().front();
  EXPECT_EQ(row.verdict, "NG");
  EXPECT_THAT(row.reason, HasSubstr("There is no model called belt."));
  EXPECT_EQ(row.model, "");
  EXPECT_EQ(row.state, State::filed) << "its picture is kept all the same";
}

TEST(RunningStation, a_recipe_without_a_model_judges_nothing_and_says_so) {
  StationHouse house;
  house.station.recipe = R"({"read_code":true})";
  house.judge.code = "from a code";
  Line line(house);
  line.device->fire(250);
  line.until_ended(1);
  const auto row = house.rows().front();
  EXPECT_EQ(row.verdict, "OK");
  EXPECT_THAT(row.reason, HasSubstr("Not judged"));
  EXPECT_EQ(row.image_id, "from a code");
  EXPECT_EQ(row.folder, "triggered_inspections/from a code");
}

TEST(RunningStation, a_full_disk_fails_the_picture_and_not_the_verdict) {
  StationHouse house(std::int64_t{1} << 62);
  Line line(house);
  house.store("A");
  line.device->fire(200);
  line.until_ended(1);
  const auto row = house.rows().front();
  EXPECT_EQ(row.state, State::failed);
  EXPECT_EQ(row.verdict, "NG");
  EXPECT_THAT(row.error, HasSubstr("full"));
  line.until([&] { return line.station->status().fault.contains("full"); });  // it is told behind the row
  EXPECT_THAT(house.told, ElementsAre("NG"));
}

TEST(RunningStation, frames_wait_on_disk_when_memory_is_full) {
  StationHouse house;
  Line line(house, {.most_waiting_bytes = 200, .most_unfiled = 1});  // three frames
  house.judge.hold();
  for (int i = 0; i < 20; ++i) {
    house.store("part " + std::to_string(i));
    line.device->fire(static_cast<std::uint8_t>(i));
  }
  line.until([&] { return line.station->status().triggers == 20; });
  EXPECT_GT(line.station->status().spilled_frames, 10u);
  house.judge.let_go();
  line.until_ended(20);
  const auto rows = house.rows();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].image_id, "part " + std::to_string(i));
    EXPECT_EQ(house.read(rows[i].folder + "/OK/original/" + rows[i].name + ".jpg"), "PIC " + std::to_string(i));
  }
  EXPECT_TRUE(std::filesystem::is_empty(house.data() / "stations" / "spill"));
}

TEST(RunningStation, a_frame_that_is_gone_from_the_disk_takes_its_id_along) {
  StationHouse house;
  Line line(house, {.most_waiting_bytes = 1});  // all wait on disk
  house.judge.hold();
  for (int i = 0; i < 4; ++i) {
    house.store("part " + std::to_string(i));
    line.device->fire(static_cast<std::uint8_t>(i));
  }
  line.until([&] {
    const auto status = line.station->status();
    return status.triggers == 4 && status.spilled_frames == 3;
  });
  house.spill->remove(house.rows().at(3).id);
  house.judge.let_go();
  line.until_ended(4);
  const auto rows = house.rows();
  EXPECT_EQ(rows[3].state, State::lost);
  EXPECT_EQ(rows[3].verdict, "NG");
  for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(rows[i].image_id, "part " + std::to_string(i));
  EXPECT_THAT(house.waiting(), IsEmpty());
  line.until([&] { return line.station->status().lost == 1; });
  const std::scoped_lock lock(house.told_mutex);
  EXPECT_THAT(house.told, ElementsAre("OK", "OK", "OK", "NG"));
}

TEST(RunningStation, a_trigger_that_finds_no_memory_is_lost_with_its_id) {
  StationHouse house;
  Line line(house, {.most_arrived_bytes = 10});
  house.store("A");
  line.device->fire(1);
  line.until_ended(1);
  EXPECT_EQ(house.rows().front().state, State::lost);
  EXPECT_EQ(house.rows().front().image_id, "A");
}

TEST(RunningStation, what_was_not_judged_goes_on_at_the_next_start) {
  StationHouse house;
  {
    Line line(house);
    house.store("A");
    house.store("B");
    house.judge.hold();
    line.device->fire(1);
    line.device->fire(2);
    line.until([&] { return house.rows().size() == 2; });
    std::jthread ending([&] { line.station.reset(); });
    house.judge.let_go();
  }
  house.reopen();
  for (const auto& row : *house.journal->unfinished()) EXPECT_TRUE(house.inspector->settle(row));
  const auto rows = house.rows();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_THAT(house.places(), ElementsAre("triggered_inspections/A", "triggered_inspections/B"));
  EXPECT_EQ(house.read(rows[1].folder + "/OK/original/" + rows[1].name + ".jpg"), "PIC 2");
}

TEST(RunningStation, does_nothing_any_more_when_it_was_ended_although_somebody_holds_it) {
  StationHouse house;
  Line line(house);
  line.station->end();
  house.store("A");
  line.device->fire(1);
  EXPECT_EQ(line.station->trigger().error().code, core::ErrorCode::conflict);
  EXPECT_FALSE(line.station->status().is_armed);
  line.station->end();
  EXPECT_THAT(house.rows(), IsEmpty());
  EXPECT_THAT(house.waiting(), ElementsAre("A"));
}

TEST(RunningStation, says_how_many_were_lost_beyond_what_is_journaled_one_by_one) {
  StationHouse house;
  Line line(house, {.most_missed = 3});
  line.device->fire(1);
  for (int i = 0; i < 10; ++i) line.device->fire_lost();
  line.device->fire(2);
  line.until_ended(5);
  const auto rows = house.rows();
  ASSERT_EQ(rows.size(), 5u);
  EXPECT_THAT(rows[3].error, HasSubstr("7 parts behind it"));
}

// Whatever gets lost on the way: a picture is filed under the id that was entered for its part, or under none.
TEST(RunningStation, no_part_gets_anothers_id_whatever_is_lost) {
  std::mt19937 random{4711};
  StationHouse house;
  Line line(house);
  line.device->fire(0);
  line.until_ended(1);
  constexpr int parts = 300;
  for (int part = 1; part <= parts; ++part) {
    // The value of each picture says which part it is of.
    house.store("part " + std::to_string(part % 100) + "-" + std::to_string(part), std::chrono::minutes(10));
    const auto fate = random() % 10;
    if (fate == 0) {
      line.device->fire_lost();
    } else if (fate == 1) {
      line.device->fire_incomplete();
    } else {
      line.device->fire(static_cast<std::uint8_t>(part % 100));
    }
  }
  line.device->fire(0);  // shows what was lost last
  line.until_ended(parts + 2);
  const auto rows = house.rows();
  ASSERT_EQ(rows.size(), static_cast<std::size_t>(parts) + 2);
  for (int part = 1; part <= parts; ++part) {
    const auto& row = rows[static_cast<std::size_t>(part)];
    EXPECT_EQ(row.image_id, "part " + std::to_string(part % 100) + "-" + std::to_string(part));
    if (row.state == State::filed)
      EXPECT_EQ(house.read(row.folder + "/OK/original/" + row.name + ".jpg"), "PIC " + std::to_string(part % 100));
  }
}

}  // namespace
}  // namespace sightglass::stations
