// Independent programs that send video as network cameras do, for one test.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/child_process.hpp"

namespace sightglass::camera::stream::test {

// A TCP port of the loopback that was free a moment ago.
std::uint16_t free_port();

// GStreamer's RTSP server (tests/servers/rtsp_server.cpp); nullopt where it was not built. `port` 0: any.
struct RtspServer {
  runtime::ChildProcess process;
  std::uint16_t port = 0;
  std::string url(const std::string& credentials = {}) const {
    return "rtsp://" + credentials + "127.0.0.1:" + std::to_string(port) + "/camera";
  }
};
std::optional<RtspServer> start_rtsp(std::vector<std::string> kind, std::uint16_t port = 0);

// FFmpeg as an HTTP server of one green MJPEG, 320×240; it serves one viewer, and listens a little after it started.
std::optional<runtime::ChildProcess> start_mjpeg(std::uint16_t port);

}  // namespace sightglass::camera::stream::test
