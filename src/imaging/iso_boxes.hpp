// Walks the boxes of an ISO base media file (ISO/IEC 14496-12, 4.2), which HEIF and AVIF files are.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "imaging/byte_view.hpp"

namespace sightglass::imaging {

// A part of the file; offsets count from its beginning, and begin <= end <= its size.
struct IsoBox {
  std::string_view type{};    // four characters, borrowed from the file
  std::uint64_t content = 0;  // offset of what follows the box's own header
  std::uint64_t end = 0;
  std::uint64_t size() const { return end - content; }
};

// The boxes of one level, in their order. Stops for good at the first one that is not sound: shorter than its header,
// or reaching over the end of what holds it. Never descends, so that nesting costs nothing but what a caller follows;
// as boxes of one level do not overlap, following every one of them stays linear in the file's size.
class IsoBoxWalk {
 public:
  // Of one level; real files hold a few hundred tiles at most.
  static constexpr int most_boxes = 4096;

  explicit IsoBoxWalk(const ByteView& file) : IsoBoxWalk(file, 0, file.size()) {}
  // Between two offsets, which may lie anywhere; only what is inside the file is walked. Borrows `file`.
  IsoBoxWalk(const ByteView& file, std::uint64_t begin, std::uint64_t end);

  std::optional<IsoBox> next();
  // The next box of this type; nullopt when none follows.
  std::optional<IsoBox> next(std::string_view type);

 private:
  const ByteView& file_;
  std::uint64_t at_;
  std::uint64_t end_;
  int left_ = most_boxes;
};

inline IsoBoxWalk children(const ByteView& file, const IsoBox& box) { return {file, box.content, box.end}; }
// Of a full box (4.2.2), whose content begins with a byte of version and three of flags.
inline IsoBoxWalk children_of_full(const ByteView& file, const IsoBox& box) { return {file, box.content + 4, box.end}; }

}  // namespace sightglass::imaging
