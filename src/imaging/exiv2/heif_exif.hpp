// Finds the Exif item of a HEIF or AVIF file (ISO/IEC 23008-12, annex A; ISO/IEC 14496-12, 8.11). exiv2 0.27 reads
// only some layouts of the item table and misses the one that libheif writes.
#pragma once

#include <cstddef>
#include <span>

namespace sightglass::imaging::exiv2 {

// The TIFF structure inside `file`, starting at its byte-order mark; empty when the file has none that is sound.
// Linear in the file's size, and at most 4096 boxes and items are looked at.
std::span<const std::byte> find_heif_exif(std::span<const std::byte> file);

}  // namespace sightglass::imaging::exiv2
