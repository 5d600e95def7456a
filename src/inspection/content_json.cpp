#include "inspection/content_json.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <stdexcept>

#include "core/json_writer.hpp"
#include "inspection/pipeline.hpp"

namespace sightglass::inspection {
namespace {

namespace json = boost::json;

void write_box(core::JsonWriter& writer, const core::Box& box) {
  writer.key("box").begin_array().number(box.x).number(box.y).number(box.width).number(box.height).end_array();
}

core::Box read_box(const json::object& from) {
  const auto& numbers = from.at("box").as_array();
  const auto number = [&](std::size_t i) { return numbers.at(i).to_number<double>(); };
  return {number(0), number(1), number(2), number(3)};
}

std::optional<double> optional_number(const json::value& value) {
  if (value.is_null()) return std::nullopt;
  return value.to_number<double>();
}

std::string text_of(const json::object& from, std::string_view name) { return std::string(from.at(name).as_string()); }

StepOutcome outcome_from(std::string_view name) {
  for (const auto outcome : {StepOutcome::done, StepOutcome::skipped, StepOutcome::failed})
    if (name_of(outcome) == name) return outcome;
  throw std::invalid_argument("no such outcome");
}

void write_objects(core::JsonWriter& writer, const std::vector<vision::Detection>& objects) {
  writer.begin_array();
  for (const auto& object : objects) {
    writer.begin_object().member("label", object.label).member("confidence", object.confidence);
    write_box(writer, object.box);
    writer.end_object();
  }
  writer.end_array();
}

std::vector<vision::Detection> read_objects(const json::value& list) {
  std::vector<vision::Detection> objects;
  for (const auto& value : list.as_array()) {
    const auto& object = value.as_object();
    objects.push_back({.label = text_of(object, "label"),
                       .confidence = object.at("confidence").to_number<double>(),
                       .box = read_box(object)});
  }
  return objects;
}

// Throws when the text is not what content_json() writes.
Observations read_content(std::string_view text) {
  const json::object root = json::parse(text).as_object();
  Observations seen;
  seen.properties = text_of(root, "properties");
  seen.perceptual_hash = root.at("perceptual_hash").to_number<std::uint64_t>();
  seen.objects = read_objects(root.at("objects"));
  seen.faint_animals = read_objects(root.at("faint_animals"));
  for (const auto& value : root.at("text").as_array()) {
    const auto& line = value.as_object();
    seen.text.push_back(
        {.text = text_of(line, "text"), .confidence = optional_number(line.at("confidence")), .box = read_box(line)});
  }
  for (const auto& value : root.at("outside_labels").as_array()) {
    const auto& label = value.as_object();
    seen.outside_labels.push_back(
        {.name = text_of(label, "name"), .confidence = label.at("confidence").to_number<double>()});
  }
  seen.provider = text_of(root, "provider");
  for (const auto& value : root.at("codes").as_array()) {
    const auto& code = value.as_object();
    seen.codes.push_back({.kind = text_of(code, "kind"),
                          .text = text_of(code, "text"),
                          .is_binary = code.at("binary").as_bool(),
                          .box = read_box(code)});
  }
  if (const auto* embedding = root.if_contains("embedding")) {
    auto& kept = seen.embedding.emplace();
    kept.model = text_of(embedding->as_object(), "model");
    for (const auto& value : embedding->as_object().at("values").as_array())
      kept.values.push_back(value.to_number<float>());
  }
  for (const auto& value : root.at("steps").as_array()) {
    const auto& report = value.as_object();
    seen.steps.push_back({.step = text_of(report, "step"),
                          .model = text_of(report, "model"),
                          .outcome = outcome_from(report.at("outcome").as_string()),
                          .reason = text_of(report, "reason")});
  }
  return seen;
}

}  // namespace

std::string content_json(const Observations& seen) {
  std::string text;
  core::JsonWriter writer(text);
  // As text: JSON that is read and written again need not be the same.
  writer.begin_object().member("properties", seen.properties);
  writer.key("perceptual_hash").raw(std::to_string(seen.perceptual_hash)).key("objects");
  write_objects(writer, seen.objects);
  writer.key("faint_animals");
  write_objects(writer, seen.faint_animals);
  writer.key("text").begin_array();
  for (const auto& line : seen.text) {
    writer.begin_object().member("text", line.text).member("confidence", line.confidence);
    write_box(writer, line.box);
    writer.end_object();
  }
  writer.end_array().key("codes").begin_array();
  for (const auto& code : seen.codes) {
    writer.begin_object().member("kind", code.kind).member("text", code.text).member("binary", code.is_binary);
    write_box(writer, code.box);
    writer.end_object();
  }
  writer.end_array().key("outside_labels").begin_array();
  for (const auto& label : seen.outside_labels)
    writer.begin_object().member("name", label.name).member("confidence", label.confidence).end_object();
  writer.end_array().member("provider", seen.provider);
  if (seen.embedding) {
    writer.key("embedding").begin_object().member("model", seen.embedding->model).key("values").begin_array();
    for (const float value : seen.embedding->values) writer.raw(fmt::format("{:.5g}", value));
    writer.end_array().end_object();
  }
  writer.key("steps").begin_array();
  for (const auto& report : seen.steps) {
    if (!is_of_content(report.step)) continue;
    writer.begin_object().member("step", report.step).member("model", report.model);
    writer.member("outcome", name_of(report.outcome)).member("reason", report.reason).end_object();
  }
  writer.end_array().end_object();
  return text;
}

core::Result<Observations> content_from_json(std::string_view text) {
  try {
    return read_content(text);
  } catch (const std::exception& error) {
    return core::fail(core::internal_error("a kept result of analysis cannot be read", error.what()));
  }
}

}  // namespace sightglass::inspection
