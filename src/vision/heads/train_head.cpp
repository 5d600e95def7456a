#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "vision/calibration.hpp"
#include "vision/heads/few_shot_head.hpp"
#include "vision/heads/head_file.hpp"
#include "vision/splits.hpp"

namespace sightglass::vision {

namespace {

using core::Result;

core::Error wrong_examples(std::string message) { return core::invalid_input("examples", std::move(message)); }

Result<std::vector<std::string>> checked_labels(std::span<const LabelledEmbedding> examples) {
  std::map<std::string, std::size_t> counts;
  for (const auto& example : examples) {
    ++counts[example.label];
    if (example.values.size() != examples.front().values.size() || example.values.empty())
      return core::fail(wrong_examples("The embeddings of two examples have different lengths."));
    if (!std::ranges::all_of(example.values, [](float value) { return std::isfinite(value); }))
      return core::fail(wrong_examples("The embedding of an example holds a number that is not finite."));
  }
  if (counts.size() < 2)
    return core::fail(wrong_examples(
        counts.empty() ? "There are no examples to learn from."
                       : fmt::format("All examples are of the class {}; at least two classes are needed.",
                                     counts.begin()->first)));
  if (counts.size() > most_classes)
    return core::fail(
        wrong_examples(fmt::format("There are {} classes; at most {} can be taught.", counts.size(), most_classes)));
  std::vector<std::string> labels;
  for (const auto& [label, count] : counts) {
    if (count < least_examples_a_class)
      return core::fail(wrong_examples(fmt::format("The class {} has {} example{}; at least {} are needed.", label,
                                                   count, count == 1 ? "" : "s", least_examples_a_class)));
    labels.push_back(label);
  }
  return labels;
}

// One block of all values when none were stated.
Result<std::vector<EmbeddingBlock>> checked_blocks(std::vector<EmbeddingBlock> blocks, std::size_t columns) {
  if (blocks.empty()) return std::vector{EmbeddingBlock{.values = columns, .weight = 1}};
  std::size_t together = 0;
  for (const auto& block : blocks) {
    if (block.values == 0 || block.values > columns || !(block.weight > 0))
      return core::fail(core::invalid_input("blocks", "A block of an embedding has no values or no weight."));
    together += block.values;
  }
  if (together != columns)
    return core::fail(core::invalid_input(
        "blocks", fmt::format("The blocks have {} values together, the embeddings {}.", together, columns)));
  return blocks;
}

struct Moments {
  std::vector<double> mean{}, deviation{};
};

Moments moments_of(std::span<const LabelledEmbedding> examples) {
  const std::size_t columns = examples.front().values.size();
  const auto count = static_cast<double>(examples.size());
  Moments moments{.mean = std::vector<double>(columns), .deviation = std::vector<double>(columns)};
  for (const auto& example : examples)
    for (std::size_t j = 0; j < columns; ++j) moments.mean[j] += static_cast<double>(example.values[j]) / count;
  for (const auto& example : examples)
    for (std::size_t j = 0; j < columns; ++j)
      moments.deviation[j] += std::pow(static_cast<double>(example.values[j]) - moments.mean[j], 2) / count;
  for (double& deviation : moments.deviation) deviation = std::sqrt(deviation);
  return moments;
}

// Standardised rows, in which blocks count by their weights and not by their lengths or units; `parts` gets what
// standardises others.
Result<Matrix> standardised(std::span<const LabelledEmbedding> examples, std::span<const EmbeddingBlock> blocks,
                            HeadParts& parts) {
  const std::size_t columns = examples.front().values.size();
  const auto moments = moments_of(examples);
  std::size_t first = 0;
  bool varies = false;
  for (const auto& block : blocks) {
    double usual = 0;
    double size = 0;
    for (std::size_t j = first; j < first + block.values; ++j) {
      usual += moments.deviation[j] / static_cast<double>(block.values);
      size += std::abs(moments.mean[j]) / static_cast<double>(block.values);
    }
    const bool block_varies = usual > 1e-6 * size;
    varies = varies || block_varies;
    const double factor = block.weight * std::sqrt(static_cast<double>(columns) / static_cast<double>(block.values));
    for (std::size_t j = first; j < first + block.values; ++j) {
      parts.mean.push_back(static_cast<float>(moments.mean[j]));
      // Values that hardly vary would be noise made loud: a twentieth of the usual deviation is added to each.
      parts.scale.push_back(block_varies ? static_cast<float>(factor / (moments.deviation[j] + 0.05 * usual)) : 0.0F);
    }
    first += block.values;
  }
  if (!varies) return core::fail(wrong_examples("All examples are the same; there is nothing to learn from."));
  Matrix rows(examples.size(), columns);
  for (std::size_t i = 0; i < examples.size(); ++i)
    for (std::size_t j = 0; j < columns; ++j) rows(i, j) = (examples[i].values[j] - parts.mean[j]) * parts.scale[j];
  return rows;
}

struct OutOfFold {
  Matrix logits{};
  double loss = 0;
};

class Trial {
 public:
  Trial(const Matrix& rows, std::vector<std::int32_t> labels, std::size_t classes, std::vector<std::int32_t> folds)
      : rows_(rows), labels_(std::move(labels)), classes_(classes), folds_(std::move(folds)) {}

