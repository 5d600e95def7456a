// A SHA-256 value (FIPS 180-4). Computing one lives with the code that has the bytes (storage/hashing.hpp).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sightglass::core {

struct Sha256 {
  std::array<std::uint8_t, 32> bytes{};
  auto operator<=>(const Sha256&) const = default;
  std::array<char, 64> digits() const;  // what to_hex() says, without memory of its own
  std::string to_hex() const;           // 64 lower-case digits
  static std::optional<Sha256> from_hex(std::string_view hex);
};

}  // namespace sightglass::core
