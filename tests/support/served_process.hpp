// A server program that a test starts for itself on loopback.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "runtime/child_process.hpp"

namespace sightglass::test {

// A TCP port of 127.0.0.1 that nobody listened at a moment ago.
std::uint16_t free_port();

// Runs until it is destroyed, and no longer than the thread that started it.
class ServedProcess {
 public:
  // Returns when something listens at the port. Null, with a word on standard error, when nothing ever does. Output
  // goes to `log`.
  static std::unique_ptr<ServedProcess> start(const std::string& program, const std::vector<std::string>& arguments,
                                              std::uint16_t port, const std::string& log = "/dev/null");
  ~ServedProcess();
  ServedProcess(const ServedProcess&) = delete;
  ServedProcess& operator=(const ServedProcess&) = delete;

 private:
  explicit ServedProcess(runtime::ChildProcess process) : process_(std::move(process)) {}
  runtime::ChildProcess process_;
};

}  // namespace sightglass::test
