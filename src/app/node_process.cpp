#include "app/node_process.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace sightglass::app {

StopSignals::StopSignals() {
  ::sigemptyset(&set_);
  ::sigaddset(&set_, SIGTERM);
  ::sigaddset(&set_, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

int StopSignals::wait() const {
  int signal_number = 0;
  ::sigwait(&set_, &signal_number);
  return signal_number;
}

int exit_code_of(const core::Result<void>& outcome) {
  if (outcome) return 0;
  const auto& error = outcome.error();
  fmt::print(stderr, "sightglass: {}{}{}\n", error.message, error.cause.empty() ? "" : ": ", error.cause);
  return error.code == core::ErrorCode::invalid_input ? 2 : 1;
}

}  // namespace sightglass::app
