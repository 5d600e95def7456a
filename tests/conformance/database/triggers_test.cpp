#include "database/triggers.hpp"

#include <algorithm>

#include "support/station_rows.hpp"

namespace sightglass::database {
namespace {

using triggers::Filter;
using triggers::State;
using triggers::Trigger;

constexpr State all_states[] = {State::received, State::judged, State::built, State::filed, State::failed, State::lost};

class Triggers : public test::StationStoreTest {
 protected:
  Trigger found(core::TriggerId id) {
    return test::must(read([&](Session& s) { return triggers::find(s, id); })).value();
  }
  std::vector<core::TriggerId> listed(const Filter& filter) {
    std::vector<core::TriggerId> ids;
    for (const auto& trigger : test::must(read([&](Session& s) { return triggers::list(s, filter); })))
      ids.push_back(trigger.id);
    return ids;
  }
  std::optional<core::TriggerId> newest_of(std::string_view image_id, std::string_view node = "here") {
    const auto found = test::must(read([&](Session& s) { return triggers::newest_of(s, node, image_id); }));
    return found ? std::optional(found->id) : std::nullopt;
  }
  Trigger filed(core::StationId station, std::int64_t second, const std::string& image_id) {
    auto trigger = add_trigger(station, second);
    trigger.image_id = image_id;
    trigger.state = State::filed;
    change(trigger);
    return trigger;
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, Triggers, test::all_stores());

TEST_P(Triggers, keep_everything_that_is_known_of_them) {
  const auto station = add_station().id;
  auto trigger = trigger_at(station, 1);
  trigger.frame_number = 17;
  trigger.device_ns = 1'000'000'007;
  trigger.journaled_at = instant(2);
  trigger.recipe_version = 4;
  trigger.recipe = R"({"model":"belt@3"})";
  trigger.camera_name = "top";
  trigger.serial = "SN-7";
  trigger.settings = R"({"gain":1.5})";
  trigger.is_simulated = true;
  test::must(write([&](Session& s) { return triggers::insert(s, trigger); }));
  auto now = found(trigger.id);
  EXPECT_EQ(now.state, State::received);
  EXPECT_FALSE(now.image_id || now.judged_at || now.durable_at || now.score || now.photo_id || now.superseded_at);

  trigger.image_id = "A-1";
  trigger.judged_at = instant(3);
  trigger.durable_at = instant(4);
  trigger.state = State::filed;
  trigger.verdict = "NG";
  trigger.reason = "out of line";
  trigger.score = 2.5;
  trigger.threshold = 1.9;
  trigger.model = "belt@3";
  trigger.results = R"({"boxes":[]})";
  trigger.folder = "triggered_inspections/A-1";
  trigger.error = "was moved at the second try";
  trigger.is_late = true;
  trigger.photo_id = add_photo();
  trigger.superseded_at = instant(5);
  change(trigger);
  now = found(trigger.id);
  EXPECT_EQ(now.station_id, station);
  EXPECT_EQ(now.station_name, "press");
  EXPECT_EQ(now.node, "here");
  EXPECT_EQ(now.name, trigger.name);
  EXPECT_EQ(now.image_id, "A-1");
  EXPECT_EQ(now.frame_number, 17);
  EXPECT_EQ(now.device_ns, 1'000'000'007);
  EXPECT_EQ(now.triggered_at, instant(1));
  EXPECT_EQ(now.journaled_at, instant(2));
  EXPECT_EQ(now.judged_at, instant(3));
  EXPECT_EQ(now.durable_at, instant(4));
  EXPECT_EQ(now.state, State::filed);
  EXPECT_EQ(now.verdict, "NG");
  EXPECT_EQ(now.reason, trigger.reason);
  EXPECT_EQ(now.score, 2.5);
  EXPECT_EQ(now.threshold, 1.9);
  EXPECT_EQ(now.model, "belt@3");
  EXPECT_EQ(now.recipe_version, 4);
  EXPECT_EQ(now.recipe, trigger.recipe);
  EXPECT_EQ(now.camera_name, "top");
  EXPECT_EQ(now.serial, "SN-7");
  EXPECT_EQ(now.settings, trigger.settings);
  EXPECT_TRUE(now.is_simulated);
  EXPECT_EQ(now.results, trigger.results);
  EXPECT_EQ(now.folder, trigger.folder);
  EXPECT_EQ(now.error, trigger.error);
  EXPECT_TRUE(now.is_late);
  EXPECT_EQ(now.photo_id, trigger.photo_id);
  EXPECT_EQ(now.superseded_at, instant(5));
}

TEST_P(Triggers, have_names_of_their_own) {
  const auto station = add_station().id;
  auto twin = add_trigger(station, 1);
  twin.id = core::TriggerId::make(instant(2));
  const auto refused = write([&](Session& s) { return triggers::insert(s, twin); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::conflict);
}

TEST_P(Triggers, are_unfinished_until_they_are_at_an_end_the_oldest_first) {
  const auto station = add_station().id;
  std::vector<core::TriggerId> expected;
  for (std::int64_t second = 10; const auto state : all_states) {
    auto trigger = add_trigger(station, second--);  // made later, and triggered earlier
    trigger.state = state;
    change(trigger);
    EXPECT_EQ(found(trigger.id).state, state) << triggers::name_of(state);
    const bool is_at_end = state == State::filed || state == State::failed || state == State::lost;
    if (!is_at_end) expected.push_back(trigger.id);
  }
  std::ranges::reverse(expected);
  std::vector<core::TriggerId> left;
  for (const auto& trigger : test::must(read([](Session& s) { return triggers::unfinished(s, "here"); })))
    left.push_back(trigger.id);
  EXPECT_EQ(left, expected);
  EXPECT_TRUE(test::must(read([](Session& s) { return triggers::unfinished(s, "elsewhere"); })).empty());
}

TEST_P(Triggers, know_their_states_by_name_and_no_others) {
  for (const auto state : all_states) EXPECT_EQ(triggers::state_from_name(triggers::name_of(state)), state);
  EXPECT_FALSE(triggers::state_from_name("done"));
  EXPECT_FALSE(triggers::state_from_name(""));
}

TEST_P(Triggers, of_an_id_that_stand_at_its_place_are_the_newest_filed_one_of_the_node) {
  const auto station = add_station().id;
  EXPECT_FALSE(newest_of("A-1"));
  auto first = filed(station, 1, "A-1");
  EXPECT_EQ(newest_of("A-1"), first.id);
  const auto second = filed(station, 2, "A-1");
  first.superseded_at = instant(2);
  change(first);
  EXPECT_EQ(newest_of("A-1"), second.id);
  auto third = add_trigger(station, 3);
  third.image_id = "A-1";
  third.state = State::built;
  change(third);
  EXPECT_EQ(newest_of("A-1"), second.id) << "what is on its way is not there";
  EXPECT_FALSE(newest_of("A-1", "elsewhere"));
  EXPECT_FALSE(newest_of("a-1"));
}

TEST_P(Triggers, are_listed_by_station_id_verdict_state_and_time_the_newest_first) {
  const auto press = add_station("press", 0).id;
  const auto belt = add_station("belt", 0).id;
  auto first = filed(press, 1, "A-1");
  first.verdict = "NG";
  change(first);
  const auto second = add_trigger(press, 2);
  const auto third = filed(belt, 3, "A-1");
  using Ids = std::vector<core::TriggerId>;
  EXPECT_EQ(listed({}), (Ids{third.id, second.id, first.id}));
  EXPECT_EQ(listed({.station = press}), (Ids{second.id, first.id}));
  EXPECT_EQ(listed({.image_id = "A-1"}), (Ids{third.id, first.id}));
  EXPECT_EQ(listed({.station = press, .image_id = "A-1"}), (Ids{first.id}));
  EXPECT_EQ(listed({.verdict = "NG"}), (Ids{first.id}));
  EXPECT_EQ(listed({.state = State::received}), (Ids{second.id}));
  EXPECT_EQ(listed({.from = instant(2)}), (Ids{third.id, second.id}));
  EXPECT_EQ(listed({.to = instant(2)}), (Ids{first.id}));
  EXPECT_EQ(listed({.from = instant(2), .to = instant(3)}), (Ids{second.id}));
}

TEST_P(Triggers, are_read_page_by_page_without_gap_or_repetition_also_within_one_instant) {
  const auto station = add_station().id;
  for (int i = 0; i < 23; ++i) add_trigger(station, i / 5);
  const auto all = listed({.limit = 100});
  ASSERT_EQ(all.size(), 23U);
  std::vector<core::TriggerId> seen;
  Filter filter{.station = station, .limit = 4};
  for (auto page = listed(filter); !page.empty(); page = listed(filter)) {
    EXPECT_LE(page.size(), 4U);
    seen.insert(seen.end(), page.begin(), page.end());
    const auto last = found(page.back());
    filter.before = last.triggered_at;
    filter.before_id = last.id;
  }
  EXPECT_EQ(seen, all);
}

}  // namespace
}  // namespace sightglass::database
