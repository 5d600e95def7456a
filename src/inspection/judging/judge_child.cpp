#include "inspection/judging/judge_child.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <utility>

#include "imaging/raw_frame.hpp"
#include "runtime/message_socket.hpp"

namespace sightglass::inspection::judging {
namespace {

using core::Result;
using runtime::Reading;
using TimePoint = std::chrono::steady_clock::time_point;

core::Error failure_of(Reading reading) {
  if (reading == Reading::late)
    return {.code = core::ErrorCode::timeout, .message = "the frame took too long to judge"};
  return core::unavailable("the process that judges frames had ended");
}

// A frame's rows; of what has none, nothing.
Result<runtime::UnixFd> file_of(const core::RawImage& frame) {
  if (!frame.bytes) return runtime::memory_file({});
  return runtime::memory_file(std::span(*frame.bytes).first(static_cast<std::size_t>(imaging::frame_bytes(frame))));
}

std::string words_of(const std::optional<runtime::ChildExit>& exit) {
  if (!exit) return "it did not greet in time";
  return fmt::format("it ended with status {}, signal {}", exit->status, exit->signal);
}

}  // namespace

JudgeChild::JudgeChild(runtime::ChildProcess process, runtime::UnixFd socket)
    : process_(std::move(process)), socket_(std::move(socket)) {}

Result<JudgeChild> JudgeChild::start(const JudgePoolOptions& options) {
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return core::fail(core::unavailable("no socket for the process that judges frames", std::strerror(errno)));
  runtime::UnixFd ours(ends[0]);
  runtime::UnixFd theirs(ends[1]);
  SG_ASSIGN(auto process, runtime::ChildProcess::spawn({.executable = options.executable,
                                                        .arguments = options.arguments,
                                                        .environment = options.environment,
                                                        .inherited_fds = {theirs.get()},
                                                        .own_session = true}));
  theirs.reset();  // while we hold it too, the child's end would not read as a hang-up
  JudgeChild child(std::move(process), std::move(ours));
  const auto greeting =
      child.read_answer(wire::Operation::warm, std::chrono::steady_clock::now() + options.start_timeout);
  if (greeting && wire::decode_end(*greeting)) return child;
  // It may have ended just now; how it did tells the operator more than its silence.
  const auto exit = child.process_.wait_for(std::chrono::milliseconds{100});
  return core::fail(core::unavailable("the process that judges frames does not start", words_of(exit)));
}

Result<wire::Answer> JudgeChild::read_answer(wire::Operation operation, TimePoint deadline) {
  wire::AnswerFrame frame;
  std::array<char, sizeof frame> bytes{};
  auto reading = runtime::read_all(socket_.get(), bytes, deadline);
  if (reading != Reading::complete) return core::fail(failure_of(reading));
  std::memcpy(&frame, bytes.data(), sizeof frame);
  // Before memory is set aside.
  if (!wire::is_plausible(frame, operation))
    return core::fail(core::internal_error("the process that judges frames does not keep to its protocol"));
  wire::Answer answer{.head = std::string(frame.head_bytes, '\0'), .body = std::string(frame.body_bytes, '\0')};
  reading = runtime::read_all(socket_.get(), answer.head, deadline);
  if (reading == Reading::complete) reading = runtime::read_all(socket_.get(), answer.body, deadline);
  if (reading != Reading::complete) return core::fail(failure_of(reading));
  return answer;
}

Result<wire::Answer> JudgeChild::ask(const wire::Request& request, const core::RawImage& frame,
                                     std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  SG_ASSIGN(const auto file, file_of(frame));
  // Pessimistic until the answer stands: every early return leaves a child that must not be used again.
  is_usable_ = false;
  const wire::RequestFrame head{.operation = request.operation,
                                .head_bytes = static_cast<std::uint32_t>(request.head.size()),
                                .map_bytes = static_cast<std::uint32_t>(request.map.size())};
  std::array<char, sizeof head> bytes{};
  std::memcpy(bytes.data(), &head, sizeof head);
  const bool is_sent = runtime::send_with_descriptor(socket_.get(), bytes, file.get()) &&
                       runtime::send_all(socket_.get(), request.head, deadline) &&
                       runtime::send_all(socket_.get(), request.map, deadline);
  if (!is_sent) return core::fail(failure_of(Reading::ended));
  auto answer = read_answer(request.operation, deadline);
  is_usable_ = answer.has_value();
  return answer;
}

}  // namespace sightglass::inspection::judging
