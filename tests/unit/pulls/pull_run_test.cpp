#include "pulls/pull_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/pulls/pull_house.hpp"

namespace sightglass::pulls {
namespace {

using sources::Trouble;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

sources::Failure failure(Trouble trouble, bool concerns_source = false) {
  return {.error = core::unavailable("It does not work."), .trouble = trouble, .concerns_source = concerns_source};
}

TEST(PullRun, takes_each_new_file_in_once) {
  PullHouse house;
  house.gateway.put("a.jpg", jpeg("a"));
  house.gateway.put("sub dir/b.jpg", jpeg("b"));
  const auto first = house.run();
  EXPECT_EQ(first.outcome, "done") << first.error;
  EXPECT_EQ(first.listed, 2);
  EXPECT_EQ(first.fresh, 2);
  EXPECT_EQ(first.pulled, 2);
  ASSERT_EQ(house.house.rows().size(), 2u);
  EXPECT_EQ(house.house.rows().front().source, core::PhotoSource::pull);
  const auto row = house.file("sub%20dir/b.jpg");
  EXPECT_EQ(row.state, State::stored);
  EXPECT_EQ(row.name, "b.jpg");
  ASSERT_TRUE(row.photo_id);
  const auto second = house.run();
  EXPECT_EQ(second.pulled, 0);
  EXPECT_EQ(second.fresh, 0);
  EXPECT_EQ(house.house.rows().size(), 2u);
  EXPECT_EQ(house.gateway.fetches["a.jpg"], 1);
  EXPECT_TRUE(house.source_row().last_new_file_at);
  EXPECT_FALSE(house.source_row().last_pulled_filename.empty());
  EXPECT_EQ(house.spool.bytes(row.id), 0) << "what was taken in leaves the spool";
}

TEST(PullRun, takes_no_more_than_it_was_asked_for_the_oldest_first) {
  PullHouse house;
  const auto now = house.clock.now();
  for (int i = 0; i < 7; ++i)
    house.gateway.put("f" + std::to_string(i) + ".jpg", jpeg(std::to_string(i)), now - std::chrono::hours(100 + i));
  const auto first = house.run(3);
  EXPECT_EQ(first.pulled, 3);
  EXPECT_EQ(first.waiting, 4);
  EXPECT_EQ(house.file("f6.jpg").state, State::stored);
  EXPECT_EQ(house.file("f0.jpg").state, State::seen);
  EXPECT_EQ(house.run(3).pulled, 3);
  EXPECT_EQ(house.run(std::nullopt).pulled, 1);
}

TEST(PullRun, lets_no_bad_file_block_the_next) {
  PullHouse house;
  const auto now = house.clock.now();
  house.gateway.put("1 missing.jpg", jpeg("x"), now - std::chrono::hours(9));
  house.gateway.put("2 page.jpg", "<html>login</html>", now - std::chrono::hours(8));
  house.gateway.put("3 broken.jpg",
                    "\xFF\xD8\xFF"
                    "CUT",
                    now - std::chrono::hours(7));
  house.gateway.put("4 large.jpg", std::string(3 << 20, 'x'), now - std::chrono::hours(6));
  house.gateway.put("5 empty.jpg", "", now - std::chrono::hours(5));
  house.gateway.put("6 sound.jpg", jpeg("sound"), now - std::chrono::hours(4));
  house.gateway.fail("1 missing.jpg", failure(Trouble::server_error));
  house.settings.max_file_mb = 1;
  const auto run = house.run(1);
  EXPECT_EQ(run.pulled, 1);
  EXPECT_EQ(run.skipped, 4);
  EXPECT_EQ(run.failed, 1);
  const auto failed = house.file("1%20missing.jpg");
  EXPECT_EQ(failed.state, State::failed);
  EXPECT_EQ(failed.reason, "server_error");
  EXPECT_EQ(failed.attempts, 1);
  ASSERT_TRUE(failed.next_at);
  EXPECT_GT(*failed.next_at, failed.changed_at);
  EXPECT_EQ(house.file("2%20page.jpg").reason, "not_a_picture");
  EXPECT_EQ(house.file("3%20broken.jpg").reason, "unreadable");
  EXPECT_EQ(house.file("4%20large.jpg").reason, "too_large");
  EXPECT_EQ(house.file("5%20empty.jpg").reason, "not_a_picture");
  for (const auto& row : house.rows())
    if (row.state != State::failed) EXPECT_EQ(house.spool.bytes(row.id), 0) << row.name;
}

TEST(PullRun, gives_a_file_up_after_five_attempts_until_it_is_replayed) {
  PullHouse house;
  house.gateway.put("a.jpg", jpeg("a"));
  for (int i = 0; i < 5; ++i) house.gateway.fail("a.jpg", failure(Trouble::wrong_length));
  for (int i = 1; i <= 5; ++i) {
    EXPECT_EQ(house.run().failed, 1);
    auto row = house.file("a.jpg");
    EXPECT_EQ(row.attempts, i);
    EXPECT_EQ(row.is_given_up(), i == 5);
    row.next_at = row.next_at ? std::optional(house.clock.now()) : std::nullopt;
    ASSERT_TRUE(
        house.sound().write([&](database::Session& session) { return database::pull_files::update(session, row); }));
  }
  EXPECT_EQ(house.run().failed, 0) << "nobody asked for it";
  house.make_due();
  EXPECT_EQ(house.run().pulled, 1);
  EXPECT_EQ(house.file("a.jpg").attempts, 0);
}

TEST(PullRun, fetches_a_replaced_file_again_and_keeps_both_pictures) {
  PullHouse house;
  const auto now = house.clock.now();
  house.gateway.put("a.jpg", jpeg("first"), now - std::chrono::hours(9));
  house.gateway.put("touched.jpg", jpeg("same"), now - std::chrono::hours(9));
  house.run();
  house.gateway.put("a.jpg", jpeg("second version"), now - std::chrono::hours(1));
  house.gateway.put("touched.jpg", jpeg("same"), now - std::chrono::hours(1));
  const auto run = house.run();
  EXPECT_EQ(run.fresh, 2);
  EXPECT_EQ(run.pulled, 1);
  EXPECT_EQ(house.house.rows().size(), 3u);
  EXPECT_EQ(house.file("a.jpg").revision, 2);
  EXPECT_EQ(house.file("touched.jpg").state, State::stored);
  EXPECT_EQ(house.run().fresh, 0);
}

TEST(PullRun, knows_a_renamed_file_and_takes_a_copy_for_a_picture_of_its_own) {
  PullHouse house;
  house.gateway.put("a.jpg", jpeg("one"));
  house.run();
  const auto photo = house.file("a.jpg").photo_id;
  auto bytes = house.gateway.files["a.jpg"];
  house.gateway.files.erase("a.jpg");
  house.gateway.files["b.jpg"] = bytes;
  const auto renamed = house.run();
  EXPECT_EQ(renamed.skipped, 1);
  EXPECT_EQ(house.file("b.jpg").reason, "same_bytes");
  EXPECT_EQ(house.file("b.jpg").photo_id, photo);
  EXPECT_EQ(house.house.rows().size(), 1u);
  house.gateway.put("c.jpg", jpeg("two"));
  house.gateway.put("d.jpg", jpeg("two"));
  EXPECT_EQ(house.run().pulled, 2);
}

TEST(PullRun, waits_for_a_file_that_is_being_written) {
  PullHouse house;
  house.settings.settle_seconds = 1;
  house.gateway.put("young.jpg", jpeg("young"), house.clock.now());
  house.gateway.put("timeless.jpg", jpeg("timeless"));
  house.gateway.files["timeless.jpg"].answered_at = house.clock.now();
  const auto run = house.run();
  EXPECT_EQ(run.pulled, 2) << "a second look is part of the run";
  EXPECT_EQ(house.gateway.listings, 2);
  EXPECT_EQ(house.gateway.fetches["young.jpg"], 1) << "not before it was left alone";
  EXPECT_EQ(house.gateway.fetches["timeless.jpg"], 2) << "only its answer told its time";
}

TEST(PullRun, goes_on_where_an_attempt_broke_off) {
  PullHouse house;
  const auto bytes = jpeg(std::string(5'000, 'x'));
  house.gateway.put("a.jpg", bytes);
  house.gateway.fail("a.jpg", failure(Trouble::unreachable));
  house.gateway.break_off_after = 2'000;
  house.run();
  EXPECT_EQ(house.file("a.jpg").fetched_bytes, 2'000);
  auto row = house.file("a.jpg");
  row.next_at = house.clock.now();
  ASSERT_TRUE(
      house.sound().write([&](database::Session& session) { return database::pull_files::update(session, row); }));
  EXPECT_EQ(house.run().pulled, 1);
  EXPECT_EQ(house.gateway.offsets["a.jpg"], 2'000);
  EXPECT_EQ(house.house.read(house.house.rows().front().files.original), bytes);
}

TEST(PullRun, ends_and_says_why_when_the_source_is_at_fault) {
  PullHouse house;
  house.gateway.put("a.jpg", jpeg("a"));
  house.gateway.fail_listing(failure(Trouble::credentials, true));
  const auto run = house.run();
  EXPECT_EQ(run.outcome, "failed");
  EXPECT_EQ(run.error, "It does not work.");
  EXPECT_EQ(house.gateway.listings, 1) << "asking again would be no better";
  EXPECT_EQ(house.source_row().last_error, "It does not work.");
  auto busy = failure(Trouble::busy, true);
  busy.retry_after = std::chrono::seconds(600);
  house.gateway.fail("a.jpg", busy);
  EXPECT_EQ(house.run().outcome, "failed");
  EXPECT_EQ(house.file("a.jpg").attempts, 1) << "one file alone may look like the source's fault";
  ASSERT_TRUE(house.source_row().paused_until);
  EXPECT_GT(*house.source_row().paused_until, house.clock.now() + std::chrono::seconds(500));
  house.make_due();
  EXPECT_EQ(house.run().pulled, 1);
  EXPECT_EQ(house.source_row().last_error, "");
}

TEST(PullRun, lets_one_file_that_looks_like_the_sources_fault_block_no_other) {
  PullHouse house;
  const auto now = house.clock.now();
  house.gateway.put("1 locked.jpg", jpeg("1"), now - std::chrono::hours(9));
  house.gateway.put("2 busy.jpg", jpeg("2"), now - std::chrono::hours(8));
  for (int i = 3; i <= 6; ++i)
    house.gateway.put(std::to_string(i) + ".jpg", jpeg(std::to_string(i)), now - std::chrono::hours(7));
  for (int i = 0; i < 9; ++i) {
    house.gateway.fail("1 locked.jpg", failure(Trouble::credentials, true));
    house.gateway.fail("2 busy.jpg", failure(Trouble::busy, true));
  }
  const auto run = house.run(std::nullopt);
  EXPECT_EQ(run.outcome, "done") << run.error;
  EXPECT_EQ(run.pulled, 4);
  EXPECT_EQ(run.failed, 2);
  EXPECT_EQ(house.file("1%20locked.jpg").reason, "refused");
  EXPECT_EQ(house.file("1%20locked.jpg").attempts, 1);
  EXPECT_EQ(house.file("2%20busy.jpg").attempts, 1);
}

TEST(PullRun, blames_the_source_when_no_file_fares_better) {
  PullHouse house;
  const auto now = house.clock.now();
  for (int i = 0; i < 20; ++i) {
    const auto name = std::to_string(100 + i) + ".jpg";
    house.gateway.put(name, jpeg(name), now - std::chrono::hours(9));
    house.gateway.fail(name, failure(Trouble::credentials, true));
  }
  house.settings.connections = 4;
  const auto run = house.run(std::nullopt);
  EXPECT_EQ(run.outcome, "failed");
  EXPECT_LE(run.failed, 2 + house.settings.connections) << "it is not asked with a wrong password for ever";
}

TEST(PullRun, ends_when_it_is_stopped_in_the_middle_of_fetching) {
  PullHouse house;
  for (int i = 0; i < 8; ++i) house.gateway.put(std::to_string(i) + ".jpg", jpeg(std::to_string(i)));
  house.settings.connections = 2;
  house.gateway.holds_fetches = true;
  auto held = house.begin();
  house.gateway.await_held_fetch();
  held->stop();
  held->join();
  EXPECT_EQ(house.last_run().state, database::pull_runs::State::running) << "the next start goes on with it";
  for (const auto& row : house.rows()) EXPECT_EQ(row.state, State::seen) << row.name;
}

TEST(PullRun, gives_up_a_picture_that_cannot_be_taken_in_and_goes_on_with_the_others) {
  PullHouse house;
  const auto now = house.clock.now();
  house.gateway.put("1 deadly.jpg",
                    "\xFF\xD8\xFF"
                    "KILL",
                    now - std::chrono::hours(9));
  house.gateway.put("2.jpg", jpeg("2"), now - std::chrono::hours(8));
  const auto run = house.run();
  EXPECT_EQ(run.outcome, "done") << run.error;
  EXPECT_EQ(run.pulled, 1);
  const auto deadly = house.file("1%20deadly.jpg");
  EXPECT_EQ(deadly.state, State::failed);
  EXPECT_EQ(deadly.reason, "other");
  EXPECT_EQ(deadly.attempts, 1);
  EXPECT_TRUE(deadly.next_at);
  EXPECT_EQ(house.spool.bytes(deadly.id), 0);
}

TEST(PullRun, fetches_from_where_the_listing_leads_now) {
  PullHouse house;
  house.gateway.put("a.jpg", jpeg("a"));
  house.gateway.fail("a.jpg", failure(Trouble::server_error));
  house.run();
  auto row = house.file("a.jpg");
  row.address = "at the old server";
  row.next_at = house.clock.now();
  ASSERT_TRUE(
      house.sound().write([&](database::Session& session) { return database::pull_files::update(session, row); }));
  EXPECT_EQ(house.run().pulled, 1) << "the gateway expects the address that it listed";
}

TEST(PullRun, takes_no_replaced_file_for_the_version_before) {
  PullHouse house;
  const auto now = house.clock.now();
  house.gateway.put("a.jpg", jpeg("first"), now - std::chrono::hours(9));
  house.run();
  const auto first = house.file("a.jpg").photo_id;
  // The second version cannot be read, and is tried again by a person.
  house.gateway.put("a.jpg", "<html>no picture</html>", now - std::chrono::hours(8));
  EXPECT_EQ(house.run().skipped, 1);
  EXPECT_FALSE(house.file("a.jpg").photo_id);
  ASSERT_TRUE(house.sound().write([&](database::Session& session) {
    return database::pull_files::replay_all(session, house.source.id, State::skipped, house.clock.now());
  }));
  EXPECT_EQ(house.run().skipped, 1);
  // Its time has gone back, and it is another one.
  house.gateway.put("a.jpg", jpeg("third"), now - std::chrono::hours(10));
  EXPECT_EQ(house.run().pulled, 1);
  EXPECT_NE(house.file("a.jpg").photo_id, first);
  EXPECT_EQ(house.house.rows().size(), 2u);
}

TEST(PullRun, leaves_a_persons_word_as_it_is) {
  PullHouse house;
  house.gateway.put("a.jpg", jpeg("a"));
  house.gateway.holds_fetches = true;
  auto held = house.begin();
  house.gateway.await_held_fetch();
  const auto row = house.file("a.jpg");
  ASSERT_TRUE(house.sound().write([&](database::Session& session) {
    return database::pull_files::skip(session, house.source.id, {row.id}, house.clock.now());
  }));
  house.gateway.let_go();
  held->join();
  EXPECT_EQ(house.file("a.jpg").state, State::skipped);
  EXPECT_EQ(house.file("a.jpg").reason, "skipped_by_person");
  EXPECT_TRUE(house.house.rows().empty());
  EXPECT_EQ(house.spool.bytes(row.id), 0);
}

TEST(PullRun, leaves_no_bytes_behind_that_nobody_goes_on_with) {
  PullHouse house;
  house.gateway.put("a.jpg", jpeg(std::string(5'000, 'x')));
  for (int i = 0; i < 5; ++i) house.gateway.fail("a.jpg", failure(Trouble::unreachable));
  house.gateway.break_off_after = 2'000;
  for (int i = 0; i < 5; ++i) {
    house.run();
    auto row = house.file("a.jpg");
    EXPECT_EQ(house.spool.bytes(row.id), i < 4 ? 2'000 : 0);
    if (row.next_at) row.next_at = house.clock.now();
    ASSERT_TRUE(
        house.sound().write([&](database::Session& session) { return database::pull_files::update(session, row); }));
  }
  EXPECT_TRUE(house.file("a.jpg").is_given_up());
}

TEST(PullRun, counts_on_when_it_is_resumed) {
  PullHouse house;
  for (int i = 0; i < 5; ++i) house.gateway.put(std::to_string(i) + ".jpg", jpeg(std::to_string(i)));
  house.pulled_before = 3;
  EXPECT_EQ(house.run(4).pulled, 4);
  EXPECT_EQ(house.house.rows().size(), 1u);
}

TEST(PullRun, fetches_nothing_that_a_narrower_pattern_leaves_out) {
  PullHouse house;
  for (int i = 0; i < 3; ++i) house.gateway.put(std::to_string(i) + ".mp4", jpeg(std::to_string(i)));
  house.gateway.put("a.jpg", jpeg("a"));
  house.run(1);
  house.settings.name_pattern = "*.jpg";
  house.run();
  EXPECT_EQ(house.file("a.jpg").state, State::stored);
  EXPECT_LE(house.house.rows().size(), 2u);
}

TEST(PullRun, ends_a_listing_whose_names_are_too_many_to_be_kept) {
  PullHouse house;
  house.parts.limits.most_listed_bytes = 30;
  for (int i = 0; i < 5; ++i) house.gateway.put(std::to_string(i) + ".jpg", jpeg(std::to_string(i)));
  const auto run = house.run();
  EXPECT_EQ(run.outcome, "failed");
  EXPECT_THAT(run.error, testing::HasSubstr("too many"));
}

TEST(PullRun, bears_with_a_source_that_is_away_for_a_moment) {
  PullHouse house;
  for (int i = 0; i < 5; ++i) house.gateway.put(std::to_string(i) + ".jpg", jpeg(std::to_string(i)));
  house.gateway.fail_listing(failure(Trouble::unreachable, true));
  house.gateway.fail("3.jpg", failure(Trouble::unreachable, true));
  house.gateway.fail("3.jpg", failure(Trouble::timeout, true));
  const auto run = house.run(std::nullopt);
  EXPECT_EQ(run.outcome, "done") << run.error;
  EXPECT_EQ(run.pulled, 5);
  EXPECT_EQ(house.file("3.jpg").attempts, 0);
}

TEST(PullRun, takes_in_what_an_earlier_run_has_fetched_and_fetches_again_what_is_gone) {
  PullHouse house;
  for (const auto* name : {"kept.jpg", "gone.jpg", "changed.jpg"}) house.gateway.put(name, jpeg(name));
  house.parts.limits.takes_in = false;
  house.run();
  EXPECT_TRUE(house.house.rows().empty());
  for (const auto& row : house.rows()) EXPECT_EQ(row.state, State::fetched);
  house.spool.remove(house.file("gone.jpg").id);
  const auto fd = house.spool.file(house.file("changed.jpg").id);
  ASSERT_TRUE(fd);
  ASSERT_EQ(::pwrite(fd->get(), "y", 1, 5), 1);
  house.parts.limits.takes_in = true;
  const auto run = house.run();
  EXPECT_EQ(run.pulled, 3);
  EXPECT_EQ(house.gateway.fetches["kept.jpg"], 1);
  EXPECT_EQ(house.gateway.fetches["gone.jpg"], 2);
  EXPECT_EQ(house.gateway.fetches["changed.jpg"], 2);
}

TEST(PullRun, stores_nothing_twice_when_it_is_killed_behind_the_commit) {
  PullHouse house;
  house.gateway.put("a.jpg", jpeg("a"));
  house.run();
  // As if the photo's row had been written, and the process had died before anything else heard of it.
  auto row = house.file("a.jpg");
  row.state = State::fetched;
  row.filing_id = row.photo_id;
  row.photo_id.reset();
  ASSERT_TRUE(
      house.sound().write([&](database::Session& session) { return database::pull_files::update(session, row); }));
  EXPECT_EQ(house.run().pulled, 1);
  EXPECT_EQ(house.house.rows().size(), 1u);
  EXPECT_EQ(house.file("a.jpg").state, State::stored);
}

TEST(PullRun, fetches_only_names_that_are_wanted) {
  PullHouse house;
  house.settings.name_pattern = "IMG_*.jpg; *.png";
  for (const auto* name : {"img_1.JPG", "notes.txt", "x.png", "cam/IMG_2.jpg"}) house.gateway.put(name, jpeg(name));
  EXPECT_EQ(house.run().listed, 3);
  EXPECT_EQ(house.rows().size(), 3u);
}

TEST(PullRun, corrects_the_clock_of_its_camera_and_places_what_tells_no_place) {
  PullHouse house;
  const core::Location location{.id = core::LocationId::make(house.clock.now()),
                                .name = "Waterhole",
                                .position = core::GeoPosition{-12.5, 30.25},
                                .created_at = house.clock.now(),
                                .updated_at = house.clock.now()};
  ASSERT_TRUE(
      house.sound().write([&](database::Session& session) { return database::locations::insert(session, location); }));
  house.source.location_id = location.id;
  house.source.clock_offset_seconds = 3'600;
  ASSERT_TRUE(house.sound().write(
      [&](database::Session& session) { return database::pull_sources::update(session, house.source); }));
  house.settings.tags = {"trap 7"};
  house.gateway.put("a.jpg",
                    "\xFF\xD8\xFF"
                    "TAK 1");
  house.gateway.put("b.jpg", jpeg("no time, no place"));
  EXPECT_EQ(house.run().pulled, 2);
  for (const auto& photo : house.house.rows()) {
    EXPECT_EQ(photo.location_id, location.id);
    EXPECT_THAT(photo.tags, ElementsAre("trap 7"));
    ASSERT_TRUE(photo.metadata.position);
    if (photo.original_filename == "a.jpg") {
      EXPECT_EQ(photo.taken_at, core::parse_iso8601("2017-10-03T11:58:29Z"));
      EXPECT_EQ(photo.metadata.taken_at, core::parse_iso8601("2017-10-03T10:58:29Z")) << "what the file says stays";
      EXPECT_EQ(photo.metadata.position->latitude, 48.5);
    } else {
      EXPECT_EQ(photo.metadata.position->latitude, -12.5);
    }
  }
}

}  // namespace
}  // namespace sightglass::pulls
