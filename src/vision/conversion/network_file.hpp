// What is checked of a network's file before a runtime's importer sees it. Importers trust lengths and read files that
// a network names; ours does neither.
#pragma once

#include <cstddef>
#include <span>

#include "core/result.hpp"
#include "vision/conversion/onnx_model.hpp"
#include "vision/network.hpp"

namespace sightglass::vision {

// The network, when it can be what `plan` says: one input of its shape, all outputs there, every edge made before it is
// used. Errors: those of check_plan and read_onnx, naming the model; invalid_input for another input or an edge that
// comes from nowhere; unsupported_format for an output that is not there.
core::Result<OnnxModel> read_network_file(std::span<const std::byte> onnx, const NetworkPlan& plan);

// For importers that crash on shapes which do not fit together: invalid_input for those. Behind the first operator that
// our own rules do not know (see onnx_shapes.hpp) nothing is checked.
core::Result<void> check_shapes(const OnnxModel& model, const NetworkPlan& plan);

}  // namespace sightglass::vision
