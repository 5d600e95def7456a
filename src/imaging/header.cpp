#include "imaging/header.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "imaging/header_readers.hpp"

namespace sightglass::imaging {

using core::MediaType;

namespace {

std::unexpected<core::Error> over(std::string_view limit, std::string_view what, std::int64_t value,
                                  std::int64_t allowed) {
  return core::fail(core::ErrorCode::too_large, fmt::format("The picture has {} {}; at most {} are accepted (limit {})",
                                                            value, what, allowed, limit));
}

core::Result<PictureHeader> read_by_type(const ByteView& view, MediaType type) {
  switch (type) {
    case MediaType::jpeg: return read_jpeg_header(view);
    case MediaType::png: return read_png_header(view);
    case MediaType::webp: return read_webp_header(view);
    case MediaType::gif: return read_gif_header(view);
    case MediaType::tiff: return read_tiff_header(view);
    case MediaType::heic:
    case MediaType::avif: return read_heif_header(view);
  }
  return core::fail(core::ErrorCode::unsupported_format, "This kind of picture is not read here");
}

// libvips keeps a few hundred lines of a picture that it reads from top to bottom.
std::int64_t line_cache_bytes(const PictureHeader& header, std::int64_t bytes_per_pixel) {
  return bytes_per_pixel * header.size.width * std::min<std::int64_t>(header.size.height, 512);
}

// Both decoders of JPEG scale by powers of two while they decode, to no less than the target.
std::int64_t scaled_pixels(core::Size size, core::Size target) {
  for (const int denominator : {8, 4, 2}) {
    const core::Size scaled{size.width / denominator + 1, size.height / denominator + 1};
    if (scaled.width >= target.width && scaled.height >= target.height) return scaled.pixels();
  }
  return size.pixels();
}

std::int64_t jpeg_bytes(const PictureHeader& header, core::Size target) {
  // libjpeg keeps two bytes per coefficient when the picture does not come in one interleaved scan.
  const auto samples = static_cast<std::int64_t>(static_cast<double>(header.size.pixels()) * header.samples_per_pixel);
  const auto coefficients = header.needs_whole_picture ? 2 * samples : 0;
  const auto scaled = scaled_pixels(header.size, core::fit_inside(header.size, target)) * header.channels;
  // Behind the decoder: planes go straight to the encoder's, or, when colours must be converted, through RGB.
  const bool is_converted = header.profile == ColourProfile::foreign || header.channels == 4;
  return coefficients + scaled + target.pixels() * (is_converted ? 10 : 5);
}

// libwebp scales while it decodes. Of a lossy frame it holds some rows of macroblocks, of a lossless one every pixel.
std::int64_t webp_bytes(const PictureHeader& header) {
  return header.is_lossless ? header.size.pixels() * 5 : line_cache_bytes(header, 3);
}

}  // namespace

core::Result<PictureHeader> read_header(std::span<const std::byte> file, MediaType type) {
  SG_ASSIGN(auto header, read_by_type(ByteView(file), type));
  header.media_type = type;
  if (header.size.width <= 0 || header.size.height <= 0) {
    return corrupt(fmt::format("The picture's header says {} × {} pixels", header.size.width, header.size.height));
  }
  return header;
}

std::int64_t estimated_decode_bytes(const PictureHeader& header, core::Size target) {
  const auto pixels = header.size.pixels();
  const auto pixel_bytes = std::int64_t{header.channels} * std::max(header.bits_per_channel / 8, 1);
  const auto output = target.pixels() * 16;
  switch (header.media_type) {
    case MediaType::jpeg: return jpeg_bytes(header, target);
    case MediaType::png:
      return (header.needs_whole_picture ? pixels * pixel_bytes : line_cache_bytes(header, pixel_bytes)) + output;
    case MediaType::webp: return webp_bytes(header) + output;
    case MediaType::gif: return pixels * 8 + output;
    case MediaType::tiff: return 2 * header.largest_block_bytes + line_cache_bytes(header, pixel_bytes) + output;
    // Decoder planes with their references, then interleaved RGB; twice that above eight bits.
    case MediaType::heic:
    case MediaType::avif: return pixels * (header.bits_per_channel > 8 ? 12 : 7) + output;
  }
  return pixels * 8 + output;
}

std::int64_t estimated_tiling_bytes(const PictureHeader& header) {
  const bool is_heif = header.media_type == MediaType::heic || header.media_type == MediaType::avif;
  const bool is_halved = is_heif || (header.media_type == MediaType::jpeg && header.samples_per_pixel <= 1.5);
  const auto pixels = header.size.pixels();
  const auto planes = is_halved ? pixels * 3 / 2 : pixels * 3;
  // Decoding fills the planes; turning them, later, takes another one, or all of them where sides are odd.
  const auto turning = is_halved ? planes : pixels;
  return planes + std::max(estimated_decode_bytes(header, {1, 1}), turning);
}

core::Result<void> check_file_bytes(std::int64_t file_bytes, const Limits& limits) {
  if (file_bytes > limits.max_bytes) return over("max_bytes", "bytes", file_bytes, limits.max_bytes);
  return {};
}

namespace {

core::Result<void> check_size(const PictureHeader& header, const Limits& limits) {
  const auto longest = std::max(header.size.width, header.size.height);
  if (longest > limits.max_side) return over("max_side", "pixels on its longer side", longest, limits.max_side);
  if (header.size.pixels() > limits.max_pixels) {
    return over("max_pixels", "pixels", header.size.pixels(), limits.max_pixels);
  }
  // Each scan goes over the whole picture again, and thousands of them fit into a small file.
  if (header.scans > limits.max_scans) return over("max_scans", "scans", header.scans, limits.max_scans);
  return {};
}

core::Result<void> check_memory(std::int64_t bytes, const Limits& limits) {
  if (bytes <= limits.max_decode_bytes) return {};
  return core::fail(core::ErrorCode::too_large,
                    fmt::format("Decoding the picture would take about {} bytes of memory; at most {} are allowed "
                                "(limit max_decode_bytes)",
                                bytes, limits.max_decode_bytes));
}

}  // namespace

// The size first: what a header may say is more than an estimate of bytes can be counted in.
core::Result<void> check_header(const PictureHeader& header, core::Size target, const Limits& limits) {
  SG_TRY(check_size(header, limits));
  return check_memory(estimated_decode_bytes(header, target), limits);
}

core::Result<void> check_header_for_tiles(const PictureHeader& header, const Limits& limits) {
  SG_TRY(check_size(header, limits));
  return check_memory(estimated_tiling_bytes(header), limits);
}

}  // namespace sightglass::imaging
