#include "vision/conversion/onnx_shape_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "vision/conversion/onnx_attributes.hpp"

namespace sightglass::vision {
namespace {

using core::Result;
using Shape = std::vector<std::int64_t>;

std::unexpected<core::Error> wrong(std::string_view why) {
  return core::fail(core::ErrorCode::invalid_input, std::string(why));
}

ShapeAnswer one(Shape shape) { return std::vector<Shape>{std::move(shape)}; }

Result<void> want_rank(const ShapeQuestion& question, std::size_t input, std::size_t least, std::size_t most) {
  if (question.shapes.size() <= input) return wrong("has too few inputs");
  const std::size_t rank = question.shapes[input].size();
  if (rank < least || rank > most) return wrong(fmt::format("cannot take an input of {} dimensions", rank));
  return {};
}

ShapeAnswer same(const ShapeQuestion& question) {
  SG_TRY(want_rank(question, 0, 0, 8));
  return one(question.shapes[0]);
}

ShapeAnswer broadcast(const ShapeQuestion& question) {
  SG_TRY(want_rank(question, 1, 0, 8));
  SG_ASSIGN(auto shape, broadcast_of(question.shapes[0], question.shapes[1]));
  return one(std::move(shape));
}

// Steps of a window over one side, as convolutions and poolings take them.
struct Window {
  std::int64_t kernel = 1, stride = 1, dilation = 1, before = 0, after = 0;
  bool rounds_up = false;

