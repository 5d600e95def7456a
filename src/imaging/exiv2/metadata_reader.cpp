#include "imaging/exiv2/metadata_reader.hpp"

#include <cstdint>
#include <exception>
#include <exiv2/exiv2.hpp>
#include <mutex>
#include <string>
#include <string_view>

#include "imaging/exiv2/camera_facts.hpp"
#include "imaging/exiv2/camera_trap.hpp"
#include "imaging/exiv2/capture_position.hpp"
#include "imaging/exiv2/capture_time.hpp"
#include "imaging/exiv2/fields.hpp"
#include "imaging/exiv2/heif_exif.hpp"
#include "imaging/exiv2/metadata_json.hpp"

namespace sightglass::imaging::exiv2 {
namespace {

constexpr std::size_t largest_exif = 16U << 20;  // with maker notes and previews; phones write about 100 KiB

// A comment in UTF-16 sends the library to iconv, which loads its tables from files: too late inside a sandbox.
void load_character_sets() {
  Exiv2::CommentValue comment("charset=Unicode \"warm\"");
  comment.comment();
  std::string text = "w";
  Exiv2::convertStringCharset(text, "ISO-8859-1", "UTF-8");
}

// One field group that breaks must not take the others with it.
template <typename Read>
void guarded(Read read) {
  try {
    read();
  } catch (const Exiv2::AnyError&) {
  } catch (const std::exception&) {
  }
}

// exiv2 does not find the Exif item of every HEIF file; what it finds itself is kept.
void add_heif_exif(std::span<const std::byte> file, Exiv2::ExifData& exif) {
  const auto tiff = find_heif_exif(file);
  if (tiff.empty() || tiff.size() > largest_exif) return;
  guarded([&] {
    Exiv2::ExifParser::decode(exif, reinterpret_cast<const Exiv2::byte*>(tiff.data()),
                              static_cast<std::uint32_t>(tiff.size()));
  });
}

core::CaptureMetadata read_fields(const Fields& fields, std::string_view comment) {
  core::CaptureMetadata metadata;
  guarded([&] { read_camera_facts(fields, metadata); });
  guarded([&] { read_capture_time(fields, metadata); });
  guarded([&] { metadata.position = read_position(fields); });
  guarded([&] { metadata.trap = read_trap_facts(fields, comment); });
  guarded([&] { metadata.json = metadata_json(fields); });
  return metadata;
}

}  // namespace

void warm_up_metadata() {
  static std::once_flag once;
  std::call_once(once, [] {
    Exiv2::LogMsg::setLevel(Exiv2::LogMsg::mute);
    Exiv2::XmpParser::initialize();
    // Reading HEIF and AVIF is off until it is asked for.
    Exiv2::enableBMFF(true);
    load_character_sets();
  });
}

core::Result<core::CaptureMetadata> read_metadata(std::span<const std::byte> file, core::MediaType type) {
  warm_up_metadata();
  // GIF can carry XMP, but exiv2 knows only the format's size.
  if (type == core::MediaType::gif || file.empty()) return core::CaptureMetadata{};
  try {
    const auto image =
        Exiv2::ImageFactory::open(reinterpret_cast<const Exiv2::byte*>(file.data()), static_cast<long>(file.size()));
    if (image.get() == nullptr) return core::CaptureMetadata{};
    std::string cause;
    try {
      image->readMetadata();
    } catch (const std::exception& error) {
      // What was read before the fault is kept: a photo cut short still has its date.
      cause = error.what();
    }
    const bool is_heif = type == core::MediaType::heic || type == core::MediaType::avif;
    if (is_heif && image->exifData().empty()) add_heif_exif(file, image->exifData());
    if (!cause.empty() && image->exifData().empty() && image->xmpData().empty()) {
      return core::fail({.code = core::ErrorCode::corrupt_image,
                         .message = "the picture's metadata cannot be read",
                         .field = {},
                         .cause = cause});
    }
    return read_fields({image->exifData(), image->xmpData()}, image->comment());
  } catch (const std::exception& error) {
    return core::fail({.code = core::ErrorCode::corrupt_image,
                       .message = "the picture's metadata cannot be read",
                       .field = {},
                       .cause = error.what()});
  }
}

}  // namespace sightglass::imaging::exiv2
