// How much memory a process takes.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace sightglass::runtime {

// Bytes in physical memory now, of this process or of another; 0 when there is no such process. A few microseconds.
std::int64_t resident_memory_bytes();
std::int64_t resident_memory_bytes(pid_t pid);

}  // namespace sightglass::runtime
