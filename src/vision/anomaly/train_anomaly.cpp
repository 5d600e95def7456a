#include "vision/anomaly/train_anomaly.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "vision/anomaly/anomaly_file.hpp"
#include "vision/anomaly/common_reference.hpp"
#include "vision/anomaly/gathered_goods.hpp"
#include "vision/metrics.hpp"
#include "vision/numeric/products.hpp"
#include "vision/numeric/random_projection.hpp"
#include "vision/random.hpp"

namespace sightglass::vision {

namespace {

using core::Result;
using Maps = std::vector<std::vector<float>>;

// Places that a bank is chosen from: more hardly change which are chosen, but cost time (40,000 as in the recipe that
// was measured on the training pictures).
constexpr std::size_t bank_candidates = 40'000;
constexpr std::size_t least_gaussian_pictures = 3;
// Shares of the whole time.
constexpr double looking = 0.7;

class Learner {
 public:
  Learner(Embedder& embedder, const AnomalyTraining& training, const Progress& progress)
      : embedder_(embedder), training_(training), recipe_(training.recipe), progress_(progress), goods_(training) {}

  Result<TrainedAnomaly> learn(const GoodPictures& pictures, std::size_t count) {
    count_ = count;
    if (training_.aligns) {
      const auto note = [this](double share) { return tell(0.1 * share, "finding the part on each picture"); };
      SG_ASSIGN(parts_.reference, common_reference(pictures, count, remarks_, note));
    }
    for (std::size_t place = 0; place < count; ++place) {
      SG_TRY(tell(looking * static_cast<double>(place) / static_cast<double>(count), "looking at pictures"));
      SG_ASSIGN(const GoodPicture picture, pictures(place));
      SG_TRY(goods_.look_at(picture, embedder_, parts_));
    }
    SG_TRY(goods_.settle(remarks_));
    std::vector<double> map_scores(count);
    SG_TRY(learn_places(map_scores));
    SG_TRY(learn_whole());
    return finish(map_scores);
  }

 private:
  Result<void> tell(double share, std::string_view doing) {
    if (progress_ && !progress_(share, doing))
      return core::fail(core::ErrorCode::cancelled, "The training was cancelled.");
    return {};
  }

  // The folds that hold anything.
  std::set<std::int32_t> used_folds() const { return {goods_.folds.begin(), goods_.folds.end()}; }

  Result<void> learn_places(std::vector<double>& map_scores) {
    Maps gaussian(count_);
    Maps bank(count_);
    Maps around;
    if (goods_.gaussian) {
      SG_ASSIGN(gaussian, gaussian_maps());
      parts_.gaussian_usual = usual_of(gaussian);
    }
    if (goods_.bank) {
      SG_ASSIGN(bank, bank_maps(0, recipe_.bank, parts_.bank));
      parts_.bank_usual = usual_of(bank);
      if (recipe_.context > 0) {
        // What is averaged varies less, and half as many places stand for it.
        SG_ASSIGN(around, bank_maps(recipe_.context, (recipe_.bank + 1) / 2, parts_.around));
        parts_.around_usual = usual_of(around);
      }
    }
    std::vector<double> largest;
    for (std::size_t i = 0; i < count_; ++i) {
      if (goods_.gaussian) gaussian[i] = parts_.gaussian_usual->standardised_without(gaussian[i], goods_.valid[i]);
      if (goods_.bank) bank[i] = parts_.bank_usual->standardised_without(bank[i], goods_.valid[i]);
      std::vector<float> scored;
      if (!around.empty())
        scored =
            joined_maps(recipe_, gaussian[i], parts_.around_usual->standardised_without(around[i], goods_.valid[i]));
      const auto joined = joined_maps(recipe_, std::move(gaussian[i]), std::move(bank[i]));
      if (joined.empty()) continue;
      map_scores[i] = mean_of_largest(scored.empty() ? joined : scored, goods_.valid[i], recipe_.top_share);
      largest.push_back(mean_of_largest(joined, goods_.valid[i], 0));
    }
    if (largest.empty()) return {};
    parts_.map_standard = standard_of(map_scores);
    constexpr double rarely = 0.995;  // of good pictures' largest values: a region beyond it is one
    parts_.seed_value = quantile(largest, rarely);
    return {};
  }

  PlaceStatistics usual_of(const Maps& maps) const {
    PlaceStatistics usual(maps.front().size());
    for (std::size_t i = 0; i < count_; ++i) usual.add(maps[i], goods_.valid[i]);
    usual.finish();
    return usual;
  }

