#include "sources/received_bytes.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/result.hpp"
#include "sources/failures.hpp"

namespace sightglass::sources {
namespace {

std::unexpected<Failure> cannot_write(int error) {
  Failure failure{.error = core::internal_error("What was fetched could not be written down.", std::strerror(error)),
                  .concerns_source = true};
  if (error == ENOSPC || error == EDQUOT)
    failure.error = core::no_room("There is no room left for what is fetched.", std::strerror(error));
  return std::unexpected(std::move(failure));
}

}  // namespace

Remote<void> ReceivedBytes::append(std::string_view bytes) {
  SG_TRY(expect(length_ + static_cast<std::int64_t>(bytes.size())));
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(request_.fd, bytes.data(), bytes.size(), length_);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return cannot_write(errno);
    bytes.remove_prefix(static_cast<std::size_t>(put));
    length_ += put;
  }
  return {};
}

Remote<void> ReceivedBytes::expect(std::int64_t length) const {
  if (length <= request_.most_bytes) return {};
  return file_fails(Trouble::too_large,
                    fmt::format("The file is larger than the {} bytes that are taken.", request_.most_bytes));
}

Remote<void> ReceivedBytes::finish(std::int64_t promised) {
  if (length_ != promised)
    return file_fails(Trouble::wrong_length, fmt::format("{} bytes were promised, and {} came.", promised, length_));
  if (::ftruncate(request_.fd, length_) != 0) return cannot_write(errno);
  return {};
}

}  // namespace sightglass::sources
