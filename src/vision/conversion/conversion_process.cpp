#include "vision/conversion/conversion_process.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <vector>

#include "runtime/sandbox.hpp"
#include "vision/conversion/convert.hpp"
#include "vision/conversion_child.hpp"

namespace sightglass::vision {
namespace {

using core::ErrorCode;
using core::Result;

constexpr int answer_fd = 3;
// The largest files, what is read of them, what is written, and the libraries that the program maps.
constexpr std::int64_t address_space = 4LL << 30;

Result<std::string> read_member(int fd) {
  std::string bytes;
  std::array<char, 1 << 16> part;
  while (true) {
    const ssize_t count = ::read(fd, part.data(), part.size());
    if (count == 0) return bytes;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return core::fail(core::internal_error("a part of the network cannot be read"));
    bytes.append(part.data(), static_cast<std::size_t>(count));
    if (bytes.size() > max_member_bytes)
      return core::fail(ErrorCode::too_large, fmt::format("the network is larger than {} MiB", max_member_bytes >> 20));
  }
}

Result<std::string> convert(const std::string& text, std::int64_t count) {
  SG_TRY(runtime::enter_decoder_sandbox({.address_space_bytes = address_space}));
  SG_ASSIGN(const auto wish, wish_from_json(text));
  if (count != static_cast<std::int64_t>(member_count(wish.kind)))
    return core::fail(ErrorCode::invalid_input, "the network has not as many files as its kind");
  std::vector<std::string> members;
  for (int i = 0; i < static_cast<int>(count); ++i) {
    SG_ASSIGN(auto bytes, read_member(answer_fd + 1 + i));
    members.push_back(std::move(bytes));
  }
  try {
    return wish.kind == NetworkKind::tfjs ? convert_tfjs(members[0], members[1], wish) : convert_onnx(members[0], wish);
  } catch (const std::exception& error) {  // exhausted memory, or a bug: the last border of this process
    return core::fail(core::internal_error(fmt::format("the conversion failed: {}", error.what())));
  }
}

bool send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(answer_fd, bytes.data(), bytes.size());
    if (count < 0 && errno != EINTR) return false;
    if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

int run_conversion(const std::string& wish, std::int64_t members) {
  return send(conversion_answer(convert(wish, members))) ? 0 : 1;
}

}  // namespace sightglass::vision
