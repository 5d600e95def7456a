#include "vision/anomaly/anomaly_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "vision/anomaly/aligned_features.hpp"
#include "vision/numeric/products.hpp"
#include "vision/numeric/random_projection.hpp"

namespace sightglass::vision {

namespace {

double with_defects(const DefectPart& part, double distances, double margin) {
  return (distances + part.weight * margin) / (1 + part.weight);
}

std::vector<float> standardised(const GlobalPart& part, std::span<const float> whole) {
  std::vector<float> answer(whole.size());
  for (std::size_t j = 0; j < whole.size(); ++j) answer[j] = (whole[j] - part.mean()[j]) * part.scale()[j];
  return answer;
}

}  // namespace

Matrix chosen_channels(const Matrix& values, std::span<const std::uint16_t> channels) {
  Matrix chosen(values.rows(), channels.size());
  for (std::size_t i = 0; i < values.rows(); ++i)
    for (std::size_t j = 0; j < channels.size(); ++j) chosen(i, j) = values(i, channels[j]);
  return chosen;
}

std::vector<float> joined_maps(const AnomalyRecipe& recipe, std::vector<float> gaussian, std::vector<float> bank) {
  if (gaussian.empty()) return bank;
  if (bank.empty()) return gaussian;
  const double all = recipe.gaussian_weight + recipe.bank_weight;
  const auto first = static_cast<float>(recipe.gaussian_weight / all);
  const auto second = static_cast<float>(recipe.bank_weight / all);
  for (std::size_t i = 0; i < gaussian.size(); ++i) gaussian[i] = first * gaussian[i] + second * bank[i];
  return gaussian;
}

double joined_score(const AnomalyRecipe& recipe, double map, double global) {
  const bool has_map = recipe.gaussian_weight > 0 || recipe.bank_weight > 0;
  return ((has_map ? map : 0) + recipe.global_weight * global) / ((has_map ? 1 : 0) + recipe.global_weight);
}

Standard standard_of(std::span<const double> values) {
  double mean = 0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  double square = 0;
  for (const double value : values) square += (value - mean) * (value - mean);
  const double deviation = std::sqrt(square / static_cast<double>(values.size() - 1));
  return {mean, std::max(deviation, 1e-9 + 1e-6 * std::abs(mean))};
}

std::vector<double> standardised_by_others(std::span<const double> values) {
  std::vector<double> answer;
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::vector<double> others(values.begin(), values.end());
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
    answer.push_back(standard_of(others).of(values[i]));
  }
  return answer;
}

std::vector<double> good_scores(const AnomalyParts& parts) {
  std::vector<double> scores;
  if (!parts.defects) {
    for (const auto& good : parts.goods) scores.push_back(good.score);
    return scores;
  }
  const auto margins = standardised_by_others(parts.defects->good_margins);
  // The global part holds every so-many-th of the goods.
  for (std::size_t i = 0; i < margins.size(); ++i) {
    const double distances = parts.goods[i * parts.goods.size() / margins.size()].score;
    scores.push_back(with_defects(*parts.defects, distances, margins[i]));
  }
  return scores;
}

AnomalyModel::AnomalyModel(AnomalyParts parts) : parts_(std::move(parts)) {
  if (parts_.bank)
    projection_ = random_projection(parts_.values, static_cast<std::size_t>(parts_.recipe.projected), parts_.seed);
  if (parts_.global)
    likeness_projection_ = random_projection(parts_.global->mean().size(), likeness_values, parts_.seed);
  good_scores_ = good_scores(parts_);
  std::ranges::sort(good_scores_);
}

AnomalyModel AnomalyModel::with_threshold(double value) const {
  AnomalyModel other = *this;
  other.parts_.threshold.value = value;
  return other;
}

core::Result<AnomalyResult> AnomalyModel::score(const core::Raster& picture, Embedder& embedder) const {
  if (embedder.model() != parts_.backbone)
    return core::fail(core::ErrorCode::conflict, fmt::format("The anomaly model was made with {}, but {} is installed.",
                                                             parts_.backbone, embedder.model()));
  SG_ASSIGN(const auto seen, aligned_features(picture, reference(), parts_.recipe.is_stretched, embedder));
  SG_ASSIGN(auto result, judge(seen.features, picture.size));
  result.is_unaligned = aligns() && !seen.moved;
  if (!seen.moved) return result;
  result.moved = seen.moved;
  result.map = on_picture(result.map, *seen.moved, picture.size);
  const auto peak = on_picture(*seen.moved, picture.size, PartPlace{result.peak.x, result.peak.y});
  const auto inside = core::clipped({peak.x, peak.y, 0, 0}, picture.size);
  result.peak = {inside.x, inside.y};
  for (auto& box : result.boxes) box = on_picture(box, *seen.moved, picture.size);
  return result;
}

