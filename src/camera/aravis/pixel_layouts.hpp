// How the pixels of the GenICam Pixel Format Naming Convention lie in memory, and how packed ones are unpacked.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/geometry.hpp"
#include "core/raw_image.hpp"

namespace sightglass::camera {

enum class Packing : std::uint8_t {
  none,
  lsb10,   // "p" of PFNC: 10 bits after 10 bits, the lowest first
  lsb12,   // likewise 12
  gige10,  // "Packed" of GigE Vision: two samples in three bytes, the high bits of each in a byte of their own
  gige12,
};

struct PixelLayout {
  std::uint32_t code = 0;      // PFNC's
  std::string_view name{};     // as cameras call it
  core::PixelFormat format{};  // what it is once it is unpacked
  Packing packing = Packing::none;
};

std::optional<PixelLayout> layout_of(std::uint32_t code);
std::optional<PixelLayout> layout_of(std::string_view name);

// Of the names a camera has for its formats, the one that gives `format` with the least work. Empty: none.
std::string_view name_for(core::PixelFormat format, std::span<const std::string_view> names);

// What `bytes` hold of a picture of that size, unpacked: rows without gaps. nullopt when they are too few. `padding`:
// bytes after each row of what is not packed.
std::optional<std::vector<std::uint8_t>> unpacked(std::span<const std::uint8_t> bytes, core::Size size,
                                                  std::size_t padding, const PixelLayout& layout);

}  // namespace sightglass::camera
