#include "golden/reference_pictures.hpp"

#include <vips/vips.h>

#include <memory>
#include <utility>

#include "imaging/vips/vips_handle.hpp"
#include "imaging/vips/vips_library.hpp"

namespace sightglass::imaging::golden {

using Image = vips::Handle<VipsImage>;
using core::Orientation;

namespace {

Image without_alpha(Image image) {
  if (!vips_image_hasalpha(image.get())) return image;
  const std::unique_ptr<VipsArrayDouble, void (*)(VipsArrayDouble*)> white(
      vips_array_double_newv(1, 255.0), [](VipsArrayDouble* array) { vips_area_unref(VIPS_AREA(array)); });
  VipsImage* out = nullptr;
  vips_flatten(image.get(), &out, "background", white.get(), nullptr);
  return Image(out);
}

test::Decoded pixels_of(VipsImage* image) {
  if (image == nullptr) return {};
  VipsImage* converted = nullptr;
  if (vips_colourspace(image, &converted, VIPS_INTERPRETATION_sRGB, nullptr) != 0) return {};
  Image colour(converted);
  const auto opaque = without_alpha(std::move(colour));
  if (!opaque) return {};
  VipsImage* bytes = nullptr;
  if (vips_cast_uchar(opaque.get(), &bytes, nullptr) != 0) return {};
  const Image eight(bytes);
  std::size_t length = 0;
  const vips::Memory memory(vips_image_write_to_memory(bytes, &length));
  if (!memory || vips_image_get_bands(bytes) != 3) return {};
  const auto* first = static_cast<const std::uint8_t*>(memory.get());
  return {.size = {vips_image_get_width(bytes), vips_image_get_height(bytes)}, .rgb = {first, first + length}};
}

Image open_upright(std::string_view file) {
  if (!vips::start()) return nullptr;
  const Image stored(vips_image_new_from_buffer(file.data(), file.size(), "", nullptr));
  VipsImage* upright = nullptr;
  if (!stored || vips_autorot(stored.get(), &upright, nullptr) != 0) return nullptr;
  return Image(upright);
}

// The turns that a reader of the orientation takes back (CIPA DC-008, 4.6.5.A), as a rotation and then a mirroring.
struct Turn {
  bool is_mirrored;
  VipsAngle angle;
};
Turn turn_for(Orientation orientation) {
  switch (orientation) {
    case Orientation::upright: return {false, VIPS_ANGLE_D0};
    case Orientation::mirrored: return {true, VIPS_ANGLE_D0};
    case Orientation::rotated_180: return {false, VIPS_ANGLE_D180};
    case Orientation::flipped: return {true, VIPS_ANGLE_D180};
    case Orientation::transposed: return {true, VIPS_ANGLE_D90};
    case Orientation::rotated_90: return {false, VIPS_ANGLE_D270};
    case Orientation::transversed: return {true, VIPS_ANGLE_D270};
    case Orientation::rotated_270: return {false, VIPS_ANGLE_D90};
  }
  return {false, VIPS_ANGLE_D0};
}

}  // namespace

test::Decoded thumbnail_by_vips(std::string_view file, core::Size upright_size) {
  if (!vips::start()) return {};
  VipsImage* out = nullptr;
  auto* bytes = const_cast<char*>(file.data());
  const Image header(vips_image_new_from_buffer(bytes, file.size(), "", nullptr));
  if (!header) return {};
  // Left alone, vips_thumbnail keeps the embedded profile's numbers and the profile; here sRGB is compared.
  const bool has_profile = vips_image_get_typeof(header.get(), VIPS_META_ICC_NAME) != 0;
  vips_thumbnail_buffer(bytes, file.size(), &out, upright_size.width, "height", upright_size.height, "size",
                        VIPS_SIZE_FORCE, has_profile ? "export_profile" : nullptr, "srgb", nullptr);
  const Image image(out);
  return pixels_of(out);
}

test::Decoded full_resample_by_vips(std::string_view file, core::Size upright_size) {
  const auto upright = open_upright(file);
  if (!upright) return {};
  VipsImage* out = nullptr;
  const double across = static_cast<double>(upright_size.width) / vips_image_get_width(upright.get());
  const double down = static_cast<double>(upright_size.height) / vips_image_get_height(upright.get());
  // Gap 0 forbids the box filter that libvips else puts before its kernel.
  if (vips_resize(upright.get(), &out, across, "vscale", down, "gap", 0.0, nullptr) != 0) return {};
  const Image image(out);
  return pixels_of(out);
}

std::string stored_turned(std::string_view file, Orientation orientation, const std::string& suffix) {
  const auto upright = open_upright(file);
  if (!upright) return {};
  const auto turn = turn_for(orientation);
  VipsImage* rotated = nullptr;
  VipsImage* stored = nullptr;
  if (vips_rot(upright.get(), &rotated, turn.angle, nullptr) != 0) return {};
  const Image owner(rotated);
  if (turn.is_mirrored ? vips_flip(rotated, &stored, VIPS_DIRECTION_HORIZONTAL, nullptr) != 0
                       : vips_copy(rotated, &stored, nullptr) != 0) {
    return {};
  }
  const Image tagged(stored);
  vips_image_set_int(stored, VIPS_META_ORIENTATION, static_cast<int>(orientation));
  void* bytes = nullptr;
  std::size_t length = 0;
  if (vips_image_write_to_buffer(stored, suffix.c_str(), &bytes, &length, nullptr) != 0) return {};
  const vips::Memory memory(bytes);
  return {static_cast<const char*>(bytes), length};
}

}  // namespace sightglass::imaging::golden
