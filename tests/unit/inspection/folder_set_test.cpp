#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "inspection/training/folder_lesson.hpp"
#include "support/temporary_directory.hpp"

namespace sightglass::inspection::training {
namespace {

class FolderSetTest : public ::testing::Test {
 protected:
  void add(const std::string& folder, int count) {
    std::filesystem::create_directories(folder_.path() / folder);
    for (int i = 0; i < count; ++i) std::ofstream(folder_.path() / folder / (std::to_string(i) + ".jpg")) << i;
  }
  core::Result<FolderSet> read(const std::string& below = "") { return read_folders({folder_.path() / below}); }
  test::TemporaryDirectory folder_;
};

TEST_F(FolderSetTest, takes_good_and_defect_for_anomalies_and_anything_else_for_classes) {
  add("a/good", 3);
  add("a/defect", 2);
  add("b/rust", 3);
  add("b/crack", 3);
  add("b/.hidden", 1);
  const auto anomalies = read("a");
  ASSERT_TRUE(anomalies);
  EXPECT_FALSE(anomalies->is_of_classes);
  EXPECT_EQ(anomalies->pictures.size(), 5U);
  const auto classes = read("b");
  ASSERT_TRUE(classes);
  EXPECT_TRUE(classes->is_of_classes);
  EXPECT_EQ(classes->pictures.size(), 6U);
  EXPECT_EQ(classes->pictures.front().label, "crack");
}

TEST_F(FolderSetTest, holds_the_same_quarter_out_each_time) {
  add("good", 200);
  const auto first = read();
  const auto second = read();
  ASSERT_TRUE(first && second);
  const auto held_out = std::ranges::count_if(first->pictures, &FolderPicture::is_held_out);
  EXPECT_GT(held_out, 25);
  EXPECT_LT(held_out, 75);
  for (std::size_t i = 0; i < 200; ++i) EXPECT_EQ(first->pictures[i].is_held_out, second->pictures[i].is_held_out);
}

TEST_F(FolderSetTest, refuses_folders_it_can_make_nothing_of) {
  EXPECT_EQ(read("nowhere").error().field, "folder");
  EXPECT_EQ(read().error().field, "folder");
  add("good", 3);
  add("rust", 3);
  EXPECT_NE(read().error().message.find("not both"), std::string::npos);
}

}  // namespace
}  // namespace sightglass::inspection::training
