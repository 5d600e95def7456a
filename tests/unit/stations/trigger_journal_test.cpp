#include "stations/trigger_journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/stations/station_house.hpp"

namespace sightglass::stations {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(TriggerJournal, triggers_of_one_millisecond_have_names_of_their_own) {
  StationHouse house;
  const auto at = house.clock.now();
  const std::vector<Arrival> arrivals{{.triggered_at = at, .frame_number = 1}, {.triggered_at = at, .frame_number = 2}};
  const auto rows = house.journal->receive(house.source(), arrivals);
  ASSERT_TRUE(rows);
  EXPECT_EQ((*rows)[0].name, temporary_name(at));
  EXPECT_EQ((*rows)[1].name, temporary_name(at + std::chrono::milliseconds(1)));
}

// A gap of two triggers in front of the one that was seen; what is given are the times of entering, in minutes ago.
std::vector<database::triggers::Trigger> receive_gap(StationHouse& house, const std::vector<int>& entered) {
  const auto at = house.clock.now();
  for (const int ago : entered) house.store("id " + std::to_string(ago), std::chrono::minutes(ago));
  const Arrival::Gap gap{.triggers = 3, .since = at - std::chrono::minutes(10)};
  const std::vector<Arrival> arrivals{{.triggered_at = at, .frame_number = 2, .gap = gap, .lost = "It was lost."},
                                      {.triggered_at = at, .frame_number = 3, .lost = "It was lost."},
                                      {.triggered_at = at, .frame_number = 4}};
  auto rows = house.journal->receive(house.source(), arrivals);
  EXPECT_TRUE(rows);
  return std::move(*rows);
}

TEST(TriggerJournal, withdraws_ids_that_may_be_of_a_lost_part_or_of_the_next) {
  StationHouse house;
  const auto rows = receive_gap(house, {20, 5});
  EXPECT_EQ(rows[0].image_id, "id 20") << "it was entered before any of them";
  EXPECT_EQ(rows[1].image_id, std::nullopt);
  EXPECT_EQ(rows[2].image_id, std::nullopt);
  EXPECT_THAT(rows[0].error, HasSubstr("scan again"));
  EXPECT_THAT(house.waiting(), IsEmpty());
}

TEST(TriggerJournal, gives_each_its_own_where_as_many_ids_were_entered_as_parts_passed) {
  StationHouse house;
  const auto rows = receive_gap(house, {7, 6, 5});
  EXPECT_EQ(rows[0].image_id, "id 7");
  EXPECT_EQ(rows[1].image_id, "id 6");
  EXPECT_EQ(rows[2].image_id, "id 5");
  EXPECT_EQ(rows[0].error, "It was lost.");
}

TEST(TriggerJournal, leaves_ids_that_were_entered_before_a_gap) {
  StationHouse house;
  const auto rows = receive_gap(house, {40, 30, 25, 20, 5});
  EXPECT_EQ(rows[2].image_id, "id 25");
  EXPECT_THAT(house.waiting(), ElementsAre("id 20", "id 5"));
}

}  // namespace
}  // namespace sightglass::stations
