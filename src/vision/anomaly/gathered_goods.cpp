#include "vision/anomaly/gathered_goods.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "vision/anomaly/aligned_features.hpp"
#include "vision/numeric/products.hpp"
#include "vision/numeric/random_projection.hpp"
#include "vision/random.hpp"
#include "vision/splits.hpp"

namespace sightglass::vision {

namespace {

using core::Result;

// Beyond this no place of one picture is a place of another; magnetic tiles, which can be learnt together, span 6.1.
constexpr double most_aspect_ratio = 12;
// From here on people are told that places meet only roughly.
constexpr double noted_aspect_ratio = 1.2;

}  // namespace

Result<void> GatheredGoods::look_at(const GoodPicture& picture, Embedder& embedder, AnomalyParts& parts) {
  const auto* reference = parts.reference ? &*parts.reference : nullptr;
  SG_ASSIGN(const auto seen, aligned_features(picture.raster, reference, training_.recipe.is_stretched, embedder));
  const auto& features = seen.features;
  if (names.empty()) SG_TRY(begin(features, embedder.model(), parts));
  if (features.cells != parts.cells || features.values.columns() != parts.values)
    return core::fail(core::internal_error("The features of two pictures have different shapes."));
  names.push_back(picture.name);
  groups_.push_back(picture.group.empty() ? picture.name : picture.group);
  aspects_.push_back(static_cast<double>(picture.raster.size.width) / picture.raster.size.height);
  valid.push_back(features.valid);
  wholes.append(features.whole);
  if (gaussian) SG_TRY(gaussian->append(chosen_channels(features.values, parts.channels)));
  if (!bank) return {};
  Matrix projected(features.values.rows(), projection_.rows());
  multiply_transposed(features.values, projection_, projected);
  return bank->append(projected);
}

Result<void> GatheredGoods::begin(const PatchFeatures& features, std::string_view backbone, AnomalyParts& parts) {
  const AnomalyRecipe& recipe = training_.recipe;
  parts.recipe = recipe;
  parts.backbone = backbone;
  parts.seed = training_.seed;
  parts.cells = features.cells;
  parts.values = features.values.columns();
  const std::size_t cells = features.values.rows();
  if (recipe.gaussian_weight > 0) {
    RandomStream random(mixed("channels", training_.seed));
    for (const auto channel : random.choose(static_cast<std::size_t>(recipe.channels), parts.values))
      parts.channels.push_back(static_cast<std::uint16_t>(channel));
    parts.recipe.channels = static_cast<std::int32_t>(parts.channels.size());
    SG_ASSIGN(gaussian, FeatureScratch::open(training_.scratch, cells, parts.channels.size()));
  }
  if (recipe.bank_weight > 0) {
    projection_ = random_projection(parts.values, static_cast<std::size_t>(recipe.projected), training_.seed);
    SG_ASSIGN(bank, FeatureScratch::open(training_.scratch, cells, projection_.rows()));
  }
  return {};
}

Result<void> GatheredGoods::check_shapes(std::vector<std::string>& remarks) const {
  const auto [least, most] = std::ranges::minmax_element(aspects_);
  const double ratio = *most / *least;
  const auto name_of = [&](auto place) { return names[static_cast<std::size_t>(place - aspects_.begin())]; };
  if (ratio > most_aspect_ratio)
    return core::fail(core::invalid_input(
        "pictures",
        fmt::format("The pictures have too different shapes to be compared: {} is {:.2f} times as wide as it "
                    "is high, {} {:.2f} times. Teach them as two models, or cut them to the part.",
                    name_of(most), *most, name_of(least), *least)));
  if (ratio > noted_aspect_ratio)
    remarks.push_back(fmt::format(
        "The shapes of the pictures differ by up to {:.0f} %: places are compared only roughly.", 100 * (ratio - 1)));
  return {};
}

Result<void> GatheredGoods::settle(std::vector<std::string>& remarks) {
  SG_TRY(check_shapes(remarks));
  // Copies of a picture must not examine each other.
  const auto is_before = [&](std::size_t a, std::size_t b) {
    return std::ranges::lexicographical_compare(wholes.row(a), wholes.row(b));
  };
  std::set<std::size_t, decltype(is_before)> different(is_before);
  for (std::size_t i = 0; i < count(); ++i) {
    const auto [first, is_new] = different.insert(i);
    if (!is_new) groups_[i] = groups_[*first];
  }
  if (different.size() == 1)
    return core::fail(core::invalid_input("pictures", "All pictures are the same; there is nothing to learn from."));
  if (different.size() < least_good_pictures)
    return core::fail(core::invalid_input(
        "pictures", fmt::format("Only {} of the {} pictures differ from each other; at least {} are needed.",
                                different.size(), count(), least_good_pictures)));
  if (different.size() < count())
    remarks.push_back(fmt::format("{} of the pictures are copies of others.", count() - different.size()));
  if (std::set<std::string>(groups_.begin(), groups_.end()).size() < 2) {
    groups_ = names;
    remarks.push_back("All pictures are of one group: the rate of false rejects may be larger on others.");
  }
  folds = folds_of(groups_, training_.recipe.folds, training_.seed);
  return {};
}

}  // namespace sightglass::vision
