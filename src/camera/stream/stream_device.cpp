#include "camera/stream/stream_device.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <utility>

namespace sightglass::camera::stream {

namespace {

using core::Result;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// Beyond what the process was given for a command: it answers by itself when that is over, and is late only when it
// hangs or the machine is busy.
constexpr milliseconds grace{10'000};

core::Error conflict(const char* message) { return {.code = core::ErrorCode::conflict, .message = message}; }

bool wait_readable(int socket, Clock::time_point deadline) {
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now()).count();
    pollfd watched{.fd = socket, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&watched, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000'000)));
    if (ready >= 0 || errno != EINTR) return ready > 0;
  }
}

bool read_all(int socket, std::span<std::byte> bytes, Clock::time_point deadline) {
  while (!bytes.empty()) {
    if (!wait_readable(socket, deadline)) return false;
    const auto count = ::recv(socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN)) return false;
    if (count > 0) bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

// A command is far smaller than a socket's buffer, which is empty between commands.
bool send_whole(int socket, const wire::Command& command) {
  while (true) {
    const auto sent = ::send(socket, &command, sizeof command, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0 || errno != EINTR) return sent == static_cast<ssize_t>(sizeof command);
  }
}

}  // namespace

Result<std::unique_ptr<Device>> make_stream_device(std::string_view address, std::filesystem::path reader) {
  SG_ASSIGN(auto parsed, parse_address(address));
  return std::make_unique<StreamDevice>(std::move(parsed), std::move(reader));
}

StreamDevice::StreamDevice(StreamAddress address, std::filesystem::path reader)
    : address_(std::move(address)), reader_(std::move(reader)) {}

Result<void> StreamDevice::spawn() {
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return core::fail(core::unavailable("no socket for a camera's stream", std::strerror(errno)));
  socket_ = runtime::UnixFd(ends[0]);
  const runtime::UnixFd theirs(ends[1]);
  SG_ASSIGN(auto process, runtime::ChildProcess::spawn(
                              {.executable = reader_, .inherited_fds = {theirs.get()}, .own_session = true}));
  process_ = std::move(process);
  return {};
}

Result<Identity> StreamDevice::open(milliseconds patience) {
  if (process_) return core::fail(conflict("the camera is open already"));
  SG_TRY(spawn());
  wire::Command command{.verb = wire::Verb::open, .patience_ms = static_cast<std::int32_t>(patience.count())};
  wire::write_text(command.address, address_.whole);
  auto reply = ask(command, patience);
  if (!reply) {
    close();
    return core::fail(std::move(reply).error());
  }
  const auto& answer = reply->answer;
  capabilities_ = wire::capabilities_of(answer);
  settings_ = wire::settings_of(answer);
  sandbox_ = wire::words_of(answer.sandbox);
  return Identity{.vendor = std::string(wire::words_of(answer.vendor)),
                  .model = std::string(wire::words_of(answer.model)),
                  .address = address_.shown};
}

void StreamDevice::close() {
  socket_.reset();
  process_.reset();  // killed: nothing of the stream is kept
  capabilities_.reset();
  is_streaming_ = false;
}

Result<Capabilities> StreamDevice::capabilities() {
  if (!capabilities_) return core::fail(core::unavailable("the camera is not open"));
  return *capabilities_;
}

Result<Settings> StreamDevice::configure(const Settings& settings) {
  SG_ASSIGN(const auto can, capabilities());
  SG_ASSIGN(const auto wishes, wire::wishes_of(settings, can));
  SG_ASSIGN(const auto reply, ask({.verb = wire::Verb::configure, .wishes = wishes}, milliseconds{0}));
  settings_ = wire::settings_of(reply.answer);
  settings_.format = can.formats.front();
  return settings_;
}

Result<void> StreamDevice::start(const Trigger& trigger) {
  SG_TRY(capabilities());
  if (trigger.source != Trigger::Source::free_running)
    return core::fail(core::invalid_input("trigger", "A stream runs by itself and cannot be triggered"));
  if (is_streaming_) return core::fail(conflict("the stream is started already"));
  SG_TRY(ask({.verb = wire::Verb::start}, milliseconds{0}));
  is_streaming_ = true;
  counters_ = {};
  return {};
}

Result<void> StreamDevice::stop() {
  SG_TRY(capabilities());
  if (!is_streaming_) return core::fail(conflict("the stream is not started"));
  SG_TRY(ask({.verb = wire::Verb::stop}, milliseconds{0}));
  is_streaming_ = false;
  return {};
}

Result<void> StreamDevice::trigger_software() {
  return core::fail(conflict("a stream runs by itself and cannot be triggered"));
}

Result<Frame> StreamDevice::next_frame(milliseconds patience) {
  SG_TRY(capabilities());
  if (!is_streaming_) return core::fail(conflict("the stream is not started"));
  SG_ASSIGN(
      auto reply,
      ask({.verb = wire::Verb::next_frame, .patience_ms = static_cast<std::int32_t>(patience.count())}, patience));
  auto frame = wire::frame_of(reply.answer, std::move(reply.pixels));
  counters_ = frame.counters;
  return frame;
}

Counters StreamDevice::counters() const { return counters_; }

Result<void> StreamDevice::check() {
  SG_TRY(capabilities());
  char byte = 0;
  const auto seen = socket_ ? ::recv(socket_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) : 0;
  const bool is_quiet = seen < 0 && (errno == EAGAIN || errno == EINTR);
  if (!is_quiet) return core::fail(gone());
  return {};
}

// The process ended, or is ended here, because nothing it says can be understood any more.
core::Error StreamDevice::gone() {
  std::string how = "it did not answer";
  if (process_) {
    const auto exit = process_->wait_for(milliseconds{100});
    if (exit) how = "status " + std::to_string(exit->status) + ", signal " + std::to_string(exit->signal);
    process_->kill();
  }
  socket_.reset();
  return core::unavailable("the stream of " + address_.shown + " has ended", std::move(how));
}

Result<StreamDevice::Reply> StreamDevice::receive(wire::Verb verb, milliseconds patience) {
  const auto deadline = Clock::now() + patience + grace;
  Reply reply;
  std::array<std::byte, sizeof(wire::Answer)> bytes{};
  if (!read_all(socket_.get(), bytes, deadline)) return core::fail(gone());
  std::memcpy(&reply.answer, bytes.data(), sizeof reply.answer);
  if (!wire::is_plausible(reply.answer, verb)) return core::fail(gone());
  reply.pixels.resize(reply.answer.pixel_bytes);
  if (!read_all(socket_.get(), std::as_writable_bytes(std::span(reply.pixels)), deadline)) return core::fail(gone());
  return reply;
}

Result<StreamDevice::Reply> StreamDevice::ask(const wire::Command& command, milliseconds patience) {
  if (!socket_ || !send_whole(socket_.get(), command)) return core::fail(gone());
  SG_ASSIGN(auto reply, receive(command.verb, patience));
  if (reply.answer.is_error == 0) return reply;
  // Of a frame that came in part, or none, the camera's counters still tell.
  counters_.failed = std::max(counters_.failed, reply.answer.failed);
  return core::fail(wire::error_of(reply.answer));
}

}  // namespace sightglass::camera::stream
