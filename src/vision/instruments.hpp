// What looks at pictures, as the steps of an analysis ask for it. Nothing is loaded before somebody asks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "vision/codes/code_reader.hpp"
#include "vision/embedding/embedder.hpp"
#include "vision/readings/meter_reader.hpp"
#include "vision/text/text_reader.hpp"

namespace sightglass::vision {

// Not thread-safe: one for each task worker. What it hands out is its own and good until the next call. Blocks while a
// network is loaded.
class Instruments {
 public:
  virtual ~Instruments() = default;
  // "name@version" of the model that does a task ("embedding", "text-recogniser", …); empty when none is installed.
  virtual std::string model_of(std::string_view task) = 0;
  // The labels that the description of a task's model counts to a group, such as "animal"; none without a model, a
  // description that can be read, or the group.
  virtual std::vector<std::string> labels_of(std::string_view task, std::string_view group) = 0;
  // Errors: not_found when no model for it is installed; others when it cannot be used.
  virtual core::Result<Embedder*> embedder() = 0;
  virtual core::Result<TextReader*> text_reader() = 0;
  virtual core::Result<CodeReader*> code_reader() = 0;
  // Always there; what it lacks models for it says when it is asked to read.
  virtual core::Result<MeterReader*> meter_reader() = 0;
};

}  // namespace sightglass::vision
