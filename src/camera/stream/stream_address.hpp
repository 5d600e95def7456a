// Addresses of cameras that give a stream of video, and what of them may be shown.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace sightglass::camera::stream {

// In bytes; longer ones are refused.
inline constexpr std::size_t longest_address = 1024;

struct StreamAddress {
  enum class Kind : std::uint8_t { device, rtsp, http };
  Kind kind = Kind::device;
  std::string whole{};      // as a person wrote it, with what may be secret
  std::string shown{};      // without user, password, query and fragment, where cameras take passwords too
  bool is_secured = false;  // TLS
  std::uint16_t port = 0;   // of TCP; 0 of a device
};

// "/dev/video0", "/dev/v4l/by-id/NAME", "/dev/v4l/by-path/NAME", "rtsp://", "rtsps://", "http://", "https://". Error
// invalid_input "address", which never repeats the text.
core::Result<StreamAddress> parse_address(std::string_view text);

}  // namespace sightglass::camera::stream
