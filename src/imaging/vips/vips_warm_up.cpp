#include "imaging/vips/vips_warm_up.hpp"

#include <vips/vips.h>

#include "imaging/vips/vips_decode.hpp"
#include "imaging/vips/vips_handle.hpp"
#include "imaging/vips/vips_library.hpp"

namespace sightglass::imaging::vips {

namespace {

// A small picture with an sRGB profile, so that the colour engine's parts are loaded too.
Handle<VipsImage> make_picture() {
  VipsImage* black = nullptr;
  VipsImage* picture = nullptr;
  if (vips_black(&black, 64, 64, "bands", 3, nullptr) != 0) return nullptr;
  const Handle<VipsImage> owner(black);
  vips_copy(black, &picture, "interpretation", VIPS_INTERPRETATION_sRGB, nullptr);
  return Handle<VipsImage>(picture);
}

// Formats that cannot be written here are skipped: their readers have no late parts of their own then.
void read_back(VipsImage* picture, const char* suffix) {
  void* bytes = nullptr;
  std::size_t length = 0;
  if (vips_image_write_to_buffer(picture, suffix, &bytes, &length, nullptr) != 0) {
    vips_error_clear();
    return;
  }
  const Memory owner(bytes);
  const auto decoded = decode({static_cast<const std::byte*>(bytes), length}, {.box = {16, 16}});
  static_cast<void>(decoded);  // only what it loaded matters
}

}  // namespace

core::Result<void> warm_up() {
  SG_TRY(start());
  const auto picture = make_picture();
  if (!picture) return core::fail(core::unavailable("libvips cannot make a picture", take_error()));
  for (const char* suffix : {".png[profile=srgb]", ".png[profile=p3]", ".jpg", ".webp", ".tif", ".gif"}) {
    read_back(picture.get(), suffix);
  }
  return {};
}

}  // namespace sightglass::imaging::vips
