#include "app/descriptor_limit.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>

namespace sightglass::app {
namespace {

TEST(DescriptorLimit, is_raised_to_the_hard_limit) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit low = before;
  low.rlim_cur = std::min<rlim_t>(before.rlim_max, 512);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_GE(raise_descriptor_limit(), static_cast<std::int64_t>(low.rlim_cur));
  rlimit after{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &after), 0);
  EXPECT_EQ(after.rlim_cur, before.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST(DescriptorLimit, leaves_descriptors_for_files_beside_the_connections) {
  EXPECT_EQ(connections_within(1024, 4096), 768);
  EXPECT_EQ(connections_within(65'536, 4096), 4096);
  EXPECT_EQ(connections_within(100, 4096), 1) << "too few to serve many, and yet one";
}

}  // namespace
}  // namespace sightglass::app
