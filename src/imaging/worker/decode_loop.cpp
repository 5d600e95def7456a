#include "imaging/worker/decode_loop.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "imaging/decoder_wire.hpp"
#include "imaging/header.hpp"
#include "runtime/message_socket.hpp"
#include "runtime/sandbox.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::imaging::worker {
namespace {

struct Received {
  wire::Request request{};
  runtime::UnixFd picture{};
};

using runtime::Reception;

Reception receive(int socket, Received& received) {
  std::array<char, sizeof(wire::Request)> bytes{};
  const auto reception = runtime::receive_with_descriptor(socket, bytes, received.picture);
  if (reception != Reception::message) return reception;
  std::memcpy(&received.request, bytes.data(), bytes.size());
  const bool is_sound = received.picture && received.request.magic == wire::magic;
  return is_sound ? Reception::message : Reception::failure;
}

bool send_answer(int socket, const wire::Answer& answer) {
  const wire::AnswerFrame frame{.head_bytes = static_cast<std::uint32_t>(answer.head.size()),
                                .display_bytes = static_cast<std::uint32_t>(answer.display_jpeg.size()),
                                .thumbnail_bytes = static_cast<std::uint32_t>(answer.thumbnail_jpeg.size())};
  std::array<char, sizeof frame> head{};
  std::memcpy(head.data(), &frame, sizeof frame);
  using runtime::send_all;
  return send_all(socket, head) && send_all(socket, answer.head) && send_all(socket, answer.display_jpeg) &&
         send_all(socket, answer.thumbnail_jpeg);
}

// The border of one picture: whatever a library throws becomes an answer.
template <typename Decode>
auto guarded(Decode decode) -> decltype(decode()) {
  try {
    return decode();
  } catch (const std::bad_alloc&) {
    // How the bound on our address space shows. The picture is at fault, and this process can go on.
    return core::fail(core::ErrorCode::too_large, "the picture needs more memory than a decoder may use");
  } catch (const std::exception& error) {
    return core::fail(core::internal_error("the picture could not be decoded", error.what()));
  }
}

// Sends tiles as they are made, so that a pyramid is never in memory as a whole.
class SocketSink final : public TileSink {
 public:
  explicit SocketSink(int socket) : socket_(socket) {}
  core::Result<void> begin(core::Size size) override { return send(wire::encode(size)); }
  core::Result<void> add(std::string_view jpeg) override { return send({.display_jpeg = std::string(jpeg)}); }

 private:
  core::Result<void> send(const wire::Answer& answer) const {
    if (send_answer(socket_, answer)) return {};
    return core::fail(core::unavailable("nobody takes the tiles any more"));
  }
  int socket_;
};

wire::Answer cut_tiles(const Received& received, Decoder& decoder, int socket) {
  const auto& plan = received.request.plan;
  const TilePlan tiles{plan.allow_damaged, plan.rotation, plan.display_quality};
  SocketSink sink(socket);
  return wire::encode(
      guarded([&] { return decoder.cut_tiles(received.picture.get(), tiles, received.request.limits, sink); }));
}

core::Result<std::vector<std::uint8_t>> read_whole(int fd, const Limits& limits) {
  struct stat facts{};
  if (::fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode))
    return core::fail(core::internal_error("The frame is not a regular file"));
  SG_TRY(check_file_bytes(facts.st_size, limits));
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(facts.st_size));
  std::size_t place = 0;
  while (place < bytes.size()) {
    const auto count = ::pread(fd, bytes.data() + place, bytes.size() - place, static_cast<off_t>(place));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return core::fail(core::internal_error("The frame cannot be read", std::strerror(errno)));
    place += static_cast<std::size_t>(count);
  }
  return bytes;
}

core::Result<std::string> develop(const Received& received, Decoder& decoder) {
  const auto& request = received.request;
  SG_ASSIGN(auto wish, wire::decode_frame(request.frame));
  SG_ASSIGN(auto bytes, read_whole(received.picture.get(), request.limits));
  // Shared with nobody: it is how frames are held.
  wish.frame.bytes = std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes));
  return decoder.develop(wish.frame, wish.plan, request.limits);
}

// The last answer to a request, after those that were sent on the way.
wire::Answer answer_to(const Received& received, Decoder& decoder, int socket) {
  const auto& request = received.request;
  const int picture = received.picture.get();
  if (request.operation == wire::Operation::tiles) return cut_tiles(received, decoder, socket);
  if (request.operation == wire::Operation::derive) {
    return wire::encode(guarded([&] { return decoder.derive(picture, request.plan, request.limits); }));
  }
  if (request.operation == wire::Operation::inspect) {
    return wire::encode(guarded([&] { return decoder.inspect(picture, request.raster_plan, request.limits); }));
  }
  if (request.operation == wire::Operation::develop)
    return wire::encode(guarded([&] { return develop(received, decoder); }));
  return wire::encode(guarded([&] { return decoder.measure(picture, request.limits); }));
}

}  // namespace

bool serve_requests(int socket_fd, Decoder& decoder) {
  if (!send_answer(socket_fd, {.head = runtime::describe_sandbox()})) return false;
  while (true) {
    Received received;
    const auto reception = receive(socket_fd, received);
    if (reception == Reception::hang_up) return true;
    if (reception == Reception::failure) return false;
    if (!send_answer(socket_fd, answer_to(received, decoder, socket_fd))) return false;
  }
}

}  // namespace sightglass::imaging::worker
