// ONNX files of strangers, read into plain structs.
#pragma once

#include <string_view>

#include "core/result.hpp"
#include "vision/conversion/onnx_model.hpp"

namespace sightglass::vision {

struct OnnxLimits {
  std::size_t bytes = std::size_t{256} << 20;
  std::size_t nodes = 20'000;
  std::size_t constants = 50'000;
  std::size_t names = 400'000;                  // inputs, outputs and attributes of all nodes, and described edges
  std::size_t integers = std::size_t{4} << 20;  // of all constants that are not real numbers, and of lists
  std::size_t dimensions = 8;                   // of one shape
};

// Every length is held against what is left of the file, every constant against its shape, before memory is taken: what
// is read takes at most a few times the file's size. Constants that nodes make ("Constant") become constants of the
// graph. Errors: invalid_input for what is no ONNX file, is cut short, or whose constants do not fit their shapes;
// unsupported_format for sub-graphs, operators of other domains, sequences, strings and quantised numbers, constants in
// other files; too_large over a limit.
core::Result<OnnxModel> read_onnx(std::string_view bytes, const OnnxLimits& limits = {});

}  // namespace sightglass::vision