  // Logits of each row by a model that has not seen its fold.
  Result<OutOfFold> judge(double strength) {
    OutOfFold answer{.logits = Matrix(rows_.rows(), classes_)};
    for (const std::int32_t fold : std::set<std::int32_t>(folds_.begin(), folds_.end())) {
      Matrix taught;
      Matrix examined;
      std::vector<std::int32_t> taught_labels;
      std::vector<std::size_t> places;
      for (std::size_t i = 0; i < rows_.rows(); ++i) {
        if (folds_[i] == fold) {
          examined.append(rows_.row(i));
          places.push_back(i);
        } else {
          taught.append(rows_.row(i));
          taught_labels.push_back(labels_[i]);
        }
      }
      if (taught_labels.empty()) continue;
      auto& start = starts_[fold];
      SG_ASSIGN(SoftmaxModel model,
                fit_softmax(taught, taught_labels, classes_, strength, start.offsets.empty() ? nullptr : &start));
      const Matrix logits = model.logits(examined);
      for (std::size_t i = 0; i < places.size(); ++i)
        std::ranges::copy(logits.row(i), answer.logits.row(places[i]).begin());
      start = std::move(model);
    }
    answer.loss = loss_of(answer.logits);
    return answer;
  }

  const std::vector<std::int32_t>& labels() const { return labels_; }

 private:
  // At the best temperature, so that a strength is chosen for how it sorts and not for how bold it is.
  double loss_of(const Matrix& logits) const {
    const double temperature = fit_temperature(logits.values(), labels_, classes_);
    double loss = 0;
    for (std::size_t i = 0; i < logits.rows(); ++i) {
      std::vector<float> row(logits.row(i).begin(), logits.row(i).end());
      softmax(row, temperature);
      loss -= std::log(std::max(1e-12, static_cast<double>(row[static_cast<std::size_t>(labels_[i])])));
    }
    return loss;
  }

