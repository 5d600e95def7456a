// What tells good pictures from unusual ones, of either kind: an anomaly model, or references.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "core/raster.hpp"
#include "core/result.hpp"
#include "vision/anomaly/anomaly_model.hpp"
#include "vision/embedding/embedder.hpp"
#include "vision/reference/reference_model.hpp"

namespace sightglass::vision {

// Immutable: thread-safe. An embedder is not: one for each thread.
class PictureJudge {
 public:
  explicit PictureJudge(std::variant<AnomalyModel, ReferenceModel> model) : model_(std::move(model)) {}
  // Any bytes: of anomaly_file.hpp or reference_model.hpp, as they begin. invalid_input for what is neither.
  static core::Result<PictureJudge> read(std::string_view bytes);

  // "name@version"; empty for references, which need none.
  std::string_view backbone() const;
  const ConformalThreshold& threshold() const;
  // With another threshold, which a person chose, beginning with which boxes are drawn; references keep theirs.
  PictureJudge with_threshold(double value) const;
  // Block. Errors: those of AnomalyModel::score() and ReferenceModel::score().
  core::Result<AnomalyResult> score(const core::Raster& picture, Embedder& embedder) const;
  core::Result<AnomalyResult> score(const core::Raster& picture, const BackbonePass& pass, Embedder& embedder) const;

  // Nothing for references.
  const AnomalyModel* anomaly_model() const { return std::get_if<AnomalyModel>(&model_); }

 private:
  std::variant<AnomalyModel, ReferenceModel> model_;
};

}  // namespace sightglass::vision