  std::int64_t steps(std::int64_t side) const {
    const std::int64_t room = side + before + after - dilation * (kernel - 1) - 1;
    if (room < 0) return 0;
    return (room + (rounds_up ? stride - 1 : 0)) / stride + 1;
  }
};

// Of rows and of columns. Attributes out of all range are refused, so that nothing overflows.
Result<std::array<Window, 2>> windows_of(const OnnxNode& node, const Shape& kernel) {
  if (text_of(node, "auto_pad", "NOTSET") != "NOTSET") return wrong("pads by itself, which is not taken");
  const auto strides = integers_of(node, "strides", {1, 1}), dilations = integers_of(node, "dilations", {1, 1});
  const auto pads = integers_of(node, "pads", {0, 0, 0, 0});
  if (kernel.size() != 2 || strides.size() != 2 || dilations.size() != 2 || pads.size() != 4)
    return wrong("has no window of two sides");
  std::array<Window, 2> windows;
  for (std::size_t i = 0; i < 2; ++i) {
    windows[i] = {.kernel = kernel[i],
                  .stride = strides[i],
                  .dilation = dilations[i],
                  .before = pads[i],
                  .after = pads[i + 2],
                  .rounds_up = integer_of(node, "ceil_mode", 0) != 0};
    const auto is_in = [](std::int64_t value, std::int64_t least) { return value >= least && value <= 4096; };
    if (!is_in(kernel[i], 1) || !is_in(strides[i], 1) || !is_in(dilations[i], 1) || !is_in(pads[i], 0) ||
        !is_in(pads[i + 2], 0))
      return wrong("has a window that is out of range");
  }
  return windows;
}

ShapeAnswer convolution(const ShapeQuestion& question) {
  SG_TRY(want_rank(question, 0, 4, 4));
  SG_TRY(want_rank(question, 1, 4, 4));
  const Shape &x = question.shapes[0], &w = question.shapes[1];
  const std::int64_t group = integer_of(question.node, "group", 1);
  if (group < 1 || group > x[1] || w[1] != x[1] / group || w[1] * group != x[1] || w[0] % group != 0)
    return wrong("has weights that do not fit its input");
  SG_ASSIGN(const auto windows, windows_of(question.node, {w[2], w[3]}));
  return one({x[0], w[0], windows[0].steps(x[2]), windows[1].steps(x[3])});
}

ShapeAnswer transposed_convolution(const ShapeQuestion& question) {
  SG_TRY(want_rank(question, 0, 4, 4));
  SG_TRY(want_rank(question, 1, 4, 4));
  const Shape &x = question.shapes[0], &w = question.shapes[1];
  if (w[0] != x[1] || integer_of(question.node, "group", 1) != 1) return wrong("has weights that do not fit its input");
  if (has_attribute(question.node, "output_shape")) return wrong("states its output's shape, which is not taken");
  SG_ASSIGN(const auto windows, windows_of(question.node, {w[2], w[3]}));
  const auto more = integers_of(question.node, "output_padding", {0, 0});
  if (more.size() != 2) return wrong("has no window of two sides");
  Shape y{x[0], w[1], 0, 0};
  for (std::size_t i = 0; i < 2; ++i)
    y[2 + i] = windows[i].stride * (x[2 + i] - 1) + more[i] + (windows[i].kernel - 1) * windows[i].dilation + 1 -
               windows[i].before - windows[i].after;
  return one(std::move(y));
}

ShapeAnswer pooling(const ShapeQuestion& question) {
  SG_TRY(want_rank(question, 0, 4, 4));
  const Shape& x = question.shapes[0];
  SG_ASSIGN(const auto windows, windows_of(question.node, integers_of(question.node, "kernel_shape")));
  return one({x[0], x[1], windows[0].steps(x[2]), windows[1].steps(x[3])});
}

ShapeAnswer global_pooling(const ShapeQuestion& question) {
  SG_TRY(want_rank(question, 0, 4, 4));
  return one({question.shapes[0][0], question.shapes[0][1], 1, 1});
}

ShapeAnswer mean(const ShapeQuestion& question) {
  SG_TRY(want_rank(question, 0, 1, 8));
  Shape y = question.shapes[0];
  for (const std::int64_t told : integers_of(question.node, "axes")) {
    SG_ASSIGN(const auto axis, axis_of(told, y.size()));
    y[axis] = 1;
  }
  if (integer_of(question.node, "keepdims", 1) != 1) return wrong("drops dimensions, which is not taken");
  return one(std::move(y));
}

ShapeAnswer concatenation(const ShapeQuestion& question) {
  SG_TRY(want_rank(question, 0, 1, 8));
  Shape y = question.shapes[0];
  SG_ASSIGN(const auto axis, axis_of(integer_of(question.node, "axis", 0), y.size()));
  for (std::size_t i = 1; i < question.shapes.size(); ++i) {
    Shape other = question.shapes[i];
    if (other.size() != y.size()) return wrong("joins shapes that do not fit together");
    y[axis] += std::exchange(other[axis], y[axis] + other[axis]);
    if (other != y) return wrong("joins shapes that do not fit together");
  }
  return one(std::move(y));
}

ShapeAnswer splitting(const ShapeQuestion& question) {
  SG_TRY(want_rank(question, 0, 1, 8));
  const Shape& x = question.shapes[0];
  SG_ASSIGN(const auto axis, axis_of(integer_of(question.node, "axis", 0), x.size()));
  const std::size_t parts = question.node.outputs.size();
  const auto sizes = integers_of(question.node, "split", Shape(parts, x[axis] / static_cast<std::int64_t>(parts)));
  std::vector<Shape> outputs;
  std::int64_t sum = 0;
  for (const std::int64_t size : sizes) {
    if (size < 1 || size > x[axis]) return wrong("splits into parts that do not fit");
    outputs.push_back(x);
    outputs.back()[axis] = size;
    sum += size;
  }
  if (sum != x[axis] || outputs.size() != parts) return wrong("splits into parts that do not fit");
  return outputs;
}

ShapeAnswer transposition(const ShapeQuestion& question) {
  SG_TRY(want_rank(question, 0, 1, 8));
  const Shape& x = question.shapes[0];
  const auto order = integers_of(question.node, "perm");
  Shape sorted = order, y;
  std::ranges::sort(sorted);
  for (std::size_t i = 0; i < x.size(); ++i)
    if (sorted.size() != x.size() || sorted[i] != static_cast<std::int64_t>(i))
      return wrong("has no order of its dimensions");
  for (const std::int64_t from : order) y.push_back(x[static_cast<std::size_t>(from)]);
  return one(std::move(y));
}

ShapeAnswer matrix_product(const ShapeQuestion& question) {
  SG_TRY(want_rank(question, 0, 2, 8));
  SG_TRY(want_rank(question, 1, 2, 8));
  Shape a = question.shapes[0], b = question.shapes[1];
  const std::int64_t rows = a[a.size() - 2], columns = b[b.size() - 1];
  if (a.back() != b[b.size() - 2]) return wrong("multiplies matrices that do not fit together");
  a.resize(a.size() - 2);
  b.resize(b.size() - 2);
  SG_ASSIGN(auto y, broadcast_of(a, b));
  y.push_back(rows);
  y.push_back(columns);
  return one(std::move(y));
}

ShapeAnswer padding(const ShapeQuestion& question) {
  SG_TRY(want_rank(question, 0, 1, 8));
  Shape y = question.shapes[0];
  const auto pads = list_of(question, "pads", 1);
  if (pads.size() != 2 * y.size()) return wrong("has no pads for each of its dimensions");
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (std::abs(pads[i]) > 4096 || std::abs(pads[i + y.size()]) > 4096) return wrong("has pads that are out of range");
    y[i] += pads[i] + pads[i + y.size()];
  }
  return one(std::move(y));
}

ShapeAnswer resizing(const ShapeQuestion& question) {
  SG_TRY(want_rank(question, 0, 4, 4));
  Shape y = question.shapes[0];
  const std::size_t input = question.shapes.size() == 2 ? 1 : 2;
  const OnnxTensor* scales = question.values.size() > input ? question.values[input] : nullptr;
  if (scales == nullptr || scales->floats.size() != 4) return wrong("has no fixed scales");
  for (std::size_t i = 0; i < 4; ++i) {
    if (!(scales->floats[i] > 0 && scales->floats[i] <= 64)) return wrong("has scales that are out of range");
    y[i] = static_cast<std::int64_t>(std::floor(static_cast<float>(y[i]) * scales->floats[i]));
  }
  return one(std::move(y));
}

ShapeAnswer reshaping(const ShapeQuestion& question) {
  SG_TRY(want_rank(question, 0, 0, 8));
  const OnnxTensor* wish = question.values.size() > 1 ? question.values[1] : nullptr;
  if (wish == nullptr || wish->integers.size() > 8) return wrong("has no fixed shape");
  const Shape& x = question.shapes[0];
  Shape y = wish->integers;
  std::int64_t count = 1, told = 1;
  for (const std::int64_t side : x) count *= side;
  std::size_t open = y.size();
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (y[i] == 0 && i < x.size()) y[i] = x[i];
    if (y[i] == -1 && open == y.size())
      open = i;
    else if (y[i] < 1 || y[i] > count)
      return wrong("has a shape that is none");
    else if ((told *= y[i]) > count)
      return wrong("has another shape than its values fill");
  }
  if (open < y.size()) y[open] = count / told;
  if (open < y.size()) told *= y[open];
  if (told != count) return wrong("has another shape than its values fill");
  return one(std::move(y));
}

