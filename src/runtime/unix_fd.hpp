// Owns a file descriptor and closes it.
#pragma once

#include <unistd.h>

#include <utility>

namespace sightglass::runtime {

class UnixFd {
 public:
  UnixFd() = default;
  explicit UnixFd(int fd) : fd_(fd) {}
  UnixFd(UnixFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UnixFd& operator=(UnixFd&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  UnixFd(const UnixFd&) = delete;
  UnixFd& operator=(const UnixFd&) = delete;
  ~UnixFd() { reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }
  void reset() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_ = -1;
};

}  // namespace sightglass::runtime
