#include "stations/camera_address.hpp"

#include <charconv>
#include <optional>

namespace sightglass::stations {
namespace {

constexpr std::string_view mask = "•••";
constexpr std::string_view seal = "sealed-";

// What stands around "name:password", with the scheme's slashes and the '@'.
struct Split {
  std::string_view before{}, sign_in{}, behind{};
};

std::optional<Split> split(std::string_view address) {
  const auto scheme = address.find("://");
  if (scheme == std::string_view::npos) return std::nullopt;
  const auto begin = scheme + 3;
  const auto at = address.substr(begin, address.find('/', begin) - begin).rfind('@');
  if (at == std::string_view::npos) return std::nullopt;
  return Split{address.substr(0, begin), address.substr(begin, at), address.substr(begin + at)};
}

std::string joined(const Split& parts, std::string_view sign_in) {
  std::string text(parts.before);
  return text.append(sign_in).append(parts.behind);
}

std::string hex_of(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text.push_back(digits[value >> 4U]);
    text.push_back(digits[value & 15U]);
  }
  return text;
}

// Empty for what is no hexadecimal text; nobody has sealed that.
std::string bytes_of(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    unsigned value = 0;
    const auto* const end = hex.data() + i + 2;
    if (std::from_chars(hex.data() + i, end, value, 16).ptr != end) return {};
    bytes.push_back(static_cast<char>(value));
  }
  return bytes;
}

std::string purpose_of(core::CameraId camera) { return "camera " + camera.to_string(); }

}  // namespace

std::string shown_address(std::string_view address) {
  const auto parts = split(address);
  return parts ? joined(*parts, mask) : std::string(address);
}

bool is_masked_address(std::string_view address) {
  const auto parts = split(address);
  return parts && parts->sign_in == mask;
}

bool is_sealed_address(std::string_view address) {
  const auto parts = split(address);
  return parts && parts->sign_in.starts_with(seal);
}

std::string sealed_address(std::string_view address, const accounts::SealedSecrets& secrets, core::CameraId camera) {
  const auto parts = split(address);
  if (!parts || parts->sign_in.starts_with(seal)) return std::string(address);
  return joined(*parts, std::string(seal) + hex_of(secrets.seal(parts->sign_in, purpose_of(camera))));
}

core::Result<std::string> whole_address(std::string_view address, const accounts::SealedSecrets& secrets,
                                        core::CameraId camera) {
  const auto parts = split(address);
  if (!parts || !parts->sign_in.starts_with(seal)) return std::string(address);
  SG_ASSIGN(const auto sign_in, secrets.unseal(bytes_of(parts->sign_in.substr(seal.size())), purpose_of(camera)));
  return joined(*parts, sign_in);
}

}  // namespace sightglass::stations
