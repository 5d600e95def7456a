#include "vision/splits.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace sightglass::vision {
namespace {

std::vector<std::string> groups_of(int count, int each) {
  std::vector<std::string> groups;
  for (int group = 0; group < count; ++group)
    for (int i = 0; i < each; ++i) groups.push_back("asset " + std::to_string(group));
  return groups;
}

TEST(HeldOut, keeps_groups_whole_and_takes_about_the_share) {
  const auto groups = groups_of(400, 3);
  const auto is_out = held_out(groups, 0.25, 5);
  for (std::size_t i = 0; i < groups.size(); i += 3) {
    EXPECT_EQ(is_out[i], is_out[i + 1]);
    EXPECT_EQ(is_out[i], is_out[i + 2]);
  }
  const auto share = static_cast<double>(std::ranges::count(is_out, true)) / static_cast<double>(groups.size());
  EXPECT_NEAR(share, 0.25, 0.06);
}

TEST(HeldOut, moves_nothing_when_more_come) {
  auto groups = groups_of(50, 1);
  const auto before = held_out(groups, 0.3, 1);
  groups.insert(groups.begin(), "a newcomer");
  const auto after = held_out(groups, 0.3, 1);
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_EQ(before[i], after[i + 1]);
  EXPECT_NE(held_out(groups, 0.3, 2), after);
}

TEST(Folds, are_of_even_size_and_keep_groups_whole) {
  const auto groups = groups_of(21, 2);
  const auto folds = folds_of(groups, 4, 3);
  std::map<std::int32_t, int> sizes;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    ++sizes[folds[i]];
    if (i % 2 == 1) EXPECT_EQ(folds[i], folds[i - 1]);
  }
  ASSERT_EQ(sizes.size(), 4U);
  for (const auto& [fold, size] : sizes) EXPECT_NEAR(size, 10.5, 2);
}

TEST(Folds, do_not_depend_on_the_order_of_examples) {
  auto groups = groups_of(13, 2);
  const auto folds = folds_of(groups, 5, 3);
  std::ranges::reverse(groups);
  auto reversed = folds_of(groups, 5, 3);
  std::ranges::reverse(reversed);
  EXPECT_EQ(folds, reversed);
}

TEST(Folds, put_one_group_into_one) {
  const auto folds = folds_of(groups_of(1, 5), 4, 3);
  EXPECT_EQ(std::set(folds.begin(), folds.end()).size(), 1U);
  EXPECT_TRUE(folds_of({}, 4, 3).empty());
}

}  // namespace
}  // namespace sightglass::vision
