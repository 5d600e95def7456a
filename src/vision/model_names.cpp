// The words of model.toml for what model_file.hpp enumerates.
#include <algorithm>
#include <array>
#include <utility>

#include "vision/model_file.hpp"

namespace sightglass::vision {
namespace {

using namespace std::string_view_literals;

template <typename Value>
using Word = std::pair<Value, std::string_view>;

constexpr std::array tasks{Word<ModelTask>{ModelTask::objects, "objects"sv},
                           Word<ModelTask>{ModelTask::text_finder, "text-finder"sv},
                           Word<ModelTask>{ModelTask::text_recogniser, "text-recogniser"sv},
                           Word<ModelTask>{ModelTask::text_direction, "text-direction"sv},
                           Word<ModelTask>{ModelTask::embedding, "embedding"sv},
                           Word<ModelTask>{ModelTask::anomaly, "anomaly"sv},
                           Word<ModelTask>{ModelTask::damage, "damage"sv},
                           Word<ModelTask>{ModelTask::species, "species"sv},
                           Word<ModelTask>{ModelTask::wheels, "wheels"sv},
                           Word<ModelTask>{ModelTask::needles, "needles"sv},
                           Word<ModelTask>{ModelTask::display, "display"sv},
                           Word<ModelTask>{ModelTask::classifier, "classifier"sv}};
constexpr std::array formats{Word<ModelFormat>{ModelFormat::onnx, "onnx"sv},
                             Word<ModelFormat>{ModelFormat::sightglass_anomaly, "sightglass-anomaly"sv},
                             Word<ModelFormat>{ModelFormat::sightglass_head, "sightglass-head"sv}};
constexpr std::array layouts{Word<OutputLayout>{OutputLayout::centernet, "centernet"sv},
                             Word<OutputLayout>{OutputLayout::nanodet, "nanodet"sv},
                             Word<OutputLayout>{OutputLayout::yolov5, "yolov5"sv},
                             Word<OutputLayout>{OutputLayout::yolov8, "yolov8"sv},
                             Word<OutputLayout>{OutputLayout::ssd, "ssd"sv},
                             Word<OutputLayout>{OutputLayout::softmax, "softmax"sv},
                             Word<OutputLayout>{OutputLayout::logits, "logits"sv},
                             Word<OutputLayout>{OutputLayout::features, "features"sv},
                             Word<OutputLayout>{OutputLayout::db_mask, "db-mask"sv},
                             Word<OutputLayout>{OutputLayout::ctc, "ctc"sv}};
constexpr std::array colours{Word<ColourOrder>{ColourOrder::rgb, "rgb"sv}, Word<ColourOrder>{ColourOrder::bgr, "bgr"sv},
                             Word<ColourOrder>{ColourOrder::grey, "grey"sv}};
constexpr std::array fits{Word<InputFit>{InputFit::letterbox, "letterbox"sv},
                          Word<InputFit>{InputFit::corner, "corner"sv}, Word<InputFit>{InputFit::stretch, "stretch"sv},
                          Word<InputFit>{InputFit::cover, "cover"sv}};

template <typename Words, typename Value>
std::string_view word_of(const Words& words, Value value) {
  return std::ranges::find(words, value, &Words::value_type::first)->second;
}

template <typename Words>
auto value_of(const Words& words, std::string_view word) -> std::optional<typename Words::value_type::first_type> {
  const auto found = std::ranges::find(words, word, &Words::value_type::second);
  if (found == words.end()) return std::nullopt;
  return found->first;
}

}  // namespace

std::string_view name_of(ModelTask task) { return word_of(tasks, task); }
std::optional<ModelTask> model_task_from_name(std::string_view name) { return value_of(tasks, name); }
std::string_view name_of(ModelFormat format) { return word_of(formats, format); }
std::optional<ModelFormat> model_format_from_name(std::string_view name) { return value_of(formats, name); }
std::string_view name_of(OutputLayout layout) { return word_of(layouts, layout); }
std::optional<OutputLayout> output_layout_from_name(std::string_view name) { return value_of(layouts, name); }
std::string_view name_of(ColourOrder colour) { return word_of(colours, colour); }
std::optional<ColourOrder> colour_order_from_name(std::string_view name) { return value_of(colours, name); }
std::string_view name_of(InputFit fit) { return word_of(fits, fit); }
std::optional<InputFit> input_fit_from_name(std::string_view name) { return value_of(fits, name); }

bool has_classes(OutputLayout layout) { return layout != OutputLayout::features && layout != OutputLayout::db_mask; }

bool suits(ModelTask task, OutputLayout layout) {
  const bool is_classifier = layout == OutputLayout::softmax || layout == OutputLayout::logits;
  const bool is_detector = layout <= OutputLayout::ssd;
  switch (task) {
    case ModelTask::objects: return is_detector;
    case ModelTask::species: return is_detector || is_classifier;
    case ModelTask::text_finder: return layout == OutputLayout::db_mask;
    case ModelTask::text_recogniser: return layout == OutputLayout::ctc;
    case ModelTask::embedding: return layout == OutputLayout::features;
    case ModelTask::wheels:
    case ModelTask::needles: return is_classifier || layout == OutputLayout::features;
    case ModelTask::display: return is_classifier || layout == OutputLayout::features || layout == OutputLayout::ctc;
    case ModelTask::text_direction:
    case ModelTask::anomaly:
    case ModelTask::damage:
    case ModelTask::classifier: return is_classifier;
  }
  return false;
}

}  // namespace sightglass::vision
