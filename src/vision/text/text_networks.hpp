// The networks that reading text needs, each loaded when it is first asked for.
#pragma once

#include <cstdint>
#include <vector>

#include "core/result.hpp"
#include "vision/loaded_model.hpp"

namespace sightglass::vision {

// Not thread-safe. Blocks. Errors: not_found when no such model is installed; others when it cannot be used.
class TextNetworks {
 public:
  virtual ~TextNetworks() = default;
  virtual core::Result<LoadedModel> finder() = 0;
  // Widths in pixels that lines can be read at, rising; never empty in an answer without error.
  virtual core::Result<std::vector<std::int32_t>> widths() = 0;
  virtual core::Result<LoadedModel> recogniser(std::int32_t width) = 0;  // one of widths()
  // Tells text that is upside down. Not everybody has it.
  virtual core::Result<LoadedModel> direction() = 0;
};

}  // namespace sightglass::vision
