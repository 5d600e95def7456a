// The good pictures of a training, each looked at once: what is kept of them in memory and on the disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "vision/anomaly/anomaly_model.hpp"
#include "vision/anomaly/feature_scratch.hpp"
#include "vision/anomaly/train_anomaly.hpp"
#include "vision/embedding/embedder.hpp"
#include "vision/numeric/matrix.hpp"

namespace sightglass::vision {

// Not thread-safe. Members are in the order of the pictures.
class GatheredGoods {
 public:
  // `training` must outlive it.
  explicit GatheredGoods(const AnomalyTraining& training) : training_(training) {}

  // The first fills in what `parts` says of the backbone and of the features that are taken. Blocks.
  core::Result<void> look_at(const GoodPicture& picture, Embedder& embedder, AnomalyParts& parts);
  // After the last: refuses what cannot be learnt from, as train_anomaly() says; what is odd goes into `remarks`.
  core::Result<void> settle(std::vector<std::string>& remarks);

  std::size_t count() const { return names.size(); }

  std::vector<std::string> names{};
  std::vector<std::vector<std::uint8_t>> valid{};
  Matrix wholes{};
  std::optional<FeatureScratch> gaussian{}, bank{};  // features of places; absent without weight
  std::vector<std::int32_t> folds{};                 // after settle(): copies and groups lie in one

 private:
  core::Result<void> begin(const PatchFeatures& features, std::string_view backbone, AnomalyParts& parts);
  core::Result<void> check_shapes(std::vector<std::string>& remarks) const;
  const AnomalyTraining& training_;
  std::vector<std::string> groups_{};
  std::vector<double> aspects_{};
  Matrix projection_{};
};

}  // namespace sightglass::vision
