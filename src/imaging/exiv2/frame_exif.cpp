#include "imaging/exiv2/frame_exif.hpp"

#include <algorithm>
#include <cmath>
#include <exiv2/exiv2.hpp>

#include "imaging/exiv2/metadata_reader.hpp"

namespace sightglass::imaging::exiv2 {

namespace {

using core::Result;

bool is_ascii(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

// EXIF has ASCII and 16-bit Unicode. What fits neither (an emoji, broken UTF-8) goes as it is, without a claim.
std::string comment_value(const std::string& text) {
  if (is_ascii(text)) return "charset=Ascii " + text;
  auto copy = text;
  const bool fits = Exiv2::convertStringCharset(copy, "UTF-8", "UCS-2LE");
  return (fits ? "charset=Unicode " : "charset=Undefined ") + text;
}

// Nanoseconds while their number fits 32 bits, else microseconds and so on: an hour still has a thousandth of a second.
Exiv2::URational exposure_value(double seconds) {
  std::uint32_t denominator = 1'000'000'000;
  while (denominator > 1 && seconds * denominator > 4e9) denominator /= 1000;
  const auto numerator = static_cast<std::uint32_t>(std::llround(seconds * denominator));
  return {std::max(numerator, 1U), denominator};
}

void set_time(core::Instant taken_at, Exiv2::ExifData& exif) {
  auto text = core::to_iso8601(taken_at);  // 2026-11-21T04:12:33.123456Z
  text[4] = text[7] = ':';
  text[10] = ' ';
  exif["Exif.Photo.DateTimeOriginal"] = text.substr(0, 19);
  exif["Exif.Photo.SubSecTimeOriginal"] = text.substr(20, 6);
  exif["Exif.Photo.OffsetTimeOriginal"] = std::string("+00:00");
}

Exiv2::ExifData fields_of(const DevelopPlan& plan) {
  Exiv2::ExifData exif;
  if (!plan.make.empty()) exif["Exif.Image.Make"] = plan.make;
  if (!plan.model.empty()) exif["Exif.Image.Model"] = plan.model;
  if (!plan.serial.empty()) exif["Exif.Photo.BodySerialNumber"] = plan.serial;
  if (plan.taken_at) set_time(*plan.taken_at, exif);
  if (plan.exposure_seconds) exif["Exif.Photo.ExposureTime"] = exposure_value(*plan.exposure_seconds);
  if (!plan.comment.empty()) exif["Exif.Photo.UserComment"] = comment_value(plan.comment);
  return exif;
}

template <typename Write>
Result<std::string> translated(Write write) {
  warm_up_metadata();
  try {
    return write();
  } catch (const std::exception& error) {
    return core::fail(core::internal_error("the frame's metadata cannot be written", error.what()));
  }
}

char upper_byte(std::size_t number) { return static_cast<char>((number >> 8) & 0xff); }
char lower_byte(std::size_t number) { return static_cast<char>(number & 0xff); }

}  // namespace

Result<std::string> frame_exif(const DevelopPlan& plan) {
  return translated([&] {
    Exiv2::Blob blob;
    Exiv2::ExifParser::encode(blob, Exiv2::littleEndian, fields_of(plan));
    return std::string(blob.begin(), blob.end());
  });
}

std::string with_exif_segment(std::string_view jpeg, std::string_view exif) {
  // SOI, then JFIF's segment: FF E0, its length with the two bytes of the length itself.
  std::size_t place = 2;
  if (jpeg.size() > 6 && jpeg.substr(2, 2) == "\xff\xe0")
    place = 4 + (std::size_t{static_cast<unsigned char>(jpeg[4])} << 8) + static_cast<unsigned char>(jpeg[5]);
  static constexpr std::string_view identifier("Exif\0\0", 6);
  const auto length = 2 + identifier.size() + exif.size();
  std::string file;
  file.reserve(jpeg.size() + length + 2);
  file.append(jpeg.substr(0, place)).append("\xff\xe1").append({upper_byte(length), lower_byte(length)});
  return file.append(identifier).append(exif).append(jpeg.substr(place));
}

Result<std::string> with_exif_fields(std::string_view tiff, const DevelopPlan& plan) {
  return translated([&] {
    const auto image =
        Exiv2::ImageFactory::open(reinterpret_cast<const Exiv2::byte*>(tiff.data()), static_cast<long>(tiff.size()));
    image->readMetadata();
    for (const auto& field : fields_of(plan)) image->exifData().add(field);
    image->writeMetadata();
    auto& io = image->io();
    const std::size_t size = io.size();
    io.open();
    const auto* bytes = io.mmap();
    return std::string(reinterpret_cast<const char*>(bytes), size);
  });
}

}  // namespace sightglass::imaging::exiv2
