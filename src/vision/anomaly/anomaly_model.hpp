// What was learnt of good pictures, and how a picture is held against it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/box.hpp"
#include "core/raster.hpp"
#include "core/result.hpp"
#include "vision/anomaly/gaussian_cells.hpp"
#include "vision/anomaly/global_part.hpp"
#include "vision/anomaly/heat_map.hpp"
#include "vision/anomaly/part_alignment.hpp"
#include "vision/anomaly/patch_features.hpp"
#include "vision/anomaly/place_statistics.hpp"
#include "vision/conformal.hpp"
#include "vision/embedding/embedder.hpp"
#include "vision/numeric/nearest.hpp"

namespace sightglass::vision {

// How a model is learnt. What has no weight is not fitted and costs nothing.
struct AnomalyRecipe {
  std::int32_t channels = 100;   // of the Gaussian cells, drawn at random from those of the backbone
  double ridge = 0.02;           // × mean variance, on the covariances' diagonal
  std::int32_t projected = 128;  // numbers that a place has in the bank
  std::int32_t context = 1;      // cells to each side that the score averages them over; 0: it takes the map's
  std::int32_t bank = 2000;      // places of good pictures that stand for all
  std::int32_t neighbours = 3;
  double gaussian_weight = 0;  // in the map of places; of use from hundreds of aligned goods on
  double bank_weight = 1;      // in the map of places
  double global_weight = 1;    // beside the map's score
  double top_share = 0.01;     // of the places, which make the map's score
  std::int32_t folds = 4;      // for judging good pictures by a model that has not seen them
  bool is_stretched = false;   // pictures to the network's square, so that places meet
  bool operator==(const AnomalyRecipe&) const = default;
};

struct AnomalyResult {
  double score = 0;      // deviations above what good pictures have, about 0 for one of them
  double threshold = 0;  // anomalous above
  double rarity = 0;     // 0 … 1, the share of good pictures that score lower
  bool is_anomalous = false;
  HeatMap map{};
  Place peak{};                               // pixels of the raster given
  std::vector<core::Box> boxes{};             // pixels of the raster given; only when it is anomalous
  std::optional<std::string> nearest_good{};  // name of the good picture that looks most like it
  std::optional<PartMove> moved{};            // how the part lies beside the reference's, where the model aligns
  bool is_unaligned = false;                  // the model aligns, and the part was not found: it was judged as it lies
};

// A score that was brought to a common measure.
struct Standard {
  double mean = 0, deviation = 1;
  double of(double value) const { return (value - mean) / deviation; }
};

Standard standard_of(std::span<const double> values);  // of two values at least; the deviation is above 0
// Each value by the measure of the others.
std::vector<double> standardised_by_others(std::span<const double> values);

// Which way defects that people confirmed lie from goods, in the space of the global part's standardised pictures.
struct DefectPart {
  std::vector<float> direction{};
  double offset = 0;
  double weight = 1;                   // beside the score of distances
  Standard standard{};                 // of the goods' margins
  std::vector<double> good_margins{};  // of the pictures that the global part holds, by parts that had not seen them
};

struct NamedScore {
  std::string name{};
  double score = 0;
};

// What a model consists of; read and written by anomaly_file.hpp. Parts without weight are absent.
struct AnomalyParts {
  AnomalyRecipe recipe{};
  std::optional<PartReference> reference{};  // where pictures are aligned
  std::string backbone{};                    // "name@version"
  std::uint64_t seed = 0;
  core::Size cells{};
  std::size_t values = 0;  // numbers of a place, before choosing and projecting
  std::vector<std::uint16_t> channels{};
  std::optional<GaussianCells> gaussian{};
  std::optional<PlaceStatistics> gaussian_usual{};
  std::shared_ptr<const NearestPoints> bank{};  // shared: copies of the parts are made while they are written
  std::optional<PlaceStatistics> bank_usual{};
  // The same of places with their context, which the score is of: a map of them shows less exactly where something is.
  std::shared_ptr<const NearestPoints> around{};
  std::optional<PlaceStatistics> around_usual{};
  std::optional<GlobalPart> global{};
  Standard map_standard{}, global_standard{};
  double seed_value = 0;  // a box begins where the map passes this
  ConformalThreshold threshold{};
  std::vector<NamedScore> goods{};  // scores of distances, as if they had not been learnt from; as they were taught
  Matrix likenesses{};              // projected embeddings of the goods, in the order of `goods`
  std::optional<DefectPart> defects{};
};

// What the goods score by all parts, as if they had not been learnt from: of those that the global part holds when
// there is a part of defects, else of all.
std::vector<double> good_scores(const AnomalyParts& parts);

// Immutable: thread-safe. An embedder is not: one for each thread.
class AnomalyModel {
 public:
  explicit AnomalyModel(AnomalyParts parts);

  // Blocks. Errors: invalid_input for a picture too small or narrow to judge; internal, naming the backbone, for
  // features of another shape or that are not finite; conflict when the embedder is of another backbone.
  core::Result<AnomalyResult> score(const core::Raster& picture, Embedder& embedder) const;
  // The same of a pass of the whole picture that was made already, unless the model wants a pass of its own.
  core::Result<AnomalyResult> score(const core::Raster& picture, const BackbonePass& pass, Embedder& embedder) const;

  // The score of a picture whose score of distances is known from the model before defects were taught to it; `whole`
  // is its embedding, of the right length.
  double rescored(double distances, std::span<const float> whole) const;

  const AnomalyParts& parts() const { return parts_; }
  // Whether it brings pictures to where the reference has the part, before it judges them.
  bool aligns() const { return parts_.reference.has_value(); }
  const PartReference* reference() const { return parts_.reference ? &*parts_.reference : nullptr; }
  const ConformalThreshold& threshold() const { return parts_.threshold; }
  // The same model with another threshold, which a person chose.
  AnomalyModel with_threshold(double value) const;

 private:
  core::Result<AnomalyResult> judge(const PatchFeatures& features, core::Size picture) const;
  // Maps: where something is, and what the score is of.
  struct Maps {
    std::vector<float> shown{}, scored{};
  };
  Maps maps_of(const PatchFeatures& features) const;
  double distances_of(const PatchFeatures& features, std::span<const float> places) const;
  std::string nearest_good(std::span<const float> standardised) const;
  AnomalyParts parts_;
  Matrix projection_{}, likeness_projection_{};
  std::vector<double> good_scores_{};
};

// Steps that learning and judging share.
Matrix chosen_channels(const Matrix& values, std::span<const std::uint16_t> channels);
std::vector<float> joined_maps(const AnomalyRecipe& recipe, std::vector<float> gaussian, std::vector<float> bank);
double joined_score(const AnomalyRecipe& recipe, double map, double global);
constexpr std::size_t likeness_values = 64;
constexpr std::int32_t most_context = 4;  // of a recipe

}  // namespace sightglass::vision
