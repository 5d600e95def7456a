#include <algorithm>
#include <iterator>

#include "inspection/steps/steps.hpp"

namespace sightglass::inspection::steps {
namespace {

constexpr std::size_t most_labels = 20;

void add(std::vector<SeenLabel>& labels, std::string_view name, double confidence) {
  const auto known = std::ranges::find(labels, name, &SeenLabel::name);
  if (known == labels.end()) {
    labels.push_back({.name = std::string(name), .confidence = confidence});
  } else {
    known->confidence = std::max(known->confidence, confidence);
  }
}

}  // namespace

core::Result<void> name_labels(StepContext& context) {
  std::vector<SeenLabel> labels;
  for (const auto& object : context.seen.objects) add(labels, object.label, object.confidence);
  for (const auto& line : context.seen.text)
    if (line.confidence) add(labels, "text", *line.confidence);
  for (const auto& code : context.seen.codes) add(labels, code.kind, 1);
  for (const auto& label : context.seen.outside_labels) add(labels, label.name, label.confidence);
  std::ranges::sort(labels, [](const SeenLabel& a, const SeenLabel& b) {
    return a.confidence != b.confidence ? a.confidence > b.confidence : a.name < b.name;
  });
  if (labels.size() > most_labels) labels.resize(most_labels);
  context.seen.labels = std::move(labels);
  return {};
}

}  // namespace sightglass::inspection::steps
