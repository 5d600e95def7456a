// How many files and connections the process may have open at once.
#pragma once

#include <cstdint>

namespace sightglass::app {

// Descriptors kept for files, pipes and the database while every connection is taken.
inline constexpr std::int64_t reserved_descriptors = 256;

// Raises the soft limit to the hard one: service managers and shells keep it at 1024 for the sake of select(2), which
// nothing here calls. Gives the limit in force, as much as fits an int32 when there is none.
std::int64_t raise_descriptor_limit();

// As many of `wanted` connections as `descriptors` allow beside the reserve; at least 1.
std::int32_t connections_within(std::int64_t descriptors, std::int32_t wanted);

}  // namespace sightglass::app
