#include "imaging/decoder_child.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <span>
#include <utility>

#include "imaging/decoder_pool.hpp"
#include "imaging/tile_grid.hpp"
#include "runtime/message_socket.hpp"

namespace sightglass::imaging {
namespace {

using Deadline = DecoderChild::TimePoint;
using runtime::read_all;
using runtime::Reading;

// False when the child is gone.
bool send_request(int socket, const wire::Request& request, int picture) {
  std::array<char, sizeof request> bytes{};
  std::memcpy(bytes.data(), &request, sizeof request);
  return runtime::send_with_descriptor(socket, bytes, picture);
}

core::Error failure_of(Reading reading) {
  if (reading == Reading::late) {
    return {.code = core::ErrorCode::timeout, .message = "the picture took too long to decode"};
  }
  return core::unavailable("the decoder had ended");
}

// What a bug that a picture reached ends a process with. Everything else (the memory killer's SIGKILL, an operator's
// SIGTERM, an exit because a library found no memory) says nothing about the picture.
bool is_crash(const runtime::ChildExit& exit) {
  constexpr std::array crashes{SIGSEGV, SIGABRT, SIGSYS, SIGBUS, SIGILL, SIGFPE, SIGTRAP};
  return std::ranges::find(crashes, exit.signal) != crashes.end();
}

Reading read_part(int socket, std::string& part, std::uint32_t size, Deadline deadline) {
  part.resize(size);
  return read_all(socket, part, deadline);
}

core::Result<wire::Answer> read_answer(int socket, Deadline deadline,
                                       std::uint32_t most_bytes = wire::max_picture_bytes) {
  wire::AnswerFrame frame;
  std::array<char, sizeof frame> bytes{};
  auto reading = read_all(socket, bytes, deadline);
  if (reading != Reading::complete) return core::fail(failure_of(reading));
  std::memcpy(&frame, bytes.data(), sizeof frame);
  // Before memory is set aside: a process that read a stranger's bytes names these sizes.
  if (!wire::is_plausible(frame, most_bytes))
    return core::fail(core::internal_error("the decoder does not keep to its protocol"));
  wire::Answer answer;
  reading = read_part(socket, answer.head, frame.head_bytes, deadline);
  if (reading == Reading::complete) {
    reading = read_part(socket, answer.display_jpeg, frame.display_bytes, deadline);
  }
  if (reading == Reading::complete) {
    reading = read_part(socket, answer.thumbnail_jpeg, frame.thumbnail_bytes, deadline);
  }
  if (reading != Reading::complete) return core::fail(failure_of(reading));
  return answer;
}

}  // namespace

DecoderChild::DecoderChild(runtime::ChildProcess process, runtime::UnixFd socket)
    : process_(std::move(process)), socket_(std::move(socket)) {}

core::Result<DecoderChild> DecoderChild::start(const DecoderPoolOptions& options) {
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return core::fail(core::unavailable("no socket for a decoder", std::strerror(errno)));
  }
  runtime::UnixFd ours(ends[0]);
  runtime::UnixFd theirs(ends[1]);
  SG_ASSIGN(auto process, runtime::ChildProcess::spawn({.executable = options.executable,
                                                        .arguments = options.arguments,
                                                        .environment = options.environment,
                                                        .inherited_fds = {theirs.get()},
                                                        .own_session = true}));
  theirs.reset();  // while we hold it too, the child's end would not read as a hang-up
  DecoderChild child(std::move(process), std::move(ours));
  auto greeting = read_answer(child.socket_.get(), std::chrono::steady_clock::now() + options.start_timeout);
  if (!greeting) {
    // It may have ended just now; how it did tells the operator more than its silence.
    const auto exit = child.process_.wait_for(std::chrono::milliseconds{100});
    return core::fail(core::unavailable(
        "the decoder program does not start",
        exit ? "it ended with status " + std::to_string(exit->status) + ", signal " + std::to_string(exit->signal)
             : "it did not greet in time"));
  }
  child.sandbox_ = std::move(greeting->head);
  return child;
}

core::Error DecoderChild::why_it_failed(core::Error error) {
  if (error.code != core::ErrorCode::unavailable) return error;
  // It hung up, so that its end is a matter of the kernel's cleaning up.
  const auto exit = process_.wait_for(std::chrono::seconds{5});
  if (exit && is_crash(*exit)) {
    return {.code = core::ErrorCode::corrupt_image, .message = "the picture crashed the decoder"};
  }
  if (exit) error.cause = "status " + std::to_string(exit->status) + ", signal " + std::to_string(exit->signal);
  return error;
}

core::Result<wire::Answer> DecoderChild::ask(const wire::Request& request, int picture) {
  // Pessimistic until the answer stands: every early return leaves a child that must not be used again.
  is_usable_ = false;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds{request.limits.timeout_ms};
  if (!send_request(socket_.get(), request, picture)) {
    return core::fail(core::unavailable("the decoder had ended"));
  }
  auto answer = read_answer(socket_.get(), deadline, wire::most_picture_bytes(request));
  if (!answer) return core::fail(why_it_failed(std::move(answer).error()));
  ++pictures_;
  is_usable_ = true;
  return answer;
}

// Every number here comes from the child: the size is held against the limits before a grid is made of it.
core::Result<void> DecoderChild::take_tiles(const Limits& limits, TimePoint deadline, TileSink& sink) {
  const auto next = [&]() -> core::Result<wire::Answer> {
    auto answer = read_answer(socket_.get(), deadline);
    if (!answer) return core::fail(why_it_failed(std::move(answer).error()));
    // An error of the picture's is the last thing that is said of it, so that the next request finds the line free.
    is_usable_ = !answer->head.empty() && !wire::decode_end(*answer);
    return answer;
  };
  SG_ASSIGN(const auto head, next());
  SG_ASSIGN(const auto size, wire::decode_tiled_size(head));
  if (std::max(size.width, size.height) > limits.max_side || size.pixels() > limits.max_pixels)
    return core::fail(core::internal_error("the decoder told a size that is over the limits"));
  SG_TRY(sink.begin(size));
  for (auto left = TileGrid(size).count(); left > 0; --left) {
    SG_ASSIGN(auto answer, next());
    SG_ASSIGN(const auto tile, wire::decode_tile(std::move(answer)));
    SG_TRY(sink.add(tile));
  }
  SG_ASSIGN(const auto end, next());
  return wire::decode_end(end);
}

core::Result<void> DecoderChild::ask_tiles(const wire::Request& request, int picture, TileSink& sink) {
  is_usable_ = false;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds{request.limits.timeout_ms};
  if (!send_request(socket_.get(), request, picture)) return core::fail(core::unavailable("the decoder had ended"));
  SG_TRY(take_tiles(request.limits, deadline, sink));
  ++pictures_;
  is_usable_ = true;
  return {};
}

}  // namespace sightglass::imaging
