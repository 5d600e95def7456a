#include "imaging/vips/vips_decode.hpp"

#include <fmt/format.h>
#include <vips/vips.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <mutex>
#include <string_view>
#include <utility>

#include "imaging/vips/deep_grey.hpp"
#include "imaging/vips/vips_handle.hpp"
#include "imaging/vips/vips_library.hpp"

namespace sightglass::imaging::vips {

namespace {

using Image = Handle<VipsImage>;

// Only the header is read here; pixels come when something is computed from the image.
Image open_header(std::span<const std::byte> file) {
  return Image(vips_image_new_from_buffer(file.data(), file.size(), "", "access", VIPS_ACCESS_SEQUENTIAL, nullptr));
}

struct Attempt {
  core::Size target{};
  VipsFailOn fail_on = VIPS_FAIL_ON_ERROR;
  bool has_profile = false;
  int bits = 16;  // of a channel of 16 bits: those that are used
};

// Shown by those bits that are used; a profile says nothing of such values.
Image open_deep_grey(std::span<const std::byte> file, const Attempt& attempt) {
  const std::string options = fmt::format("[fail_on={}]", vips_enum_nick(VIPS_TYPE_FAIL_ON, attempt.fail_on));
  const Image whole(
      vips_image_new_from_buffer(file.data(), file.size(), options.c_str(), "access", VIPS_ACCESS_SEQUENTIAL, nullptr));
  const auto grey = upper_bits(whole, attempt.bits);
  if (!grey) return nullptr;
  VipsImage* out = nullptr;
  vips_thumbnail_image(grey.get(), &out, attempt.target.width, "height", attempt.target.height, "size", VIPS_SIZE_FORCE,
                       "no_rotate", TRUE, nullptr);
  return Image(out);
}

Image open_scaled(std::span<const std::byte> file, const Attempt& attempt) {
  VipsImage* out = nullptr;
  // libvips reads the buffer only; its C interface lacks the const.
  auto* bytes = const_cast<std::byte*>(file.data());
  // Asked for a profile, libvips takes pictures without one through it too, which shifts saturated colours.
  // The loaders do not all get vips_thumbnail's own fail_on; an option in the text reaches every one.
  const std::string options = fmt::format("[fail_on={}]", vips_enum_nick(VIPS_TYPE_FAIL_ON, attempt.fail_on));
  const char* profile_option = attempt.has_profile ? "export_profile" : nullptr;
  // FORCE, since fit_inside() has settled the size and libvips would round it another way. Turning is left to
  // scale_upright(), which does it for both decoders.
  vips_thumbnail_buffer(bytes, file.size(), &out, attempt.target.width, "height", attempt.target.height, "size",
                        VIPS_SIZE_FORCE, "no_rotate", TRUE, "fail_on", attempt.fail_on, "option_string",
                        options.c_str(), profile_option, "srgb", nullptr);
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

// The first complaint is the cause, the others follow from it. Some readers fail without a word.
std::string reason_in(const std::string& said) {
  return said.empty() ? "its data break the rules of its format" : said.substr(0, said.find('\n'));
}

Image open_as_rgb(std::span<const std::byte> file, const Attempt& attempt) {
  auto image = attempt.bits < 16 ? open_deep_grey(file, attempt) : open_scaled(file, attempt);
  return to_three_bands(to_bytes(without_alpha(to_srgb(std::move(image)))));
}

// `is_read`: libvips gave every pixel. Empties its error buffer.
core::Result<void> outcome_of(bool is_read, const Attempt& attempt) {
  auto said = take_error();
  // libvips 8.14 leaves a tile that failed below vips_thumbnail black and succeeds; its complaint remains.
  // libheif asks for bytes behind the end of sound files, which libvips notes as a bad seek.
  if (is_read && said.starts_with("source: bad seek")) said.clear();
  if (is_read && (said.empty() || attempt.fail_on == VIPS_FAIL_ON_NONE)) return {};
  // Kinds of failure differ only in libvips's words.
  const bool is_unsupported =
      said.find("nsupported") != std::string::npos || said.find("not supported") != std::string::npos;
  return core::fail({.code = is_unsupported ? core::ErrorCode::unsupported_format : core::ErrorCode::corrupt_image,
                     .message = "The picture cannot be decoded: " + reason_in(said),
                     .field = {},
                     .cause = std::move(said)});
}

core::Size size_of(VipsImage* image) { return {vips_image_get_width(image), vips_image_get_height(image)}; }

core::Result<DecodedPixels> read_pixels(std::span<const std::byte> file, const Attempt& attempt) {
  const auto image = open_as_rgb(file, attempt);
  std::size_t length = 0;
  const Memory pixels(image ? vips_image_write_to_memory(image.get(), &length) : nullptr);
  SG_TRY(outcome_of(pixels != nullptr, attempt));
  DecodedPixels decoded;
  decoded.size = size_of(image.get());
  decoded.rgb.resize(static_cast<std::size_t>(decoded.size.pixels()) * 3);
  if (decoded.rgb.size() != length) return core::fail(core::internal_error("libvips delivered an unexpected size"));
  std::memcpy(decoded.rgb.data(), pixels.get(), length);
  return decoded;
}

core::Result<DecodedPixels> read_rows(std::span<const std::byte> file, const Attempt& attempt, RowTaker& taker) {
  constexpr int rows_at_once = 64;
  const auto image = open_as_rgb(file, attempt);
  if (!image) SG_TRY(outcome_of(false, attempt));
  DecodedPixels decoded{.size = size_of(image.get())};
  SG_TRY(taker.begin(decoded.size));
  const Handle<VipsRegion> region(vips_region_new(image.get()));
  bool is_read = true;
  for (int top = 0; top < decoded.size.height && is_read; top += rows_at_once) {
    const int rows = std::min(rows_at_once, decoded.size.height - top);
    const VipsRect strip{.left = 0, .top = top, .width = decoded.size.width, .height = rows};
    is_read = vips_region_prepare(region.get(), &strip) == 0;
    if (is_read) SG_TRY(taker.take(VIPS_REGION_ADDR(region.get(), 0, top), VIPS_REGION_LSKIP(region.get()), rows));
  }
  SG_TRY(outcome_of(is_read, attempt));
  return decoded;
}

// What the metadata reader found goes first; libvips also finds the tag in places that it does not look into
// (PNG's eXIf chunk). Of HEIF pictures, which libheif has turned already, libvips says "upright".
core::Orientation orientation_of(VipsImage* header, core::Orientation known) {
  const char* loader = nullptr;
  vips_image_get_string(header, VIPS_META_LOADER, &loader);
  vips_error_clear();
  if (loader != nullptr && std::string_view(loader).starts_with("heifload")) return core::Orientation::upright;
  if (known != core::Orientation::upright) return known;
  return static_cast<core::Orientation>(vips_image_get_orientation(header));
}

// libvips 8.14 takes a JPEG's early end for a warning, so JPEG must be read strictly.
VipsFailOn strictness_for(VipsImage* header) {
  const char* loader = nullptr;
  if (vips_image_get_typeof(header, VIPS_META_LOADER) == 0) return VIPS_FAIL_ON_ERROR;
  vips_image_get_string(header, VIPS_META_LOADER, &loader);
  return std::string_view(loader).starts_with("jpegload") ? VIPS_FAIL_ON_WARNING : VIPS_FAIL_ON_ERROR;
}

// Rubbish between the last scan and the end marker, which some cameras write, harms no pixel.
bool is_harmless_warning(std::string_view said) {
  return said.find("read gave 1 warnings") != said.npos && said.find("before marker 0xd9") != said.npos;
}

// libpng gives no row before it has filled an input buffer of 8 KiB, so of a short file that was cut nothing comes.
// A damaged picture of a single colour shows nobody anything.
bool shows_nothing(const DecodedPixels& decoded) {
  return !decoded.rgb.empty() &&
         std::ranges::adjacent_find(decoded.rgb, std::ranges::not_equal_to{}) == decoded.rgb.end();
}

using Read = std::function<core::Result<DecodedPixels>(const Attempt&)>;

core::Result<DecodedPixels> decode_locked(std::span<const std::byte> file, const DecodeWish& wish, const Read& read) {
  vips_error_clear();
  const auto header = open_header(file);
  if (!header) {
    auto said = take_error();
    return core::fail({.code = core::ErrorCode::corrupt_image,
                       .message = "The picture's header cannot be decoded: " + reason_in(said),
                       .field = {},
                       .cause = std::move(said)});
  }
  const core::Size stored{vips_image_get_width(header.get()), vips_image_get_height(header.get())};
  const auto orientation = orientation_of(header.get(), wish.orientation);
  const auto box = core::swaps_axes(orientation) ? wish.box.transposed() : wish.box;
  Attempt attempt{.target = core::fit_inside(stored, box),
                  .fail_on = strictness_for(header.get()),
                  .has_profile = vips_image_get_typeof(header.get(), VIPS_META_ICC_NAME) != 0,
                  .bits = significant_bits(header.get())};
  auto decoded = read(attempt);
  const bool is_harmless = !decoded && is_harmless_warning(decoded.error().cause);
  if (!decoded && (wish.allow_damaged || is_harmless)) {
    auto strict = std::move(decoded);
    attempt.fail_on = VIPS_FAIL_ON_NONE;
    decoded = read(attempt);
    if (decoded && !is_harmless && shows_nothing(*decoded)) return strict;
    if (decoded && !is_harmless) decoded->damage = strict.error().cause;
  }
  if (decoded) decoded->stored_size = stored, decoded->orientation = orientation;
  return decoded;
}

core::Result<DecodedPixels> decode_with(std::span<const std::byte> file, const DecodeWish& wish, const Read& read) {
  SG_TRY(start());
  // libvips has one error buffer for all threads: without the lock one picture's complaint meets another's.
  static std::mutex one_at_a_time;
  const std::scoped_lock lock(one_at_a_time);
  auto decoded = decode_locked(file, wish, read);
  vips_error_clear();
  return decoded;
}

}  // namespace

core::Result<DecodedPixels> decode(std::span<const std::byte> file, const DecodeWish& wish) {
  return decode_with(file, wish, [file](const Attempt& attempt) { return read_pixels(file, attempt); });
}

core::Result<DecodedPixels> decode_rows(std::span<const std::byte> file, const DecodeWish& wish, RowTaker& taker) {
  return decode_with(file, wish, [&](const Attempt& attempt) { return read_rows(file, attempt, taker); });
}

}  // namespace sightglass::imaging::vips
