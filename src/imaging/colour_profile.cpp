#include "imaging/colour_profile.hpp"

#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include "imaging/byte_view.hpp"

namespace sightglass::imaging {

namespace {

// ICC.1:2010, 7.2 and 7.3: the header, then a table of tags with twelve bytes each. Display profiles have about 20.
constexpr std::uint64_t header_bytes = 128;
constexpr std::uint32_t most_tags = 100;

struct Tag {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

std::optional<Tag> find_tag(const ByteView& profile, std::string_view signature) {
  const auto count = profile.u32_big(header_bytes);
  if (count > most_tags) return std::nullopt;
  for (std::uint32_t index = 0; index < count; ++index) {
    const auto entry = header_bytes + 4 + std::uint64_t{12} * index;
    if (!profile.is_at(entry, signature)) continue;
    const Tag tag{profile.u32_big(entry + 4), profile.u32_big(entry + 8)};
    if (profile.has(tag.offset, tag.bytes)) return tag;
  }
  return std::nullopt;
}

// The description's ASCII letters: version 2 holds ASCII, version 4 UTF-16.
std::string description_of(const ByteView& profile) {
  std::string letters;
  const auto tag = find_tag(profile, "desc");
  if (!tag) return letters;
  for (const char letter : profile.text(tag->offset, std::min<std::uint64_t>(tag->bytes, 256))) {
    if (letter > ' ' && letter <= '~') letters += letter;
  }
  return letters;
}

bool is_near(const ByteView& profile, std::string_view signature, const std::array<double, 3>& expected) {
  const auto tag = find_tag(profile, signature);
  if (!tag || tag->bytes < 20) return false;
  for (std::uint64_t axis = 0; axis < 3; ++axis) {
    // Eight bytes of type, then three numbers with 16 bits of fraction.
    const auto fixed = static_cast<std::int32_t>(profile.u32_big(tag->offset + 8 + 4 * axis));
    // Profiles in the wild differ from each other by up to 0.001 through rounding and adaptation.
    if (std::abs(fixed / 65536.0 - expected[axis]) > 0.004) return false;
  }
  return true;
}

}  // namespace

ColourProfile classify_profile(std::span<const std::byte> profile) {
  const ByteView view(profile);
  if (!view.is_at(16, "RGB ")) return ColourProfile::foreign;
  // IEC 61966-2-1 primaries adapted to D50, as in the profiles of the ICC and of HP.
  const bool has_primaries = is_near(view, "rXYZ", {0.4361, 0.2225, 0.0139}) &&
                             is_near(view, "gXYZ", {0.3851, 0.7169, 0.0971}) &&
                             is_near(view, "bXYZ", {0.1431, 0.0606, 0.7141});
  // "c2" is the name that Facebook's and Google's compact sRGB profiles carry.
  const auto name = description_of(view);
  const bool has_name = name.find("sRGB") != std::string::npos || name.find("c2") != std::string::npos;
  // Linear sRGB has the same primaries and nearly the same name, but pixels that must be converted.
  const bool is_linear = name.find("inear") != std::string::npos;
  return has_primaries && has_name && !is_linear ? ColourProfile::srgb : ColourProfile::foreign;
}

}  // namespace sightglass::imaging
