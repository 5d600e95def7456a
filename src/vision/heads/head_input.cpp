#include "vision/heads/head_input.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "vision/heads/texture.hpp"

namespace sightglass::vision {

namespace {

std::vector<float> rooted(std::span<const float> embedding) {
  std::vector<float> values;
  values.reserve(embedding.size());
  double squares = 0;
  for (const float value : embedding) {
    values.push_back(std::copysign(std::sqrt(std::abs(value)), value));
    squares += static_cast<double>(std::abs(value));
  }
  // An embedding of nothing but zeros stays one.
  const auto factor = squares > 0 ? static_cast<float>(1 / std::sqrt(squares)) : 1.0F;
  for (float& value : values) value *= factor;
  return values;
}

}  // namespace

core::Result<std::vector<float>> head_input(HeadInput kind, std::span<const float> embedding,
                                            const core::Raster* picture) {
  if (embedding.empty()) return core::fail(core::invalid_input("embedding", "The embedding has no values."));
  if (!std::ranges::all_of(embedding, [](float value) { return std::isfinite(value); }))
    return core::fail(core::internal_error("An embedding holds a number that is not finite."));
  auto values = rooted(embedding);
  if (kind == HeadInput::embedding) return values;
  if (picture == nullptr)
    return core::fail(core::invalid_input("picture", "The texture is taken of a picture, and there is none."));
  SG_ASSIGN(const auto texture, texture_of(*picture));
  std::ranges::copy(texture, std::back_inserter(values));
  return values;
}

std::vector<EmbeddingBlock> head_blocks(HeadInput kind, std::size_t embedding_values) {
  std::vector<EmbeddingBlock> blocks{{.values = embedding_values, .weight = 1}};
  if (kind == HeadInput::embedding_and_texture) blocks.push_back({.values = texture_values, .weight = texture_weight});
  return blocks;
}

}  // namespace sightglass::vision
