// model.toml: what a model is for, what it takes and gives, where it comes from, and the sums of its files.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/geometry.hpp"
#include "core/result.hpp"
#include "core/sha256.hpp"

namespace sightglass::vision {

enum class ModelTask : std::uint8_t {
  objects,
  text_finder,
  text_recogniser,
  text_direction,
  embedding,
  anomaly,
  damage,
  species,
  wheels,
  needles,
  display,
  classifier
};
std::string_view name_of(ModelTask task);  // "objects", "text-finder", …
std::optional<ModelTask> model_task_from_name(std::string_view name);

// What stands in model.toml's `format`: an ONNX network, or what training made of the features of a backbone.
enum class ModelFormat : std::uint8_t { onnx, sightglass_anomaly, sightglass_head };
std::string_view name_of(ModelFormat format);
std::optional<ModelFormat> model_format_from_name(std::string_view name);

// How a network's outputs are to be read. Shapes are those after the batch of 1.
//   centernet: heat C×H×W (sigmoid done), then sides 4×H×W
//   nanodet: for each stride classes n×C (sigmoid done), then bins n×(4·bins)
//   yolov5: n×(5+C), boxes in input pixels
//   yolov8: (4+C)×n, boxes in input pixels
//   ssd: n×7: picture, class, confidence, box in shares
//   softmax: C probabilities
//   logits: C, before softmax
//   features: numbers without classes
//   db-mask: 1×H×W, probability of text
//   ctc: T×C probabilities, the blank first, for which there is no label
enum class OutputLayout : std::uint8_t {
  centernet,
  nanodet,
  yolov5,
  yolov8,
  ssd,
  softmax,
  logits,
  features,
  db_mask,
  ctc
};
std::string_view name_of(OutputLayout layout);
std::optional<OutputLayout> output_layout_from_name(std::string_view name);
// Whether a layout can give what a task wants.
bool suits(ModelTask task, OutputLayout layout);
// Whether a layout speaks of classes, which must then have names.
bool has_classes(OutputLayout layout);

enum class ColourOrder : std::uint8_t { rgb, bgr, grey };
// How a picture becomes the network's input: scaled to fit in the middle; scaled to fit at the left top; both sides
// scaled on their own; scaled to cover, the middle taken. What is not covered gets `fill`.
enum class InputFit : std::uint8_t { letterbox, corner, stretch, cover };
std::string_view name_of(ColourOrder colour);
std::optional<ColourOrder> colour_order_from_name(std::string_view name);
std::string_view name_of(InputFit fit);
std::optional<InputFit> input_fit_from_name(std::string_view name);

struct ModelInput {
  std::string name{};                 // of the graph's input
  std::vector<std::int64_t> shape{};  // 1×C×H×W, C 3, or 1 for grey
  ColourOrder colour = ColourOrder::rgb;
  InputFit fit = InputFit::letterbox;
  double fill = 0;  // 0 … 255, before mean and deviation
  // (x − mean) / deviation of x in 0 … 255, in the order of `colour`; of grey the first alone.
  std::array<float, 3> mean{0, 0, 0};
  std::array<float, 3> deviation{1, 1, 1};

  core::Size size() const { return {static_cast<std::int32_t>(shape[3]), static_cast<std::int32_t>(shape[2])}; }
};

struct ModelOutput {
  OutputLayout layout = OutputLayout::features;
  std::vector<std::string> names{};  // graph outputs, in the order that the layout has them
  std::vector<std::string> taps{};   // further graph outputs: feature maps, fine first, from which embeddings are made
  double confidence = 0.3;           // least, 0 … 1
  double nms = 0.5;                  // largest overlap of two boxes of one label, 0 … 1
};

// Whose features an anomaly model or a head was made of; with those of another it means nothing.
struct BackboneReference {
  std::string name{}, version{};
  core::Sha256 network{};  // of the backbone's network.onnx
};

struct ModelSource {
  std::string package{}, package_version{}, url{};
  std::vector<std::string> members{};  // files of the package that the network was made of
};

struct ModelLicence {
  std::string name{}, note{};
  std::string file{};  // of the bundle; empty when there is none
};

struct ModelDescription {
  std::string name{};     // [a-z0-9-]{1,64}
  std::string version{};  // [0-9A-Za-z.+-]{1,64}
  ModelTask task = ModelTask::classifier;
  ModelFormat format = ModelFormat::onnx;
  std::string title{};                // for people; the name when none is given
  std::optional<ModelInput> input{};  // of the format onnx, with `output`
  std::optional<ModelOutput> output{};
  std::optional<BackboneReference> backbone{};  // of the other formats
  std::string labels_file{};                    // of the bundle; empty: `labels` stand in model.toml, or there are none
  std::vector<std::string> labels{};            // in the order of the output's classes
  std::map<std::string, std::vector<std::string>> species{};  // group such as "animal" → labels that belong to it
  ModelSource source{};
  ModelLicence licence{};
  std::map<std::string, core::Sha256> files{};   // every file of the bundle but model.toml
  std::map<std::string, std::string> metrics{};  // free, to be shown; numbers as the shortest text that means them
};

constexpr std::int64_t max_labels = 20'000;
constexpr std::size_t max_label_bytes = 200;
constexpr std::int64_t max_input_values = 4LL * 1536 * 1536;
constexpr std::string_view network_file_name = "network.onnx";
constexpr std::string_view model_file_name = "model.toml";

// What [files] states is held against the files by model_bundle.
// Errors: invalid_input, `field` naming the key; for a key that is not known the message names the nearest that is;
// too_large over a limit.
core::Result<ModelDescription> read_model_file(std::string_view toml);
// The text that gives the same description when it is read; the same bytes for the same description.
std::string write_model_file(const ModelDescription& description);
// A labels file: one a line, in order; lines may end with CR LF. Errors: invalid_input for no UTF-8, an empty line
// before the last, or none at all; too_large.
core::Result<std::vector<std::string>> read_labels(std::string_view text);

}  // namespace sightglass::vision
