#include "database/waiting_ids.hpp"

#include <deque>
#include <latch>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "support/station_rows.hpp"

namespace sightglass::database {
namespace {

constexpr std::int64_t hour = 3600;  // seconds that an id waits

class WaitingIds : public test::StationStoreTest {
 protected:
  void give_back(core::TriggerId trigger, std::int64_t second) {
    test::must(write([&](Session& s) { return waiting_ids::give_back(s, trigger, instant(second)); }));
  }
  bool withdraw(core::StationId station, std::int64_t number, std::int64_t second) {
    return test::must(write([&](Session& s) { return waiting_ids::withdraw(s, station, number, instant(second)); }));
  }
  using StationStoreTest::waiting_ids;
};
INSTANTIATE_TEST_SUITE_P(Stores, WaitingIds, test::all_stores());

TEST_P(WaitingIds, are_taken_in_the_order_of_entering_one_by_each_trigger) {
  const auto station = add_station().id;
  store_id(station, "A-1", 10);
  store_id(station, "A-2", 5);  // by a clock that went back: the order of entering counts
  EXPECT_EQ(waiting_ids(station, 11), "A-1 A-2 ");
  EXPECT_EQ(take_id(station, add_trigger(station, 11).id, 11), "A-1");
  EXPECT_EQ(waiting_ids(station, 11), "A-2 ");
  EXPECT_EQ(take_id(station, add_trigger(station, 12).id, 12), "A-2");
  EXPECT_EQ(take_id(station, add_trigger(station, 13).id, 13), "");
}

TEST_P(WaitingIds, say_when_and_by_whom_they_were_entered) {
  const auto station = add_station().id;
  const auto number = store_id(station, "A-1", 10);
  const auto trigger = add_trigger(station, 20).id;
  const auto taken = test::must(write([&](Session& s) { return waiting_ids::take(s, station, trigger, instant(20)); }));
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->number, number);
  EXPECT_EQ(taken->station_id, station);
  EXPECT_EQ(taken->stored_at, instant(10));
  EXPECT_EQ(taken->stored_by, "tim");
  EXPECT_EQ(taken->expires_at, instant(10 + hour));
}

TEST_P(WaitingIds, are_not_of_a_trigger_that_happened_before_they_were_entered) {
  const auto station = add_station().id;
  store_id(station, "A-1", 10);
  EXPECT_EQ(take_id(station, add_trigger(station, 9).id, 9), "");
  EXPECT_EQ(take_id(station, add_trigger(station, 10).id, 10), "A-1");
}

TEST_P(WaitingIds, expire_after_an_hour_to_the_second) {
  const auto station = add_station().id;
  store_id(station, "A-1", 0);
  EXPECT_EQ(waiting_ids(station, hour - 1), "A-1 ");
  EXPECT_EQ(waiting_ids(station, hour), "");
  EXPECT_EQ(take_id(station, add_trigger(station, hour).id, hour), "");
  EXPECT_EQ(take_id(station, add_trigger(station, hour - 1).id, hour - 1), "A-1") << "it happened in time";
}

TEST_P(WaitingIds, that_expired_do_not_keep_the_next_ones_back) {
  const auto station = add_station().id;
  store_id(station, "old", 0);
  store_id(station, "new", 100);
  EXPECT_EQ(take_id(station, add_trigger(station, hour + 50).id, hour + 50), "new");
}

TEST_P(WaitingIds, wait_at_their_own_station) {
  const auto press = add_station("press", 0).id;
  const auto belt = add_station("belt", 1).id;
  store_id(press, "A-1", 2);
  store_id(belt, "A-1", 2);  // the same id at two stations at once
  EXPECT_EQ(take_id(belt, add_trigger(belt, 3).id, 3), "A-1");
  EXPECT_EQ(waiting_ids(press, 3), "A-1 ");
  EXPECT_EQ(take_id(press, add_trigger(press, 4).id, 4), "A-1");
}

TEST_P(WaitingIds, that_are_given_back_keep_their_place) {
  const auto station = add_station().id;
  store_id(station, "A-1", 1);
  store_id(station, "A-2", 2);
  const auto trigger = add_trigger(station, 3).id;
  EXPECT_EQ(take_id(station, trigger, 3), "A-1");
  give_back(trigger, 4);
  EXPECT_EQ(waiting_ids(station, 4), "A-1 A-2 ");
  give_back(trigger, 4);
  EXPECT_EQ(waiting_ids(station, 4), "A-1 A-2 ") << "once is enough";
}

TEST_P(WaitingIds, that_are_given_back_too_late_wait_no_more) {
  const auto station = add_station().id;
  store_id(station, "A-1", 0);
  const auto trigger = add_trigger(station, 1).id;
  EXPECT_EQ(take_id(station, trigger, 1), "A-1");
  give_back(trigger, hour);
  EXPECT_EQ(waiting_ids(station, hour), "");
  EXPECT_EQ(take_id(station, add_trigger(station, 2).id, 2), "");
}

TEST_P(WaitingIds, can_be_withdrawn_while_they_wait_and_where_they_wait) {
  const auto press = add_station("press", 0).id;
  const auto belt = add_station("belt", 1).id;
  const auto number = store_id(press, "A-1", 2);
  EXPECT_FALSE(withdraw(belt, number, 3));
  EXPECT_TRUE(withdraw(press, number, 3));
  EXPECT_FALSE(withdraw(press, number, 3));
  EXPECT_EQ(take_id(press, add_trigger(press, 4).id, 4), "");
  const auto taken = store_id(press, "A-2", 5);
  const auto trigger = add_trigger(press, 6).id;
  EXPECT_EQ(take_id(press, trigger, 6), "A-2");
  EXPECT_FALSE(withdraw(press, taken, 7)) << "a trigger has it";
}

TEST_P(WaitingIds, are_all_withdrawn_at_one_station_when_nobody_knows_which_parts_passed) {
  const auto press = add_station("press", 0).id;
  const auto belt = add_station("belt", 1).id;
  store_id(press, "A-1", 2);
  store_id(press, "A-2", 2);
  store_id(belt, "B-1", 2);
  EXPECT_EQ(test::must(write([&](Session& s) { return waiting_ids::withdraw_all(s, press, instant(3)); })), 2);
  EXPECT_EQ(waiting_ids(press, 3), "");
  EXPECT_EQ(waiting_ids(belt, 3), "B-1 ");
}

TEST_P(WaitingIds, of_no_station_wait_for_the_first_one) {
  store_id(std::nullopt, "old", 0);
  store_id(std::nullopt, "A-1", 100);
  store_id(std::nullopt, "A-2", 101);
  const auto station = add_station("press", 200).id;
  EXPECT_EQ(waiting_ids(station, hour), "");
  EXPECT_EQ(test::must(write([&](Session& s) { return waiting_ids::adopt(s, station, instant(hour)); })), 2);
  EXPECT_EQ(waiting_ids(station, hour), "A-1 A-2 ");
  const auto later = add_station("belt", 300).id;
  EXPECT_EQ(test::must(write([&](Session& s) { return waiting_ids::adopt(s, later, instant(hour)); })), 0);
}

TEST_P(WaitingIds, are_forgotten_when_they_ended_long_ago_and_no_sooner) {
  const auto station = add_station().id;
  store_id(station, "expired", 0);
  store_id(station, "taken", 1);
  EXPECT_EQ(take_id(station, add_trigger(station, hour).id, hour), "taken");
  store_id(station, "waiting", 2 * hour);
  const auto prune = [&](std::int64_t before) {
    return test::must(write([&](Session& s) { return waiting_ids::prune(s, instant(before)); }));
  };
  EXPECT_EQ(prune(hour), 0);
  EXPECT_EQ(prune(hour + 1), 1);
  EXPECT_EQ(prune(hour + 2), 1);
  EXPECT_EQ(waiting_ids(station, 2 * hour), "waiting ");
}

TEST_P(WaitingIds, are_never_taken_twice_by_triggers_at_once) {
  constexpr int takers = 4;
  constexpr int each = 5;
  const auto station = add_station().id;
  std::set<std::string> stored;
  for (int i = 0; i < takers * each; ++i) {
    stored.insert("A-" + std::to_string(i));
    store_id(station, "A-" + std::to_string(i), 1);
  }
  std::vector<std::vector<core::TriggerId>> triggers(takers);
  for (auto& mine : triggers)
    for (int i = 0; i < each; ++i) mine.push_back(add_trigger(station, 2).id);
  const auto other = connect();  // as another process would have
  std::vector<std::vector<std::string>> taken(takers);
  std::latch begin(takers);
  std::vector<std::jthread> threads;
  for (std::size_t t = 0; t < takers; ++t)
    threads.emplace_back([&, t] {
      Database& database = t % 2 == 0 ? *database_ : *other;
      begin.arrive_and_wait();
      for (const auto& trigger : triggers[t]) {
        const auto id = database.write([&](Session& s) { return waiting_ids::take(s, station, trigger, instant(3)); });
        taken[t].push_back(id && *id ? (*id)->image_id : "none");
      }
    });
  threads.clear();
  std::set<std::string> all;
  for (const auto& mine : taken) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all, stored) << "each was given to one trigger, and every trigger got one";
}

