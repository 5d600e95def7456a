// Detectors and classifiers out of a model's description and its network.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "vision/detection/detector.hpp"
#include "vision/detection/model_input.hpp"
#include "vision/model_file.hpp"
#include "vision/network.hpp"

namespace sightglass::vision {

// Whether outputs of `layout` are boxes with labels.
bool is_detector(OutputLayout layout);

// `network` was loaded with network_plan_of(description). Errors: invalid_input for a description without labels or of
// another layout than a detector's.
core::Result<std::unique_ptr<Detector>> make_detector(ModelDescription description, std::unique_ptr<Network> network);

// What `outputs`, of a picture that lies in the input as `place` says, show. For callers that ran the network
// themselves.
core::Result<std::vector<Detection>> detections_of(std::span<const Tensor> outputs, const ModelDescription& description,
                                                   const PicturePlace& place, double least_confidence,
                                                   std::int32_t most);

struct ClassShare {
  std::string label{};
  double probability = 0;  // 0 … 1; all together 1
};

// Says what a whole picture shows. Not thread-safe. Blocks.
class Classifier {
 public:
  virtual ~Classifier() = default;
  // Every label, most probable first. Errors: invalid_input for a picture that is too small; internal, naming the
  // model, for outputs that are no probabilities of its labels.
  virtual core::Result<std::vector<ClassShare>> classify(const core::Raster& picture) = 0;
};

// For the layouts softmax and logits. Errors as make_detector.
core::Result<std::unique_ptr<Classifier>> make_classifier(ModelDescription description,
                                                          std::unique_ptr<Network> network);

}  // namespace sightglass::vision
