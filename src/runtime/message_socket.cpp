#include "runtime/message_socket.hpp"

#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace sightglass::runtime {
namespace {

bool wait_for(int socket, short events, SocketDeadline deadline) {
  while (true) {
    // Rounded up, or the wait would end a fraction of a millisecond early. poll(2) takes an int.
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    pollfd watched{.fd = socket, .events = events, .revents = 0};
    const int ready = ::poll(&watched, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000'000)));
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR) return false;
  }
}

UnixFd descriptor_of(msghdr& message) {
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
    return UnixFd(fd);
  }
  return {};
}

}  // namespace

Reading read_all(int socket, std::span<char> bytes, SocketDeadline deadline) {
  while (!bytes.empty()) {
    if (!wait_for(socket, POLLIN, deadline)) return Reading::late;
    // Not waiting here either: poll(2) may announce data that is not there (select(2), BUGS).
    const auto count = ::recv(socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count == 0) return Reading::ended;
    if (count < 0 && errno != EINTR && errno != EAGAIN) return Reading::ended;
    if (count > 0) bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return Reading::complete;
}

bool send_all(int socket, std::span<const char> bytes, SocketDeadline deadline) {
  while (!bytes.empty()) {
    if (!wait_for(socket, POLLOUT, deadline)) return false;
    const auto count = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

bool send_with_descriptor(int socket, std::span<const char> bytes, int descriptor) {
  // sendmsg(2) takes no pointer to const, and leaves it alone.
  iovec body{.iov_base = const_cast<char*>(bytes.data()), .iov_len = bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &body;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  while (true) {
    const auto sent = ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0 || errno != EINTR) return sent == static_cast<ssize_t>(bytes.size());
  }
}

Reception receive_with_descriptor(int socket, std::span<char> bytes, UnixFd& descriptor) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  iovec body{.iov_base = bytes.data(), .iov_len = bytes.size()};
  msghdr message{};
  message.msg_iov = &body;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t count = -1;
  do {
    count = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_WAITALL);
  } while (count < 0 && errno == EINTR);
  if (count == 0) return Reception::hang_up;
  if (count < 0) return Reception::failure;
  descriptor = descriptor_of(message);
  return count == static_cast<ssize_t>(bytes.size()) ? Reception::message : Reception::failure;
}

core::Result<UnixFd> memory_file(std::span<const std::uint8_t> bytes) {
  UnixFd file(::memfd_create("frame", MFD_CLOEXEC));
  while (file && !bytes.empty()) {
    const auto count = ::write(file.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) file.reset();
    if (count > 0) bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  if (!file) return core::fail(core::unavailable("no memory to send a frame in", std::strerror(errno)));
  return file;
}

}  // namespace sightglass::runtime
