// Cuts a whole listing into pieces of one day each, so that a page knows its height before it loads any photo.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/result.hpp"
#include "database/database.hpp"
#include "database/photos.hpp"

namespace sightglass::database::photo_segments {

inline constexpr std::int32_t largest_segment = 200;  // photos: one listing request

struct Segment {
  std::int64_t day = 0;    // since 1970-01-01, of the sort's time in the asked-for zone
  std::int32_t count = 0;  // 1 … largest_segment
  // Sum over its photos of width / height of the display image, in thousandths, each held between 500 and 3000 (1000
  // where the size is not known): how wide they are in a row.
  std::int64_t ratio = 0;
  std::optional<photos::PageKey> after{};  // the listing of `count` photos behind it is the segment; nullopt: the first
};

// In the filter's order; its limit does not count. Blocks: reads every row that passes, about 0.2 s for a million
// without other conditions than the order's own.
core::Result<std::vector<Segment>> list(Session& session, const photos::Filter& filter,
                                        const photos::Visibility& visibility, std::int32_t offset_minutes);

}  // namespace sightglass::database::photo_segments
