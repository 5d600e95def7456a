// Cameras that are searched for, and opened by other names than their address.
#include "conformance/camera/suite.hpp"

namespace sightglass::camera {
namespace {

TEST(Discovery, finds_a_camera_that_opens_by_its_serial_number) {
  const auto rig = gige_rig().make();
  if (!rig->hindrance().empty()) GTEST_SKIP() << rig->hindrance();
  const auto found = discover();
  ASSERT_TRUE(found) << found.error().message;
  const auto one = std::ranges::find(*found, "SG-GIGE-1", [](const Found& each) { return each.identity.serial; });
  ASSERT_NE(one, found->end());
  EXPECT_EQ(one->source.driver, Driver::aravis);
  EXPECT_EQ(one->source.address, "127.0.0.1");
  EXPECT_EQ(one->identity.vendor, "Aravis");
  const auto device = make_device({.driver = Driver::aravis, .address = "SG-GIGE-1"});
  ASSERT_TRUE(device);
  const auto opened = (*device)->open(std::chrono::minutes(2));
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->serial, "SG-GIGE-1");
}

TEST(Discovery, says_that_a_name_belongs_to_no_camera) {
  const auto device = make_device({.driver = Driver::aravis, .address = "no-such-camera"});
  ASSERT_TRUE(device);
  const auto opened = (*device)->open(std::chrono::minutes(2));
  ASSERT_TRUE(failed_with(core::ErrorCode::unavailable, opened));
  EXPECT_EQ(opened.error().message, "No camera called no-such-camera was found.");
}

}  // namespace
}  // namespace sightglass::camera