ShapeAnswer slicing(const ShapeQuestion& question) {
  SG_TRY(want_rank(question, 0, 1, 8));
  Shape y = question.shapes[0];
  const auto starts = list_of(question, "starts", 1), ends = list_of(question, "ends", 2);
  auto axes = list_of(question, "axes", 3);
  for (std::size_t i = 0; axes.size() < starts.size() && i < y.size(); ++i)
    axes.push_back(static_cast<std::int64_t>(i));
  const auto steps = list_of(question, "", 4);
  if (starts.empty() || starts.size() != ends.size() || axes.size() != starts.size())
    return wrong("has no fixed part to cut out");
  if (!std::ranges::all_of(steps, [](std::int64_t step) { return step == 1; }))
    return wrong("cuts out with steps, which is not taken");
  for (std::size_t i = 0; i < axes.size(); ++i) {
    SG_ASSIGN(const auto axis, axis_of(axes[i], y.size()));
    const std::int64_t side = y[axis];
    const std::int64_t from =
        std::clamp<std::int64_t>(starts[i] < 0 ? std::max(starts[i], -side) + side : starts[i], 0, side);
    const std::int64_t to = std::clamp<std::int64_t>(ends[i] < 0 ? std::max(ends[i], -side) + side : ends[i], 0, side);
    y[axis] = std::max<std::int64_t>(to - from, 0);
  }
  return one(std::move(y));
}

ShapeAnswer squeezing(const ShapeQuestion& question) {
  SG_TRY(want_rank(question, 0, 1, 8));
  Shape y = question.shapes[0];
  std::vector<std::size_t> axes;
  for (const std::int64_t told : integers_of(question.node, "axes")) {
    SG_ASSIGN(axes.emplace_back(), axis_of(told, y.size()));
    if (y[axes.back()] != 1) return wrong("drops a dimension that is not 1");
  }
  std::ranges::sort(axes, std::greater{});
  if (axes.empty() || std::ranges::adjacent_find(axes) != axes.end())
    return wrong("does not say which dimensions it drops");
  for (const std::size_t axis : axes) y.erase(y.begin() + static_cast<std::ptrdiff_t>(axis));
  return one(std::move(y));
}

