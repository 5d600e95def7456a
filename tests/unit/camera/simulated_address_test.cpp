#include "camera/simulated/address.hpp"

#include <gtest/gtest.h>

#include "camera/device.hpp"

namespace sightglass::camera {
namespace {

TEST(SimulatedAddress, asks_for_a_scene_and_how_it_behaves) {
  const auto wish = parse_simulated_address(
      "scene:belt?seed=7&size=640x480&noise=0.5&defects=1&motion=index&trigger=2.5&lost=0.01&incomplete=0.02&"
      "lost_first=1&incomplete_first=2&gone_after=100&back_after=0.5&busy_for=4");
  ASSERT_TRUE(wish) << wish.error().message;
  EXPECT_EQ(wish->scene, SceneKind::belt);
  EXPECT_EQ(wish->seed, 7U);
  EXPECT_EQ(wish->size, (core::Size{640, 480}));
  EXPECT_EQ(wish->motion, Motion::index);
  EXPECT_DOUBLE_EQ(wish->line_rate, 2.5);
  EXPECT_DOUBLE_EQ(wish->lost, 0.01);
  EXPECT_EQ(wish->gone_after, 100U);
  EXPECT_DOUBLE_EQ(wish->back_after, 0.5);
}

TEST(SimulatedAddress, names_what_it_does_not_understand) {
  const auto message = [](std::string_view address) {
    const auto wish = parse_simulated_address(address);
    EXPECT_TRUE(!wish && wish.error().field == "address") << address;
    return wish ? std::string() : wish.error().message;
  };
  EXPECT_EQ(message("scene:moon"),
            "A simulated camera shows \"scene:belt\", \"scene:meter\", \"scene:gradient\" or \"folder:PATH\"; not "
            "\"scene:moon\".");
  EXPECT_NE(message("").find("scene:belt"), std::string::npos);
  EXPECT_EQ(message("folder:"), "After \"folder:\" the path of a folder must follow.");
  EXPECT_EQ(message("scene:belt?lost=2"), "lost must be a number from 0 to 1; it is \"2\".");
  EXPECT_EQ(message("scene:belt?lost=nan"), "lost must be a number from 0 to 1; it is \"nan\".");
  EXPECT_EQ(message("scene:belt?lost"), "lost must be a number from 0 to 1; it is \"\".");
  EXPECT_EQ(message("scene:belt?seed=-1"), "seed must be a whole number; it is \"-1\".");
  EXPECT_EQ(message("scene:belt?size=9x9").substr(0, 31), "size must be like 1280x1024, si");
  EXPECT_EQ(message("scene:belt?size=1281x1024").substr(0, 4), "size");
  EXPECT_EQ(message("scene:belt?motion=fly"), "motion must be run or index; it is \"fly\".");
  EXPECT_EQ(message("scene:belt?speed=3").substr(0, 51), "A simulated camera knows no \"speed\"; it knows seed,");
}

TEST(MakeDevice, says_which_drivers_there_are) {
  const auto stream = make_device({.driver = Driver::stream, .address = "gopher://camera"});
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().field, "address");
  const auto nameless = make_device({.driver = Driver::aravis, .address = ""});
  ASSERT_FALSE(nameless);
  EXPECT_EQ(nameless.error().field, "address");
  const auto missing = make_device({.driver = Driver::simulated, .address = "folder:/no/such/folder"});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().field, "address");
}

}  // namespace
}  // namespace sightglass::camera
