#include "imaging/vips/encode_samples.hpp"

#include <vips/vips.h>

#include "imaging/vips/vips_handle.hpp"
#include "imaging/vips/vips_library.hpp"

namespace sightglass::imaging::vips {

namespace {

using Image = Handle<VipsImage>;

VipsInterpretation interpretation_of(const pipeline::Samples& samples) {
  if (samples.channels() == 1) return samples.bits == 8 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_GREY16;
  return samples.bits == 8 ? VIPS_INTERPRETATION_sRGB : VIPS_INTERPRETATION_RGB16;
}

// Borrows the samples' bytes.
Image image_of(const pipeline::Samples& samples) {
  const auto length = samples.row_bytes() * static_cast<std::size_t>(samples.size.height);
  const auto [width, height] = samples.size;
  const Image plain(vips_image_new_from_memory(samples.first, length, width, height, samples.channels(),
                                               samples.bits == 8 ? VIPS_FORMAT_UCHAR : VIPS_FORMAT_USHORT));
  if (!plain) return nullptr;
  VipsImage* named = nullptr;
  vips_copy(plain.get(), &named, "interpretation", interpretation_of(samples), nullptr);
  return Image(named);
}

core::Result<std::string> written(VipsImage* image, const char* suffix) {
  void* bytes = nullptr;
  std::size_t length = 0;
  if (image == nullptr || vips_image_write_to_buffer(image, suffix, &bytes, &length, nullptr) != 0)
    return core::fail(core::internal_error("A frame could not be encoded", take_error()));
  const Memory owner(bytes);
  return std::string(static_cast<const char*>(bytes), length);
}

}  // namespace

core::Result<std::string> encode_png(const pipeline::Samples& samples, std::string_view exif) {
  SG_TRY(start());
  const auto image = image_of(samples);
  if (image && !exif.empty()) vips_image_set_blob_copy(image.get(), VIPS_META_EXIF_NAME, exif.data(), exif.size());
  return written(image.get(), ".png[compression=1,filter=up]");
}

core::Result<std::string> encode_tiff(const pipeline::Samples& samples) {
  SG_TRY(start());
  return written(image_of(samples).get(), ".tif[compression=none]");
}

}  // namespace sightglass::imaging::vips
