// The seam to neural network runtimes: bytes of an ONNX file become something that can be run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "vision/tensor.hpp"

namespace sightglass::vision {

struct NetworkPlan {
  std::string name{};                                      // of the model, for messages
  std::vector<std::int64_t> input_shape{};                 // N×C×H×W, fixed
  std::vector<std::string> outputs{};                      // names of the graph's outputs that are wanted, at least one
  std::vector<std::vector<std::int64_t>> output_shapes{};  // as many; an empty one is not checked
  std::int32_t threads = 1;
};

// One loaded network. NOT thread-safe: one for each thread that runs it. Blocks.
class Network {
 public:
  virtual ~Network() = default;
  // Outputs in the order of plan.outputs. Errors: invalid_input for an input of another shape; internal, naming the
  // model, when an output has another shape than described or holds a number that is not finite.
  virtual core::Result<std::vector<Tensor>> run(const Tensor& input) = 0;
};

// Thread-safe.
class NetworkRuntime {
 public:
  virtual ~NetworkRuntime() = default;
  virtual std::string_view name() const = 0;  // "opencv 4.6.0", "onnxruntime 1.28.2"
  // Blocks. Errors: invalid_input with what the importer said of bytes that are no network; unsupported_format for an
  // operator it lacks or outputs that are not there.
  virtual core::Result<std::unique_ptr<Network>> load(std::span<const std::byte> onnx, const NetworkPlan& plan) = 0;
};

}  // namespace sightglass::vision
