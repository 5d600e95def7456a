// Classes that users define, learnt from few examples on the embeddings of a frozen network.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "vision/metrics.hpp"
#include "vision/numeric/logistic.hpp"

namespace sightglass::vision {

struct HeadAnswer {
  std::string label{};                                // the likeliest, even when it is not known
  double probability = 0;                             // 0 … 1, calibrated
  bool is_known = false;                              // false: "don't know"
  std::vector<std::pair<std::string, double>> all{};  // every class, the likeliest first
};

// What a head takes of a picture: made by head_input.hpp.
enum class HeadInput : std::uint8_t { embedding, embedding_and_texture };
std::string_view name_of(HeadInput input);  // "embedding", "embedding+texture"
std::optional<HeadInput> head_input_from_name(std::string_view name);

// What a head consists of; read and written by head_file.hpp.
struct HeadParts {
  std::string backbone{};  // "name@version" whose embeddings it takes
  HeadInput input = HeadInput::embedding;
  std::vector<std::string> labels{};   // at least two
  std::vector<float> mean{}, scale{};  // (x − mean) · scale
  SoftmaxModel model{};
  double temperature = 1;
  double least_probability = 0.5;  // below: "don't know"
  double strength = 1;
  std::int32_t examples = 0;
};

// Immutable: thread-safe.
class FewShotHead {
 public:
  explicit FewShotHead(HeadParts parts) : parts_(std::move(parts)) {}
  // `embedding` is what head_input() gives. Errors: invalid_input for one of another length; internal when it holds a
  // number that is not finite.
  core::Result<HeadAnswer> judge(std::span<const float> embedding) const;
  // Of several views of one thing: their logits are averaged before they become probabilities. At least one.
  core::Result<HeadAnswer> judge_views(std::span<const std::vector<float>> embeddings) const;
  const HeadParts& parts() const { return parts_; }

 private:
  HeadParts parts_;
};

struct LabelledEmbedding {
  std::vector<float> values{};
  std::string label{};
  std::string group{};  // examples of one group (asset and day, road, burst) never teach and examine each other
};

// Values of one kind in an embedding, one after the other.
struct EmbeddingBlock {
  std::size_t values = 0;
  double weight = 1;  // of the block as a whole, however many values it has
};

struct HeadTraining {
  HeadInput input = HeadInput::embedding;                      // what the examples' values are
  std::vector<EmbeddingBlock> blocks{};                        // together all values; empty: one of all
  std::vector<double> strengths{0.3, 1, 3, 10, 30, 100, 300};  // of the penalty, tried by folds
  std::int32_t folds = 5;
  double most_wrong = 0.01;  // share of answers that are given and wrong, out of fold: sets "don't know"
  std::uint64_t seed = 1;
};

// Measured out of fold: what may be expected of examples of groups that were not taught.
struct HeadMeasures {
  double accuracy = 0;           // of all, however unsure
  double known = 0;              // share of answers that are given
  double known_and_wrong = 0;    // share of all that are given and wrong
  double calibration_error = 0;  // of the probabilities
  ConfusionMatrix confusion{};
};

struct TrainedHead {
  FewShotHead head;
  std::string file{};  // what head_file.hpp keeps; loading it gives the same head, bit for bit
  HeadMeasures measures{};
  std::vector<std::string> remarks{};  // sentences on what limits it, for people
};

constexpr std::size_t least_examples_a_class = 3;
constexpr std::size_t most_classes = 200;

// Blocks: about a second for a thousand examples. Single-threaded, the same for the same examples, order and seed.
// `goes_on` is asked between fits; false stops with the error cancelled. invalid_input, saying what to add, for fewer
// than two classes, fewer than least_examples_a_class of one, embeddings of different lengths or with numbers that are
// not finite, or examples that are all the same; and for
// blocks that are not the embedding.
core::Result<TrainedHead> train_head(std::span<const LabelledEmbedding> examples, std::string_view backbone,
                                     const HeadTraining& training, const std::function<bool()>& goes_on = {});

}  // namespace sightglass::vision