  Result<Maps> gaussian_maps() {
    const auto cells = static_cast<std::size_t>(parts_.cells.pixels());
    Matrix values;
    CellSums all(cells, parts_.channels.size());
    for (std::size_t i = 0; i < count_; ++i) {
      SG_TRY(goods_.gaussian->read(i, values));
      all.add(values, goods_.valid[i]);
    }
    Maps maps(count_);
    for (const std::int32_t fold : used_folds()) {
      SG_TRY(tell(looking + 0.1 * fold / recipe_.folds, "learning what each place looks like"));
      CellSums own(cells, parts_.channels.size());
      for (std::size_t i = 0; i < count_; ++i) {
        if (goods_.folds[i] != fold) continue;
        SG_TRY(goods_.gaussian->read(i, values));
        own.add(values, goods_.valid[i]);
      }
      all.subtract(own);
      SG_ASSIGN(const auto others, GaussianCells::fit(all, recipe_.ridge, least_gaussian_pictures));
      all.add(own);
      for (std::size_t i = 0; i < count_; ++i) {
        if (goods_.folds[i] != fold) continue;
        SG_TRY(goods_.gaussian->read(i, values));
        maps[i] = others.distances(values, goods_.valid[i]);
      }
    }
    SG_ASSIGN(parts_.gaussian, GaussianCells::fit(all, recipe_.ridge, least_gaussian_pictures));
    return maps;
  }

  // The places of a good picture, averaged over cells up to `reach` beside them.
  Result<void> read_places(std::size_t picture, std::int32_t reach, Matrix& values) {
    SG_TRY(goods_.bank->read(picture, values));
    if (reach > 0) values = averaged_around(values, parts_.cells, goods_.valid[picture], reach);
    return {};
  }

  // A bank of `size` places of pictures that are not in `fold`; of all for −1.
  Result<NearestPoints> bank_without(std::int32_t fold, std::int32_t reach, std::int32_t size) {
    const std::size_t each = std::max<std::size_t>(1, bank_candidates / count_);
    Matrix candidates;
    Matrix values;
    for (std::size_t i = 0; i < count_; ++i) {
      if (goods_.folds[i] == fold) continue;
      SG_TRY(read_places(i, reach, values));
      std::vector<std::size_t> places;
      for (std::size_t cell = 0; cell < values.rows(); ++cell)
        if (goods_.valid[i][cell] != 0) places.push_back(cell);
      RandomStream random(mixed(goods_.names[i], training_.seed));
      for (const std::size_t place : random.choose(each, places.size())) candidates.append(values.row(places[place]));
    }
    bool is_cancelled = false;
    std::size_t asked = 0;
    const std::int32_t step = fold < 0 ? recipe_.folds : fold;
    const double share = share_of(reach, step);
    const auto goes_on = [&] {
      if (++asked % 64 == 0) is_cancelled = !tell(share, "choosing what stands for all places");
      return !is_cancelled;
    };
    const auto chosen = greedy_coreset(candidates, static_cast<std::size_t>(size), goes_on);
    if (is_cancelled) return core::fail(core::ErrorCode::cancelled, "The training was cancelled.");
    Matrix points;
    for (const std::size_t row : chosen) points.append(candidates.row(row));
    return NearestPoints(std::move(points));
  }

  // Of the whole time: banks of single places first, then those of places with their context.
  double share_of(std::int32_t reach, double step) const {
    return looking + 0.1 + 0.08 * (step / (recipe_.folds + 1) + (reach > 0 ? 1 : 0));
  }

  Result<Maps> bank_maps(std::int32_t reach, std::int32_t size, std::shared_ptr<const NearestPoints>& bank) {
    Maps maps(count_);
    Matrix values;
    for (const std::int32_t fold : used_folds()) {
      SG_ASSIGN(const NearestPoints others, bank_without(fold, reach, size));
      for (std::size_t i = 0; i < count_; ++i) {
        if (goods_.folds[i] != fold) continue;
        SG_TRY(tell(share_of(reach, fold + 0.5), "judging the good pictures"));
        SG_TRY(read_places(i, reach, values));
        maps[i] = others.mean_distances(values, static_cast<std::size_t>(recipe_.neighbours));
      }
    }
    SG_ASSIGN(NearestPoints all, bank_without(-1, reach, size));
    bank = std::make_shared<const NearestPoints>(std::move(all));
    return maps;
  }

  Result<void> learn_whole() {
    if (!(recipe_.global_weight > 0)) return {};
    SG_TRY(tell(0.98, "learning what whole pictures look like"));
    global_scores_.resize(count_);
    for (const std::int32_t fold : used_folds()) {
      Matrix others;
      for (std::size_t i = 0; i < count_; ++i)
        if (goods_.folds[i] != fold) others.append(goods_.wholes.row(i));
      SG_ASSIGN(const auto part, GlobalPart::fit(others));
      for (std::size_t i = 0; i < count_; ++i)
        if (goods_.folds[i] == fold) global_scores_[i] = part.distance(goods_.wholes.row(i));
    }
    SG_ASSIGN(parts_.global, GlobalPart::fit(goods_.wholes));
    parts_.global_standard = standard_of(global_scores_);
    return {};
  }

