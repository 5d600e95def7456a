// One reader per container format; each fills a PictureHeader from a bounded view. See header.hpp.
#pragma once

#include "imaging/byte_view.hpp"
#include "imaging/header.hpp"

namespace sightglass::imaging {

core::Result<PictureHeader> read_jpeg_header(const ByteView& view);  // ITU-T T.81, annex B
core::Result<PictureHeader> read_png_header(const ByteView& view);   // ISO/IEC 15948, 11.2.2
core::Result<PictureHeader> read_webp_header(const ByteView& view);  // RFC 9649
core::Result<PictureHeader> read_gif_header(const ByteView& view);   // GIF89a, 18
core::Result<PictureHeader> read_tiff_header(const ByteView& view);  // TIFF 6.0 and BigTIFF, first directory
core::Result<PictureHeader> read_heif_header(const ByteView& view);  // ISO/IEC 23008-12, `ispe` properties

inline std::unexpected<core::Error> corrupt(std::string message) {
  return core::fail(core::ErrorCode::corrupt_image, std::move(message));
}

}  // namespace sightglass::imaging
