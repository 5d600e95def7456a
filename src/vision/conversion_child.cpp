#include "vision/conversion_child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>

#include "runtime/child_process.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::vision {
namespace {

using core::ErrorCode;
using core::Result;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::minutes patience{2};
constexpr std::size_t max_answer_bytes = 2 * max_member_bytes;

std::string system_words() { return std::error_code(errno, std::generic_category()).message(); }

struct Pipe {
  runtime::UnixFd reader{}, writer{};
};

Result<Pipe> open_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return core::fail(core::unavailable("no pipe can be had", system_words()));
  return Pipe{.reader = runtime::UnixFd(ends[0]), .writer = runtime::UnixFd(ends[1])};
}

// Until the other side closes it.
Result<std::string> read_all(int fd, Clock::time_point deadline) {
  std::string bytes;
  std::array<char, 1 << 16> part;
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
    if (left <= 0 || ::poll(&waiting, 1, static_cast<int>(left)) == 0)
      return core::fail(ErrorCode::timeout, "the network was not converted in time");
    const ssize_t count = ::read(fd, part.data(), part.size());
    if (count == 0) return bytes;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return core::fail(core::unavailable("the conversion cannot be heard", system_words()));
    bytes.append(part.data(), static_cast<std::size_t>(count));
    if (bytes.size() > max_answer_bytes) return core::fail(ErrorCode::too_large, "the converted network is too large");
  }
}

}  // namespace

Result<std::string> convert_in_child(const std::filesystem::path& worker, const NetworkWish& wish,
                                     const std::vector<std::filesystem::path>& members) {
  SG_ASSIGN(auto pipe, open_pipe());
  std::vector<runtime::UnixFd> files;
  runtime::ChildPlan plan{
      .executable = worker,
      .arguments = {"model-convert", "--members", fmt::format("{}", members.size()), "--wish", to_json(wish)},
      .inherited_fds = {pipe.writer.get()}};
  for (const auto& path : members) {
    files.emplace_back(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!files.back())
      return core::fail(core::not_found(fmt::format("{} cannot be read: {}", path.string(), system_words())));
    plan.inherited_fds.push_back(files.back().get());
  }
  SG_ASSIGN(auto child, runtime::ChildProcess::spawn(plan));
  pipe.writer = runtime::UnixFd();
  SG_ASSIGN(auto answer, read_all(pipe.reader.get(), Clock::now() + patience));
  const auto end = child.wait_for(std::chrono::seconds(10));
  // What a dying child has sent may be cut short.
  if (!end || !end->is_success())
    return core::fail(
        core::unavailable(end ? fmt::format("the conversion ended with status {}, signal {}", end->status, end->signal)
                              : std::string("the conversion does not end")));
  return conversion_outcome(std::move(answer));
}

std::string conversion_answer(const Result<std::string>& outcome) {
  if (outcome) return "+" + *outcome;
  return fmt::format("-{} {}", static_cast<int>(outcome.error().code), outcome.error().message);
}

Result<std::string> conversion_outcome(std::string answer) {
  if (answer.starts_with('+')) return answer.erase(0, 1);
  const auto space = answer.find(' ');
  if (!answer.starts_with('-') || space == std::string::npos)
    return core::fail(core::unavailable("the conversion gave no answer"));
  int code = -1;
  for (int known = 0; known <= static_cast<int>(ErrorCode::internal); ++known)
    if (answer.substr(1, space - 1) == fmt::format("{}", known)) code = known;
  if (code < 0) return core::fail(core::unavailable("the conversion gave no answer"));
  return core::fail(static_cast<ErrorCode>(code), answer.substr(space + 1, 2000));
}

}  // namespace sightglass::vision
