#include "stations/camera_address.hpp"

#include <gtest/gtest.h>

#include "core/time.hpp"
#include "support/temporary_directory.hpp"

namespace sightglass::stations {
namespace {

class CameraAddress : public testing::Test {
 protected:
  test::TemporaryDirectory folder_;
  accounts::SealedSecrets secrets_ = accounts::SealedSecrets::open(folder_.path() / "secrets.key").value();
  core::CameraId camera_ = core::CameraId::make(core::from_micros(1'700'000'000'000'000));
  core::CameraId other_ = core::CameraId::make(core::from_micros(1'700'000'001'000'000));
};

TEST_F(CameraAddress, holds_its_name_and_password_sealed_for_its_camera_alone) {
  const std::string whole = "rtsp://ann:se@cret@192.0.2.1:8554/stream?x=1";
  const auto sealed = sealed_address(whole, secrets_, camera_);
  EXPECT_TRUE(is_sealed_address(sealed));
  EXPECT_EQ(sealed.find("cret"), std::string::npos) << sealed;
  EXPECT_EQ(sealed.find("ann"), std::string::npos) << sealed;
  EXPECT_TRUE(sealed.ends_with("@192.0.2.1:8554/stream?x=1")) << sealed;
  EXPECT_EQ(whole_address(sealed, secrets_, camera_), whole);
  EXPECT_EQ(whole_address(sealed, secrets_, other_).error().code, core::ErrorCode::conflict);
  EXPECT_EQ(sealed_address(sealed, secrets_, camera_), sealed) << "once is enough";
}

TEST_F(CameraAddress, of_rows_of_earlier_programs_is_understood) {
  EXPECT_EQ(whole_address("rtsp://ann:secret@192.0.2.1/stream", secrets_, camera_),
            "rtsp://ann:secret@192.0.2.1/stream");
}

TEST_F(CameraAddress, without_a_sign_in_stays_as_it_is) {
  for (const char* address :
       {"rtsp://192.0.2.1/stream", "rtsp://192.0.2.1/a@b", "scene:belt?seed=7", "/dev/video0", ""}) {
    EXPECT_EQ(sealed_address(address, secrets_, camera_), address);
    EXPECT_EQ(shown_address(address), address);
    EXPECT_FALSE(is_sealed_address(address) || is_masked_address(address)) << address;
  }
}

TEST_F(CameraAddress, is_shown_without_its_sign_in_sealed_or_not) {
  const std::string whole = "rtsp://ann:secret@192.0.2.1/stream";
  EXPECT_EQ(shown_address(whole), "rtsp://•••@192.0.2.1/stream");
  EXPECT_EQ(shown_address(sealed_address(whole, secrets_, camera_)), "rtsp://•••@192.0.2.1/stream");
  EXPECT_TRUE(is_masked_address(shown_address(whole)));
}

TEST_F(CameraAddress, that_nobody_sealed_is_refused) {
  for (const char* sign_in : {"sealed-", "sealed-zz", "sealed-0", "sealed-0102030405"})
    EXPECT_EQ(whole_address(std::string("rtsp://") + sign_in + "@h/", secrets_, camera_).error().code,
              core::ErrorCode::conflict)
        << sign_in;
}

}  // namespace
}  // namespace sightglass::stations
