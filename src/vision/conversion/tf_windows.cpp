// Convolutions, pooling, padding and enlarging: what TensorFlow says of windows in its own way.
#include <algorithm>
#include <cmath>
#include <limits>

#include "vision/conversion/tensor_order.hpp"
#include "vision/conversion/tf_emitter.hpp"
#include "vision/conversion/tf_faults.hpp"

namespace sightglass::vision {
namespace {

using core::ErrorCode;
using core::Result;
using Shape = std::vector<std::int64_t>;

// Rows and columns of a list that is of N, H, W and C.
Result<Shape> sides(const TfNode& node, const std::string& name, bool may_miss) {
  const auto* told = attribute(node, name);
  if (told == nullptr && may_miss) return Shape{1, 1};
  if (told == nullptr || told->integers.size() != 4 || told->integers[0] != 1 || told->integers[3] != 1)
    return fault(node, ErrorCode::unsupported_format, fmt::format("has \"{}\" that are not taken", name));
  const Shape two{told->integers[1], told->integers[2]};
  if (two[0] < 1 || two[0] > 4096 || two[1] < 1 || two[1] > 4096)
    return fault(node, ErrorCode::invalid_input, fmt::format("has \"{}\" out of range", name));
  return two;
}

bool is_even(const Shape& pads) { return pads[0] == pads[2] && pads[1] == pads[3]; }

}  // namespace

// SAME, as TensorFlow has it: as many steps as input / stride, rounded up; what is uneven comes after.
Result<Shape> TfEmitter::window_pads(const TfNode& node, std::string& source, const Shape& kernel, float fill) {
  const auto* told = attribute(node, "padding");
  const std::string kind = told == nullptr ? "" : told->text;
  SG_ASSIGN(const auto strides, sides(node, "strides", false));
  SG_ASSIGN(const auto dilations, sides(node, "dilations", true));
  Shape pads(4, 0);
  if (kind == "SAME") {
    const Shape& x = builder_.shape_of(source);
    for (std::size_t i = 0; i < 2; ++i) {
      const std::int64_t steps = (x[2 + i] + strides[i] - 1) / strides[i];
      const std::int64_t total =
          std::max<std::int64_t>((steps - 1) * strides[i] + (kernel[i] - 1) * dilations[i] + 1 - x[2 + i], 0);
      pads[i] = total / 2;
      pads[2 + i] = total - pads[i];
    }
  } else if (kind != "VALID") {
    return fault(node, ErrorCode::unsupported_format, "pads in a way that is not taken");
  }
  if (!is_even(pads)) {
    SG_ASSIGN(source, pad(source, {0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]}, fill, node.name + "_padded"));
    return Shape(4, 0);
  }
  // A Pad before it that does what the window can do itself becomes a part of the window.
  const auto before = paddings_.find(source);
  if (before == paddings_.end() || pads != Shape(4, 0)) return pads;
  const Shape& all = before->second.pads;
  const Shape inner{all[2], all[3], all[6], all[7]};
  const bool fits = fill == 0 ? before->second.value == 0 : before->second.value <= -65504;
  if (!fits || all[0] != 0 || all[1] != 0 || all[4] != 0 || all[5] != 0 || !is_even(inner)) return pads;
  if (fill != 0 && (2 * inner[0] > kernel[0] || 2 * inner[1] > kernel[1])) return pads;
  source = before->second.source;
  return inner;
}

Result<void> TfEmitter::convolution(const TfNode& node) {
  SG_ASSIGN(auto x, edge(node, 0));
  SG_ASSIGN(x, in_order(std::move(x), channels_last(), node.name));
  SG_ASSIGN(const auto* filter, constant_input(node, 1));
  const auto* format = attribute(node, "data_format");
  if (filter->shape.size() != 4 || filter->floats.empty() || (format != nullptr && format->text != "NHWC"))
    return fault(node, ErrorCode::unsupported_format, "has a filter that is not taken");
  const bool is_depthwise = node.op.find("Depthwise") != std::string::npos;
  const Shape& f = filter->shape;  // H×W×C×M
  const Shape kernel{f[0], f[1]};
  SG_ASSIGN(const auto pads, window_pads(node, x.name, kernel, 0));
  SG_ASSIGN(const auto strides, sides(node, "strides", false));
  SG_ASSIGN(const auto dilations, sides(node, "dilations", true));
  OnnxTensor weights = is_depthwise ? reordered(*filter, {2, 3, 0, 1}) : reordered(*filter, {3, 2, 0, 1});
  if (is_depthwise) weights.shape = {f[2] * f[3], 1, f[0], f[1]};
  OnnxNode made{.op = "Conv",
                .inputs = {x.name, builder_.add_constant(node.name + "_weights", std::move(weights))},
                .attributes = {{"kernel_shape", kernel},
                               {"strides", strides},
                               {"dilations", dilations},
                               {"pads", pads},
                               {"group", is_depthwise ? f[2] : builder_.shape_of(x.name)[1] / f[2]}}};
  std::vector<std::string> fused;
  if (const auto* told = attribute(node, "fused_ops")) fused = told->texts;
  if (!fused.empty() && fused.front() == "BiasAdd") {
    SG_ASSIGN(const auto* bias, constant_input(node, 2));
    if (bias->shape.size() != 1 || bias->floats.empty())
      return fault(node, ErrorCode::invalid_input, "has no list as its bias");
    made.inputs.push_back(builder_.add_constant(node.name + "_bias", *bias));
    fused.erase(fused.begin());
  }
  SG_ASSIGN(auto name, builder_.add(std::move(made), fused.empty() ? node.name : node.name + "_conv"));
  for (const auto& kind : fused) {
    SG_ASSIGN(name, activated(node, name, kind));
  }
  keep(node, std::move(name), channels_last());
  return {};
}

