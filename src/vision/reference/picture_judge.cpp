#include "vision/reference/picture_judge.hpp"

#include "vision/anomaly/anomaly_file.hpp"

namespace sightglass::vision {

core::Result<PictureJudge> PictureJudge::read(std::string_view bytes) {
  if (is_reference_file(bytes)) {
    SG_ASSIGN(auto references, read_references(bytes));
    return PictureJudge(std::move(references));
  }
  SG_ASSIGN(auto model, read_anomaly(bytes));
  return PictureJudge(std::move(model));
}

std::string_view PictureJudge::backbone() const {
  const auto* model = anomaly_model();
  return model == nullptr ? std::string_view{} : std::string_view(model->parts().backbone);
}

const ConformalThreshold& PictureJudge::threshold() const {
  return std::visit([](const auto& model) -> const ConformalThreshold& { return model.threshold(); }, model_);
}

PictureJudge PictureJudge::with_threshold(double value) const {
  const auto* model = anomaly_model();
  return model == nullptr ? *this : PictureJudge(model->with_threshold(value));
}

core::Result<AnomalyResult> PictureJudge::score(const core::Raster& picture, Embedder& embedder) const {
  const auto* model = anomaly_model();
  return model == nullptr ? std::get<ReferenceModel>(model_).score(picture) : model->score(picture, embedder);
}

core::Result<AnomalyResult> PictureJudge::score(const core::Raster& picture, const BackbonePass& pass,
                                                Embedder& embedder) const {
  const auto* model = anomaly_model();
  return model == nullptr ? std::get<ReferenceModel>(model_).score(picture) : model->score(picture, pass, embedder);
}

}  // namespace sightglass::vision
