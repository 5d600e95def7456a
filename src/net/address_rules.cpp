#include "net/address_rules.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>

namespace sightglass::net {
namespace {

using Six = std::array<std::uint8_t, 16>;

struct Block4 {
  std::uint32_t first;
  int bits;
};

constexpr std::uint32_t four(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

// The IANA IPv4 special-purpose register, with multicast (RFC 5771).
constexpr std::array forbidden4{
    Block4{four(0, 0, 0, 0), 8},        // this network
    Block4{four(10, 0, 0, 0), 8},       // private
    Block4{four(100, 64, 0, 0), 10},    // carrier-grade NAT
    Block4{four(127, 0, 0, 0), 8},      // loopback
    Block4{four(169, 254, 0, 0), 16},   // link-local
    Block4{four(172, 16, 0, 0), 12},    // private
    Block4{four(192, 0, 0, 0), 24},     // protocol assignments
    Block4{four(192, 0, 2, 0), 24},     // documentation
    Block4{four(192, 31, 196, 0), 24},  // AS112
    Block4{four(192, 52, 193, 0), 24},  // AMT
    Block4{four(192, 88, 99, 0), 24},   // relays of 6to4, withdrawn
    Block4{four(192, 168, 0, 0), 16},   // private
    Block4{four(192, 175, 48, 0), 24},  // AS112
    Block4{four(198, 18, 0, 0), 15},    // benchmarking
    Block4{four(198, 51, 100, 0), 24},  // documentation
    Block4{four(203, 0, 113, 0), 24},   // documentation
    Block4{four(224, 0, 0, 0), 4},      // multicast
    Block4{four(240, 0, 0, 0), 4},      // reserved, and broadcast
};

bool is_public4(std::uint32_t address) {
  return std::ranges::none_of(forbidden4, [&](const Block4& block) {
    const auto mask = ~std::uint32_t{0} << (32 - block.bits);
    return (address & mask) == block.first;
  });
}

std::uint32_t four_at(const Six& six, std::size_t at) {
  return four(six.at(at), six.at(at + 1), six.at(at + 2), six.at(at + 3));
}

bool starts_with(const Six& six, std::initializer_list<std::uint8_t> bytes) {
  return std::ranges::equal(bytes, std::span(six).first(bytes.size()));
}

// Forms that hold an IPv4 address, which is the one that is spoken to in the end.
bool holds_forbidden4(const Six& six) {
  const auto zeros = [&](std::size_t from, std::size_t to) {
    return std::all_of(six.begin() + static_cast<std::ptrdiff_t>(from), six.begin() + static_cast<std::ptrdiff_t>(to),
                       [](std::uint8_t byte) { return byte == 0; });
  };
  if (zeros(0, 12)) return true;  // compatible (withdrawn, RFC 4291), with :: and ::1
  if (zeros(0, 10) && six[10] == 0xff && six[11] == 0xff) return !is_public4(four_at(six, 12));      // mapped
  if (zeros(0, 8) && six[8] == 0xff && six[9] == 0xff && six[10] == 0 && six[11] == 0) return true;  // translated
  if (starts_with(six, {0x00, 0x64, 0xff, 0x9b})) {
    // NAT64: the well-known prefix (RFC 6052) says which; a local one (RFC 8215) may put the address anywhere.
    return !zeros(4, 12) || !is_public4(four_at(six, 12));
  }
  if (starts_with(six, {0x20, 0x02})) return !is_public4(four_at(six, 2));  // 6to4
  if (starts_with(six, {0x20, 0x01, 0x00, 0x00})) return true;              // Teredo: two inside, one of them hidden
  // ISATAP (RFC 5214) below any prefix.
  const bool is_isatap = (six[8] & 0xfc) == 0 && six[9] == 0 && six[10] == 0x5e && six[11] == 0xfe;
  return is_isatap && !is_public4(four_at(six, 12));
}

// Only 2000::/3 is given out to the public internet; within it the IANA IPv6 special-purpose register.
bool is_public6(const Six& six) {
  if (holds_forbidden4(six)) return false;
  if (starts_with(six, {0x00, 0x64, 0xff, 0x9b})) return true;
  if (starts_with(six, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff})) return true;
  if ((six[0] & 0xe0) != 0x20) return false;
  if (starts_with(six, {0x20, 0x01}) && (six[2] & 0xfe) == 0) return false;  // 2001::/23: protocol assignments
  if (starts_with(six, {0x20, 0x01, 0x0d, 0xb8})) return false;              // documentation
  if (starts_with(six, {0x3f, 0xff}) && (six[2] & 0xf0) == 0) return false;  // documentation (RFC 9637)
  return !starts_with(six, {0x26, 0x20, 0x00, 0x4f, 0x80, 0x00});            // AS112
}

}  // namespace

bool is_public(const sockaddr& address, socklen_t length) {
  if (address.sa_family == AF_INET && length >= sizeof(sockaddr_in)) {
    sockaddr_in in{};
    std::memcpy(&in, &address, sizeof(in));
    return is_public4(ntohl(in.sin_addr.s_addr));
  }
  if (address.sa_family == AF_INET6 && length >= sizeof(sockaddr_in6)) {
    sockaddr_in6 in{};
    std::memcpy(&in, &address, sizeof(in));
    Six six{};
    std::memcpy(six.data(), &in.sin6_addr, six.size());
    return is_public6(six);
  }
  return false;
}

}  // namespace sightglass::net
