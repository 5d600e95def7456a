// The networks that reading meters needs, each loaded when it is first asked for.
#pragma once

#include "core/result.hpp"
#include "vision/loaded_model.hpp"
#include "vision/text/text_networks.hpp"
#include "vision/text/text_reader.hpp"

namespace sightglass::vision {

// Not thread-safe. Blocks. What is handed out is good until the next call. Errors: not_found when no such model is
// installed; others when it cannot be used.
class MeterNetworks {
 public:
  virtual ~MeterNetworks() = default;
  // A hundred logits of 0.0, 0.1, … 9.9.
  virtual core::Result<LoadedModel> wheels() = 0;
  virtual core::Result<LoadedModel> needles() = 0;
  // Reads lines of seven-segment digits as a recogniser reads text.
  virtual core::Result<LoadedModel> display() = 0;
  virtual TextNetworks& text() = 0;
  // Finds displays on whole photos.
  virtual core::Result<TextReader*> text_reader() = 0;
};

}  // namespace sightglass::vision
