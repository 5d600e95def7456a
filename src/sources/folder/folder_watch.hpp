// Tells when something has come into a directory of this machine, so that nobody need wait for the next look. Only a
// hint: what is on a network's disk changes without a word to us, and limits may be hit. Looking by the clock stays.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/result.hpp"

namespace sightglass::sources {

struct FolderWatchOptions {
  std::string path{};  // absolute
  std::int32_t depth = 0;
  std::size_t most_folders = 4096;
  // Between two calls: what comes meanwhile is told by one call at its end.
  std::chrono::milliseconds least_gap{1000};
};

class FolderWatch {
 public:
  // Starts a thread, which calls `wake` whenever a file was written to its end, moved in or made, and when directories
  // are. unavailable when the directory cannot be watched at all.
  static core::Result<std::unique_ptr<FolderWatch>> start(FolderWatchOptions options, std::function<void()> wake);
  // Returns when `wake` does not run and will not again.
  virtual ~FolderWatch() = default;

  struct State {
    std::size_t folders = 0;  // watched
    std::string shortfall{};  // a sentence: why not all of them are, or why none is any more; empty when all are
  };
  // Thread-safe.
  virtual State state() const = 0;
};

}  // namespace sightglass::sources
