// What a few labelled defects add to a model of good pictures: which way defects differ.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/raster.hpp"
#include "core/result.hpp"
#include "vision/anomaly/anomaly_model.hpp"
#include "vision/embedding/embedder.hpp"

namespace sightglass::vision {

// A picture of a defect, as the model sees it that is to learn of it.
struct DefectExample {
  std::string group{};         // pictures of one group never teach and examine each other
  std::vector<float> whole{};  // its embedding
};

constexpr std::size_t least_defects = 3;
constexpr std::size_t most_defects = 5'000;

// Blocks, as AnomalyModel::score.
core::Result<DefectExample> look_at_defect(const AnomalyModel& model, const core::Raster& picture, std::string group,
                                           Embedder& embedder);

struct TaughtAnomaly {
  AnomalyModel model;
  std::string file{};     // as TrainedAnomaly
  double separation = 0;  // area under the curve of the new part alone, out of fold, 0 … 1
  double weight = 0;      // of the new part beside the distances, which weigh 1; 0: the model judges as before
};

// `base` with a part that knows which way defects lie from goods, a softmax regression on whole pictures beside the
// distances; what was learnt of defects before is replaced. Distances keep their weight, so that a kind of defect that
// nobody has shown is still found. The threshold is set anew from the good pictures, each judged by a part that had not
// seen it. Costs a second, for the model's file holds what it needs of the goods. Errors: invalid_input for fewer than
// least_defects, embeddings of another length, or a model without its global part.
core::Result<TaughtAnomaly> teach_defects(const AnomalyModel& base, std::span<const DefectExample> defects,
                                          std::uint64_t seed);

}  // namespace sightglass::vision
