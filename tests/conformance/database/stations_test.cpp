#include "database/stations.hpp"

#include "database/cameras.hpp"
#include "database/changes.hpp"
#include "support/station_rows.hpp"

namespace sightglass::database {
namespace {

using stations::Day;
using stations::Station;

class Stations : public test::StationStoreTest {
 protected:
  // What is told of stations behind `seq`, as "created changed …".
  std::string told_behind(std::int64_t seq) {
    std::string text;
    for (const auto& change : test::must(read([&](Session& s) { return changes::after(s, seq, 1000); })))
      if (change.type == changes::Type::station)
        text += std::string(changes::kind_names[static_cast<std::size_t>(change.kind)]) + " " + change.id + "\n";
    return text;
  }
  std::int64_t newest() { return test::must(read(changes::range)).newest; }
};
INSTANTIATE_TEST_SUITE_P(Stores, Stations, test::all_stores());

TEST_P(Stations, are_listed_as_they_were_made_and_found_by_id_and_name) {
  const auto second = add_station("second", 2);
  const auto first = add_station("first", 1);
  const auto all = test::must(read(stations::list));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all.front().id, first.id);
  const auto found = test::must(read([&](Session& s) { return stations::find_named(s, "second"); }));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, second.id);
  EXPECT_EQ(found->trigger, second.trigger);
  EXPECT_EQ(found->recipe, second.recipe);
  EXPECT_EQ(found->created_at, instant(2));
  EXPECT_TRUE(found->is_enabled);
  EXPECT_FALSE(found->camera_id);
}

TEST_P(Stations, have_names_of_their_own) {
  auto twin = add_station("press", 1);
  twin.id = core::StationId::make(instant(2));
  const auto refused = write([&](Session& s) { return stations::insert(s, twin); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::conflict);
}

TEST_P(Stations, stay_without_their_camera_when_it_is_forgotten) {
  const cameras::Camera camera{.id = core::CameraId::make(instant(0)), .name = "c", .driver = "simulated"};
  test::must(write([&](Session& s) { return cameras::insert(s, camera); }));
  auto station = add_station();
  station.camera_id = camera.id;
  station.recipe_version = 2;
  station.is_enabled = false;
  test::must(write([&](Session& s) { return stations::update(s, station); }));
  auto found = test::must(read([&](Session& s) { return stations::find(s, station.id); }));
  EXPECT_EQ(found->camera_id, camera.id);
  EXPECT_EQ(found->recipe_version, 2);
  EXPECT_FALSE(found->is_enabled);
  test::must(write([&](Session& s) { return cameras::remove(s, camera.id); }));
  found = test::must(read([&](Session& s) { return stations::find(s, station.id); }));
  EXPECT_FALSE(found->camera_id);
}

TEST_P(Stations, leave_their_journal_and_take_everything_else_along_when_they_are_forgotten) {
  const auto station = add_station();
  const auto trigger = add_trigger(station.id, 1);
  store_id(station.id, "A-1", 1);
  const outputs::Output output{
      .id = core::OutputId::make(instant(0)), .station_id = station.id, .name = "plc", .kind = "modbus"};
  test::must(write([&](Session& s) { return outputs::insert(s, output); }));
  test::must(write([&](Session& s) { return stations::remove(s, station.id); }));
  EXPECT_FALSE(test::must(read([&](Session& s) { return stations::find(s, station.id); })));
  EXPECT_FALSE(test::must(read([&](Session& s) { return outputs::find(s, output.id); })));
  EXPECT_EQ(waiting_ids(station.id, 2), "");
  const auto left = test::must(read([&](Session& s) { return triggers::find(s, trigger.id); }));
  ASSERT_TRUE(left);
  EXPECT_FALSE(left->station_id);
  EXPECT_EQ(left->station_name, "press");
}

TEST_P(Stations, count_each_day_by_itself) {
  const auto station = add_station();
  const auto add = [&](const Day& day) {
    test::must(write([&](Session& s) { return stations::count(s, station.id, day); }));
  };
  add({.day = "2026-11-21", .triggers = 1, .ok = 1});
  add({.day = "2026-11-21", .triggers = 2, .ng = 1, .lost = 1, .late = 1});
  add({.day = "2026-11-22", .triggers = 1, .failed = 1});
  const auto counted = [&](std::string_view day) {
    return test::must(read([&](Session& s) { return stations::counted(s, station.id, day); }));
  };
  const auto first = counted("2026-11-21");
  EXPECT_EQ(first.triggers, 3);
  EXPECT_EQ(first.ok, 1);
  EXPECT_EQ(first.ng, 1);
  EXPECT_EQ(first.lost, 1);
  EXPECT_EQ(first.late, 1);
  EXPECT_EQ(first.failed, 0);
  EXPECT_EQ(counted("2026-11-22").failed, 1);
  const auto none = counted("2026-11-23");
  EXPECT_EQ(none.day, "2026-11-23");
  EXPECT_EQ(none.triggers, 0);
}

TEST_P(Stations, days_end_at_midnight_of_utc) {
  EXPECT_EQ(stations::day_of(core::parse_iso8601("2026-11-21T23:59:59.999999Z").value()), "2026-11-21");
  EXPECT_EQ(stations::day_of(core::parse_iso8601("2026-11-22T00:00:00Z").value()), "2026-11-22");
}

TEST_P(Stations, tell_of_themselves_and_of_what_happens_there) {
  const auto before = newest();
  auto station = add_station();
  const auto id = station.id.to_string();
  EXPECT_EQ(told_behind(before), "created " + id + "\n");

  auto seq = newest();
  station.is_enabled = false;
  test::must(write([&](Session& s) { return stations::update(s, station); }));
  EXPECT_EQ(told_behind(seq), "changed " + id + "\n");

  seq = newest();
  const auto number = store_id(station.id, "A-1", 1);
  EXPECT_EQ(told_behind(seq), "changed " + id + "\n");

  seq = newest();
  auto trigger = add_trigger(station.id, 2);
  EXPECT_EQ(told_behind(seq), "changed " + id + "\n");

  seq = newest();
  trigger.state = triggers::State::judged;
  change(trigger);
  EXPECT_EQ(told_behind(seq), "changed " + id + "\n");

  seq = newest();
  test::must(write([&](Session& s) { return database::waiting_ids::withdraw(s, station.id, number, instant(3)); }));
  EXPECT_EQ(told_behind(seq), "changed " + id + "\n");

  seq = newest();
  test::must(write([&](Session& s) { return stations::remove(s, station.id); }));
  EXPECT_TRUE(told_behind(seq).contains("deleted " + id + "\n")) << told_behind(seq);
}

}  // namespace
}  // namespace sightglass::database
