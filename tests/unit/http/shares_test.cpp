#include "http/shares.hpp"

#include <gtest/gtest.h>

namespace sightglass::http {
namespace {

TEST(Shares, are_counted_for_each_holder_and_given_back) {
  Shares shares;
  {
    const auto first = shares.take("ada", 2);
    const auto second = shares.take("ada", 2);
    EXPECT_TRUE(first);
    EXPECT_TRUE(second);
    EXPECT_FALSE(shares.take("ada", 2));
    EXPECT_TRUE(shares.take("bea", 2));
  }
  EXPECT_TRUE(shares.take("ada", 1));
}

TEST(Shares, that_moved_are_given_back_once) {
  Shares shares;
  auto first = shares.take("ada", 1);
  {
    const auto moved = std::move(first);
    EXPECT_FALSE(shares.take("ada", 1));
  }
  EXPECT_FALSE(first);
  EXPECT_TRUE(shares.take("ada", 1));
}

}  // namespace
}  // namespace sightglass::http
