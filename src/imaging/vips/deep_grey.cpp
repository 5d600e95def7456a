#include "imaging/vips/deep_grey.hpp"

namespace sightglass::imaging::vips {

namespace {

constexpr int all_bits = 16;

}  // namespace

int significant_bits(VipsImage* picture) {
  if (picture == nullptr || vips_image_get_format(picture) != VIPS_FORMAT_USHORT || vips_image_get_bands(picture) != 1)
    return all_bits;
  double most = 0;
  const bool is_read = vips_max(picture, &most, nullptr) == 0;
  vips_error_clear();  // whoever decodes it next finds out too, and says so
  if (!is_read) return all_bits;
  for (const int bits : {10, 12, 14})
    if (most < static_cast<double>(1U << static_cast<unsigned>(bits))) return bits;
  return all_bits;
}

Handle<VipsImage> upper_bits(const Handle<VipsImage>& picture, int bits) {
  if (!picture) return nullptr;
  VipsImage* bytes = nullptr;
  const double share = 1.0 / static_cast<double>(1U << static_cast<unsigned>(bits - 8));
  if (vips_linear1(picture.get(), &bytes, share, 0, "uchar", TRUE, nullptr) != 0) return nullptr;
  const Handle<VipsImage> held(bytes);
  VipsImage* grey = nullptr;
  vips_copy(bytes, &grey, "interpretation", VIPS_INTERPRETATION_B_W, nullptr);
  return Handle<VipsImage>(grey);
}

}  // namespace sightglass::imaging::vips