Result<void> TfEmitter::pooling(const TfNode& node) {
  SG_ASSIGN(auto x, edge(node, 0));
  SG_ASSIGN(x, in_order(std::move(x), channels_last(), node.name));
  SG_ASSIGN(const auto kernel, sides(node, "ksize", false));
  SG_ASSIGN(const auto strides, sides(node, "strides", false));
  const bool is_largest = node.op == "MaxPool";
  const std::string source = x.name;
  SG_ASSIGN(const auto pads, window_pads(node, x.name, kernel, is_largest ? std::numeric_limits<float>::lowest() : 0));
  // A mean would count what was padded, which TensorFlow does not.
  if (!is_largest && x.name != source)
    return fault(node, ErrorCode::unsupported_format, "pads unevenly, which means cannot");
  OnnxNode made{.op = is_largest ? "MaxPool" : "AveragePool",
                .inputs = {x.name},
                .attributes = {{"kernel_shape", kernel}, {"strides", strides}, {"pads", pads}}};
  if (!is_largest) made.attributes.push_back({"count_include_pad", std::int64_t{0}});
  SG_ASSIGN(auto name, builder_.add(std::move(made), node.name));
  keep(node, std::move(name), channels_last());
  return {};
}

Result<std::string> TfEmitter::pad(std::string source, const Shape& pads, float value, const std::string& wish) {
  // Some runtimes do not take infinity here; anything a picture holds lies above the least number there is.
  const float fill = std::clamp(value, std::numeric_limits<float>::lowest(), std::numeric_limits<float>::max());
  const std::string list = builder_.add_list(wish + "_pads", pads), number = builder_.add_number(wish + "_value", fill);
  return builder_.add(
      {.op = "Pad", .inputs = {std::move(source), list, number}, .attributes = {{"mode", std::string("constant")}}},
      wish);
}

Result<void> TfEmitter::padding(const TfNode& node) {
  SG_ASSIGN(const auto x, edge(node, 0));
  SG_ASSIGN(const auto told, list_input(node, 1));
  const std::size_t rank = x.order.size();
  if (told.size() != 2 * rank) return fault(node, ErrorCode::invalid_input, "has no pads for each of its dimensions");
  Shape pads(2 * rank);
  for (std::size_t i = 0; i < rank; ++i) {
    pads[x.order[i]] = told[2 * i];
    pads[rank + x.order[i]] = told[2 * i + 1];
  }
  if (std::ranges::all_of(pads, [](std::int64_t each) { return each == 0; })) return alias(node);
  if (!std::ranges::all_of(pads, [](std::int64_t each) { return each >= 0 && each <= 4096; }))
    return fault(node, ErrorCode::invalid_input, "has pads that are out of range");
  float value = 0;
  if (node.op == "PadV2") {
    SG_ASSIGN(const auto* fill, constant_input(node, 2));
    if (fill->floats.size() != 1 || std::isnan(fill->floats[0]))
      return fault(node, ErrorCode::invalid_input, "fills with no number");
    value = fill->floats[0];
  }
  SG_ASSIGN(auto name, pad(x.name, pads, value, node.name));
  if (rank == 4) paddings_[name] = {.source = x.name, .pads = pads, .value = value};
  keep(node, std::move(name), x.order);
  return {};
}

Result<void> TfEmitter::resizing(const TfNode& node) {
  SG_ASSIGN(auto x, edge(node, 0));
  SG_ASSIGN(x, in_order(std::move(x), channels_last(), node.name));
  SG_ASSIGN(const auto size, list_input(node, 1));
  const auto is_set = [&node](const char* name) {
    const auto* told = attribute(node, name);
    return told != nullptr && told->truth;
  };
  const bool is_linear = node.op == "ResizeBilinear";
  if (size.size() != 2 || size[0] < 1 || size[1] < 1) return fault(node, ErrorCode::invalid_input, "has no size");
  if (!is_linear && (is_set("align_corners") || is_set("half_pixel_centers")))
    return fault(node, ErrorCode::unsupported_format, "takes nearest pixels in a way that is not taken");
  const std::string where = is_set("align_corners")        ? "align_corners"
                            : is_set("half_pixel_centers") ? "half_pixel"
                                                           : "asymmetric";
  const Shape& from = builder_.shape_of(x.name);
  const auto scale = [&](std::size_t i) { return static_cast<float>(size[i]) / static_cast<float>(from[2 + i]); };
  const std::string region = builder_.add_constant(node.name + "_region", {.shape = {0}});
  const std::string scales =
      builder_.add_constant(node.name + "_scales", {.shape = {4}, .floats = {1, 1, scale(0), scale(1)}});
  OnnxNode made{.op = "Resize",
                .inputs = {x.name, region, scales},
                .attributes = {{"mode", std::string(is_linear ? "linear" : "nearest")},
                               {"coordinate_transformation_mode", where}}};
  if (!is_linear) made.attributes.push_back({"nearest_mode", std::string("floor")});
  SG_ASSIGN(auto name, builder_.add(std::move(made), node.name));
  if (builder_.shape_of(name)[2] != size[0] || builder_.shape_of(name)[3] != size[1])
    return fault(node, ErrorCode::unsupported_format, "has a size that no scale gives exactly");
  keep(node, std::move(name), channels_last());
  return {};
}

}  // namespace sightglass::vision
