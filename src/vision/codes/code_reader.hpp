// Bar codes and matrix codes on a picture.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/box.hpp"
#include "core/raster.hpp"
#include "core/result.hpp"

namespace sightglass::vision {

struct FoundCode {
  std::string kind{};  // "qr", "data_matrix", "ean13", "code128", … : see code_text.hpp
  std::string text{};  // UTF-8; of binary content the bytes as hexadecimal digits
  bool is_binary = false;
  core::Box box{};  // pixels of the raster given
};

// `quick` is what every photo gets; `thorough` also tries copies of the picture that are scaled, sharpened, turned.
enum class CodeEffort : std::uint8_t { quick, thorough };

// Thread-safe. Blocks. A code that two readings disagree on is not reported.
class CodeReader {
 public:
  virtual ~CodeReader() = default;
  virtual core::Result<std::vector<FoundCode>> read(const core::Raster& picture, CodeEffort effort) = 0;
};

}  // namespace sightglass::vision
