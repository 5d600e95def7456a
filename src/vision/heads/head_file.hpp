// The file a head is kept in: `sightglass-head`, head.bin of its bundle.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "vision/heads/few_shot_head.hpp"

namespace sightglass::vision {

// "SGH1", the length of a JSON header (4 bytes), the header, then floats of 32 bits, little end first: mean, scale,
// weights class by class, offsets.
constexpr std::string_view head_file_name = "head.bin";

// internal when a number is not finite.
core::Result<std::string> write_head(const HeadParts& parts);
// Any bytes. invalid_input, saying what is wrong, for what write_head cannot have written. No more memory than a few
// times the bytes'.
core::Result<FewShotHead> read_head(std::string_view bytes);

}  // namespace sightglass::vision