// Whatever happens at a station, in whatever order: what the store gives is what a simple queue would.
TEST_P(WaitingIds, go_to_one_trigger_each_and_in_order_whatever_happens) {
  for (std::uint32_t seed = 1; seed <= 3; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto station = add_station("station " + std::to_string(seed), seed).id;
    std::map<std::int64_t, std::string> waiting;  // by number
    std::map<core::TriggerId, std::pair<std::int64_t, std::string>> held;
    std::int64_t now = 1;
    for (int step = 0; step < 40; ++step, ++now) {
      switch (random() % 5) {
        case 0:
        case 1: {
          const auto name = "A-" + std::to_string(step);
          waiting.emplace(store_id(station, name, now), name);
          break;
        }
        case 2: {
          const auto trigger = add_trigger(station, now).id;
          EXPECT_EQ(take_id(station, trigger, now), waiting.empty() ? "" : waiting.begin()->second);
          if (!waiting.empty()) {
            held.emplace(trigger, *waiting.begin());
            waiting.erase(waiting.begin());
          }
          break;
        }
        case 3: {
          if (held.empty()) break;
          const auto back = std::next(held.begin(), static_cast<std::ptrdiff_t>(random() % held.size()));
          give_back(back->first, now);
          waiting.insert(back->second);
          held.erase(back);
          break;
        }
        default: {
          if (waiting.empty()) break;
          const auto gone = std::next(waiting.begin(), static_cast<std::ptrdiff_t>(random() % waiting.size()));
          EXPECT_TRUE(withdraw(station, gone->first, now));
          waiting.erase(gone);
        }
      }
      std::string expected;
      for (const auto& [number, name] : waiting) expected += name + " ";
      ASSERT_EQ(waiting_ids(station, now), expected);
    }
  }
}

}  // namespace
}  // namespace sightglass::database
