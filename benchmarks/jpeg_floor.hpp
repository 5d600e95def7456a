// The least that any pipeline on libjpeg-turbo can do for a display image and a thumbnail: what ours is measured
// against.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace sightglass::benchmarks {

// Decodes at 4/8 to planes, box filters by 2 and by 6, encodes both at quality 85 and 70. The display side is 1008
// pixels for a 4032-pixel picture where the pipeline makes 1024, so the floor is a little too low, never too high.
// Returns the bytes of both JPEGs together; 0 when the file is no JPEG with three planes.
std::size_t derive_at_least_cost(std::span<const unsigned char> jpeg);

// The whole file; empty when it cannot be read.
std::vector<unsigned char> read_file(const std::string& path);

}  // namespace sightglass::benchmarks
