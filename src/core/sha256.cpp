#include "core/sha256.hpp"

namespace sightglass::core {
namespace {

// Lower case only, as digits() writes: equal hashes have equal texts.
int digit_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

}  // namespace

std::array<char, 64> Sha256::digits() const {
  static constexpr std::string_view digit = "0123456789abcdef";
  std::array<char, 64> hex;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    hex[2 * i] = digit[bytes[i] >> 4];
    hex[2 * i + 1] = digit[bytes[i] & 15];
  }
  return hex;
}

std::string Sha256::to_hex() const {
  const auto hex = digits();
  return {hex.data(), hex.size()};
}

std::optional<Sha256> Sha256::from_hex(std::string_view hex) {
  if (hex.size() != 64) return std::nullopt;
  Sha256 value;
  for (std::size_t i = 0; i < 32; ++i) {
    const int high = digit_value(hex[2 * i]);
    const int low = digit_value(hex[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    value.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return value;
}

}  // namespace sightglass::core
