#include "inspection/judging/judge_loop.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "runtime/message_socket.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::inspection::judging {
namespace {

using core::Result;
using runtime::Reading;
using runtime::Reception;

struct Received {
  wire::Request request{};
  runtime::UnixFd file{};
};

Reception receive(int socket, Received& received) {
  wire::RequestFrame frame;
  std::array<char, sizeof frame> bytes{};
  const auto reception = runtime::receive_with_descriptor(socket, bytes, received.file);
  if (reception != Reception::message) return reception;
  std::memcpy(&frame, bytes.data(), sizeof frame);
  if (!received.file || !wire::is_plausible(frame)) return Reception::failure;
  received.request.operation = frame.operation;
  received.request.head.resize(frame.head_bytes);
  received.request.map.resize(frame.map_bytes);
  constexpr auto forever = runtime::SocketDeadline::max();
  const bool is_whole = runtime::read_all(socket, received.request.head, forever) == Reading::complete &&
                        runtime::read_all(socket, received.request.map, forever) == Reading::complete;
  return is_whole ? Reception::message : Reception::failure;
}

bool send_answer(int socket, const wire::Answer& answer) {
  const wire::AnswerFrame frame{.head_bytes = static_cast<std::uint32_t>(answer.head.size()),
                                .body_bytes = static_cast<std::uint32_t>(answer.body.size())};
  std::array<char, sizeof frame> head{};
  std::memcpy(head.data(), &frame, sizeof frame);
  return runtime::send_all(socket, head) && runtime::send_all(socket, answer.head) &&
         runtime::send_all(socket, answer.body);
}

// Its pixels into memory of our own: the file is the other side's.
Result<void> read_pixels(const runtime::UnixFd& file, core::RawImage& frame) {
  struct stat facts{};
  if (::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode))
    return core::fail(core::internal_error("The frame is not a regular file"));
  SG_TRY(wire::check_places(frame, facts.st_size, std::nullopt));
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(frame.stride) * static_cast<std::size_t>(frame.size.height));
  for (std::size_t place = 0; place < bytes.size();) {
    const auto count = ::pread(file.get(), bytes.data() + place, bytes.size() - place, static_cast<off_t>(place));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return core::fail(core::internal_error("The frame cannot be read", std::strerror(errno)));
    place += static_cast<std::size_t>(count);
  }
  // Shared with nobody: it is how frames are held.
  frame.bytes = std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes));
  return {};
}

// The border of one frame: whatever a library throws becomes an answer.
template <typename Work>
auto guarded(Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return core::fail(core::ErrorCode::too_large, "the frame needs more memory than the judging process may use");
  } catch (const std::exception& error) {
    return core::fail(core::internal_error("the frame could not be judged", error.what()));
  }
}

Result<Judgement> judge(const Received& received, FrameInspector& inspector) {
  SG_ASSIGN(auto order, wire::decode_order(received.request));
  SG_TRY(read_pixels(received.file, order.frame));
  return inspector.judge(order);
}

Result<std::string> annotate(const Received& received, FrameInspector& inspector) {
  SG_ASSIGN(auto drawing, wire::decode_drawing(received.request));
  SG_TRY(read_pixels(received.file, drawing.frame));
  return inspector.annotate(drawing);
}

Result<void> warm(const Received& received, FrameInspector& inspector) {
  SG_ASSIGN(const auto model, wire::decode_warming(received.request));
  return inspector.warm(model);
}

wire::Answer answer_to(const Received& received, FrameInspector& inspector) {
  switch (received.request.operation) {
    case wire::Operation::judge: return wire::encode(guarded([&] { return judge(received, inspector); }));
    case wire::Operation::annotate: return wire::encode(guarded([&] { return annotate(received, inspector); }));
    case wire::Operation::warm: break;
  }
  return wire::encode(guarded([&] { return warm(received, inspector); }));
}

}  // namespace

bool serve_judging(int socket_fd, FrameInspector& inspector) {
  if (!send_answer(socket_fd, wire::encode(Result<void>{}))) return false;
  while (true) {
    Received received;
    const auto reception = receive(socket_fd, received);
    if (reception == Reception::hang_up) return true;
    if (reception == Reception::failure) return false;
    if (!send_answer(socket_fd, answer_to(received, inspector))) return false;
  }
}

}  // namespace sightglass::inspection::judging
