// Converts strangers' networks in a process that can do nothing but compute.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "vision/network_wish.hpp"

namespace sightglass::vision {

constexpr std::size_t max_member_bytes = std::size_t{256} << 20;

// Starts `worker` (sightglass-worker) as "model-convert", hands it the members' descriptors and takes the bytes that it
// sends back. The child is killed after two minutes. Blocks.
// Errors: what the child says of the network; unavailable when it cannot be started or dies, naming the signal;
// timeout.
core::Result<std::string> convert_in_child(const std::filesystem::path& worker, const NetworkWish& wish,
                                           const std::vector<std::filesystem::path>& members);

// The protocol between both, over one pipe: '+' and the file, or '-', the number of the error's code, and its message.
std::string conversion_answer(const core::Result<std::string>& outcome);
core::Result<std::string> conversion_outcome(std::string answer);

}  // namespace sightglass::vision
