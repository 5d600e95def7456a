// A server in this process and what a gateway needs to speak to it.
#pragma once

#include <gtest/gtest.h>
#include <stdio.h>
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "sources/source_address.hpp"
#include "support/tiny_server.hpp"

namespace sightglass::sources {

class StandingClock final : public core::Clock {
 public:
  core::Instant now() const override { return *core::parse_iso8601("2026-11-21T04:12:33Z"); }
};

// A file that is gone with the test.
class ScratchFile {
 public:
  ScratchFile() = default;
  ~ScratchFile() { std::fclose(file_); }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  int fd() const { return ::fileno(file_); }
  void write(std::string_view text) const {
    EXPECT_EQ(::pwrite(fd(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  }
  std::string text() const {
    std::string text(1 << 20, '\0');
    const ssize_t got = ::pread(fd(), text.data(), text.size(), 0);
    text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return text;
  }

 private:
  FILE* file_ = std::tmpfile();
};

class HttpSourceTest : public ::testing::Test {
 protected:
  using Reply = test::TinyReply;
  using Request = test::TinyRequest;

  Access access(std::string_view path = "/pictures/") const {
    return {.base_url = server.address() + std::string(path),
            .allows_plain_transport = true,
            .allows_private_addresses = true};
  }

  static Remote<Listing> list(Gateway& gateway, std::vector<RemoteFile>& files, ListOptions options = {}) {
    return gateway.list(options, [&](RemoteFile file) -> Remote<void> {
      files.push_back(std::move(file));
      return {};
    });
  }

  static std::vector<std::string> paths(const std::vector<RemoteFile>& files) {
    std::vector<std::string> all;
    for (const auto& file : files) all.push_back(file.path);
    return all;
  }

  Reply answer_to(const Request& request) {
    const std::lock_guard lock(mutex);
    requests.push_back(request);
    return answer ? answer(request) : Reply{.status = 404};
  }

  StandingClock clock{};
  GatewayLimits limits{};
  Politeness politeness{1000};
  std::mutex mutex{};
  std::vector<Request> requests{};
  std::function<Reply(const Request&)> answer{};
  test::TinyServer server{[this](const Request& request) { return answer_to(request); }};
};

}  // namespace sightglass::sources
