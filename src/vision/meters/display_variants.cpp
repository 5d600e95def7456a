#include "vision/meters/display_variants.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "vision/pixels.hpp"

namespace sightglass::vision {

namespace {

using core::Raster;
using core::Result;

Raster with_gamma(const Raster& line, double gamma) {
  std::array<std::uint8_t, 256> curve{};
  for (std::size_t i = 0; i < curve.size(); ++i)
    curve[i] = static_cast<std::uint8_t>(std::lround(255 * std::pow(static_cast<double>(i) / 255, gamma)));
  Raster answer = line;
  for (auto& value : answer.rgb) value = curve[value];
  return answer;
}

// Values from their 2nd to their 98th hundredth spread over all there are; what spans less than `least` stays dull.
void spread(std::vector<std::uint8_t>& values, double least) {
  auto sorted = values;
  std::ranges::sort(sorted);
  const double low = sorted[sorted.size() / 50];
  const double high = sorted[sorted.size() - 1 - sorted.size() / 50];
  for (auto& value : values)
    value = static_cast<std::uint8_t>(std::clamp(255 * (value - low) / std::max(high - low, least), 0.0, 255.0));
}

// The channel with the greatest deviation alone, spread from its 2nd to its 98th hundredth: coloured light leaves the
// digits in one channel.
Result<Raster> clearest_channel(const Raster& line) {
  GreyPicture best{.size = line.size};
  double most = -1;
  for (std::size_t channel = 0; channel < 3; ++channel) {
    std::vector<std::uint8_t> values;
    for (std::size_t i = channel; i < line.rgb.size(); i += 3) values.push_back(line.rgb[i]);
    double sum = 0;
    double squares = 0;
    for (const double value : values) sum += value, squares += value * value;
    const auto count = static_cast<double>(values.size());
    const double variance = squares / count - sum / count * (sum / count);
    if (variance <= most) continue;
    most = variance;
    best.values = std::move(values);
  }
  spread(best.values, 8);
  return raster_of(best);
}

Raster inverted(Raster line) {
  for (auto& value : line.rgb) value = static_cast<std::uint8_t>(255 - value);
  return line;
}

// More of what is at the edge to every side: recognisers were taught on lines with a margin.
Result<Raster> bordered(const Raster& line, double share) {
  const double margin = share * line.size.height;
  const core::Size size{line.size.width + static_cast<std::int32_t>(2 * margin),
                        line.size.height + static_cast<std::int32_t>(2 * margin)};
  return warped(line, {1, 0, -margin, 0, 1, -margin, 0, 0, 1}, size);
}

}  // namespace

Raster spread_channels(Raster line) {
  for (std::size_t channel = 0; channel < 3; ++channel) {
    std::vector<std::uint8_t> values;
    for (std::size_t i = channel; i < line.rgb.size(); i += 3) values.push_back(line.rgb[i]);
    if (values.empty()) return line;
    spread(values, 16);
    for (std::size_t i = 0; i < values.size(); ++i) line.rgb[3 * i + channel] = values[i];
  }
  return line;
}

Result<std::vector<Raster>> display_variants(const Raster& line) {
  std::vector<Raster> variants{line};
  SG_ASSIGN(const auto clear, equalised(line, 4));
  SG_ASSIGN(const auto channel, clearest_channel(line));
  SG_ASSIGN(variants.emplace_back(), bordered(line, 0.15));
  SG_ASSIGN(variants.emplace_back(), bordered(clear, 0.1));
  SG_ASSIGN(variants.emplace_back(), bordered(channel, 0.1));
  SG_ASSIGN(variants.emplace_back(), bordered(inverted(channel), 0.1));
  SG_ASSIGN(variants.emplace_back(), bordered(with_gamma(line, 0.5), 0.1));
  SG_ASSIGN(variants.emplace_back(), bordered(with_gamma(line, 2), 0.1));
  return variants;
}

}  // namespace sightglass::vision
