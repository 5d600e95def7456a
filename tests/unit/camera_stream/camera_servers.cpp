#include "unit/camera_stream/camera_servers.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>

#include "runtime/unix_fd.hpp"
#include "support/test_paths.hpp"

namespace sightglass::camera::stream::test {

std::uint16_t free_port() {
  const runtime::UnixFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), length) != 0) return 0;
  if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0) return 0;
  return ntohs(address.sin_port);
}

std::optional<RtspServer> start_rtsp(std::vector<std::string> kind, std::uint16_t port) {
  const std::filesystem::path program = SIGHTGLASS_BINARY_DIR "/tests/rtsp_server";
  if (!std::filesystem::exists(program)) return std::nullopt;
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  const runtime::UnixFd reader(ends[0]);
  runtime::UnixFd writer(ends[1]);
  kind.insert(kind.begin(), std::to_string(port));
  auto process = runtime::ChildProcess::spawn(
      {.executable = program, .arguments = kind, .inherited_fds = {writer.get()}, .own_session = true});
  writer.reset();
  if (!process) return std::nullopt;
  std::string said;
  std::array<char, 16> part{};
  while (true) {
    const auto count = ::read(reader.get(), part.data(), part.size());
    if (count <= 0) break;
    said.append(part.data(), static_cast<std::size_t>(count));
  }
  if (said.empty()) return std::nullopt;
  return RtspServer{std::move(*process), static_cast<std::uint16_t>(std::atoi(said.c_str()))};
}

std::optional<runtime::ChildProcess> start_mjpeg(std::uint16_t port) {
  if (!std::filesystem::exists("/usr/bin/ffmpeg")) return std::nullopt;
  auto process = runtime::ChildProcess::spawn(
      {.executable = "/usr/bin/ffmpeg",
       .arguments = {"-v", "quiet", "-re", "-f", "lavfi", "-i", "color=c=0x00ff00:size=320x240:rate=25", "-q:v", "2",
                     "-f", "mpjpeg", "-content_type", "multipart/x-mixed-replace; boundary=ffmpeg", "-listen", "1",
                     "http://127.0.0.1:" + std::to_string(port) + "/"},
       .own_session = true});
  if (!process) return std::nullopt;
  return std::move(*process);
}

}  // namespace sightglass::camera::stream::test
