#include "core/sha256.hpp"

namespace sightglass::core {
namespace {

int digit_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

}  // namespace

std::string Sha256::to_hex() const {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  hex.reserve(64);
  for (auto byte : bytes) {
    hex += digits[byte >> 4];
    hex += digits[byte & 15];
  }
  return hex;
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
