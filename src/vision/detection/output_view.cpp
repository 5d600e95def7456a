#include "vision/detection/output_view.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sightglass::vision {

namespace {

core::Result<OutputView> view_of(const Tensor& output, std::size_t dimensions, const OutputFacts& facts) {
  const auto shape = std::span(output.shape);
  const bool has_enough = shape.size() >= dimensions;
  const auto before = has_enough ? shape.first(shape.size() - dimensions) : shape;
  if (!has_enough || std::ranges::any_of(before, [](std::int64_t dimension) { return dimension != 1; }) ||
      count_of(shape) != static_cast<std::int64_t>(output.values.size())) {
    return core::fail(misfit(facts, fmt::format("{} has not {} dimensions", fmt::join(shape, "×"), dimensions)));
  }
  const auto last = shape.last(dimensions);
  return OutputView{.values = output.values.data(),
                    .planes = dimensions == 3 ? static_cast<std::size_t>(last[0]) : 1,
                    .rows = static_cast<std::size_t>(last[dimensions - 2]),
                    .columns = static_cast<std::size_t>(last[dimensions - 1])};
}

}  // namespace

core::Result<OutputView> table_of(const Tensor& output, const OutputFacts& facts) { return view_of(output, 2, facts); }
core::Result<OutputView> planes_of(const Tensor& output, const OutputFacts& facts) { return view_of(output, 3, facts); }

core::Result<void> check_count(std::span<const Tensor> outputs, std::size_t wanted, const OutputFacts& facts) {
  if (outputs.size() < wanted) {
    return core::fail(misfit(facts, fmt::format("there are {}, not {}", outputs.size(), wanted)));
  }
  return {};
}

core::Error misfit(const OutputFacts& facts, std::string_view what) {
  return core::internal_error(fmt::format("the outputs of model {} do not fit its layout: {}", facts.model, what));
}

core::Error wrong_label_count(const OutputFacts& facts, std::size_t given) {
  return core::internal_error(
      fmt::format("model {} tells {} classes apart and has {} labels", facts.model, given, facts.labels));
}

core::Result<void> check_confidence(float confidence, const OutputFacts& facts) {
  // A probability in single precision may pass 1 by its rounding.
  if (confidence >= -1e-3F && confidence <= 1.001F) return {};
  return core::fail(misfit(facts, fmt::format("{} is no confidence of 0 to 1", confidence)));
}

}  // namespace sightglass::vision
