// Small pictures made for one test: four coloured corners, in any format that libvips writes.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/geometry.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::imaging::test {

using Rgb = std::array<int, 3>;

// Of the upright picture.
constexpr Rgb top_left{220, 30, 30};
constexpr Rgb top_right{30, 200, 40};
constexpr Rgb bottom_left{40, 50, 210};
constexpr Rgb bottom_right{230, 220, 40};

// Interleaved RGB of a picture that shows the corners in their places once `orientation` is applied;
// `upright` is the size after that.
std::vector<std::uint8_t> corner_pixels(core::Size upright, core::Orientation orientation);

struct Made {
  core::Size upright{240, 160};
  core::Orientation orientation = core::Orientation::upright;  // written as EXIF when not upright
  std::string suffix = ".jpg";                                 // a libvips suffix with options
};

// The bytes of such a file. Empty when libvips cannot write the format.
std::string make_file(const Made& wish);

// Interleaved RGB with `bands` of `bits` (8 or 16) written with a libvips suffix; pixels are bytes of that form.
std::string write_pixels(const std::vector<std::uint8_t>& pixels, core::Size size, int bands, int bits,
                         std::string_view suffix);

// One file after another of a colour space libvips knows by name ("cmyk", "b-w", "rgb16").
std::string make_in_space(core::Size size, std::string_view space, std::string_view suffix);

// An anonymous file holding `bytes`.
runtime::UnixFd file_of(std::string_view bytes);

struct Decoded {
  core::Size size{};
  int components = 3;
  std::vector<std::uint8_t> rgb{};
  Rgb at(int x, int y) const;
  // Mean of a 7×7 patch, each side a fraction of the picture.
  Rgb near(double x, double y) const;
};
Decoded decode_jpeg(std::string_view jpeg);

// Largest difference of one channel.
int difference(const Rgb& a, const Rgb& b);

}  // namespace sightglass::imaging::test
