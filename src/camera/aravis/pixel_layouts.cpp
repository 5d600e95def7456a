#include "camera/aravis/pixel_layouts.hpp"

#include <algorithm>
#include <array>

namespace sightglass::camera {
namespace {

using enum core::PixelFormat;
using enum Packing;

// PFNC 2.4, table of values. Of several names for a format the first is preferred: unpacked before packed.
constexpr std::array layouts{
    PixelLayout{0x01080001, "Mono8", mono8, none},
    PixelLayout{0x01100003, "Mono10", mono10, none},
    PixelLayout{0x010a0046, "Mono10p", mono10, lsb10},
    PixelLayout{0x010c0004, "Mono10Packed", mono10, gige10},
    PixelLayout{0x01100005, "Mono12", mono12, none},
    PixelLayout{0x010c0047, "Mono12p", mono12, lsb12},
    PixelLayout{0x010c0006, "Mono12Packed", mono12, gige12},
    PixelLayout{0x01100007, "Mono16", mono16, none},
    PixelLayout{0x02180014, "RGB8", rgb8, none},
    PixelLayout{0x02180014, "RGB8Packed", rgb8, none},
    PixelLayout{0x02180015, "BGR8", bgr8, none},
    PixelLayout{0x02180015, "BGR8Packed", bgr8, none},
    PixelLayout{0x01080008, "BayerGR8", bayer_gr8, none},
    PixelLayout{0x01080009, "BayerRG8", bayer_rg8, none},
    PixelLayout{0x0108000a, "BayerGB8", bayer_gb8, none},
    PixelLayout{0x0108000b, "BayerBG8", bayer_bg8, none},
    PixelLayout{0x01100010, "BayerGR12", bayer_gr12, none},
    PixelLayout{0x01100011, "BayerRG12", bayer_rg12, none},
    PixelLayout{0x01100012, "BayerGB12", bayer_gb12, none},
    PixelLayout{0x01100013, "BayerBG12", bayer_bg12, none},
    PixelLayout{0x010c0057, "BayerGR12p", bayer_gr12, lsb12},
    PixelLayout{0x010c0059, "BayerRG12p", bayer_rg12, lsb12},
    PixelLayout{0x010c0055, "BayerGB12p", bayer_gb12, lsb12},
    PixelLayout{0x010c0053, "BayerBG12p", bayer_bg12, lsb12},
    PixelLayout{0x010c002a, "BayerGR12Packed", bayer_gr12, gige12},
    PixelLayout{0x010c002b, "BayerRG12Packed", bayer_rg12, gige12},
    PixelLayout{0x010c002c, "BayerGB12Packed", bayer_gb12, gige12},
    PixelLayout{0x010c002d, "BayerBG12Packed", bayer_bg12, gige12},
};

std::size_t packed_size(std::size_t pixels, Packing packing) {
  switch (packing) {
    case lsb10: return (pixels * 10 + 7) / 8;
    case lsb12: return (pixels * 12 + 7) / 8;
    case gige10:
    case gige12: return (pixels * 3 + 1) / 2;
    case none: break;
  }
  return 0;
}

// The sample at `index` of a run of bits, the lowest first.
std::uint32_t lsb_sample(std::span<const std::uint8_t> bytes, std::size_t index, std::size_t bits) {
  const std::size_t at = index * bits;
  std::uint32_t word = bytes[at / 8];
  if (at / 8 + 1 < bytes.size()) word |= static_cast<std::uint32_t>(bytes[at / 8 + 1]) << 8U;
  return (word >> (at % 8)) & ((1U << bits) - 1);
}

// GigE Vision 2.0, 27.1: the high 8 bits of one, the low bits of both, the high 8 bits of the other.
std::uint32_t gige_sample(std::span<const std::uint8_t> bytes, std::size_t index, std::size_t bits) {
  const std::size_t at = index / 2 * 3;
  const std::uint32_t low = bytes[at + 1];
  const auto low_bits = static_cast<std::uint32_t>(bits - 8);
  const std::uint32_t mask = (1U << low_bits) - 1;
  if (index % 2 == 0) return (static_cast<std::uint32_t>(bytes[at]) << low_bits) | (low & mask);
  return (static_cast<std::uint32_t>(bytes[at + 2]) << low_bits) | ((low >> 4U) & mask);
}

std::uint32_t sample(std::span<const std::uint8_t> bytes, std::size_t index, Packing packing) {
  switch (packing) {
    case lsb10: return lsb_sample(bytes, index, 10);
    case lsb12: return lsb_sample(bytes, index, 12);
    case gige10: return gige_sample(bytes, index, 10);
    case gige12: return gige_sample(bytes, index, 12);
    case none: break;
  }
  return 0;
}

}  // namespace

std::optional<PixelLayout> layout_of(std::uint32_t code) {
  const auto found = std::ranges::find(layouts, code, &PixelLayout::code);
  return found == layouts.end() ? std::nullopt : std::optional(*found);
}

std::optional<PixelLayout> layout_of(std::string_view name) {
  const auto found = std::ranges::find(layouts, name, &PixelLayout::name);
  return found == layouts.end() ? std::nullopt : std::optional(*found);
}

std::string_view name_for(core::PixelFormat format, std::span<const std::string_view> names) {
  for (const PixelLayout& layout : layouts) {
    if (layout.format == format && std::ranges::find(names, layout.name) != names.end()) return layout.name;
  }
  return {};
}

std::optional<std::vector<std::uint8_t>> unpacked(std::span<const std::uint8_t> bytes, core::Size size,
                                                  std::size_t padding, const PixelLayout& layout) {
  const auto width = static_cast<std::size_t>(size.width);
  const auto height = static_cast<std::size_t>(size.height);
  std::vector<std::uint8_t> result(width * height * static_cast<std::size_t>(core::bytes_per_pixel(layout.format)));
  if (layout.packing == none) {
    const std::size_t row = width * static_cast<std::size_t>(core::bytes_per_pixel(layout.format));
    if (height == 0 || bytes.size() < (row + padding) * height - padding) return std::nullopt;
    for (std::size_t y = 0; y < height; ++y) {
      std::ranges::copy(bytes.subspan(y * (row + padding), row), result.begin() + static_cast<std::ptrdiff_t>(y * row));
    }
    return result;
  }
  if (bytes.size() < packed_size(width * height, layout.packing)) return std::nullopt;
  for (std::size_t i = 0; i < width * height; ++i) {
    const std::uint32_t value = sample(bytes, i, layout.packing);
    result[i * 2] = static_cast<std::uint8_t>(value & 0xffU);
    result[i * 2 + 1] = static_cast<std::uint8_t>(value >> 8U);
  }
  return result;
}

}  // namespace sightglass::camera
