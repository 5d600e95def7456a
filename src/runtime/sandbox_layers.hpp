// The layers that sandboxes are made of: privileges, resource limits, Landlock, the filter of system calls.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace sightglass::runtime {

// Everything here holds for good, for threads and children too. Errors: unavailable, naming the layer.

// Without it the kernel grants Landlock and a filter to privileged processes only.
core::Result<void> forbid_new_privileges();

// Soft and hard bound of one RLIMIT_….
core::Result<void> limit_resource(int resource, std::int64_t value, const char* name);

// A folder with all below it, or a file.
struct PathRule {
  enum class Access : std::uint8_t {
    read,
    run,
    write
  };  // each includes the one before, but for running what is written
  std::string path{};
  Access access = Access::read;
};

struct LandlockPlan {
  std::vector<PathRule> paths{};  // everything else is denied; what does not exist is passed over
  std::vector<std::uint16_t>
      tcp_ports{};  // that may be connected to, on any host; the kernel must know how (since 6.7)
};

// Applies to the calling thread and those it starts later. The version that was applied, 0 when the kernel has none.
core::Result<int> enter_landlock(const LandlockPlan& plan);

// System calls that fail with EPERM, so that a library which tries gets an error it can report instead of a dead
// process. For the threads that libraries have started already, too.
class CallFilter {
 public:
  CallFilter();
  ~CallFilter();
  CallFilter(const CallFilter&) = delete;
  CallFilter& operator=(const CallFilter&) = delete;

  // A comparison of one of the call's arguments: (argument & mask) == value, or the opposite.
  struct Argument {
    unsigned index = 0;
    std::uint64_t mask = ~std::uint64_t{0};
    std::uint64_t value = 0;
    bool is_opposite = false;  // matches when the argument as a whole differs from `value`; the mask is left out
  };
  // Numbers as libseccomp knows them. Calls this processor does not have need no denying.
  void deny(std::span<const int> calls);
  void deny_when(int call, std::initializer_list<Argument> arguments, int error_number);
  core::Result<void> enter();

 private:
  void* filter_;
  int outcome_ = 0;
};

}  // namespace sightglass::runtime
