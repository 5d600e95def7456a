// An output as a table, whatever dimensions of 1 stand around it, and the errors of outputs that do not fit.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string_view>

#include "core/result.hpp"
#include "vision/detection/candidates.hpp"
#include "vision/tensor.hpp"

namespace sightglass::vision {

// Rows × columns, or planes × rows × columns when `planes` is above 1. Borrows the tensor's values.
struct OutputView {
  const float* values = nullptr;
  std::size_t planes = 1, rows = 0, columns = 0;

  float at(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
  const float* row(std::size_t index) const { return values + index * columns; }
  const float* plane(std::size_t index) const { return values + index * rows * columns; }
};

// The last two, or three, dimensions; internal when those before are not 1, or there are too few.
core::Result<OutputView> table_of(const Tensor& output, const OutputFacts& facts);
core::Result<OutputView> planes_of(const Tensor& output, const OutputFacts& facts);

core::Result<void> check_count(std::span<const Tensor> outputs, std::size_t wanted, const OutputFacts& facts);

// "the outputs of model X do not fit its layout: …"
core::Error misfit(const OutputFacts& facts, std::string_view what);
// For when `given` classes are not as many as there are labels.
core::Error wrong_label_count(const OutputFacts& facts, std::size_t given);

// internal unless 0 … 1, with room for rounding.
core::Result<void> check_confidence(float confidence, const OutputFacts& facts);

}  // namespace sightglass::vision
