#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "vision/detection/make_detector.hpp"

namespace sightglass::vision {

namespace {

void to_probabilities(std::vector<float>& logits) {
  const float largest = std::ranges::max(logits);
  double sum = 0;
  for (float& value : logits) sum += value = std::exp(value - largest);
  for (float& value : logits) value = static_cast<float>(value / sum);
}

class NetworkClassifier final : public Classifier {
 public:
  NetworkClassifier(ModelDescription description, std::unique_ptr<Network> network)
      : description_(std::move(description)), network_(std::move(network)) {}

  core::Result<std::vector<ClassShare>> classify(const core::Raster& picture) override {
    SG_ASSIGN(const auto placed, place_in(*description_.input, picture));
    SG_ASSIGN(auto outputs, network_->run(placed.tensor));
    auto& values = outputs.front().values;
    if (values.size() != description_.labels.size()) {
      return core::fail(
          core::internal_error(fmt::format("model {} tells {} classes apart and has {} labels", description_.name,
                                           values.size(), description_.labels.size())));
    }
    if (description_.output->layout == OutputLayout::logits) to_probabilities(values);
    SG_TRY(check(values));
    std::vector<ClassShare> shares;
    for (std::size_t label = 0; label < values.size(); ++label) {
      shares.push_back({description_.labels[label], std::clamp(static_cast<double>(values[label]), 0.0, 1.0)});
    }
    std::ranges::sort(shares, [](const ClassShare& a, const ClassShare& b) {
      return a.probability != b.probability ? a.probability > b.probability : a.label < b.label;
    });
    return shares;
  }

 private:
  // Logits that a description calls probabilities would be made-up confidences.
  core::Result<void> check(const std::vector<float>& values) const {
    double sum = 0;
    for (const float value : values) sum += value;
    const bool is_share = std::ranges::all_of(values, [](float value) { return value >= -1e-3F && value <= 1.001F; });
    if (is_share && std::abs(sum - 1) < 0.01) return {};
    return core::fail(core::internal_error(
        fmt::format("the output of model {} is no set of probabilities: they sum to {:.3f}", description_.name, sum)));
  }

  ModelDescription description_;
  std::unique_ptr<Network> network_;
};

}  // namespace

core::Result<std::unique_ptr<Classifier>> make_classifier(ModelDescription description,
                                                          std::unique_ptr<Network> network) {
  SG_TRY(network_plan_of(description, 1));
  const auto layout = description.output->layout;
  if (layout != OutputLayout::softmax && layout != OutputLayout::logits) {
    return core::fail(core::invalid_input("output.layout", fmt::format("model {} is no classifier: its layout is {}",
                                                                       description.name, name_of(layout))));
  }
  if (description.labels.empty()) {
    return core::fail(core::invalid_input("labels", fmt::format("model {} has no labels", description.name)));
  }
  return std::make_unique<NetworkClassifier>(std::move(description), std::move(network));
}

}  // namespace sightglass::vision
