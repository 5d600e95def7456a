// The process of a node: how it is told to stop, and how its end is told.
#pragma once

#include <signal.h>

#include "core/result.hpp"

namespace sightglass::app {

// SIGTERM and SIGINT are blocked before any thread starts, so that only wait() takes them.
class StopSignals {
 public:
  StopSignals();
  // Blocks until one comes.
  int wait() const;

 private:
  sigset_t set_{};
};

// Prints the error, if there is one, and returns the process's exit code: 2 for a wrong setting.
int exit_code_of(const core::Result<void>& outcome);

}  // namespace sightglass::app
