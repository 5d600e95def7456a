#include "database/pull_files.hpp"

#include <algorithm>
#include <map>

#include "support/pull_rows.hpp"

namespace sightglass::database {
namespace {

using pull_files::File;
using pull_files::Filter;
using pull_files::State;

class PullFiles : public test::PullStoreTest {
 protected:
  File add(const std::string& path, State state, std::int64_t second = 1, const std::string& reason = "") {
    auto file = file_at(source, path, second);
    file.state = state;
    file.reason = reason;
    if (state != State::seen && state != State::fetched) file.next_at.reset();
    return add_file(file);
  }
  std::vector<std::string> names(const Filter& filter) {
    std::vector<std::string> found;
    for (const auto& file : test::must(read([&](Session& s) { return pull_files::list(s, filter, {}); })).files)
      found.push_back(file.name);
    return found;
  }
  std::vector<std::string> due(std::int64_t second) {
    std::vector<std::string> found;
    for (const auto& file :
         test::must(read([&](Session& s) { return pull_files::due(s, source, instant(second), {}, 100); })))
      found.push_back(file.name);
    return found;
  }
  void SetUp() override {
    PullStoreTest::SetUp();
    if (!IsSkipped()) source = add_source().id;
  }
  core::PullSourceId source{};
};
INSTANTIATE_TEST_SUITE_P(Stores, PullFiles, test::all_stores());

TEST_P(PullFiles, come_back_as_they_were_written) {
  const auto run = add_run(source, 1);
  auto file = file_at(source, "cam%201/IMG.JPG", 3);
  add_file(file);
  file.name = "IMG é.JPG";
  file.bytes = 5'000'000'000;
  file.modified_at = instant(-86'400);
  file.etag = "\"x\"";
  file.state = State::fetched;
  file.reason = "timeout";
  file.message = "a sentence";
  file.attempts = 3;
  file.next_at.reset();
  file.revision = 2;
  file.validator = "v";
  file.sha256 = core::Sha256{.bytes = {0, 255, 1}};
  file.fetched_bytes = 77;
  file.filing_id = core::PhotoId::make(instant(1));
  file.run_id = run.id;
  file.changed_at = instant(9);
  change(file);
  const auto found = file_of(file.id);
  EXPECT_EQ(found.path, "cam%201/IMG.JPG");
  EXPECT_EQ(found.name, file.name);
  EXPECT_EQ(found.bytes, file.bytes);
  EXPECT_EQ(found.modified_at, file.modified_at);
  EXPECT_EQ(found.etag, file.etag);
  EXPECT_EQ(found.state, State::fetched);
  EXPECT_EQ(found.reason + found.message, "timeouta sentence");
  EXPECT_EQ(found.attempts, 3);
  EXPECT_FALSE(found.next_at);
  EXPECT_EQ(found.revision, 2);
  EXPECT_EQ(found.validator, "v");
  EXPECT_EQ(found.sha256, file.sha256);
  EXPECT_EQ(found.fetched_bytes, 77);
  EXPECT_EQ(found.filing_id, file.filing_id);
  EXPECT_EQ(found.run_id, run.id);
  EXPECT_EQ(found.first_seen_at, instant(3));
  EXPECT_EQ(found.changed_at, instant(9));
}

TEST_P(PullFiles, keep_what_somebody_else_wrote_meanwhile) {
  const auto as_read = add("a.jpg", State::seen, 1);
  auto mine = as_read;
  mine.state = State::fetched;
  mine.changed_at = instant(5);
  EXPECT_EQ(test::must(write([&](Session& s) { return pull_files::skip(s, source, {as_read.id}, instant(3)); })), 1);
  EXPECT_FALSE(
      test::must(write([&](Session& s) { return pull_files::update_if_as_read(s, mine, as_read.changed_at); })));
  EXPECT_EQ(file_of(as_read.id).state, State::skipped);
  EXPECT_TRUE(test::must(write([&](Session& s) { return pull_files::update_if_as_read(s, mine, instant(3)); })));
  EXPECT_EQ(file_of(as_read.id).state, State::fetched);
}

TEST_P(PullFiles, are_fetched_from_elsewhere_when_their_server_moved) {
  const auto file = add("a.jpg", State::stored, 1);
  test::must(write([&](Session& s) { return pull_files::move(s, file.id, "https://198.51.100.1/a.jpg"); }));
  EXPECT_EQ(file_of(file.id).address, "https://198.51.100.1/a.jpg");
  EXPECT_EQ(file_of(file.id).changed_at, file.changed_at);
  EXPECT_EQ(file_of(file.id).state, State::stored);
}

TEST_P(PullFiles, have_one_row_for_each_path_of_a_source) {
  add("a.jpg", State::seen);
  const auto twin = file_at(source, "a.jpg", 2);
  const auto refused = write([&](Session& s) { return pull_files::insert(s, twin); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::conflict);
  add("A.jpg", State::seen);
  add_file(file_at(add_source("south").id, "a.jpg", 3));
  EXPECT_EQ(names({.source = source}).size(), 2U);
}

TEST_P(PullFiles, are_known_by_all_that_a_listing_shows) {
  auto file = file_at(source, "a.jpg", 1);
  file.bytes = 10;
  file.modified_at = instant(2);
  file.etag = "e";
  add_file(file);
  add("b.jpg", State::skipped);
  add_file(file_at(add_source("south").id, "c.jpg", 3));
  std::map<std::string, pull_files::Known> known;
  test::must(read([&](Session& s) {
    return pull_files::each_known(s, source, [&](pull_files::Known one) { known[one.path] = one; });
  }));
  ASSERT_EQ(known.size(), 2U);
  EXPECT_EQ(known["a.jpg"].bytes, 10);
  EXPECT_EQ(known["a.jpg"].modified_at, instant(2));
  EXPECT_EQ(known["a.jpg"].etag, "e");
  EXPECT_EQ(known["b.jpg"].state, State::skipped);
}

TEST_P(PullFiles, are_due_when_their_time_has_come_in_the_order_of_their_ids) {
  const auto first = add("first", State::seen, 1);
  add("second", State::failed, 2);
  auto third = add("third", State::failed, 3);
  third.next_at = instant(60);
  change(third);
  add("fourth", State::seen, 4);
  EXPECT_EQ(due(0), std::vector<std::string>{});
  EXPECT_EQ(due(10), (std::vector<std::string>{"first", "fourth"})) << "the second was given up";
  EXPECT_EQ(due(60), (std::vector<std::string>{"first", "third", "fourth"}));
  EXPECT_EQ(test::must(read([&](Session& s) { return pull_files::count_due(s, source, instant(60)); })), 3);
  const auto behind =
      test::must(read([&](Session& s) { return pull_files::due(s, source, instant(60), first.id, 1); }));
  ASSERT_EQ(behind.size(), 1U);
  EXPECT_EQ(behind.front().name, "third");
}

TEST_P(PullFiles, that_were_fetched_are_found_after_a_crash) {
  const auto first = add("a", State::fetched, 1);
  add("b", State::stored, 2);
  const auto last = add("c", State::fetched, 3);
  const auto all = test::must(read([&](Session& s) { return pull_files::fetched(s, source, {}, 10); }));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all.front().id, first.id);
  const auto rest = test::must(read([&](Session& s) { return pull_files::fetched(s, source, first.id, 10); }));
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest.front().id, last.id);
}

TEST_P(PullFiles, are_found_by_the_bytes_that_another_of_the_source_has) {
  const core::Sha256 bytes{.bytes = {1, 2, 3}};
  const auto store = [&](core::PullSourceId at, const std::string& path, State state, std::int64_t second) {
    auto file = file_at(at, path, second);
    file.state = state;
    file.sha256 = bytes;
    return add_file(file);
  };
  store(add_source("south").id, "elsewhere", State::stored, 1);
  store(source, "skipped", State::skipped, 2);
  const auto first = store(source, "first", State::stored, 3);
  const auto second = store(source, "second", State::fetched, 4);
  const auto other_than = [&](core::PullFileId but) {
    const auto found = test::must(read([&](Session& s) { return pull_files::stored_with(s, source, bytes, but); }));
    std::vector<std::string> other_names;
    for (const auto& file : found) other_names.push_back(file.name);
    return other_names;
  };
  EXPECT_EQ(other_than(second.id), std::vector<std::string>{"first"});
  EXPECT_EQ(other_than(first.id), std::vector<std::string>{"second"});
  EXPECT_EQ(other_than(core::PullFileId{}), (std::vector<std::string>{"first", "second"}));
}

TEST_P(PullFiles, tell_when_all_are_due_that_are_so_by_a_time) {
  const auto due_at = [&](const std::string& path, std::int64_t second) {
    auto file = add(path, State::failed, 1);
    file.next_at = instant(second);
    change(file);
  };
  const auto last_due = [&](std::int64_t until) {
    return test::must(read([&](Session& s) { return pull_files::last_due(s, source, instant(until)); }));
  };
  due_at("soon", 10);
  due_at("later", 20);
  due_at("much later", 1'000);
  EXPECT_EQ(last_due(5), std::nullopt);
  EXPECT_EQ(last_due(100), instant(20));
}

TEST_P(PullFiles, are_listed_by_state_reason_name_and_run) {
  const auto run = add_run(source, 1);
  add("IMG_1.JPG", State::stored, 1);
  auto late = add("img_2.jpg", State::failed, 2, "timeout");
  late.next_at = instant(100);
  late.run_id = run.id;
  change(late);
  add("notes.txt", State::skipped, 3, "not_a_picture");
  add("50%_done.jpg", State::failed, 4, "gone");
  EXPECT_EQ(names({.source = source}),
            (std::vector<std::string>{"50%_done.jpg", "notes.txt", "img_2.jpg", "IMG_1.JPG"}));
  EXPECT_EQ(names({.source = source, .state = State::failed}), (std::vector<std::string>{"50%_done.jpg", "img_2.jpg"}));
  EXPECT_EQ(names({.source = source, .only_given_up = true}), (std::vector<std::string>{"50%_done.jpg"}));
  EXPECT_EQ(names({.source = source, .reason = "not_a_picture"}), (std::vector<std::string>{"notes.txt"}));
  EXPECT_EQ(names({.source = source, .name = "iMg"}), (std::vector<std::string>{"img_2.jpg", "IMG_1.JPG"}));
  EXPECT_EQ(names({.source = source, .name = "%_"}), (std::vector<std::string>{"50%_done.jpg"})) << "no pattern";
  EXPECT_EQ(names({.source = source, .run = run.id}), (std::vector<std::string>{"img_2.jpg"}));
  EXPECT_EQ(names({.source = add_source("south").id}), std::vector<std::string>{});
}

TEST_P(PullFiles, are_listed_page_by_page) {
  for (int i = 0; i < 5; ++i) add(std::to_string(i), State::seen, i);
  const auto page =
      test::must(read([&](Session& s) { return pull_files::list(s, {.source = source, .limit = 3}, {}); }));
  EXPECT_EQ(page.files.size(), 3U);
  ASSERT_TRUE(page.next);
  const auto rest =
      test::must(read([&](Session& s) { return pull_files::list(s, {.source = source, .limit = 3}, page.next); }));
  EXPECT_EQ(rest.files.size(), 2U);
  EXPECT_EQ(rest.files.back().name, "0");
  EXPECT_FALSE(rest.next);
}

TEST_P(PullFiles, are_counted_by_state) {
  add("a", State::seen);
  add("b", State::fetched);
  add("c", State::stored);
  add("d", State::stored);
  add("e", State::skipped);
  add("f", State::failed);
  auto tried = add("g", State::failed);
  tried.next_at = instant(100);
  change(tried);
  const auto counts = test::must(read([&](Session& s) { return pull_files::count(s, source); }));
  EXPECT_EQ((std::vector{counts.seen, counts.fetched, counts.stored, counts.skipped, counts.failed, counts.given_up}),
            (std::vector<std::int64_t>{1, 1, 2, 1, 2, 1}));
}

TEST_P(PullFiles, that_failed_or_were_skipped_are_due_again_when_they_are_replayed) {
  auto failed = add("failed", State::failed, 1, "timeout");
  failed.attempts = 5;
  failed.message = "a sentence";
  change(failed);
  const auto skipped = add("skipped", State::skipped, 2, "too_large");
  const auto stored = add("stored", State::stored, 3);
  const auto elsewhere = add_file(file_at(add_source("south").id, "elsewhere", 4));
  const std::vector ids{failed.id, skipped.id, stored.id, elsewhere.id, core::PullFileId::make(instant(9))};
  EXPECT_EQ(test::must(write([&](Session& s) { return pull_files::replay(s, source, ids, instant(50)); })), 2);
  const auto again = file_of(failed.id);
  EXPECT_EQ(again.state, State::seen);
  EXPECT_EQ(again.attempts, 0);
  EXPECT_EQ(again.reason + again.message, "");
  EXPECT_EQ(again.next_at, instant(50));
  EXPECT_EQ(file_of(stored.id).state, State::stored);
  EXPECT_EQ(due(50), (std::vector<std::string>{"failed", "skipped"}));
}

TEST_P(PullFiles, are_replayed_all_of_a_state) {
  add("a", State::failed);
  add("b", State::failed);
  add("c", State::skipped);
  add("d", State::stored);
  const auto all = [&](State state) {
    return test::must(write([&](Session& s) { return pull_files::replay_all(s, source, state, instant(50)); }));
  };
  EXPECT_EQ(all(State::failed), 2);
  EXPECT_EQ(all(State::failed), 0);
  EXPECT_EQ(all(State::stored), 0) << "what is there is not fetched again for that";
  EXPECT_EQ(names({.source = source, .state = State::skipped}), (std::vector<std::string>{"c"}));
}

TEST_P(PullFiles, that_wait_or_failed_are_left_out_when_a_person_says_so) {
  const auto seen = add("seen", State::seen, 1);
  const auto failed = add("failed", State::failed, 2);
  const auto stored = add("stored", State::stored, 3);
  EXPECT_EQ(test::must(write(
                [&](Session& s) { return pull_files::skip(s, source, {seen.id, failed.id, stored.id}, instant(50)); })),
            2);
  EXPECT_EQ(file_of(seen.id).reason, "skipped_by_person");
  EXPECT_EQ(file_of(stored.id).state, State::stored);
  EXPECT_EQ(due(1000), std::vector<std::string>{});
}

TEST_P(PullFiles, are_looked_at_again_whose_listing_tells_neither_time_nor_tag) {
  const auto store = [&](const std::string& path, std::int64_t second, std::int64_t checked) {
    auto file = file_at(source, path, second);
    file.state = State::stored;
    file.next_at.reset();
    file.checked_at = instant(checked);
    return file;
  };
  const auto late = add_file(store("late", 1, 9));
  const auto early = add_file(store("early", 2, 3));
  auto timed = store("timed", 3, 0);
  timed.modified_at = instant(1);
  add_file(timed);
  auto tagged = store("tagged", 4, 0);
  tagged.etag = "e";
  add_file(tagged);
  add("waits", State::seen, 5);
  const auto to_check = [&](std::int32_t limit) {
    std::vector<std::string> found;
    for (const auto& file : test::must(read([&](Session& s) { return pull_files::to_check(s, source, limit); })))
      found.push_back(file.name);
    return found;
  };
  EXPECT_EQ(to_check(10), (std::vector<std::string>{"early", "late"}));
  test::must(write([&](Session& s) { return pull_files::note_checked(s, early.id, instant(20)); }));
  EXPECT_EQ(to_check(1), (std::vector<std::string>{"late"}));
  EXPECT_EQ(file_of(early.id).checked_at, instant(20));
  EXPECT_EQ(file_of(late.id).checked_at, instant(9));
}

}  // namespace
}  // namespace sightglass::database
