#include "imaging/recognise.hpp"

#include <algorithm>
#include <optional>

#include "imaging/byte_view.hpp"

namespace sightglass::imaging {

using core::MediaType;

namespace {

// Brands of ISO/IEC 23008-12 (HEIF), 10.2, and of the AV1 Image File Format, section 6.
std::optional<MediaType> media_type_of_brand(std::string_view brand) {
  if (brand == "avif" || brand == "avis") return MediaType::avif;
  for (const std::string_view known : {"heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"}) {
    if (brand == known) return MediaType::heic;
  }
  return std::nullopt;
}

// The `ftyp` box names a major brand and compatible ones; "mif1" alone says only "some HEIF".
std::optional<MediaType> recognise_heif(const ByteView& view) {
  if (!view.is_at(4, "ftyp")) return std::nullopt;
  const auto end = std::min<std::uint64_t>({view.u32_big(0), view.size(), 256});
  if (const auto type = media_type_of_brand(view.text(8, 4))) return type;
  bool is_generic = view.is_at(8, "mif1") || view.is_at(8, "msf1");
  for (std::uint64_t offset = 16; offset + 4 <= end; offset += 4) {
    if (const auto type = media_type_of_brand(view.text(offset, 4))) return type;
    is_generic = is_generic || view.is_at(offset, "mif1");
  }
  return is_generic ? std::optional(MediaType::heic) : std::nullopt;
}

// Classic and Big TIFF in both byte orders. Canon's raw files put "CR" behind the same start.
bool is_tiff(const ByteView& view) {
  using namespace std::string_view_literals;
  const bool has_magic = view.is_at(0, "II*\0"sv) || view.is_at(0, "MM\0*"sv) || view.is_at(0, "II+\0\x08\0"sv) ||
                         view.is_at(0, "MM\0+\0\x08"sv);
  return has_magic && !view.is_at(8, "CR\x02");
}

std::optional<MediaType> media_type_of(const ByteView& view) {
  if (view.is_at(0, "\xFF\xD8\xFF")) return MediaType::jpeg;
  if (view.is_at(0, "\x89PNG\r\n\x1A\n")) return MediaType::png;
  if (view.is_at(0, "RIFF") && view.is_at(8, "WEBP")) return MediaType::webp;
  if (view.is_at(0, "GIF87a") || view.is_at(0, "GIF89a")) return MediaType::gif;
  if (is_tiff(view)) return MediaType::tiff;
  return recognise_heif(view);
}

}  // namespace

std::string accepted_formats() { return "JPEG, PNG, WebP, TIFF, HEIC, AVIF and GIF"; }

core::Result<MediaType> recognise(std::span<const std::byte> file) {
  if (file.empty()) return core::fail(core::ErrorCode::corrupt_image, "The file is empty");
  if (const auto type = media_type_of(ByteView(file))) return *type;
  return core::fail(core::ErrorCode::unsupported_format,
                    "The file's content is not a picture format that is read here; accepted are " + accepted_formats());
}

}  // namespace sightglass::imaging
