#include "imaging/vips/vips_decode.hpp"

#include <vips/vips.h>

#include <cstring>
#include <mutex>
#include <utility>

#include "imaging/vips/vips_handle.hpp"
#include "imaging/vips/vips_library.hpp"

namespace sightglass::imaging::vips {

namespace {

using Image = Handle<VipsImage>;

// Only the header is read here; pixels come when something is computed from the image.
Image open_header(std::span<const std::byte> file) {
  return Image(vips_image_new_from_buffer(file.data(), file.size(), "", "access", VIPS_ACCESS_SEQUENTIAL, nullptr));
}

Image open_scaled(std::span<const std::byte> file, core::Size target, VipsFailOn fail_on) {
  VipsImage* out = nullptr;
  // libvips reads the buffer only; its C interface lacks the const.
  auto* bytes = const_cast<std::byte*>(file.data());
  vips_thumbnail_buffer(bytes, file.size(), &out, target.width, "height", target.height, "size", VIPS_SIZE_FORCE,
                        "no_rotate", TRUE, "export_profile", "srgb", "fail_on", fail_on, nullptr);
  return Image(out);
}

Image to_srgb(Image image) {
  if (!image || vips_image_get_interpretation(image.get()) == VIPS_INTERPRETATION_sRGB) return image;
  VipsImage* out = nullptr;
  vips_colourspace(image.get(), &out, VIPS_INTERPRETATION_sRGB, nullptr);
  return Image(out);
}

Image without_alpha(Image image) {
  if (!image || !vips_image_hasalpha(image.get())) return image;
  const std::unique_ptr<VipsArrayDouble, void (*)(VipsArrayDouble*)> white(
      vips_array_double_newv(1, 255.0), [](VipsArrayDouble* array) { vips_area_unref(VIPS_AREA(array)); });
  VipsImage* out = nullptr;
  vips_flatten(image.get(), &out, "background", white.get(), nullptr);
  return Image(out);
}

Image to_bytes(Image image) {
  if (!image || vips_image_get_format(image.get()) == VIPS_FORMAT_UCHAR) return image;
  VipsImage* out = nullptr;
  vips_cast_uchar(image.get(), &out, nullptr);
  return Image(out);
}

// Grey becomes three equal bands; bands beyond three hold nothing that is shown.
Image to_three_bands(Image image) {
  if (!image || vips_image_get_bands(image.get()) == 3) return image;
  VipsImage* out = nullptr;
  if (vips_image_get_bands(image.get()) < 3) {
    VipsImage* first = nullptr;
    if (vips_extract_band(image.get(), &first, 0, nullptr) != 0) return nullptr;
    const Image grey(first);
    VipsImage* bands[] = {first, first, first};
    vips_bandjoin(bands, &out, 3, nullptr);
    return Image(out);
  }
  vips_extract_band(image.get(), &out, 0, "n", 3, nullptr);
  return Image(out);
}

core::Result<DecodedPixels> read_pixels(std::span<const std::byte> file, core::Size target, VipsFailOn fail_on) {
  const auto image = to_three_bands(to_bytes(without_alpha(to_srgb(open_scaled(file, target, fail_on)))));
  std::size_t length = 0;
  const Memory pixels(image ? vips_image_write_to_memory(image.get(), &length) : nullptr);
  if (!pixels) {
    auto said = take_error();
    const bool is_unsupported =
        said.find("nsupported") != std::string::npos || said.find("not supported") != std::string::npos;
    return core::fail({.code = is_unsupported ? core::ErrorCode::unsupported_format : core::ErrorCode::corrupt_image,
                       .message = "The picture cannot be decoded: " + said.substr(0, said.find('\n')),
                       .field = {},
                       .cause = std::move(said)});
  }
  DecodedPixels decoded;
  decoded.size = {vips_image_get_width(image.get()), vips_image_get_height(image.get())};
  decoded.rgb.resize(static_cast<std::size_t>(decoded.size.pixels()) * 3);
  if (decoded.rgb.size() != length) return core::fail(core::internal_error("libvips delivered an unexpected size"));
  std::memcpy(decoded.rgb.data(), pixels.get(), length);
  return decoded;
}

core::Result<DecodedPixels> decode_locked(std::span<const std::byte> file, const DecodeWish& wish) {
  vips_error_clear();
  const auto header = open_header(file);
  if (!header) {
    auto said = take_error();
    return core::fail({.code = core::ErrorCode::corrupt_image,
                       .message = "The picture's header cannot be decoded: " + said.substr(0, said.find('\n')),
                       .field = {},
                       .cause = std::move(said)});
  }
  const core::Size stored{vips_image_get_width(header.get()), vips_image_get_height(header.get())};
  const auto target = core::fit_inside(stored, wish.box);
  auto decoded = read_pixels(file, target, VIPS_FAIL_ON_ERROR);
  if (!decoded && wish.allow_damaged) {
    auto damage = decoded.error().cause;
    decoded = read_pixels(file, target, VIPS_FAIL_ON_NONE);
    if (decoded) decoded->damage = std::move(damage);
  }
  if (decoded) decoded->stored_size = stored;
  return decoded;
}

}  // namespace

core::Result<DecodedPixels> decode(std::span<const std::byte> file, const DecodeWish& wish) {
  SG_TRY(start());
  // libvips has one error buffer for all threads: without the lock one picture's complaint meets another's.
  static std::mutex one_at_a_time;
  const std::scoped_lock lock(one_at_a_time);
  auto decoded = decode_locked(file, wish);
  vips_error_clear();
  return decoded;
}

}  // namespace sightglass::imaging::vips
