#include "stations/inspector.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "unit/stations/station_house.hpp"

namespace sightglass::stations {
namespace {

using database::triggers::State;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Row = database::triggers::Trigger;

// One trigger from its frame to its place.
void inspect(StationHouse& house, std::uint8_t value) {
  auto row = house.receive_one();
  const auto frame = frame_of(value);
  const auto judgement = house.inspector->judge(row, frame);
  ASSERT_TRUE(judgement) << judgement.error().message;
  ASSERT_TRUE(house.inspector->file(row, frame, *judgement));
}

TEST(Inspector, an_id_that_is_used_again_keeps_the_earlier_inspection) {
  StationHouse house;
  for (const std::uint8_t value : std::initializer_list<std::uint8_t>{1, 200, 3}) {
    house.store("A");
    inspect(house, value);
  }
  const auto rows = house.rows();
  ASSERT_THAT(rows, SizeIs(3));
  EXPECT_EQ(rows[2].folder, "triggered_inspections/A");
  EXPECT_EQ(rows[2].superseded_at, std::nullopt);
  for (const std::size_t earlier : {0U, 1U}) {
    EXPECT_EQ(rows[earlier].folder, "triggered_inspections/.superseded/A/" + rows[earlier].name);
    EXPECT_TRUE(rows[earlier].superseded_at);
  }
  EXPECT_EQ(house.read(rows[1].folder + "/NG/original/" + rows[1].name + ".jpg"), "PIC 200");
  EXPECT_EQ(house.read(rows[2].folder + "/OK/original/" + rows[2].name + ".jpg"), "PIC 3");
  EXPECT_THAT(house.places(), SizeIs(3));
}

TEST(Inspector, the_newest_stands_at_the_plain_place_whichever_is_filed_first) {
  StationHouse house;
  house.store("A");
  auto first = house.receive_one();
  const auto frame = frame_of(1);
  const auto judgement = house.inspector->judge(first, frame);
  ASSERT_TRUE(judgement);
  house.store("A");
  inspect(house, 2);
  ASSERT_TRUE(house.inspector->file(first, frame, *judgement));
  const auto rows = house.rows();
  EXPECT_EQ(rows[1].folder, "triggered_inspections/A");
  EXPECT_EQ(rows[0].folder, "triggered_inspections/.superseded/A/" + rows[0].name);
  EXPECT_EQ(house.read("triggered_inspections/A/OK/original/" + rows[1].name + ".jpg"), "PIC 2");
}

TEST(Inspector, an_inspection_without_an_id_is_named_later) {
  StationHouse house;
  inspect(house, 1);
  const auto unnamed = house.rows().front();
  EXPECT_EQ(unnamed.folder, "inspections/" + unnamed.name);
  const auto named = house.inspector->name(unnamed.id, "B 7");
  ASSERT_TRUE(named) << named.error().message;
  EXPECT_EQ(named->folder, "triggered_inspections/B 7");
  EXPECT_EQ(named->state, State::filed);
  EXPECT_THAT(house.places(), ElementsAre("triggered_inspections/B 7"));
  EXPECT_EQ(boost::json::parse(house.read("triggered_inspections/B 7/results.json")).at("image_id"), "B 7");
  EXPECT_EQ(house.inspector->name(unnamed.id, "C").error().code, core::ErrorCode::conflict);
  EXPECT_EQ(house.inspector->name(unnamed.id, "../C").error().field, "image_id");
  EXPECT_EQ(house.inspector->name(core::TriggerId::make(house.clock.now()), "C").error().code,
            core::ErrorCode::not_found);
}

TEST(Inspector, what_stands_in_the_way_is_kept) {
  StationHouse house;
  std::filesystem::create_directories(house.data() / "triggered_inspections/A");
  std::ofstream(house.data() / "triggered_inspections/A/notes.txt") << "mine";
  house.store("A");
  inspect(house, 1);
  EXPECT_EQ(house.rows().front().folder, "triggered_inspections/A");
  std::vector<std::string> kept;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(house.data()))
    if (entry.path().filename() == "notes.txt") kept.push_back(entry.path().string());
  EXPECT_THAT(kept, ElementsAre(HasSubstr(".superseded/A/unknown_")));
}

TEST(Inspector, a_move_that_fails_leaves_the_inspection_whole_and_is_made_up_for) {
  StationHouse house;
  house.store("A");
  // Somebody put a file where a folder is to be made.
  std::filesystem::create_directories(house.data() / "triggered_inspections");
  std::ofstream(house.data() / "triggered_inspections/A") << "in the way";
  std::filesystem::remove_all(house.data() / "triggered_inspections/.superseded");
  std::ofstream(house.data() / "triggered_inspections/.superseded") << "in the way";
  inspect(house, 1);
  auto row = house.rows().front();
  EXPECT_EQ(row.state, State::built);
  EXPECT_THAT(row.error, HasSubstr("could not be moved"));
  EXPECT_EQ(row.folder, "inspections/" + row.name);
  EXPECT_EQ(house.read(row.folder + "/OK/original/" + row.name + ".jpg"), "PIC 1");
  std::filesystem::remove(house.data() / "triggered_inspections/.superseded");
  std::filesystem::remove(house.data() / "triggered_inspections/A");
  ASSERT_TRUE(house.inspector->settle(row));
  row = house.rows().front();
  EXPECT_EQ(row.state, State::filed);
  EXPECT_EQ(row.folder, "triggered_inspections/A");
  EXPECT_EQ(row.error, "");
}

TEST(Inspector, files_that_cannot_be_made_now_are_made_later) {
  StationHouse house;
  house.judge.annotate_fault = core::unavailable("no process");
  inspect(house, 1);
  auto row = house.rows().front();
  EXPECT_EQ(row.state, State::judged);
  EXPECT_THAT(row.error, HasSubstr("no process"));
  house.judge.annotate_fault.reset();
  ASSERT_TRUE(house.inspector->settle(row));
  EXPECT_EQ(house.rows().front().state, State::filed);
  EXPECT_EQ(house.rows().front().error, "");
}

TEST(Inspector, keeps_a_photo_where_the_recipe_says_so) {
  StationHouse house;
  house.station.recipe = R"({"model":"belt","keep":{"ok":"files","ng":"photo"}})";
  house.store("A");
  inspect(house, 200);
  house.store("B");
  inspect(house, 1);
  const auto rows = house.rows();
  ASSERT_TRUE(rows[0].photo_id) << rows[0].error;
  EXPECT_EQ(rows[1].photo_id, std::nullopt);
  ASSERT_THAT(house.house.rows(), SizeIs(1));
  EXPECT_EQ(house.house.rows().front().id, *rows[0].photo_id);
  EXPECT_EQ(house.house.rows().front().source, core::PhotoSource::trigger);
}

TEST(Inspector, a_trigger_whose_picture_went_with_a_crash_gives_its_id_back_in_its_place) {
  StationHouse house;
  house.store("A");
  house.store("B");
  const auto row = house.receive_one();
  EXPECT_EQ(row.image_id, "A");
  house.reopen();
  ASSERT_TRUE(house.inspector->give_ids_back(*house.journal->unfinished()));
  EXPECT_EQ(house.rows().front().state, State::lost);
  EXPECT_EQ(house.rows().front().verdict, "NG");
  EXPECT_EQ(house.rows().front().image_id, std::nullopt);
  EXPECT_THAT(house.waiting(), ElementsAre("A", "B"));
  EXPECT_THAT(house.told, ElementsAre("NG"));
}

TEST(Inspector, an_id_behind_which_another_part_came_is_not_handed_back) {
  StationHouse house;
  for (const char* id : {"A", "B", "C"}) house.store(id);
  const auto first = house.receive_one();
  const auto second = house.receive_one();
  const auto third = house.receive_one();
  ASSERT_TRUE(house.spill->put(second.id, frame_of(2)));
  house.reopen();
  ASSERT_TRUE(house.inspector->give_ids_back(*house.journal->unfinished()));
  const auto rows = house.rows();
  EXPECT_EQ(rows[0].state, State::lost);
  EXPECT_EQ(rows[0].image_id, "A") << "the second part has its id already";
  EXPECT_EQ(rows[1].state, State::received);
  EXPECT_EQ(rows[2].state, State::lost);
  EXPECT_EQ(rows[2].image_id, std::nullopt);
  EXPECT_THAT(house.waiting(), ElementsAre("C"));
  EXPECT_THAT(house.told, ElementsAre("NG", "NG"));
}

TEST(Inspector, a_picture_that_is_gone_while_stations_run_takes_its_id_along) {
  StationHouse house;
  house.store("A");
  const auto row = house.receive_one();
  ASSERT_TRUE(house.inspector->settle(row));
  EXPECT_EQ(house.rows().front().state, State::lost);
  EXPECT_EQ(house.rows().front().verdict, "NG");
  EXPECT_EQ(house.rows().front().image_id, "A");
  EXPECT_THAT(house.waiting(), IsEmpty());
  EXPECT_THAT(house.told, ElementsAre("NG"));
}

TEST(Inspector, a_server_of_another_name_goes_on_with_its_own) {
  StationHouse house;
  house.store("A");
  inspect(house, 1);
  ASSERT_TRUE(
      house.sound().write([](database::Session& session) { return database::triggers::adopt(session, "there"); }));
  EXPECT_EQ(house.rows().front().node, "there");
  EXPECT_FALSE(*house.journal->newest_of("A"));
  ASSERT_TRUE(house.journal->adopt());
  EXPECT_EQ((*house.journal->newest_of("A"))->id, house.rows().front().id);
}

TEST(Inspector, a_torn_frame_does_not_stay_on_the_disk_when_it_is_lost) {
  StationHouse house;
  const auto row = house.receive_one();
  ASSERT_TRUE(house.spill->put(row.id, frame_of(7)));
  std::filesystem::resize_file(house.data() / "stations/spill" / (row.id.to_string() + ".frame"), 40);
  ASSERT_TRUE(house.inspector->settle(row));
  EXPECT_EQ(house.rows().front().state, State::lost);
  EXPECT_FALSE(house.spill->has(row.id));
}

TEST(Inspector, a_torn_frame_on_disk_is_a_lost_one) {
  StationHouse house;
  house.store("A");
  const auto row = house.receive_one();
  ASSERT_TRUE(house.spill->put(row.id, frame_of(7)));
  std::filesystem::resize_file(house.data() / "stations/spill" / (row.id.to_string() + ".frame"), 40);
  EXPECT_EQ(house.spill->get(row.id).error().code, core::ErrorCode::corrupt_image);
  house.reopen();
  ASSERT_TRUE(house.inspector->give_ids_back(*house.journal->unfinished()));
  EXPECT_EQ(house.rows().front().state, State::lost);
  EXPECT_THAT(house.waiting(), ElementsAre("A"));
}

// The process ends before or behind any of its writes. After the next start the inspection is whole at exactly one
// place, or its id waits again; and an earlier one of the same id is whole as well.
TEST(Inspector, is_whole_at_exactly_one_place_wherever_it_was_killed) {
  int killed = 0;
  for (const auto kind : {ingest::Fault::Kind::kill_before, ingest::Fault::Kind::kill_after}) {
    for (int step = 0; step < 40; ++step) {
      StationHouse house;
      house.station.recipe = R"({"model":"belt","keep":{"ng":"photo"}})";
      house.store("A");
      inspect(house, 1);
      house.store("A");
      house.house.fault.kind = kind;
      house.house.fault.at = house.house.fault.steps + step;
      bool was_killed = false;
      try {
        inspect(house, 200);
      } catch (const ingest::Killed&) {
        was_killed = true;
      }
      if (!was_killed) break;
      ++killed;
      house.house.fault.at = -1;
      house.reopen();
      ASSERT_TRUE(house.inspector->give_ids_back(*house.journal->unfinished()));
      for (const auto& row : *house.journal->unfinished()) ASSERT_TRUE(house.inspector->settle(row));
      const auto rows = house.rows();
      const auto where = "step " + std::to_string(step);
      if (rows.size() == 1 || rows[1].state == State::lost) {
        EXPECT_THAT(house.waiting(), ElementsAre("A")) << where;
        EXPECT_THAT(house.places(), ElementsAre("triggered_inspections/A")) << where;
        EXPECT_EQ(rows[0].folder, "triggered_inspections/A") << where;
        continue;
      }
      EXPECT_THAT(house.waiting(), IsEmpty()) << where;
      ASSERT_EQ(rows[1].state, State::filed) << where << rows[1].error;
      EXPECT_EQ(rows[1].folder, "triggered_inspections/A") << where;
      EXPECT_EQ(house.read(rows[1].folder + "/NG/original/" + rows[1].name + ".jpg"), "PIC 200") << where;
      EXPECT_EQ(house.read(rows[1].folder + "/NG/annotated/" + rows[1].name + ".jpg"), "drawn A NG") << where;
      EXPECT_EQ(rows[0].folder, "triggered_inspections/.superseded/A/" + rows[0].name) << where;
      EXPECT_EQ(house.read(rows[0].folder + "/OK/original/" + rows[0].name + ".jpg"), "PIC 1") << where;
      EXPECT_THAT(house.places(), ElementsAre(rows[0].folder, "triggered_inspections/A")) << where;
    }
  }
  EXPECT_GE(killed, 8);
}

// Likewise while it is being named: it has its name, or is as it was and can be named again.
TEST(Inspector, is_whole_at_exactly_one_place_wherever_it_was_killed_while_it_was_named) {
  int killed = 0;
  for (const auto kind : {ingest::Fault::Kind::kill_before, ingest::Fault::Kind::kill_after}) {
    for (int step = 0; step < 10; ++step) {
      StationHouse house;
      house.store("A");
      inspect(house, 1);
      inspect(house, 2);
      const auto unnamed = house.rows()[1].id;
      house.house.fault.kind = kind;
      house.house.fault.at = house.house.fault.steps + step;
      bool was_killed = false;
      try {
        ASSERT_TRUE(house.inspector->name(unnamed, "A"));
      } catch (const ingest::Killed&) {
        was_killed = true;
      }
      if (!was_killed) break;
      ++killed;
      house.house.fault.at = -1;
      house.reopen();
      for (const auto& row : *house.journal->unfinished()) ASSERT_TRUE(house.inspector->settle(row));
      const auto where = "step " + std::to_string(step);
      if (!house.rows()[1].image_id) ASSERT_TRUE(house.inspector->name(unnamed, "A")) << where;
      const auto rows = house.rows();
      ASSERT_EQ(rows[1].state, State::filed) << where << rows[1].error;
      EXPECT_EQ(rows[1].folder, "triggered_inspections/A") << where;
      EXPECT_EQ(house.read(rows[1].folder + "/OK/original/" + rows[1].name + ".jpg"), "PIC 2") << where;
      EXPECT_EQ(rows[0].folder, "triggered_inspections/.superseded/A/" + rows[0].name) << where;
      EXPECT_TRUE(rows[0].superseded_at) << where;
      EXPECT_THAT(house.places(), ElementsAre(rows[0].folder, "triggered_inspections/A")) << where;
    }
  }
  EXPECT_GE(killed, 4);
}

TEST(Inspector, a_name_whose_last_write_failed_gives_way_to_a_newer_part_and_each_has_its_files) {
  StationHouse house;
  house.store("A");
  inspect(house, 1);
  inspect(house, 2);
  house.house.fault.kind = ingest::Fault::Kind::fail_once;
  house.house.fault.at = house.house.fault.steps + 1;
  EXPECT_FALSE(house.inspector->name(house.rows()[1].id, "A"));
  EXPECT_EQ(house.rows()[1].state, State::built);
  house.store("A");
  inspect(house, 3);
  for (const auto& row : *house.journal->unfinished()) ASSERT_TRUE(house.inspector->settle(row));
  const auto rows = house.rows();
  EXPECT_EQ(rows[2].folder, "triggered_inspections/A");
  EXPECT_EQ(rows[2].superseded_at, std::nullopt);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].state, State::filed) << i;
    EXPECT_EQ(house.folders->name_at(rows[i].folder), rows[i].name) << i;
    EXPECT_EQ(rows[i].superseded_at.has_value(), i < 2) << i;
  }
}

}  // namespace
}  // namespace sightglass::stations
