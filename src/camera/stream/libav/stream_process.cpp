#include "camera/stream/libav/stream_process.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "camera/stream/libav/stream_reader.hpp"
#include "camera/stream/libav/v4l2_controls.hpp"
#include "camera/stream/stream_wire.hpp"
#include "runtime/child_process.hpp"
#include "runtime/sandbox.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::camera::stream {

namespace {

using core::Result;
using std::chrono::milliseconds;

// Above what the libraries map: packets, decoded pictures with their references, converted ones.
constexpr std::int64_t working_bytes = 1LL << 30;

std::int64_t mapped_bytes() {
  std::int64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * ::sysconf(_SC_PAGESIZE);
}

Result<void> confine(const StreamAddress& address) {
  runtime::SandboxPlan plan{.address_space_bytes = mapped_bytes() + working_bytes};
  if (address.kind != StreamAddress::Kind::device) plan.tcp_port = address.port;
  return runtime::enter_decoder_sandbox(plan);
}

bool send_all(int socket, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto count = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

wire::Span span_of(const std::optional<Range>& range) {
  return range ? wire::Span{range->least, range->most, range->step, 1} : wire::Span{};
}

// What is kept between commands.
class Session {
 public:
  // The pixels that follow go into `pixels`.
  wire::Answer answer_to(const wire::Command& command, std::vector<std::uint8_t>& pixels) {
    const auto outcome = obey(command, pixels);
    auto answer = outcome ? *outcome : wire::error_answer(command.verb, outcome.error());
    answer.verb = command.verb;
    if (reader_) {
      const auto figures = reader_->figures();
      answer.completed = figures.completed;
      answer.failed = figures.failed;
      answer.underruns = figures.underruns;
    }
    answer.settings = settings();
    return answer;
  }

 private:
  Result<wire::Answer> obey(const wire::Command& command, std::vector<std::uint8_t>& pixels) {
    const milliseconds patience{command.patience_ms};
    if (command.verb == wire::Verb::open) return open(wire::words_of(command.address), patience);
    if (!reader_) return core::fail(core::unavailable("the camera is not open"));
    if (command.verb == wire::Verb::configure) return configure(command.wishes);
    if (command.verb == wire::Verb::start) reader_->start();
    if (command.verb == wire::Verb::stop) reader_->stop();
    if (command.verb == wire::Verb::next_frame) return next_frame(patience, pixels);
    return wire::Answer{};
  }

  Result<wire::Answer> open(std::string_view text, milliseconds patience) {
    if (reader_) return core::fail(core::ErrorCode::conflict, "the camera is open already");
    SG_ASSIGN(const auto address, parse_address(text));
    if (address.kind == StreamAddress::Kind::device) open_controls(address.whole);
    SG_ASSIGN(auto video, VideoInput::open(address, patience, [&] { return confine(address); }));
    reader_ = std::make_unique<StreamReader>(std::move(video));
    return what_was_opened();
  }

  // Beside the stream's own descriptor: the kernel lets anybody who may open a device set its controls.
  void open_controls(const std::string& path) {
    device_ = runtime::UnixFd(::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
    if (!device_) return;
    controls_.emplace([fd = device_.get()](unsigned long request, void* argument) {
      int outcome = -1;
      do {
        outcome = ::ioctl(fd, request, argument);
      } while (outcome < 0 && errno == EINTR);
      return outcome;
    });
  }

  wire::Answer what_was_opened() const {
    const auto& video = reader_->video();
    wire::Answer answer{.width = video.size().width,
                        .height = video.size().height,
                        .format = static_cast<std::uint32_t>(pixel_format_of(video.pixels()))};
    wire::write_text(answer.model, controls_ ? controls_->model() : std::string("video stream, ") + video.codec());
    wire::write_text(answer.sandbox, runtime::describe_sandbox());
    if (controls_) {
      answer.exposure_ms = span_of(controls_->exposure_ms());
      answer.gain = span_of(controls_->gain());
      answer.has_auto_exposure = controls_->has_auto_exposure() ? 1 : 0;
    }
    return answer;
  }

  Result<wire::Answer> configure(const wire::Wishes& wishes) {
    if (!controls_) return wire::Answer{};
    // First: a device that exposes by itself takes no exposure.
    if (wishes.has_auto_exposure == 1) SG_TRY(controls_->set_auto_exposure(wishes.auto_exposure == 1));
    if (wishes.has_exposure == 1) SG_TRY(controls_->set_exposure_ms(wishes.exposure_ms));
    if (wishes.has_gain == 1) SG_TRY(controls_->set_gain(wishes.gain));
    return wire::Answer{};
  }

  Result<wire::Answer> next_frame(milliseconds patience, std::vector<std::uint8_t>& pixels) {
    SG_ASSIGN(auto shot, reader_->next(patience));
    wire::Answer answer{.width = shot.size.width, .height = shot.size.height};
    answer.format = static_cast<std::uint32_t>(shot.format);
    answer.pixel_bytes = static_cast<std::uint32_t>(shot.pixels.size());
    answer.number = shot.number;
    answer.taken_at_micros = core::to_micros(shot.taken_at);
    answer.has_timestamp = shot.timestamp_ns >= 0 ? 1 : 0;
    if (shot.timestamp_ns >= 0) answer.timestamp_ns = static_cast<std::uint64_t>(shot.timestamp_ns);
    pixels = std::move(shot.pixels);
    return answer;
  }

  wire::Wishes settings() const {
    wire::Wishes said;
    if (!controls_) return said;
    const auto settings = controls_->settings();
    said.has_exposure = settings.exposure_ms ? 1 : 0;
    said.exposure_ms = settings.exposure_ms.value_or(0);
    said.has_gain = settings.gain ? 1 : 0;
    said.gain = settings.gain.value_or(0);
    said.has_auto_exposure = settings.auto_exposure ? 1 : 0;
    said.auto_exposure = settings.auto_exposure.value_or(false) ? 1 : 0;
    return said;
  }

  runtime::UnixFd device_{};
  std::optional<V4l2Controls> controls_{};
  std::unique_ptr<StreamReader> reader_{};
};

}  // namespace

int run_stream(int socket_fd) {
  runtime::die_with_parent();
  Session session;
  while (true) {
    wire::Command command;
    const auto count = ::recv(socket_fd, &command, sizeof command, MSG_WAITALL);
    if (count == 0) return 0;
    if (count < 0 && errno == EINTR) continue;
    if (count != static_cast<ssize_t>(sizeof command) || command.magic != wire::magic) return 1;
    std::vector<std::uint8_t> pixels;
    const auto answer = session.answer_to(command, pixels);
    if (!send_all(socket_fd, std::as_bytes(std::span(&answer, 1))) ||
        !send_all(socket_fd, std::as_bytes(std::span(pixels))))
      return 1;
  }
}

}  // namespace sightglass::camera::stream
