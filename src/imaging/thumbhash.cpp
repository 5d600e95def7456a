#include "imaging/thumbhash.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace sightglass::imaging {

namespace {

// The low frequencies of one channel: the mean, the others scaled to 0 … 1, and their scale.
struct EncodedChannel {
  double mean = 0;
  double scale = 0;
  std::vector<double> frequencies{};
};

// cosines[frequency × length + position]
std::vector<double> cosine_table(int frequencies, int length) {
  std::vector<double> table;
  for (int frequency = 0; frequency < frequencies; ++frequency) {
    for (int position = 0; position < length; ++position) {
      table.push_back(std::cos(std::numbers::pi / length * frequency * (position + 0.5)));
    }
  }
  return table;
}

double dot(const double* a, const double* b, int count) {
  double sum = 0;
  for (int index = 0; index < count; ++index) sum += a[index] * b[index];
  return sum;
}

// The transform is separable: first along the rows, then down the columns.
EncodedChannel encode_channel(const std::vector<double>& channel, core::Size size, int across, int down) {
  const auto cosines_x = cosine_table(across, size.width);
  const auto cosines_y = cosine_table(down, size.height);
  EncodedChannel encoded;
  std::vector<double> rows(static_cast<std::size_t>(across * size.height));
  for (int x = 0; x < across; ++x) {
    for (int y = 0; y < size.height; ++y) {
      rows[static_cast<std::size_t>(x * size.height + y)] =
          dot(channel.data() + y * size.width, cosines_x.data() + x * size.width, size.width);
    }
  }
  for (int y = 0; y < down; ++y) {
    // Only the frequencies on the low side of the diagonal, as in the reference.
    for (int x = 0; x * down < across * (down - y); ++x) {
      const double value = dot(rows.data() + x * size.height, cosines_y.data() + y * size.height, size.height) /
                           static_cast<double>(size.pixels());
      if (x == 0 && y == 0) {
        encoded.mean = value;
      } else {
        encoded.frequencies.push_back(value);
        encoded.scale = std::max(encoded.scale, std::abs(value));
      }
    }
  }
  if (encoded.scale > 0) {
    for (auto& value : encoded.frequencies) value = 0.5 + 0.5 / encoded.scale * value;
  }
  return encoded;
}

// JavaScript's Math.round, so that hashes equal those of the reference.
std::uint32_t rounded(double value) { return static_cast<std::uint32_t>(std::max(std::floor(value + 0.5), 0.0)); }

struct OpponentChannels {
  std::vector<double> lightness{};
  std::vector<double> yellow_blue{};
  std::vector<double> red_green{};
};

OpponentChannels opponents_of(std::span<const std::uint8_t> rgb, core::Size size) {
  OpponentChannels channels;
  for (std::size_t index = 0; index < static_cast<std::size_t>(size.pixels()); ++index) {
    const double red = rgb[index * 3] / 255.0;
    const double green = rgb[index * 3 + 1] / 255.0;
    const double blue = rgb[index * 3 + 2] / 255.0;
    channels.lightness.push_back((red + green + blue) / 3);
    channels.yellow_blue.push_back((red + green) / 2 - blue);
    channels.red_green.push_back(red - green);
  }
  return channels;
}

void append_frequencies(const EncodedChannel& channel, std::vector<std::uint8_t>& hash, bool& is_high_nibble) {
  for (const double value : channel.frequencies) {
    const auto nibble = static_cast<std::uint8_t>(rounded(15 * value));
    if (is_high_nibble) {
      hash.back() = static_cast<std::uint8_t>(hash.back() | nibble << 4);
    } else {
      hash.push_back(nibble);
    }
    is_high_nibble = !is_high_nibble;
  }
}

}  // namespace

std::string thumbhash_of(std::span<const std::uint8_t> rgb, core::Size size) {
  const auto channels = opponents_of(rgb, size);
  const bool is_landscape = size.width > size.height;
  const double longest = std::max(size.width, size.height);
  const int across = std::max(1, static_cast<int>(rounded(7.0 * size.width / longest)));
  const int down = std::max(1, static_cast<int>(rounded(7.0 * size.height / longest)));
  const auto lightness = encode_channel(channels.lightness, size, std::max(3, across), std::max(3, down));
  const auto yellow_blue = encode_channel(channels.yellow_blue, size, 3, 3);
  const auto red_green = encode_channel(channels.red_green, size, 3, 3);
  // The reference's layout. Bit 23 of the head would say that there is alpha, which our pictures never have.
  const std::uint32_t head = rounded(63 * lightness.mean) | rounded(31.5 + 31.5 * yellow_blue.mean) << 6 |
                             rounded(31.5 + 31.5 * red_green.mean) << 12 | rounded(31 * lightness.scale) << 18;
  const std::uint32_t tail = static_cast<std::uint32_t>(is_landscape ? down : across) |
                             rounded(63 * yellow_blue.scale) << 3 | rounded(63 * red_green.scale) << 9 |
                             (is_landscape ? 1U : 0U) << 15;
  std::vector<std::uint8_t> hash;
  for (const int shift : {0, 8, 16}) hash.push_back(static_cast<std::uint8_t>(head >> shift));
  for (const int shift : {0, 8}) hash.push_back(static_cast<std::uint8_t>(tail >> shift));
  bool is_high_nibble = false;
  for (const auto* channel : {&lightness, &yellow_blue, &red_green}) append_frequencies(*channel, hash, is_high_nibble);
  return base64_of(hash);
}

std::string base64_of(std::span<const std::uint8_t> bytes) {
  constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t index = 0; index < bytes.size(); index += 3) {
    const auto left = std::min<std::size_t>(bytes.size() - index, 3);
    std::uint32_t group = 0;
    for (std::size_t offset = 0; offset < 3; ++offset) {
      group = group << 8 | (offset < left ? bytes[index + offset] : std::uint8_t{0});
    }
    for (std::size_t digit = 0; digit < 4; ++digit) {
      text += digit <= left ? letters[group >> (18 - 6 * digit) & 63] : '=';
    }
  }
  return text;
}

}  // namespace sightglass::imaging
