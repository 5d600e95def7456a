// Tells an embedded ICC profile that means sRGB from one that pixels must be converted from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace sightglass::imaging {

enum class ColourProfile : std::uint8_t {
  none,     // no profile: sRGB is assumed, as browsers do
  srgb,     // pixels can be used as they are
  foreign,  // Display P3, Adobe RGB, grey or CMYK profiles, and every broken or unusual one
};

// `profile` is a whole ICC.1 profile. sRGB is recognised by its name and by its primaries (ICC.1:2010, 9.2).
ColourProfile classify_profile(std::span<const std::byte> profile);

}  // namespace sightglass::imaging
