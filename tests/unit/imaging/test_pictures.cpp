#include "unit/imaging/test_pictures.hpp"

#include <sys/mman.h>
#include <turbojpeg.h>
#include <unistd.h>
#include <vips/vips.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "imaging/vips/vips_handle.hpp"
#include "imaging/vips/vips_library.hpp"

namespace sightglass::imaging::test {

using core::Orientation;
using Image = vips::Handle<VipsImage>;

namespace {

Rgb corner_colour(core::Size size, int x, int y) {
  const bool is_left = x * 2 < size.width;
  if (y * 2 < size.height) return is_left ? top_left : top_right;
  return is_left ? bottom_left : bottom_right;
}

struct Point {
  int x;
  int y;
};

// Where the upright pixel lies in the stored picture, straight from the table in CIPA DC-008, 4.6.5.A.
Point stored_position(Orientation orientation, core::Size stored, Point at) {
  const int right = stored.width - 1;
  const int bottom = stored.height - 1;
  switch (orientation) {
    case Orientation::upright: return at;
    case Orientation::mirrored: return {right - at.x, at.y};
    case Orientation::rotated_180: return {right - at.x, bottom - at.y};
    case Orientation::flipped: return {at.x, bottom - at.y};
    case Orientation::transposed: return {at.y, at.x};
    case Orientation::rotated_90: return {at.y, bottom - at.x};
    case Orientation::transversed: return {right - at.y, bottom - at.x};
    case Orientation::rotated_270: return {right - at.y, at.x};
  }
  return at;
}

Image image_of(const std::vector<std::uint8_t>& pixels, core::Size size, int bands, int bits) {
  if (!vips::start()) return nullptr;
  Image memory(vips_image_new_from_memory_copy(pixels.data(), pixels.size(), size.width, size.height, bands,
                                               bits == 16 ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR));
  if (!memory) return nullptr;
  VipsImage* tagged = nullptr;
  const auto colour = bits == 16 ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB;
  const auto grey = bits == 16 ? VIPS_INTERPRETATION_GREY16 : VIPS_INTERPRETATION_B_W;
  vips_copy(memory.get(), &tagged, "interpretation", bands < 3 ? grey : colour, nullptr);
  return Image(tagged);
}

std::string write(VipsImage* image, std::string_view suffix) {
  void* bytes = nullptr;
  std::size_t length = 0;
  if (vips_image_write_to_buffer(image, std::string(suffix).c_str(), &bytes, &length, nullptr) != 0) {
    vips_error_clear();
    return {};
  }
  const vips::Memory owner(bytes);
  return {static_cast<const char*>(bytes), length};
}

}  // namespace

std::vector<std::uint8_t> corner_pixels(core::Size upright, Orientation orientation) {
  const auto stored = core::swaps_axes(orientation) ? upright.transposed() : upright;
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(stored.pixels()) * 3);
  for (int y = 0; y < upright.height; ++y) {
    for (int x = 0; x < upright.width; ++x) {
      const auto at = stored_position(orientation, stored, {x, y});
      const auto colour = corner_colour(upright, x, y);
      for (std::size_t channel = 0; channel < 3; ++channel) {
        pixels[static_cast<std::size_t>(at.y * stored.width + at.x) * 3 + channel] =
            static_cast<std::uint8_t>(colour[channel]);
      }
    }
  }
  return pixels;
}

std::string make_file(const Made& wish) {
  const auto stored = core::swaps_axes(wish.orientation) ? wish.upright.transposed() : wish.upright;
  const auto image = image_of(corner_pixels(wish.upright, wish.orientation), stored, 3, 8);
  if (!image) return {};
  if (wish.orientation != Orientation::upright) {
    vips_image_set_int(image.get(), VIPS_META_ORIENTATION, static_cast<int>(wish.orientation));
    vips_image_set_string(image.get(), "exif-ifd0-Make", "Sightglass Test Camera");
    vips_image_set_string(image.get(), "exif-ifd3-GPSLatitudeRef", "N");
  }
  return write(image.get(), wish.suffix);
}

std::string write_pixels(const std::vector<std::uint8_t>& pixels, core::Size size, int bands, int bits,
                         std::string_view suffix) {
  const auto image = image_of(pixels, size, bands, bits);
  return image ? write(image.get(), suffix) : std::string{};
}

std::string make_in_space(core::Size size, std::string_view space, std::string_view suffix) {
  const auto image = image_of(corner_pixels(size, Orientation::upright), size, 3, 8);
  if (!image) return {};
  const int interpretation = vips_enum_from_nick("test", VIPS_TYPE_INTERPRETATION, std::string(space).c_str());
  VipsImage* converted = nullptr;
  if (vips_colourspace(image.get(), &converted, static_cast<VipsInterpretation>(interpretation), nullptr) != 0)
    return {};
  const Image owner(converted);
  return write(converted, suffix);
}

runtime::UnixFd file_of(std::string_view bytes) {
  runtime::UnixFd file(memfd_create("picture", MFD_CLOEXEC));
  std::size_t written = 0;
  while (file && written < bytes.size()) {
    const auto count = ::write(file.get(), bytes.data() + written, bytes.size() - written);
    if (count <= 0) return {};
    written += static_cast<std::size_t>(count);
  }
  return file;
}

Rgb Decoded::at(int x, int y) const {
  const auto index = static_cast<std::size_t>(y * size.width + x) * 3;
  return {rgb[index], rgb[index + 1], rgb[index + 2]};
}

Rgb Decoded::near(double x, double y) const {
  Rgb sum{};
  constexpr int reach = 3;
  for (int down = -reach; down <= reach; ++down) {
    for (int right = -reach; right <= reach; ++right) {
      const auto pixel = at(std::clamp(static_cast<int>(x * size.width) + right, 0, size.width - 1),
                            std::clamp(static_cast<int>(y * size.height) + down, 0, size.height - 1));
      for (std::size_t channel = 0; channel < 3; ++channel) sum[channel] += pixel[channel];
    }
  }
  for (auto& channel : sum) channel /= (2 * reach + 1) * (2 * reach + 1);
  return sum;
}

Decoded decode_jpeg(std::string_view jpeg) {
  const std::unique_ptr<void, int (*)(void*)> handle(tjInitDecompress(), tjDestroy);
  Decoded decoded;
  int subsampling = 0;
  int space = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(jpeg.data());
  if (tjDecompressHeader3(handle.get(), bytes, jpeg.size(), &decoded.size.width, &decoded.size.height, &subsampling,
                          &space) != 0) {
    return {};
  }
  decoded.components = space == TJCS_GRAY ? 1 : 3;
  decoded.rgb.resize(static_cast<std::size_t>(decoded.size.pixels()) * 3);
  if (tjDecompress2(handle.get(), bytes, jpeg.size(), decoded.rgb.data(), decoded.size.width, 0, decoded.size.height,
                    TJPF_RGB, TJFLAG_ACCURATEDCT) != 0) {
    return {};
  }
  return decoded;
}

int difference(const Rgb& a, const Rgb& b) {
  int largest = 0;
  for (std::size_t channel = 0; channel < 3; ++channel) largest = std::max(largest, std::abs(a[channel] - b[channel]));
  return largest;
}

}  // namespace sightglass::imaging::test