ShapeAnswer unsqueezing(const ShapeQuestion& question) {
  SG_TRY(want_rank(question, 0, 0, 4));
  Shape y = question.shapes[0];
  auto axes = integers_of(question.node, "axes");
  std::ranges::sort(axes);
  for (const std::int64_t axis : axes) {
    if (axis < 0 || axis > static_cast<std::int64_t>(y.size()) || y.size() > 7)
      return wrong("adds a dimension where none can be");
    y.insert(y.begin() + axis, 1);
  }
  return one(std::move(y));
}

ShapeAnswer flattening(const ShapeQuestion& question) {
  SG_TRY(want_rank(question, 0, 1, 8));
  const Shape& x = question.shapes[0];
  SG_ASSIGN(const auto axis, axis_of(integer_of(question.node, "axis", 1), x.size()));
  Shape y{1, 1};
  for (std::size_t i = 0; i < x.size(); ++i) y[i < axis ? 0 : 1] *= x[i];
  return one(std::move(y));
}

ShapeAnswer shape_itself(const ShapeQuestion& question) {
  SG_TRY(want_rank(question, 0, 1, 8));
  return one({static_cast<std::int64_t>(question.shapes[0].size())});
}

ShapeAnswer gathering(const ShapeQuestion& question) {
  SG_TRY(want_rank(question, 0, 1, 1));
  SG_TRY(want_rank(question, 1, 0, 1));
  return one(question.shapes[1]);
}

constexpr std::pair<std::string_view, ShapeRule> rules[] = {
    {"Add", broadcast},
    {"AveragePool", pooling},
    {"BatchNormalization", same},
    {"Cast", same},
    {"Clip", same},
    {"Concat", concatenation},
    {"Conv", convolution},
    {"ConvTranspose", transposed_convolution},
    {"Div", broadcast},
    {"Exp", same},
    {"Flatten", flattening},
    {"Gather", gathering},
    {"GlobalAveragePool", global_pooling},
    {"HardSigmoid", same},
    {"Identity", same},
    {"LeakyRelu", same},
    {"MatMul", matrix_product},
    {"MaxPool", pooling},
    {"Mul", broadcast},
    {"PRelu", same},
    {"Pad", padding},
    {"Pow", broadcast},
    {"ReduceMean", mean},
    {"Relu", same},
    {"Reshape", reshaping},
    {"Resize", resizing},
    {"Shape", shape_itself},
    {"Sigmoid", same},
    {"Slice", slicing},
    {"Softmax", same},
    {"Split", splitting},
    {"Sqrt", same},
    {"Squeeze", squeezing},
    {"Sub", broadcast},
    {"Tanh", same},
    {"Transpose", transposition},
    {"Unsqueeze", unsqueezing},
};

}  // namespace

ShapeRule shape_rule_of(std::string_view op) {
  const auto* found = std::ranges::find(rules, op, &std::pair<std::string_view, ShapeRule>::first);
  return found == std::end(rules) ? nullptr : found->second;
}

Result<std::size_t> axis_of(std::int64_t axis, std::size_t rank) {
  const auto sides = static_cast<std::int64_t>(rank);
  if (axis < -sides || axis >= sides) return wrong("names a dimension that is not there");
  return static_cast<std::size_t>(axis < 0 ? axis + sides : axis);
}

Result<Shape> broadcast_of(const Shape& a, const Shape& b) {
  Shape shape(std::max(a.size(), b.size()), 1);
  for (std::size_t i = 1; i <= shape.size(); ++i) {
    const std::int64_t left = i <= a.size() ? a[a.size() - i] : 1, right = i <= b.size() ? b[b.size() - i] : 1;
    if (left != right && left != 1 && right != 1) return wrong("joins shapes that do not fit together");
    shape[shape.size() - i] = left == 1 ? right : left;
  }
  return shape;
}

Shape list_of(const ShapeQuestion& question, std::string_view attribute, std::size_t input) {
  if (question.values.size() > input && question.values[input] != nullptr) return question.values[input]->integers;
  return integers_of(question.node, attribute);
}

}  // namespace sightglass::vision
