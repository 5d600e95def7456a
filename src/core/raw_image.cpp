#include "core/raw_image.hpp"

#include <algorithm>
#include <array>

namespace sightglass::core {
namespace {

struct Facts {
  PixelFormat format;
  std::string_view name;
  std::int32_t bytes_per_pixel;
  std::int32_t significant_bits;
  bool is_bayer;
};

// In the order of the enumeration.
constexpr std::array facts{
    Facts{PixelFormat::mono8, "Mono8", 1, 8, false},
    Facts{PixelFormat::mono10, "Mono10", 2, 10, false},
    Facts{PixelFormat::mono12, "Mono12", 2, 12, false},
    Facts{PixelFormat::mono16, "Mono16", 2, 16, false},
    Facts{PixelFormat::rgb8, "RGB8", 3, 8, false},
    Facts{PixelFormat::bgr8, "BGR8", 3, 8, false},
    Facts{PixelFormat::bayer_gr8, "BayerGR8", 1, 8, true},
    Facts{PixelFormat::bayer_rg8, "BayerRG8", 1, 8, true},
    Facts{PixelFormat::bayer_gb8, "BayerGB8", 1, 8, true},
    Facts{PixelFormat::bayer_bg8, "BayerBG8", 1, 8, true},
    Facts{PixelFormat::bayer_gr12, "BayerGR12", 2, 12, true},
    Facts{PixelFormat::bayer_rg12, "BayerRG12", 2, 12, true},
    Facts{PixelFormat::bayer_gb12, "BayerGB12", 2, 12, true},
    Facts{PixelFormat::bayer_bg12, "BayerBG12", 2, 12, true},
};

constexpr const Facts& of(PixelFormat format) { return facts.at(static_cast<std::size_t>(format)); }

}  // namespace

std::string_view name_of(PixelFormat format) { return of(format).name; }

std::optional<PixelFormat> pixel_format_from_name(std::string_view name) {
  const auto found = std::ranges::find(facts, name, &Facts::name);
  return found == facts.end() ? std::nullopt : std::optional(found->format);
}

std::int32_t bytes_per_pixel(PixelFormat format) { return of(format).bytes_per_pixel; }
std::int32_t significant_bits(PixelFormat format) { return of(format).significant_bits; }
bool is_bayer(PixelFormat format) { return of(format).is_bayer; }

}  // namespace sightglass::core
