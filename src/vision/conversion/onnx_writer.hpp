// Networks as bytes of an ONNX file.
#pragma once

#include <string>

#include "vision/conversion/onnx_model.hpp"

namespace sightglass::vision {

// The same model gives the same bytes, on every machine. Constants are written as raw little-endian numbers.
// A dimension below 0 is written as one that is not fixed.
std::string write_onnx(const OnnxModel& model);

}  // namespace sightglass::vision
