// What a network's outputs say before it is cleared up: boxes with classes, many of them the same thing again.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/box.hpp"
#include "core/geometry.hpp"
#include "core/result.hpp"
#include "vision/model_file.hpp"
#include "vision/tensor.hpp"

namespace sightglass::vision {

struct Candidate {
  std::size_t label = 0;
  float confidence = 0;  // 0 … 1
  core::Box box{};       // pixels of the network's input
};

// What a layout's reader is told beside the outputs.
struct OutputFacts {
  std::string model{};  // for messages
  core::Size input{};
  std::size_t labels = 0;
  double least_confidence = 0;
};

// The candidates of at least facts.least_confidence, in no order. Errors: internal, naming the model, for outputs whose
// number or shapes are not those of the layout with so many labels, and for confidences outside of 0 … 1.
using Candidates = core::Result<std::vector<Candidate>>;
Candidates read_centernet(std::span<const Tensor> outputs, const OutputFacts& facts);
Candidates read_nanodet(std::span<const Tensor> outputs, const OutputFacts& facts);
Candidates read_yolov5(std::span<const Tensor> outputs, const OutputFacts& facts);
Candidates read_yolov8(std::span<const Tensor> outputs, const OutputFacts& facts);
Candidates read_ssd(std::span<const Tensor> outputs, const OutputFacts& facts);

// By layout. Errors: unsupported_format for one that is not a detector's, and as above.
Candidates read_candidates(OutputLayout layout, std::span<const Tensor> outputs, const OutputFacts& facts);

// Best first; of two with one label whose overlap passes `most_overlap` the better one stays, and
// of two with other labels when their boxes are all but the same; at most `most`.
std::vector<Candidate> without_repetitions(std::vector<Candidate> candidates, double most_overlap, std::size_t most);

}  // namespace sightglass::vision
