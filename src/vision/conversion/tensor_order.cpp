#include "vision/conversion/tensor_order.hpp"

namespace sightglass::vision {
namespace {

// How far apart in memory two neighbours along each dimension are.
std::vector<std::size_t> strides_of(const std::vector<std::int64_t>& shape) {
  std::vector<std::size_t> strides(shape.size(), 1);
  for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * static_cast<std::size_t>(shape[i]);
  return strides;
}

template <typename Number>
std::vector<Number> moved(const std::vector<Number>& values, const std::vector<std::int64_t>& shape,
                          const std::vector<std::size_t>& steps) {
  std::vector<Number> out;
  out.reserve(values.size());
  std::vector<std::int64_t> at(shape.size(), 0);
  std::size_t from = 0;
  for (std::size_t count = 0; count < values.size(); ++count) {
    out.push_back(values[from]);
    for (std::size_t i = shape.size(); i-- > 0;) {
      from += steps[i];
      if (++at[i] < shape[i]) break;
      from -= steps[i] * static_cast<std::size_t>(shape[i]);
      at[i] = 0;
    }
  }
  return out;
}

}  // namespace

OnnxTensor reordered(const OnnxTensor& tensor, const std::vector<std::size_t>& order) {
  const auto strides = strides_of(tensor.shape);
  OnnxTensor out{.name = tensor.name, .type = tensor.type};
  std::vector<std::size_t> steps;
  for (const std::size_t from : order) {
    out.shape.push_back(tensor.shape[from]);
    steps.push_back(strides[from]);
  }
  out.floats = moved(tensor.floats, out.shape, steps);
  out.integers = moved(tensor.integers, out.shape, steps);
  return out;
}

}  // namespace sightglass::vision
