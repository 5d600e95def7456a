// What a picture may cost before it is decoded. Checked against its header, never after the fact.
#pragma once

#include <cstdint>

namespace sightglass::imaging {

struct Limits {
  std::int64_t max_bytes = 50LL << 20;          // of the file
  std::int64_t max_pixels = 100'000'000;        // width × height as stored
  std::int32_t max_side = 65'500;               // pixels; JPEG's own limit is 65,535
  std::int32_t max_scans = 200;                 // of a progressive JPEG; libjpeg-turbo's fuzzers stop at 500
  std::int64_t max_decode_bytes = 512LL << 20;  // estimated peak memory of the decoder for this header
  std::int32_t timeout_ms = 20'000;             // wall time for one picture in the decoder
};

}  // namespace sightglass::imaging
