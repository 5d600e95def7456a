// What a few-shot head is given of a picture: the same when it learns as when it judges.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/raster.hpp"
#include "core/result.hpp"
#include "vision/heads/few_shot_head.hpp"

namespace sightglass::vision {

// The weight of the texture's numbers beside the embedding, which weighs 1. On steel strips with ten examples a class
// 0.991 were right with it, and 0.969 by embeddings alone.
constexpr double texture_weight = 0.7;

// The class that says there is nothing: heads of damage learn it of photos that people called good, and what a head
// knows as this is no finding.
constexpr std::string_view nothing_class = "none";

// Of the embedding alone or with the texture's numbers behind it. The embedding's values become their square roots with
// their sign kept, and then of length 1 (Perronnin et al. 2010): a few loud channels do not drown the others.
// `picture` is what the embedding was made of: the photo, or what was cut out of it. Blocks.
// Errors: invalid_input for an embedding without values, and for texture without a picture; internal for numbers that
// are not finite; those of texture_of().
core::Result<std::vector<float>> head_input(HeadInput kind, std::span<const float> embedding,
                                            const core::Raster* picture);

// The blocks of what head_input() gives, for training.
std::vector<EmbeddingBlock> head_blocks(HeadInput kind, std::size_t embedding_values);

}  // namespace sightglass::vision
