#include "vision/heads/few_shot_head.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "vision/calibration.hpp"

namespace sightglass::vision {

std::string_view name_of(HeadInput input) { return input == HeadInput::embedding ? "embedding" : "embedding+texture"; }

std::optional<HeadInput> head_input_from_name(std::string_view name) {
  for (const auto input : {HeadInput::embedding, HeadInput::embedding_and_texture})
    if (name_of(input) == name) return input;
  return std::nullopt;
}

core::Result<HeadAnswer> FewShotHead::judge(std::span<const float> embedding) const {
  const std::vector<float> view(embedding.begin(), embedding.end());
  return judge_views(std::span(&view, 1));
}

core::Result<HeadAnswer> FewShotHead::judge_views(std::span<const std::vector<float>> embeddings) const {
  const std::size_t columns = parts_.mean.size();
  Matrix rows(embeddings.size(), columns);
  for (std::size_t i = 0; i < embeddings.size(); ++i) {
    if (embeddings[i].size() != columns)
      return core::fail(
          core::invalid_input("embedding", fmt::format("The embedding has {} values; the head takes {} of {}.",
                                                       embeddings[i].size(), columns, parts_.backbone)));
    for (std::size_t j = 0; j < columns; ++j) rows(i, j) = (embeddings[i][j] - parts_.mean[j]) * parts_.scale[j];
  }
  const Matrix logits = parts_.model.logits(rows);
  std::vector<float> mean(parts_.labels.size());
  for (std::size_t i = 0; i < logits.rows(); ++i)
    for (std::size_t k = 0; k < mean.size(); ++k) mean[k] += logits(i, k) / static_cast<float>(logits.rows());
  if (!std::ranges::all_of(mean, [](float value) { return std::isfinite(value); }))
    return core::fail(
        core::internal_error(fmt::format("An embedding of {} holds a number that is not finite.", parts_.backbone)));
  softmax(mean, parts_.temperature);
  HeadAnswer answer;
  for (std::size_t k = 0; k < mean.size(); ++k) answer.all.emplace_back(parts_.labels[k], static_cast<double>(mean[k]));
  std::ranges::sort(answer.all, [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  answer.label = answer.all.front().first;
  answer.probability = answer.all.front().second;
  answer.is_known = answer.probability >= parts_.least_probability;
  return answer;
}

}  // namespace sightglass::vision
