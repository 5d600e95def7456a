// Embeddings as they are kept: 16-bit numbers (IEEE 754 binary16), little end first, 2 bytes a value.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace sightglass::vision {

// Rounded to the nearest, half to even; what is too large becomes ±65504. Values must be finite.
std::string embedding_bytes(std::span<const float> values);

// Errors: invalid_input unless they are 2 · `expected` bytes of finite numbers.
core::Result<std::vector<float>> embedding_values(std::string_view bytes, std::size_t expected);

}  // namespace sightglass::vision