  const Matrix& rows_;
  std::vector<std::int32_t> labels_;
  std::size_t classes_;
  std::vector<std::int32_t> folds_;
  std::map<std::int32_t, SoftmaxModel> starts_{};
};

// The lowest probability, a half at least, from which answers given may be wrong as often as `most_wrong` says.
double least_probability_of(std::span<const Scored> judged, double most_wrong) {
  std::vector<Scored> sorted(judged.begin(), judged.end());
  std::ranges::sort(sorted, [](const Scored& a, const Scored& b) { return a.score > b.score; });
  const double allowed = most_wrong * static_cast<double>(sorted.size());
  double wrong = 0;
  for (const auto& answer : sorted) {
    wrong += answer.is_positive ? 0 : 1;
    // The first that may not be given: the bound lies just above it.
    if (wrong > allowed) return std::clamp(std::nextafter(answer.score, 2.0), 0.5, 1.0);
  }
  return 0.5;
}

HeadMeasures measures_of(const HeadParts& parts, Matrix logits, std::span<const std::int32_t> labels, double most_wrong,
                         double& least_probability) {
  std::vector<Scored> judged;
  std::vector<std::int32_t> answers;
  for (std::size_t i = 0; i < logits.rows(); ++i) {
    softmax(logits.row(i), parts.temperature);
    const auto best = std::ranges::max_element(logits.row(i));
    answers.push_back(static_cast<std::int32_t>(best - logits.row(i).begin()));
    judged.push_back({static_cast<double>(*best), answers.back() == labels[i]});
  }
  least_probability = least_probability_of(judged, most_wrong);
  HeadMeasures measures{.confusion = confusion(parts.labels, labels, answers)};
  measures.accuracy = measures.confusion.accuracy();
  measures.calibration_error = expected_calibration_error(calibration_curve(judged, 10));
  for (const auto& answer : judged) {
    if (answer.score < least_probability) continue;
    measures.known += 1 / static_cast<double>(judged.size());
    if (!answer.is_positive) measures.known_and_wrong += 1 / static_cast<double>(judged.size());
  }
  return measures;
}

std::vector<std::string> remarks_on(std::span<const LabelledEmbedding> examples) {
  std::map<std::string, std::set<std::string>> groups;
  for (const auto& example : examples) groups[example.label].insert(example.group);
  std::vector<std::string> remarks;
  for (const auto& [label, of_label] : groups)
    if (of_label.size() == 1)
      remarks.push_back(
          fmt::format("All examples of the class {} come from one group: what is measured of it means little.", label));
  return remarks;
}

}  // namespace

Result<TrainedHead> train_head(std::span<const LabelledEmbedding> examples, std::string_view backbone,
                               const HeadTraining& training, const std::function<bool()>& goes_on) {
  HeadParts parts;
  parts.backbone = backbone;
  parts.input = training.input;
  SG_ASSIGN(parts.labels, checked_labels(examples));
  if (training.strengths.empty() || !std::ranges::all_of(training.strengths, [](double s) { return s > 0; }))
    return core::fail(core::invalid_input("strengths", "A strength of the penalty must be above 0."));
  SG_ASSIGN(const auto blocks, checked_blocks(training.blocks, examples.front().values.size()));
  SG_ASSIGN(const Matrix rows, standardised(examples, blocks, parts));
  const RowSpan span(rows);
  std::vector<std::int32_t> labels;
  std::vector<std::string> groups;
  for (const auto& example : examples) {
    labels.push_back(
        static_cast<std::int32_t>(std::ranges::lower_bound(parts.labels, example.label) - parts.labels.begin()));
    groups.push_back(example.group);
  }
  Trial trial(span.coordinates(), labels, parts.labels.size(), folds_of(groups, training.folds, training.seed));
  std::vector<double> strengths = training.strengths;
  std::ranges::sort(strengths, std::greater{});  // from stiff to loose: each fit begins near the last
  OutOfFold best;
  for (const double strength : strengths) {
    if (goes_on && !goes_on()) return core::fail(core::ErrorCode::cancelled, "The training was cancelled.");
    SG_ASSIGN(OutOfFold judged, trial.judge(strength));
    if (best.logits.rows() > 0 && judged.loss >= best.loss) continue;
    best = std::move(judged);
    parts.strength = strength;
  }
  parts.temperature = fit_temperature(best.logits.values(), labels, parts.labels.size());
  HeadMeasures measures = measures_of(parts, best.logits, labels, training.most_wrong, parts.least_probability);
  SG_ASSIGN(parts.model, fit_softmax(span.coordinates(), labels, parts.labels.size(), parts.strength));
  parts.model.weights = span.expanded(parts.model.weights);
  parts.examples = static_cast<std::int32_t>(examples.size());
  SG_ASSIGN(std::string file, write_head(parts));
  SG_ASSIGN(FewShotHead head, read_head(file));
  return TrainedHead{std::move(head), std::move(file), std::move(measures), remarks_on(examples)};
}

}  // namespace sightglass::vision