core::Result<AnomalyResult> AnomalyModel::score(const core::Raster& picture, const BackbonePass& pass,
                                                Embedder& embedder) const {
  const bool can_use = !parts_.recipe.is_stretched && !aligns() && embedder.model() == parts_.backbone;
  if (!can_use) return score(picture, embedder);
  SG_ASSIGN(const PatchFeatures features, patch_features(pass, parts_.backbone));
  return judge(features, picture.size);
}

AnomalyModel::Maps AnomalyModel::maps_of(const PatchFeatures& features) const {
  const auto neighbours = static_cast<std::size_t>(parts_.recipe.neighbours);
  std::vector<float> gaussian;
  std::vector<float> bank;
  std::vector<float> around;
  if (parts_.gaussian) {
    const Matrix chosen = chosen_channels(features.values, parts_.channels);
    gaussian = parts_.gaussian_usual->standardised(parts_.gaussian->distances(chosen, features.valid), features.valid);
  }
  if (parts_.bank) {
    Matrix projected(features.values.rows(), projection_.rows());
    multiply_transposed(features.values, projection_, projected);
    bank = parts_.bank_usual->standardised(parts_.bank->mean_distances(projected, neighbours), features.valid);
    if (parts_.around) {
      const Matrix means = averaged_around(projected, features.cells, features.valid, parts_.recipe.context);
      around = parts_.around_usual->standardised(parts_.around->mean_distances(means, neighbours), features.valid);
    }
  }
  Maps maps{.scored = around.empty() ? std::vector<float>() : joined_maps(parts_.recipe, gaussian, std::move(around))};
  maps.shown = joined_maps(parts_.recipe, std::move(gaussian), std::move(bank));
  if (maps.shown.empty()) maps.shown.resize(features.valid.size());
  if (maps.scored.empty()) maps.scored = maps.shown;
  return maps;
}

double AnomalyModel::distances_of(const PatchFeatures& features, std::span<const float> places) const {
  const double map = parts_.map_standard.of(mean_of_largest(places, features.valid, parts_.recipe.top_share));
  const double global = parts_.global ? parts_.global_standard.of(parts_.global->distance(features.whole)) : 0;
  return joined_score(parts_.recipe, map, global);
}

double AnomalyModel::rescored(double distances, std::span<const float> whole) const {
  if (!parts_.defects) return distances;
  const auto standard = standardised(*parts_.global, whole);
  const double margin = static_cast<double>(dot(parts_.defects->direction, standard)) + parts_.defects->offset;
  return with_defects(*parts_.defects, distances, parts_.defects->standard.of(margin));
}

std::string AnomalyModel::nearest_good(std::span<const float> standardised) const {
  Matrix whole;
  whole.append(standardised);
  Matrix likeness(1, likeness_values);
  multiply_transposed(whole, likeness_projection_, likeness);
  std::vector<float> distances(parts_.likenesses.rows());
  squared_distances(parts_.likenesses, likeness.row(0), distances);
  const auto nearest = std::ranges::min_element(distances) - distances.begin();
  return parts_.goods[static_cast<std::size_t>(nearest)].name;
}

core::Result<AnomalyResult> AnomalyModel::judge(const PatchFeatures& features, core::Size picture) const {
  const bool fits = features.cells == parts_.cells && features.values.columns() == parts_.values &&
                    (!parts_.global || features.whole.size() == parts_.global->mean().size());
  if (!fits)
    return core::fail(core::internal_error(fmt::format(
        "The features of {} have another shape than those that the anomaly model was made of.", parts_.backbone)));
  const auto maps = maps_of(features);
  AnomalyResult result{.score = rescored(distances_of(features, maps.scored), features.whole),
                       .threshold = parts_.threshold.value};
  if (!std::isfinite(result.score))
    return core::fail(core::internal_error("The anomaly model answered with a number that is not finite."));
  result.rarity = rarity(good_scores_, result.score);
  result.is_anomalous = result.score > result.threshold;
  const CellMap map{features.letterbox, features.cells, maps.shown, features.valid};
  result.map = over_picture(map);
  // A stretched picture was another one to the letterbox.
  const double across = static_cast<double>(picture.width) / features.letterbox.picture.width;
  const double down = static_cast<double>(picture.height) / features.letterbox.picture.height;
  const Place peak = peak_of(map);
  result.peak = {peak.x * across, peak.y * down};
  if (result.is_anomalous) {
    constexpr double grow = 0.6;  // of a region's peak, as the plan of the recipe has it
    constexpr std::size_t most_boxes = 20;
    for (const auto& box : boxes_of(map, parts_.seed_value, grow, most_boxes))
      result.boxes.push_back(core::clipped(core::scaled(box, across, down), picture));
  }
  if (parts_.global && parts_.likenesses.rows() > 0)
    result.nearest_good = nearest_good(standardised(*parts_.global, features.whole));
  return result;
}

}  // namespace sightglass::vision
