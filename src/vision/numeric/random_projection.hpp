// Fewer numbers with nearly the same distances.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "vision/numeric/matrix.hpp"

namespace sightglass::vision {

// Columns times inputs of ±1/√columns, drawn by coin (Achlioptas 2003; Johnson and Lindenstrauss 1984): exactly the
// same on every machine. Rows are the outputs: multiply_transposed(points, projection, out).
Matrix random_projection(std::size_t inputs, std::size_t outputs, std::uint64_t seed);

}  // namespace sightglass::vision
