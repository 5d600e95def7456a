#include "core/edit_distance.hpp"

#include <gtest/gtest.h>

namespace sightglass::core {
namespace {

TEST(EditDistance, counts_what_must_be_added_taken_away_or_changed) {
  EXPECT_EQ(edit_distance("shape", "shape"), 0U);
  EXPECT_EQ(edit_distance("shap", "shape"), 1U);
  EXPECT_EQ(edit_distance("shapes", "shape"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
}

}  // namespace
}  // namespace sightglass::core
