#include "unit/imaging/test_frames.hpp"

#include <vips/vips.h>

#include <memory>

#include "imaging/vips/vips_library.hpp"

namespace sightglass::imaging::test {

namespace {

// Which of R, G, B a mosaic's filter at this place lets through, from the name: "BayerGR8" begins with G, R.
int filter_at(core::PixelFormat format, int x, int y) {
  const auto name = core::name_of(format);
  const char first = name[5];
  const char second = name[6];
  const auto opposite = [](char colour) { return colour == 'R' ? 'B' : colour == 'B' ? 'R' : 'G'; };
  const std::array<char, 4> square{first, second, opposite(second), opposite(first)};
  const char colour = square.at(static_cast<std::size_t>(2 * (y % 2) + x % 2));
  return colour == 'R' ? 0 : colour == 'G' ? 1 : 2;
}

void append(std::vector<std::uint8_t>& bytes, core::PixelFormat format, int value) {
  bytes.push_back(static_cast<std::uint8_t>(value & 0xff));
  if (core::significant_bits(format) > 8) bytes.push_back(static_cast<std::uint8_t>(value >> 8));
}

}  // namespace

core::RawImage frame_of(core::Size size, core::PixelFormat format, const Scene& scene, int padding) {
  std::vector<std::uint8_t> bytes;
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const auto colours = scene(x, y);
      if (format == core::PixelFormat::rgb8) {
        for (const int i : {0, 1, 2}) append(bytes, format, colours.at(static_cast<std::size_t>(i)));
      } else if (format == core::PixelFormat::bgr8) {
        for (const int i : {2, 1, 0}) append(bytes, format, colours.at(static_cast<std::size_t>(i)));
      } else {
        const int filter = core::is_bayer(format) ? filter_at(format, x, y) : 0;
        append(bytes, format, colours.at(static_cast<std::size_t>(filter)));
      }
    }
    bytes.insert(bytes.end(), static_cast<std::size_t>(padding), 0xa5);
  }
  return {.size = size,
          .format = format,
          .stride = size.width * core::bytes_per_pixel(format) + padding,
          .bytes = std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes))};
}

Stored read_lossless(std::string_view file) {
  if (!vips::start()) return {};
  VipsImage* image = vips_image_new_from_buffer(file.data(), file.size(), "", nullptr);
  if (image == nullptr) return {};
  Stored stored{.size = {vips_image_get_width(image), vips_image_get_height(image)},
                .channels = vips_image_get_bands(image),
                .bits = vips_image_get_format(image) == VIPS_FORMAT_USHORT ? 16 : 8};
  std::size_t length = 0;
  void* pixels = vips_image_write_to_memory(image, &length);
  const auto count = static_cast<std::size_t>(stored.size.pixels()) * static_cast<std::size_t>(stored.channels);
  if (stored.bits == 16) {
    const auto* words = static_cast<const std::uint16_t*>(pixels);
    stored.samples.assign(words, words + count);
  } else {
    const auto* bytes = static_cast<const std::uint8_t*>(pixels);
    stored.samples.assign(bytes, bytes + count);
  }
  g_free(pixels);
  g_object_unref(image);
  return stored;
}

}  // namespace sightglass::imaging::test
