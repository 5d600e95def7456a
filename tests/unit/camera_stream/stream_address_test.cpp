#include "camera/stream/stream_address.hpp"

#include <gtest/gtest.h>

namespace sightglass::camera::stream {
namespace {

using Kind = StreamAddress::Kind;

StreamAddress parsed(std::string_view text) {
  auto address = parse_address(text);
  if (!address) ADD_FAILURE() << text << ": " << address.error().message;
  return address.value_or(StreamAddress{});
}

TEST(StreamAddress, is_shown_without_what_may_be_secret) {
  EXPECT_EQ(parsed("rtsp://admin:se%40cret@10.0.0.5/h264?channel=1&password=x").shown, "rtsp://10.0.0.5/h264");
  EXPECT_EQ(parsed("rtsp://a:b@c@camera:8554/live#d").shown, "rtsp://camera:8554/live");
  EXPECT_EQ(parsed("http://camera?user=me").shown, "http://camera");
  EXPECT_EQ(parsed("https://[fe80::1]:8443/mjpeg").shown, "https://[fe80::1]:8443/mjpeg");
  EXPECT_EQ(parsed("/dev/video0").shown, "/dev/video0");
}

TEST(StreamAddress, keeps_what_the_camera_wants_and_where_it_listens) {
  const auto address = parsed("rtsp://admin:secret@10.0.0.5/h264?channel=1");
  EXPECT_EQ(address.whole, "rtsp://admin:secret@10.0.0.5/h264?channel=1");
  EXPECT_EQ(address.kind, Kind::rtsp);
  EXPECT_EQ(address.port, 554);
  EXPECT_FALSE(address.is_secured);
  EXPECT_EQ(parsed("rtsps://camera/").port, 322);
  EXPECT_EQ(parsed("http://camera").port, 80);
  EXPECT_EQ(parsed("https://camera").port, 443);
  EXPECT_TRUE(parsed("https://camera").is_secured);
  EXPECT_EQ(parsed("http://camera:8081/x").port, 8081);
  EXPECT_EQ(parsed("/dev/video12").kind, Kind::device);
  EXPECT_EQ(parsed("/dev/v4l/by-id/usb-046d_HD_Pro_Webcam-video-index0").port, 0);
}

TEST(StreamAddress, refuses_what_is_none_without_repeating_it) {
  for (const std::string text : {"",
                                 "secret",
                                 "file:///etc/passwd",
                                 "/etc/passwd",
                                 "/dev/video",
                                 "/dev/videox",
                                 "/dev/video00000",
                                 "/dev/video0/..",
                                 "/dev/v4l/by-id/../../sda",
                                 "/dev/v4l/by-id/",
                                 "rtsp://",
                                 "rtsp://secret@",
                                 "rtsp://:554/",
                                 "rtsp://host:0/",
                                 "rtsp://host:65536/",
                                 "rtsp://host:/",
                                 "rtsp://host:5x/",
                                 "rtsp://[::1/",
                                 "rtsp://[::1]secret/",
                                 "RTSP://host/",
                                 "rtsp://host/with blank",
                                 "rtsp://host/\n",
                                 "concat:a|b",
                                 "rtmp://host/secret",
                                 "http://host/\xc3\xa4"}) {
    const auto address = parse_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().field, "address") << text;
    EXPECT_EQ(address.error().code, core::ErrorCode::invalid_input);
    EXPECT_EQ(address.error().message.find("secret"), std::string::npos);
  }
  EXPECT_FALSE(parse_address("rtsp://host/" + std::string(longest_address, 'x')));
}

}  // namespace
}  // namespace sightglass::camera::stream
