// Changes to a whole ONNX graph that make it smaller, faster, or such that every runtime understands it in the same
// way.
#pragma once

#include <map>
#include <string>

#include "core/result.hpp"
#include "vision/conversion/onnx_model.hpp"

namespace sightglass::vision {

// Writes x · min(max(x + 3, 0), 6) / 6 and the gate of it as HardSigmoid with 1/6 and 1/2 (and a product), which
// runtimes have in one piece. A gate stands before what it multiplies: OpenCV 4.6 takes Mul(x, HardSigmoid(y)) for
// x · HardSigmoid(x), whatever y is.
void make_hard_gates(OnnxGraph& graph);

// Writes min(max(x, a), b) as (b − a) · HardSigmoid + a. From version 11 on the bounds of Clip are inputs, which OpenCV
// 4.6 does not take; bounds that are attributes are left as they are. Errors: unsupported_format for bounds that are
// not constants.
core::Result<void> make_clips_plain(OnnxGraph& graph);

// Removes nodes and constants that no output depends on.
void drop_unused(OnnxGraph& graph);

// Gives edges other names, wherever they are named.
void rename(OnnxGraph& graph, const std::map<std::string, std::string>& names);

// Works out the shape of every edge from those of the inputs, writes them down, and makes constants of what only
// depends on shapes. Errors: as OnnxShapes::add; invalid_input for an output that nothing makes.
core::Result<void> settle_shapes(OnnxGraph& graph);

// Errors: invalid_input, naming the constant that holds a number which is none.
core::Result<void> check_finite(const OnnxGraph& graph);

}  // namespace sightglass::vision
