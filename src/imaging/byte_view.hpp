// Bounded reading of numbers from a file's bytes: a position outside the file reads as zero, never past the end.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sightglass::imaging {

// Borrows the bytes. Offsets are 64 bit, so that sums of two 32-bit fields from a file cannot wrap.
class ByteView {
 public:
  explicit ByteView(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::uint64_t size() const { return bytes_.size(); }
  bool has(std::uint64_t offset, std::uint64_t count) const {
    return offset <= bytes_.size() && count <= bytes_.size() - offset;
  }
  std::uint8_t u8(std::uint64_t offset) const {
    return offset < bytes_.size() ? std::to_integer<std::uint8_t>(bytes_[offset]) : std::uint8_t{0};
  }
  std::uint16_t u16_big(std::uint64_t offset) const {
    return static_cast<std::uint16_t>(u8(offset) << 8 | u8(offset + 1));
  }
  std::uint16_t u16_little(std::uint64_t offset) const {
    return static_cast<std::uint16_t>(u8(offset + 1) << 8 | u8(offset));
  }
  std::uint32_t u24_little(std::uint64_t offset) const {
    return std::uint32_t{u16_little(offset)} | std::uint32_t{u8(offset + 2)} << 16;
  }
  std::uint32_t u32_big(std::uint64_t offset) const {
    return std::uint32_t{u16_big(offset)} << 16 | u16_big(offset + 2);
  }
  std::uint32_t u32_little(std::uint64_t offset) const {
    return std::uint32_t{u16_little(offset + 2)} << 16 | u16_little(offset);
  }
  std::uint64_t u64_big(std::uint64_t offset) const {
    return std::uint64_t{u32_big(offset)} << 32 | u32_big(offset + 4);
  }
  std::uint64_t u64_little(std::uint64_t offset) const {
    return std::uint64_t{u32_little(offset + 4)} << 32 | u32_little(offset);
  }
  // True when `text` stands at `offset`; text may hold NUL bytes.
  bool is_at(std::uint64_t offset, std::string_view text) const { return this->text(offset, text.size()) == text; }
  // Up to `count` bytes from `offset`, fewer at the end of the file.
  std::string_view text(std::uint64_t offset, std::uint64_t count) const {
    if (offset >= bytes_.size()) return {};
    const auto rest = bytes_.subspan(offset);
    return {reinterpret_cast<const char*>(rest.data()),
            static_cast<std::size_t>(std::min<std::uint64_t>(count, rest.size()))};
  }
  std::span<const std::byte> bytes(std::uint64_t offset, std::uint64_t count) const {
    if (!has(offset, count)) return {};
    return bytes_.subspan(offset, count);
  }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace sightglass::imaging
