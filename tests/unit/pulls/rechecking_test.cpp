#include "pulls/rechecking.hpp"

#include <set>

#include "storage/hashing.hpp"
#include "unit/pulls/pull_house.hpp"

namespace sightglass::pulls {
namespace {

// A remote directory whose listing is names and nothing else.
class Rechecking : public ::testing::Test, public PullHouse {
 protected:
  void put(const std::string& path, const std::string& bytes) {
    gateway.files[path] = {.bytes = bytes, .tells_length = false};
  }
  // As if it had been fetched and taken in long ago.
  File stored(const std::string& path, const std::string& bytes, std::int64_t checked) {
    return {.id = core::PullFileId::make(clock.now()),
            .source_id = source.id,
            .path = path,
            .name = path,
            .address = "at " + path,
            .bytes = static_cast<std::int64_t>(bytes.size()),
            .state = State::stored,
            .validator = FakeGateway::validator_of(bytes),
            .sha256 = storage::sha256_of(bytes),
            .fetched_bytes = static_cast<std::int64_t>(bytes.size()),
            .first_seen_at = clock.now(),
            .changed_at = clock.now(),
            .checked_at = core::from_micros(checked)};
  }
  void add(const File& row) {
    EXPECT_TRUE(sound().write([&](database::Session& s) { return database::pull_files::insert(s, row); }));
  }
};

TEST_F(Rechecking, stores_a_replaced_file_of_the_same_name_as_its_second_version) {
  put("a.jpg", jpeg("first"));
  put("b.jpg", jpeg("other"));
  EXPECT_EQ(run().pulled, 2);
  EXPECT_TRUE(gateway.asked.empty());
  const auto first = file("a.jpg");
  put("a.jpg", jpeg("again"));  // as long as before
  const auto second_run = run();
  EXPECT_EQ(second_run.pulled, 1);
  EXPECT_EQ(second_run.fresh, 1);
  EXPECT_EQ(gateway.asked.size(), 2U);
  const auto second = file("a.jpg");
  EXPECT_EQ(second.state, State::stored);
  EXPECT_EQ(second.revision, 2);
  EXPECT_NE(second.photo_id, first.photo_id);
  EXPECT_NE(second.sha256, first.sha256);
  EXPECT_EQ(gateway.fetches["b.jpg"], 1);
  EXPECT_EQ(run().pulled, 0);
  EXPECT_EQ(gateway.fetches["a.jpg"], 2);
}

TEST_F(Rechecking, asks_after_ten_of_ten_thousand_and_fetches_none_that_is_unchanged) {
  const auto bytes = jpeg("the same");
  for (int i = 0; i < 10'000; ++i) put(std::to_string(i) + ".jpg", bytes);
  EXPECT_TRUE(sound().write([&](database::Session& s) -> core::Result<void> {
    for (const auto& [path, remote] : gateway.files)
      SG_TRY(database::pull_files::insert(s, stored(path, remote.bytes, 0)));
    return {};
  }));
  for (int round = 1; round <= 3; ++round) {
    EXPECT_EQ(run(10).pulled, 0);
    EXPECT_EQ(gateway.asked.size(), 10U * static_cast<std::size_t>(round));
  }
  EXPECT_EQ(std::set<std::string>(gateway.asked.begin(), gateway.asked.end()).size(), 30U) << "others each time";
  EXPECT_EQ(run(std::nullopt).pulled, 0);
  EXPECT_EQ(gateway.asked.size(), 130U) << "a hundred in a run until nothing is left";
  EXPECT_TRUE(gateway.fetches.empty());
}

TEST_F(Rechecking, comes_round_to_all_and_leaves_out_what_is_not_listed) {
  for (const auto* path : {"a.jpg", "b.jpg", "c.jpg"}) put(path, jpeg(path));
  add(stored("b.jpg", jpeg("b.jpg"), 1));
  add(stored("c.jpg", jpeg("c.jpg"), 3));
  add(stored("a.jpg", jpeg("a.jpg"), 2));
  add(stored("gone.jpg", jpeg("gone.jpg"), 0));
  run(2);
  EXPECT_EQ(gateway.asked, (std::vector<std::string>{"b.jpg", "a.jpg"}));
  run(1);
  EXPECT_EQ(gateway.asked.back(), "c.jpg");
  run(1);
  EXPECT_EQ(gateway.asked.back(), "b.jpg");
  EXPECT_EQ(file("gone.jpg").state, State::stored);
}

TEST_F(Rechecking, asks_nobody_when_the_listing_tells_times) {
  gateway.put("a.jpg", jpeg("a"), clock.now() - std::chrono::hours(1));
  run();
  run();
  EXPECT_TRUE(gateway.asked.empty());
}

TEST_F(Rechecking, leaves_servers_alone_that_do_not_answer_such_questions) {
  put("a.jpg", jpeg("a"));
  put("b.jpg", jpeg("b"));
  run();
  gateway.answers_questions = false;
  put("a.jpg", jpeg("replaced"));
  EXPECT_EQ(run().outcome, "done");
  EXPECT_EQ(gateway.asked.size(), 1U);
  EXPECT_EQ(file("a.jpg").revision, 1);
}

TEST_F(Rechecking, passes_over_a_file_that_is_refused_and_heeds_a_source_that_has_too_much_to_do) {
  put("a.jpg", jpeg("a"));
  put("b.jpg", jpeg("b"));
  run();
  put("b.jpg", jpeg("replaced"));
  gateway.ask_failures.push_back(
      {.error = core::Error{.code = core::ErrorCode::permission_denied, .message = "Not this one."},
       .trouble = sources::Trouble::refused});
  EXPECT_EQ(run().pulled, 1);
  gateway.ask_failures.push_back({.error = core::unavailable("It has too much to do."),
                                  .trouble = sources::Trouble::busy,
                                  .concerns_source = true,
                                  .retry_after = std::chrono::hours(1)});
  const auto refused = run();
  EXPECT_EQ(refused.outcome, "failed");
  EXPECT_TRUE(source_row().paused_until);
}

TEST_F(Rechecking, takes_in_a_replaced_file_that_was_still_being_written) {
  settings.settle_seconds = 1;
  put("a.jpg", jpeg("first"));
  EXPECT_EQ(run().pulled, 1);
  const auto first = file("a.jpg");
  put("a.jpg", jpeg("second"));
  gateway.files["a.jpg"].answered_at = clock.now();  // so new that it may not be whole
  EXPECT_EQ(run().pulled, 1);
  const auto second = file("a.jpg");
  EXPECT_EQ(second.state, State::stored);
  EXPECT_NE(second.photo_id, first.photo_id);
  EXPECT_GE(gateway.fetches["a.jpg"], 3);
}

TEST(RecheckedFile, is_another_by_its_sign_or_its_length) {
  const File row{.validator = "\"a\"", .fetched_bytes = 10};
  EXPECT_FALSE(is_other(row, {.validator = "\"a\"", .bytes = 10}));
  EXPECT_FALSE(is_other(row, {}));
  EXPECT_FALSE(is_other(row, {.bytes = 10}));
  EXPECT_TRUE(is_other(row, {.validator = "\"b\"", .bytes = 10}));
  EXPECT_TRUE(is_other(row, {.validator = "\"a\"", .bytes = 11}));
  EXPECT_TRUE(is_other(row, {.bytes = 11}));
  EXPECT_FALSE(is_other({.fetched_bytes = 10}, {.validator = "\"b\"", .bytes = 10})) << "there was no sign of it";
}

}  // namespace
}  // namespace sightglass::pulls
