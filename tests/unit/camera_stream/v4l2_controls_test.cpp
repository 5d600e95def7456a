// The controls of a webcam, as a driver of the UVC class keeps them: there is no such device where tests run.
#include "camera/stream/libav/v4l2_controls.hpp"

#include <gtest/gtest.h>
#include <linux/videodev2.h>

#include <cerrno>
#include <cstring>
#include <map>

namespace sightglass::camera::stream {
namespace {

class Webcam {
 public:
  struct Control {
    int least, most, step, value;
  };
  std::map<std::uint32_t, Control> controls{{V4L2_CID_EXPOSURE_ABSOLUTE, {3, 2047, 2, 251}},
                                            {V4L2_CID_GAIN, {0, 255, 1, 64}},
                                            {V4L2_CID_EXPOSURE_AUTO, {0, 3, 1, V4L2_EXPOSURE_APERTURE_PRIORITY}}};
  bool is_gone = false;

  V4l2Controls driver() {
    return V4l2Controls([this](unsigned long request, void* argument) { return call(request, argument); });
  }

 private:
  int fail(int number) {
    errno = number;
    return -1;
  }
  int call(unsigned long request, void* argument) {
    if (is_gone) return fail(ENODEV);
    if (request == VIDIOC_QUERYCAP) {
      std::memcpy(static_cast<v4l2_capability*>(argument)->card, "HD Pro Webcam C920", 19);
      return 0;
    }
    if (request == VIDIOC_QUERYCTRL) return query(*static_cast<v4l2_queryctrl*>(argument));
    auto& wish = *static_cast<v4l2_control*>(argument);
    const auto found = controls.find(wish.id);
    if (found == controls.end()) return fail(EINVAL);
    auto& control = found->second;
    if (request == VIDIOC_G_CTRL) {
      wish.value = control.value;
      return 0;
    }
    // UVC cameras know two of the four kinds, and take an exposure by hand alone.
    if (wish.id == V4L2_CID_EXPOSURE_AUTO && wish.value != 1 && wish.value != 3) return fail(EINVAL);
    if (wish.id == V4L2_CID_EXPOSURE_ABSOLUTE && controls[V4L2_CID_EXPOSURE_AUTO].value != 1) return fail(EACCES);
    if (wish.value < control.least || wish.value > control.most) return fail(ERANGE);
    control.value = wish.value;
    return 0;
  }
  int query(v4l2_queryctrl& wish) {
    const auto found = controls.find(wish.id);
    if (found == controls.end()) return fail(EINVAL);
    wish.minimum = found->second.least;
    wish.maximum = found->second.most;
    wish.step = found->second.step;
    return 0;
  }
};

TEST(V4l2Controls, tell_what_the_camera_can_in_the_programs_units) {
  Webcam webcam;
  const auto controls = webcam.driver();
  EXPECT_EQ(controls.model(), "HD Pro Webcam C920");
  ASSERT_TRUE(controls.exposure_ms());
  EXPECT_DOUBLE_EQ(controls.exposure_ms()->least, 0.3);
  EXPECT_DOUBLE_EQ(controls.exposure_ms()->most, 204.7);
  EXPECT_DOUBLE_EQ(controls.exposure_ms()->step, 0.2);
  EXPECT_DOUBLE_EQ(controls.gain()->most, 255);
  EXPECT_TRUE(controls.has_auto_exposure());
  EXPECT_EQ(controls.settings().auto_exposure, true);
  EXPECT_EQ(controls.settings().gain, 64);
}

TEST(V4l2Controls, end_the_automatic_exposure_when_one_is_set) {
  Webcam webcam;
  auto controls = webcam.driver();
  ASSERT_TRUE(controls.set_exposure_ms(10));
  EXPECT_EQ(controls.settings().auto_exposure, false);
  EXPECT_NEAR(controls.settings().exposure_ms.value_or(0), 10, 0.1);
  EXPECT_EQ((webcam.controls[V4L2_CID_EXPOSURE_ABSOLUTE].value - 3) % 2, 0);
  ASSERT_TRUE(controls.set_auto_exposure(true));
  EXPECT_EQ(webcam.controls[V4L2_CID_EXPOSURE_AUTO].value, V4L2_EXPOSURE_APERTURE_PRIORITY);
}

TEST(V4l2Controls, name_what_a_camera_has_not_and_that_it_is_gone) {
  Webcam webcam;
  webcam.controls.erase(V4L2_CID_GAIN);
  auto controls = webcam.driver();
  EXPECT_FALSE(controls.gain());
  EXPECT_EQ(controls.set_gain(3).error().field, "gain");
  webcam.controls[V4L2_CID_GAIN] = {0, 10, 1, 0};
  EXPECT_TRUE(controls.set_gain(3));
  webcam.is_gone = true;
  EXPECT_FALSE(controls.set_gain(3));
  EXPECT_FALSE(controls.exposure_ms());
  EXPECT_FALSE(controls.settings().gain);
}

}  // namespace
}  // namespace sightglass::camera::stream