  Result<TrainedAnomaly> finish(std::span<const double> map_scores) {
    const auto map = standardised_by_others(map_scores);
    const auto global = global_scores_.empty() ? std::vector<double>(count_) : standardised_by_others(global_scores_);
    std::vector<double> scores;
    for (std::size_t i = 0; i < count_; ++i) scores.push_back(joined_score(recipe_, map[i], global[i]));
    SG_ASSIGN(parts_.threshold, conformal(scores, training_.false_reject_rate));
    keep_goods(scores);
    add_remarks();
    SG_ASSIGN(std::string file, write_anomaly(parts_));
    // What is kept has fewer digits than what was computed: the model is what a reader of the file has.
    SG_ASSIGN(AnomalyModel model, read_anomaly(file));
    return TrainedAnomaly{std::move(model), std::move(file), std::move(remarks_)};
  }

  void keep_goods(std::span<const double> scores) {
    for (std::size_t i = 0; i < count_; ++i) parts_.goods.push_back({goods_.names[i], scores[i]});
    if (!parts_.global) return;
    const Matrix projection = random_projection(goods_.wholes.columns(), likeness_values, training_.seed);
    Matrix standard(count_, goods_.wholes.columns());
    for (std::size_t i = 0; i < count_; ++i)
      for (std::size_t j = 0; j < goods_.wholes.columns(); ++j)
        standard(i, j) = (goods_.wholes(i, j) - parts_.global->mean()[j]) * parts_.global->scale()[j];
    parts_.likenesses = Matrix(count_, likeness_values);
    multiply_transposed(standard, projection, parts_.likenesses);
  }

  void add_remarks() {
    if (count_ < promising_good_pictures)
      remarks_.push_back(
          fmt::format("{} good pictures are too few to promise a rate of false rejects; from {} on it can "
                      "be told within limits.",
                      count_, promising_good_pictures));
    if (parts_.threshold.is_extrapolated)
      remarks_.push_back(fmt::format(
          "For {:.1f} % false rejects {} good pictures are needed; the threshold is an estimate.",
          100 * training_.false_reject_rate, static_cast<int>(std::ceil(1 / training_.false_reject_rate)) - 1));
  }

  Embedder& embedder_;
  const AnomalyTraining& training_;
  const AnomalyRecipe& recipe_;
  const Progress& progress_;
  std::size_t count_ = 0;
  AnomalyParts parts_{};
  GatheredGoods goods_;
  std::vector<std::string> remarks_{};
  std::vector<double> global_scores_{};
};

Result<void> check_recipe(const AnomalyRecipe& recipe) {
  const bool is_sound =
      recipe.channels >= 1 && recipe.channels <= 256 && recipe.ridge > 0 && recipe.projected >= 1 &&
      recipe.projected <= 512 && recipe.context >= 0 && recipe.context <= most_context && recipe.bank >= 1 &&
      recipe.bank <= 20'000 && recipe.neighbours >= 1 && recipe.neighbours <= 100 && recipe.gaussian_weight >= 0 &&
      recipe.bank_weight >= 0 && recipe.global_weight >= 0 && recipe.top_share >= 0 && recipe.top_share <= 1 &&
      recipe.folds >= 2 && recipe.folds <= 20 && recipe.gaussian_weight + recipe.bank_weight + recipe.global_weight > 0;
  if (!is_sound) return core::fail(core::invalid_input("recipe", "A number of the recipe is outside its range."));
  return {};
}

}  // namespace

Result<TrainedAnomaly> train_anomaly(const GoodPictures& pictures, std::size_t count, Embedder& embedder,
                                     const AnomalyTraining& training, const Progress& progress) {
  SG_TRY(check_recipe(training.recipe));
  if (count < least_good_pictures)
    return core::fail(core::invalid_input(
        "pictures", fmt::format("An anomaly model needs at least {} good pictures; there {} {}. Add {} more.",
                                least_good_pictures, count == 1 ? "is" : "are", count, least_good_pictures - count)));
  if (count > most_good_pictures)
    return core::fail(core::invalid_input(
        "pictures",
        fmt::format("An anomaly model takes at most {} good pictures; there are {}.", most_good_pictures, count)));
  return Learner(embedder, training, progress).learn(pictures, count);
}

}  // namespace sightglass::vision
