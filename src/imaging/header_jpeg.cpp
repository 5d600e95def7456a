#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "imaging/header_readers.hpp"

namespace sightglass::imaging {

namespace {

// Marker codes of ITU-T T.81, table B.1.
constexpr std::uint8_t start_of_scan = 0xDA;
constexpr std::uint8_t end_of_image = 0xD9;
constexpr std::uint8_t application_2 = 0xE2;

// Three codes of this range are something else: Huffman tables, a reserved one, arithmetic conditioning.
bool is_start_of_frame(std::uint8_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}
// TEM, RSTn and SOI have no length behind them.
bool stands_alone(std::uint8_t marker) { return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8); }
// Baseline, extended and progressive, with Huffman or arithmetic coding: what libjpeg-turbo decodes.
bool is_decodable(std::uint8_t frame) {
  return frame == 0xC0 || frame == 0xC1 || frame == 0xC2 || frame == 0xC9 || frame == 0xCA;
}

// Walks the segments and, where it must, the scans behind them.
class JpegWalk {
 public:
  explicit JpegWalk(const ByteView& view) : view_(view) {}

  core::Result<PictureHeader> run() {
    while (const auto marker = next_marker()) {
      if (marker == end_of_image || has_all_) break;
      if (stands_alone(marker)) continue;
      const auto length = view_.u16_big(offset_);
      if (length < 2 || !view_.has(offset_, length)) break;
      SG_TRY(take_segment(marker, length));
      offset_ += length;
      if (marker == start_of_scan) skip_entropy_coded_data();
    }
    if (!has_frame_) return corrupt("The JPEG ends before its frame header");
    if (scans_ == 0) return corrupt("The JPEG holds no scan");
    header_.scans = scans_;
    return header_;
  }

 private:
  // 0 at the end of the file. Fill bytes and rubbish between segments are passed over, as libjpeg does.
  std::uint8_t next_marker() {
    for (; view_.has(offset_, 2); ++offset_) {
      if (view_.u8(offset_) != 0xFF) continue;
      const auto code = view_.u8(offset_ + 1);
      if (code == 0x00 || code == 0xFF) continue;
      offset_ += 2;
      return code;
    }
    return 0;
  }

  core::Result<void> take_segment(std::uint8_t marker, std::uint16_t length) {
    if (is_start_of_frame(marker)) return take_frame(marker, length);
    if (marker == application_2) take_profile(length);
    if (marker == start_of_scan) take_scan();
    return {};
  }

  core::Result<void> take_frame(std::uint8_t marker, std::uint16_t length) {
    // As libjpeg does: the size that the limits look at must be the one that is decoded.
    if (has_frame_) return corrupt("The JPEG holds two frame headers");
    if (!is_decodable(marker)) {
      return core::fail(core::ErrorCode::unsupported_format,
                        fmt::format("JPEG of kind SOF{} (lossless or hierarchical) is not read here", marker - 0xC0));
    }
    const auto components = view_.u8(offset_ + 7);
    if (length < 8 + 3 * components || components == 0) return corrupt("The JPEG's frame header is cut short");
    if (components > 4) return corrupt(fmt::format("The JPEG's frame header names {} components", components));
    header_.bits_per_channel = view_.u8(offset_ + 2);
    if (header_.bits_per_channel != 8) {
      return core::fail(core::ErrorCode::unsupported_format,
                        fmt::format("JPEG with {} bits per sample is not read here, only 8", header_.bits_per_channel));
    }
    header_.size = {view_.u16_big(offset_ + 5), view_.u16_big(offset_ + 3)};
    header_.channels = components;
    header_.needs_whole_picture = marker == 0xC2 || marker == 0xCA;
    header_.samples_per_pixel = samples_per_pixel(components);
    has_frame_ = true;
    return {};
  }

  // Sampling factors are relative to the largest of the frame (T.81, A.1.1).
  double samples_per_pixel(std::uint8_t components) const {
    int sum = 0;
    int widest = 1;
    int tallest = 1;
    for (std::uint64_t index = 0; index < components; ++index) {
      const auto factors = view_.u8(offset_ + 9 + 3 * index);
      sum += (factors >> 4) * (factors & 15);
      widest = std::max(widest, factors >> 4);
      tallest = std::max(tallest, factors & 15);
    }
    // Factors of zero in a hostile file must not make the estimate smaller than one plane.
    return std::clamp(static_cast<double>(sum) / (widest * tallest), 1.0, 4.0);
  }

  // Profiles split over several segments are never sRGB's, which is small (ICC.1:2010, B.4).
  void take_profile(std::uint16_t length) {
    using namespace std::string_view_literals;
    if (!view_.is_at(offset_ + 2, "ICC_PROFILE\0"sv) || length < 16) return;
    const bool is_whole = view_.u8(offset_ + 15) == 1 && header_.profile == ColourProfile::none;
    header_.profile =
        is_whole ? classify_profile(view_.bytes(offset_ + 16, std::uint64_t{length} - 16)) : ColourProfile::foreign;
  }

  void take_scan() {
    ++scans_;
    // One scan with every component: the rest of the file is pixels and need not be walked.
    const bool is_interleaved = view_.u8(offset_ + 2) == header_.channels;
    has_all_ = has_frame_ && is_interleaved && !header_.needs_whole_picture;
    if (!is_interleaved) header_.needs_whole_picture = true;
  }

  void skip_entropy_coded_data() {
    if (has_all_) return;
    while (view_.has(offset_, 2)) {
      const auto rest = view_.text(offset_, view_.size());
      // Scans are nearly the whole file, hence memchr.
      const auto* found = static_cast<const char*>(std::memchr(rest.data(), 0xFF, rest.size()));
      if (found == nullptr) break;
      offset_ += static_cast<std::uint64_t>(found - rest.data());
      const auto code = view_.u8(offset_ + 1);
      // Stuffed zeros (T.81, B.1.1.5) and restart markers do not end a scan; a fill byte may stand before a marker.
      if (code != 0x00 && code != 0xFF && !(code >= 0xD0 && code <= 0xD7)) return;
      offset_ += code == 0xFF ? 1 : 2;
    }
    offset_ = view_.size();
  }

  const ByteView& view_;
  PictureHeader header_{};
  std::uint64_t offset_ = 2;
  std::int32_t scans_ = 0;
  bool has_frame_ = false;
  bool has_all_ = false;
};

}  // namespace

core::Result<PictureHeader> read_jpeg_header(const ByteView& view) { return JpegWalk(view).run(); }

}  // namespace sightglass::imaging
