#include "runtime/partial_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "support/temporary_directory.hpp"

namespace sightglass::runtime {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class PartialFileTest : public testing::Test {
 protected:
  test::TemporaryDirectory directory_{};
  fs::path target_ = directory_.path() / "deep" / "down" / "file";
};

TEST_F(PartialFileTest, has_its_name_when_it_is_whole) {
  {
    PartialFile file(target_);
    ASSERT_TRUE(file.open());
    ASSERT_TRUE(file.write("first, "));
    ASSERT_TRUE(file.write("second"));
    EXPECT_FALSE(fs::exists(target_));
    ASSERT_TRUE(file.finish());
  }
  EXPECT_EQ(content(target_), "first, second");
  EXPECT_FALSE(fs::exists(target_.string() + ".partial"));
}

TEST_F(PartialFileTest, leaves_what_was_there_unless_it_is_finished) {
  fs::create_directories(target_.parent_path());
  std::ofstream(target_) << "before";
  {
    PartialFile file(target_);
    ASSERT_TRUE(file.open());
    ASSERT_TRUE(file.write("after"));
  }
  EXPECT_EQ(content(target_), "before");
  EXPECT_FALSE(fs::exists(target_.string() + ".partial"));
}

TEST_F(PartialFileTest, begins_anew_where_a_crash_left_a_part) {
  fs::create_directories(target_.parent_path());
  std::ofstream(target_.string() + ".partial") << "what a crash left, and longer";
  PartialFile file(target_);
  ASSERT_TRUE(file.open());
  ASSERT_TRUE(file.write("new"));
  ASSERT_TRUE(file.finish());
  EXPECT_EQ(content(target_), "new");
}

TEST_F(PartialFileTest, does_not_write_through_a_link) {
  fs::create_directories(target_.parent_path());
  std::ofstream(directory_.path() / "elsewhere") << "another's";
  fs::create_symlink(directory_.path() / "elsewhere", target_.string() + ".partial");
  PartialFile file(target_);
  const auto opened = file.open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, core::ErrorCode::unavailable);
  EXPECT_EQ(content(directory_.path() / "elsewhere"), "another's");
}

TEST_F(PartialFileTest, says_where_no_directory_can_be) {
  std::ofstream(directory_.path() / "deep") << "a file";
  PartialFile file(target_);
  const auto opened = file.open();
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find(target_.string()), std::string::npos);
}

}  // namespace
}  // namespace sightglass::runtime
