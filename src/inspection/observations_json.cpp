#include "inspection/observations_json.hpp"

#include <fmt/format.h>

#include "core/json_writer.hpp"

namespace sightglass::inspection {
namespace {

void write_box(core::JsonWriter& json, core::JsonKey name, const core::Box& box) {
  json.key(name).begin_object().member("x", box.x).member("y", box.y);
  json.member("width", box.width).member("height", box.height).end_object();
}

void write_place(core::JsonWriter& json, const core::Box& box, core::Size upright) {
  write_box(json, "box", box);
  write_box(json, "relative", core::scaled(box, 1.0 / upright.width, 1.0 / upright.height));
}

}  // namespace

std::string properties_json(const imaging::ImageProperties& properties) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().key("dominant_colours").begin_array();
  for (const auto& colour : properties.dominant_colours) {
    const auto [red, green, blue] = colour.rgb;
    json.begin_object().member("hex", fmt::format("#{:02x}{:02x}{:02x}", red, green, blue));
    json.key("rgb").begin_array().integer(red).integer(green).integer(blue).end_array();
    json.member("share", colour.share).end_object();
  }
  json.end_array().member("perceptual_hash", fmt::format("{:016x}", properties.perceptual_hash));
  json.member("sharpness", properties.sharpness).key("exposure").begin_object();
  json.member("mean", properties.mean_luma).member("deviation", properties.luma_deviation);
  json.member("dark_share", properties.dark_share).member("bright_share", properties.bright_share);
  json.end_object().end_object();
  return text;
}

std::string labels_json(const Observations& seen) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_array();
  for (const auto& label : seen.labels)
    json.begin_object().member("name", label.name).member("confidence", label.confidence).end_object();
  json.end_array();
  return text;
}

std::string objects_json(const Observations& seen, core::Size upright) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_array();
  for (const auto& object : seen.objects) {
    json.begin_object().member("label", object.label).member("confidence", object.confidence);
    write_place(json, object.box, upright);
    json.end_object();
  }
  json.end_array();
  return text;
}

std::string text_json(const Observations& seen, core::Size upright) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_array();
  for (const auto& line : seen.text) {
    json.begin_object().member("text", line.text).member("confidence", line.confidence);
    write_place(json, line.box, upright);
    json.end_object();
  }
  json.end_array();
  return text;
}

std::string codes_json(const Observations& seen, core::Size upright) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_array();
  for (const auto& code : seen.codes) {
    json.begin_object().member("kind", code.kind).member("text", code.text).member("binary", code.is_binary);
    write_place(json, code.box, upright);
    json.end_object();
  }
  json.end_array();
  return text;
}

std::string scores_json(const Observations& seen) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_array();
  for (const auto& score : seen.scores) {
    json.begin_object().member("task", score.task).member("model", score.model);
    json.member("model_id", score.model_id.to_string());
    json.member("score", score.score).member("threshold", score.threshold).end_object();
  }
  json.end_array();
  return text;
}

std::string steps_json(const Observations& seen) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_array();
  for (const auto& report : seen.steps) {
    json.begin_object().member("step", report.step).member("model", report.model);
    json.member("outcome", name_of(report.outcome)).member("reason", report.reason);
    json.member("milliseconds", report.milliseconds).end_object();
  }
  json.end_array();
  return text;
}

}  // namespace sightglass::inspection
