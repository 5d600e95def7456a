#include "database/pull_inbox.hpp"

#include "database/changes.hpp"
#include "support/pull_rows.hpp"

namespace sightglass::database {
namespace {

using pull_files::File;
using pull_files::State;
using pull_inbox::Action;
using pull_inbox::Filter;

class PullInbox : public test::PullStoreTest {
 protected:
  File give_up(core::PullSourceId source, const std::string& path, std::int64_t second, const std::string& reason) {
    auto file = file_at(source, path, second);
    file.state = State::failed;
    file.reason = reason;
    file.next_at.reset();
    return add_file(file);
  }
  std::vector<std::string> names(const Filter& filter, const std::optional<pull_inbox::PageKey>& after = {},
                                 std::int32_t limit = 10) {
    std::vector<std::string> found;
    for (const auto& entry : test::must(read([&](Session& s) { return pull_inbox::list(s, filter, after, limit); })))
      found.push_back(entry.source_name + "/" + entry.file.name);
    return found;
  }
  std::int64_t count() {
    return test::must(read([](Session& s) { return pull_inbox::count(s); }));
  }
  std::vector<pull_inbox::Changed> decide(Action action, const std::vector<core::PullFileId>& ids) {
    return test::must(write([&](Session& s) { return pull_inbox::change(s, action, ids, instant(50)); }));
  }
  void SetUp() override {
    PullStoreTest::SetUp();
    if (IsSkipped()) return;
    north = add_source("north", 1).id;
    south = add_source("south", 2).id;
  }
  core::PullSourceId north{}, south{};
};
INSTANTIATE_TEST_SUITE_P(Stores, PullInbox, test::all_stores());

TEST_P(PullInbox, shows_what_was_given_up_of_all_sources_the_last_first) {
  give_up(north, "a", 1, "timeout");
  give_up(south, "b", 3, "gone");
  give_up(north, "c", 2, "gone");
  auto tried = file_at(north, "tried again", 4);
  tried.state = State::failed;
  add_file(tried);
  add_file(file_at(south, "seen", 5));
  EXPECT_EQ(names({}), (std::vector<std::string>{"south/b", "north/c", "north/a"}));
  EXPECT_EQ(names({.source = north}), (std::vector<std::string>{"north/c", "north/a"}));
  EXPECT_EQ(names({.reason = "gone"}), (std::vector<std::string>{"south/b", "north/c"}));
  EXPECT_EQ(names({.source = south, .reason = "timeout"}), std::vector<std::string>{});
  EXPECT_EQ(count(), 3);
}

TEST_P(PullInbox, is_read_page_by_page) {
  const auto first = give_up(north, "first", 7, "gone");
  const auto second = give_up(south, "second", 7, "gone");  // at the same moment
  give_up(north, "third", 6, "gone");
  const auto newer = std::max(first.id, second.id);
  const auto older = std::min(first.id, second.id);
  const auto rest = names({}, pull_inbox::PageKey{.at = instant(7), .id = newer}, 1);
  EXPECT_EQ(rest, std::vector<std::string>{older == first.id ? "north/first" : "south/second"});
  EXPECT_EQ(names({}, pull_inbox::PageKey{.at = instant(7), .id = older}), std::vector<std::string>{"north/third"});
}

TEST_P(PullInbox, groups_files_by_source_and_reason) {
  give_up(north, "a", 1, "timeout");
  give_up(north, "b", 5, "timeout");
  give_up(north, "c", 2, "gone");
  give_up(south, "d", 3, "timeout");
  const auto causes = test::must(read([](Session& s) { return pull_inbox::causes(s, {}, 10); }));
  ASSERT_EQ(causes.size(), 3U);
  EXPECT_EQ(causes[0].source_id, north);
  EXPECT_EQ(causes[0].source_name + causes[0].reason, "northtimeout");
  EXPECT_EQ(causes[0].files, 2);
  EXPECT_EQ(causes[0].first_at, instant(1));
  EXPECT_EQ(causes[0].last_at, instant(5));
  EXPECT_EQ(causes[1].source_name + causes[1].reason, "southtimeout");
  EXPECT_EQ(causes[2].reason, "gone");
  EXPECT_EQ(test::must(read([&](Session& s) { return pull_inbox::causes(s, {.source = south}, 10); })).size(), 1U);
}

TEST_P(PullInbox, lets_files_of_several_sources_be_tried_again_or_left_out) {
  const auto a = give_up(north, "a", 1, "timeout");
  const auto b = give_up(south, "b", 2, "gone");
  const auto c = give_up(south, "c", 3, "gone");
  const auto changed = decide(Action::replay, {a.id, b.id, core::PullFileId::make(instant(9))});
  ASSERT_EQ(changed.size(), 2U);
  EXPECT_EQ(changed[0].files + changed[1].files, 2);
  EXPECT_EQ(file_of(a.id).state, State::seen);
  EXPECT_EQ(file_of(b.id).next_at, instant(50));
  EXPECT_EQ(count(), 1);
  ASSERT_EQ(decide(Action::skip, {c.id}).size(), 1U);
  EXPECT_EQ(file_of(c.id).reason, "skipped_by_person");
  EXPECT_TRUE(decide(Action::skip, {c.id}).empty()) << "it is left out already";
  EXPECT_EQ(count(), 0);
}

TEST_P(PullInbox, lets_all_that_a_filter_finds_be_changed) {
  const auto a = give_up(north, "a", 1, "timeout");
  const auto b = give_up(north, "b", 2, "gone");
  const auto c = give_up(south, "c", 3, "timeout");
  const auto found = [&](Action action, const Filter& filter) {
    return test::must(write([&](Session& s) { return pull_inbox::change_found(s, action, filter, instant(50)); }));
  };
  ASSERT_EQ(found(Action::skip, {.source = north, .reason = "timeout"}).size(), 1U);
  EXPECT_EQ(file_of(a.id).state, State::skipped);
  EXPECT_EQ(found(Action::replay, {}).size(), 2U);
  EXPECT_EQ(file_of(b.id).state, State::seen);
  EXPECT_EQ(file_of(c.id).attempts, 0);
  EXPECT_TRUE(found(Action::replay, {}).empty());
}

class PullCounts : public PullInbox {
 protected:
  std::vector<std::int64_t> counts(core::PullSourceId source) {
    return in_order(test::must(read([&](Session& s) { return pull_files::count(s, source); })));
  }
  static std::vector<std::int64_t> in_order(const pull_files::Counts& counts) {
    return {counts.seen, counts.fetched, counts.stored, counts.skipped, counts.failed, counts.given_up};
  }
  using Numbers = std::vector<std::int64_t>;
};
INSTANTIATE_TEST_SUITE_P(Stores, PullCounts, test::all_stores());

TEST_P(PullCounts, follow_every_change_of_a_row) {
  auto file = add_file(file_at(north, "a", 1));
  add_file(file_at(south, "b", 1));
  EXPECT_EQ(counts(north), (Numbers{1, 0, 0, 0, 0, 0}));
  file.state = State::failed;
  file.next_at = instant(60);
  change(file);
  EXPECT_EQ(counts(north), (Numbers{0, 0, 0, 0, 1, 0}));
  file.next_at.reset();
  change(file);
  EXPECT_EQ(counts(north), (Numbers{0, 0, 0, 0, 1, 1}));
  file.message = "in other words";
  change(file);
  EXPECT_EQ(counts(north), (Numbers{0, 0, 0, 0, 1, 1}));
  test::must(write([&](Session& s) { return pull_files::replay_all(s, north, State::failed, instant(70)); }));
  EXPECT_EQ(counts(north), (Numbers{1, 0, 0, 0, 0, 0}));
  EXPECT_EQ(in_order(test::must(read([](Session& s) { return pull_files::count_all(s); }))),
            (Numbers{2, 0, 0, 0, 0, 0}));
}

TEST_P(PullCounts, are_the_same_when_they_are_folded) {
  for (int i = 0; i < 5; ++i) {
    auto file = file_at(north, std::to_string(i), i);
    add_file(file);
    file.state = i < 3 ? State::stored : State::skipped;
    change(file);
  }
  give_up(south, "elsewhere", 9, "gone");
  const Numbers wanted{0, 0, 3, 2, 0, 0};
  EXPECT_EQ(counts(north), wanted);
  for (int i = 0; i < 2; ++i) {
    test::must(write([&](Session& s) { return pull_files::fold_counts(s, north); }));
    EXPECT_EQ(counts(north), wanted);
  }
  EXPECT_EQ(counts(south), (Numbers{0, 0, 0, 0, 1, 1}));
  test::must(write([&](Session& s) { return pull_sources::remove(s, north); }));
  EXPECT_EQ(counts(north), (Numbers{0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(in_order(test::must(read([](Session& s) { return pull_files::count_all(s); }))),
            (Numbers{0, 0, 0, 0, 1, 1}));
}

TEST_P(PullInbox, hears_of_a_ledger_that_a_person_changed) {
  const auto before = test::must(read([](Session& s) { return changes::range(s); }));
  test::must(write([&](Session& s) { return pull_inbox::tell_changed(s, south); }));
  const auto told = test::must(read([&](Session& s) { return changes::after(s, before.newest, 10); }));
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told.front().id, south.to_string());
}

}  // namespace
}  // namespace sightglass::database
