#include "pulls/running_pulls.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "unit/pulls/pull_house.hpp"

namespace sightglass::pulls {
namespace {

constexpr auto patience = std::chrono::minutes(2);

// A source that is a folder, and what runs it.
class RunningPullsTest : public testing::Test {
 protected:
  RunningPullsTest() {
    std::filesystem::create_directories(folder_);
    house_.parts.limits.folder_roots = {house_.house.directory.path()};
    house_.parts.limits.look_interval = std::chrono::milliseconds(50);
    house_.source.kind = "folder";
    house_.source.base_url = folder_.string();
    house_.source.settings = to_json(house_.settings);
    update();
    reopen();
  }
  void update() {
    EXPECT_TRUE(house_.sound().write(
        [&](database::Session& session) { return database::pull_sources::update(session, house_.source); }));
  }
  void reopen() {
    pulls_.reset();
    pulls_ = *RunningPulls::open(house_.house.directory.path() / "pull_data", house_.parts);
  }
  void put(const std::string& name) { std::ofstream(folder_ / name) << jpeg(name); }
  database::pull_runs::Run await(core::PullRunId id) {
    const auto run = pulls_->await(id, patience);
    EXPECT_TRUE(run);
    return run ? *run : database::pull_runs::Run{};
  }
  // Looks until so many photos are there; nobody says when a folder's watch has done its work.
  bool has_photos(std::size_t count) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (house_.house.rows().size() < count) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::yield();
    }
    return house_.house.rows().size() == count;
  }

  PullHouse house_{};
  std::filesystem::path folder_ = house_.house.directory.path() / "cards";
  std::unique_ptr<RunningPulls> pulls_{};
};

TEST_F(RunningPullsTest, pulls_a_folder_when_asked_and_by_itself_when_a_file_comes) {
  put("a.jpg");
  pulls_->start();
  const auto asked = pulls_->ask(house_.source.id, 10, "olga");
  ASSERT_TRUE(asked) << asked.error().message;
  const auto ended = await(asked->id);
  EXPECT_EQ(ended.outcome, "done") << ended.error;
  EXPECT_EQ(ended.pulled, 1);
  EXPECT_EQ(ended.requested_by, "olga");
  EXPECT_EQ(ended.node, "here");
  put("b.jpg");
  EXPECT_TRUE(has_photos(2)) << "nobody asked, but the folder was watched";
}

TEST_F(RunningPullsTest, goes_on_with_a_run_whose_node_is_gone) {
  put("a.jpg");
  database::pull_runs::Run run{.id = core::PullRunId::make(house_.clock.now()),
                               .source_id = house_.source.id,
                               .cause = "person",
                               .requested_at = house_.clock.now()};
  ASSERT_TRUE(house_.sound().write([&](database::Session& session) -> core::Result<void> {
    SG_TRY(database::pull_runs::insert(session, run));
    SG_TRY(database::pull_runs::begin(session, run.id, "a node that was unplugged", house_.clock.now()));
    return {};
  }));
  pulls_->start();
  const auto ended = await(run.id);
  EXPECT_EQ(ended.outcome, "done");
  EXPECT_EQ(ended.node, "here");
  EXPECT_EQ(ended.pulled, 1);
}

TEST_F(RunningPullsTest, takes_one_run_of_a_source_at_a_time_and_none_of_one_that_is_off) {
  const auto first = pulls_->ask(house_.source.id, 10, "olga");
  const auto second = pulls_->ask(house_.source.id, 20, "ada");
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->id, second->id);
  pulls_->start();
  await(first->id);
  house_.source.is_active = false;
  update();
  const auto refused = pulls_->ask(house_.source.id, 10, "olga");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::conflict);
  const auto unknown = pulls_->ask(core::PullSourceId::make(house_.clock.now()), 10, "olga");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, core::ErrorCode::not_found);
}

TEST_F(RunningPullsTest, ends_a_run_that_cannot_begin_and_says_why) {
  house_.source.kind = "http_index";
  house_.source.base_url = "https://cameras.example/";
  house_.source.sign_in = "basic";
  house_.source.username = "u";
  house_.source.secret = "sealed with a key that is lost";
  update();
  pulls_->start();
  const auto asked = pulls_->ask(house_.source.id, 10, "olga");
  ASSERT_TRUE(asked);
  const auto ended = await(asked->id);
  EXPECT_EQ(ended.outcome, "failed");
  EXPECT_FALSE(ended.error.empty());
  EXPECT_EQ(house_.source_row().last_error, ended.error);
}

TEST_F(RunningPullsTest, tries_a_source_without_keeping_anything) {
  put("IMG_1.jpg");
  put("notes.txt");
  std::filesystem::create_directories(folder_ / "below");
  house_.settings.name_pattern = "*.jpg";
  const sources::Access access{.kind = sources::SourceKind::folder, .base_url = folder_.string()};
  const auto trial = pulls_->test(access, house_.settings);
  ASSERT_TRUE(trial) << trial.error().message;
  EXPECT_EQ(trial->files, 2);
  ASSERT_EQ(trial->entries.size(), 2u);
  for (const auto& entry : trial->entries) EXPECT_EQ(entry.reason, entry.name == "IMG_1.jpg" ? "" : "name_pattern");
  EXPECT_TRUE(house_.rows().empty());
  const auto outside = pulls_->test({.kind = sources::SourceKind::folder, .base_url = "/etc"}, house_.settings);
  ASSERT_FALSE(outside);
  EXPECT_EQ(outside.error().field, "base_url");
  const auto missing =
      pulls_->test({.kind = sources::SourceKind::folder, .base_url = (folder_ / "none").string()}, house_.settings);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().field, "base_url");
}

}  // namespace
}  // namespace sightglass::pulls
