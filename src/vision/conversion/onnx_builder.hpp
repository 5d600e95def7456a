// Builds an ONNX graph node by node, knowing the shape of every edge.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "vision/conversion/onnx_model.hpp"
#include "vision/conversion/onnx_shapes.hpp"

namespace sightglass::vision {

class OnnxBuilder {
 public:
  // The wish for a name, without signs that runtimes stumble over, and with a number when it is taken already.
  std::string name_for(std::string_view wish);

  std::string add_input(std::string_view wish, const std::vector<std::int64_t>& shape);
  std::string add_constant(std::string_view wish, OnnxTensor tensor);
  std::string add_list(std::string_view wish, std::vector<std::int64_t> values);
  std::string add_number(std::string_view wish, float value);
  // The name of its output, or of the first of them. Errors: as OnnxShapes::add.
  core::Result<std::string> add(OnnxNode node, std::string_view wish, std::size_t outputs = 1);

  const std::vector<std::int64_t>& shape_of(const std::string& name) const { return *shapes_.shape_of(name); }
  const OnnxNode* maker_of(const std::string& name) const;  // null for inputs and constants; until the next add()
  // All outputs of a node that has several.
  std::vector<std::string> outputs_of(const std::string& first) const { return maker_of(first)->outputs; }

  OnnxGraph take() { return std::move(graph_); }

 private:
  OnnxGraph graph_{};
  OnnxShapes shapes_{};
  std::set<std::string, std::less<>> names_{};
  std::map<std::string, std::size_t> makers_{};
};

}  // namespace sightglass::vision
