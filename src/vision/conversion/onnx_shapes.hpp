// What shape every edge of a network has, once its inputs' shapes are known; and the values of those that only
// depend on shapes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "vision/conversion/onnx_model.hpp"

namespace sightglass::vision {

class OnnxShapes {
 public:
  using Shape = std::vector<std::int64_t>;

  void add_input(const std::string& name, Shape shape);
  void add_constant(const OnnxTensor& tensor);
  // A node whose inputs were all added before. Errors: unsupported_format, naming the node, for an operator that is not
  // known here; invalid_input for inputs that are not there, shapes that do not fit together, and outputs of no value
  // or of more than 2^28.
  core::Result<void> add(const OnnxNode& node);

  // Null when the edge is not known.
  const Shape* shape_of(const std::string& name) const;
  // Null when the value depends on the network's inputs, or is a large list of real numbers.
  const OnnxTensor* value_of(const std::string& name) const;

 private:
  std::map<std::string, Shape> shapes_{};
  std::map<std::string, OnnxTensor> values_{};
};

}  // namespace sightglass::vision
