#include "app/data_directory.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

namespace sightglass::app {
namespace {

std::filesystem::path fresh(const char* name) {
  const auto path = std::filesystem::path(::testing::TempDir()) / "data_directory" / name;
  std::filesystem::remove_all(path);
  return path;
}

TEST(DataDirectory, makes_its_folders_and_keeps_the_keys_private) {
  const auto directory = DataDirectory::open(fresh("folders"));
  ASSERT_TRUE(directory) << directory.error().message;
  struct stat status{};
  ASSERT_EQ(::stat(directory->keys().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
  // What confined workers write to must be there before they confine themselves.
  for (const auto* folder : {"incoming", "cache", "models"})
    EXPECT_TRUE(std::filesystem::is_directory(directory->path() / folder)) << folder;
}

TEST(DataDirectory, serves_once_at_a_time) {
  const auto path = fresh("once");
  auto first = DataDirectory::open(path);
  auto second = DataDirectory::open(path);
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(first->claim_for_serving());
  const auto refused = second->claim_for_serving();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::conflict);
}

TEST(DataDirectory, knows_the_runs_of_the_server_before) {
  const auto path = fresh("runs");
  const auto directory = DataDirectory::open(path);
  ASSERT_TRUE(directory);
  EXPECT_TRUE(directory->last_runs().empty());
  const std::map<std::string, database::RunId> runs{
      {"intake", database::RunId::make(core::from_micros(1'000'000))},
      {"node", database::RunId::make(core::from_micros(2'000'000))},
  };
  ASSERT_TRUE(directory->note_runs(runs));
  EXPECT_EQ(directory->last_runs(), runs);
  ASSERT_TRUE(directory->note_runs({*runs.begin()}));
  EXPECT_EQ(directory->last_runs().size(), 1U);
  // What is no run is none: nobody else's must be declared over for it.
  std::ofstream(path / "runs") << "node ../../etc\nintake";
  EXPECT_TRUE(directory->last_runs().empty());
}

TEST(DataDirectory, repair_is_shut_out_while_anybody_takes_pictures_in) {
  const auto path = fresh("intake");
  auto importing = DataDirectory::open(path);
  auto starting = DataDirectory::open(path);
  ASSERT_TRUE(importing && starting);
  ASSERT_TRUE(importing->share_intake());
  EXPECT_FALSE(starting->try_exclude_intake());
  EXPECT_TRUE(starting->share_intake());
}

TEST(DataDirectory, a_path_that_cannot_be_a_directory_is_refused_in_words) {
  const auto refused = DataDirectory::open("/dev/null/data");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field, "data");
}

}  // namespace
}  // namespace sightglass::app
