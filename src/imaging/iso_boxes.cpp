#include "imaging/iso_boxes.hpp"

#include <algorithm>

namespace sightglass::imaging {

IsoBoxWalk::IsoBoxWalk(const ByteView& file, std::uint64_t begin, std::uint64_t end)
    : file_(file), at_(begin), end_(std::min(end, file.size())) {
  if (at_ > end_) at_ = end_;
}

std::optional<IsoBox> IsoBoxWalk::next() {
  // Compared by subtraction: a 64-bit length added to an offset could wrap around to a place that looks sound.
  const auto room = end_ - at_;
  std::uint64_t head = 8;
  if (left_ == 0 || room < head) return std::nullopt;
  std::uint64_t length = file_.u32_big(at_);
  if (length == 1) {
    head = 16;
    length = file_.u64_big(at_ + 8);
  } else if (length == 0) {
    length = room;  // "to the end of the file"; inside another box some writers mean that one's end
  }
  // Behind a box of unknown length nothing can be told from rubbish, so the walk is over.
  if (length < head || length > room) {
    left_ = 0;
    return std::nullopt;
  }
  --left_;
  const IsoBox box{file_.text(at_ + 4, 4), at_ + head, at_ + length};
  at_ = box.end;
  return box;
}

std::optional<IsoBox> IsoBoxWalk::next(std::string_view type) {
  auto box = next();
  while (box && box->type != type) box = next();
  return box;
}

}  // namespace sightglass::imaging
