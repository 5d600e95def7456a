// What a sensor delivers, as values between the layer that drives cameras and the one that makes pictures of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/geometry.hpp"

namespace sightglass::core {

// Names and layouts of the GenICam Pixel Format Naming Convention (PFNC 2.4). More than 8 bits stand in 16-bit words of
// little endian, the value in the low bits; packed formats are unpacked by the driver.
enum class PixelFormat : std::uint8_t {
  mono8,
  mono10,
  mono12,
  mono16,
  rgb8,
  bgr8,
  bayer_gr8,
  bayer_rg8,
  bayer_gb8,
  bayer_bg8,
  bayer_gr12,
  bayer_rg12,
  bayer_gb12,
  bayer_bg12,
};
std::string_view name_of(PixelFormat format);  // as PFNC spells it: "Mono8", "BayerRG8"
std::optional<PixelFormat> pixel_format_from_name(std::string_view name);
std::int32_t bytes_per_pixel(PixelFormat format);   // 1, 2 or 3
std::int32_t significant_bits(PixelFormat format);  // of a sample: 8, 10, 12 or 16
bool is_bayer(PixelFormat format);

// Immutable once shared. `bytes` holds at least `stride` · height bytes.
struct RawImage {
  Size size{};
  PixelFormat format = PixelFormat::mono8;
  std::int32_t stride = 0;  // bytes from one row to the next, at least width · bytes_per_pixel
  std::shared_ptr<const std::vector<std::uint8_t>> bytes{};
};

}  // namespace sightglass::core
