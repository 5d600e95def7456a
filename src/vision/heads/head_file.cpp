#include "vision/heads/head_file.hpp"

#include <algorithm>
#include <set>

#include "core/json_writer.hpp"
#include "vision/numeric/header_fields.hpp"
#include "vision/numeric/number_blocks.hpp"

namespace sightglass::vision {

namespace {
constexpr std::string_view magic = "SGH1";
constexpr std::int64_t most_values = 1 << 16;
}  // namespace

core::Result<std::string> write_head(const HeadParts& parts) {
  std::string header;
  core::JsonWriter json(header);
  json.begin_object()
      .member("backbone", parts.backbone)
      .member("input", name_of(parts.input))
      .member("values", static_cast<std::int64_t>(parts.mean.size()))
      .member("temperature", parts.temperature)
      .member("least_probability", parts.least_probability)
      .member("strength", parts.strength)
      .member("examples", parts.examples)
      .key("labels")
      .begin_array();
  for (const auto& label : parts.labels) json.string(label);
  json.end_array().end_object();
  std::string file = begun(magic, header);
  BlockWriter blocks(file);
  blocks.floats(parts.mean);
  blocks.floats(parts.scale);
  blocks.floats(parts.model.weights.values());
  blocks.floats(parts.model.offsets);
  if (!blocks.is_sound()) return core::fail(core::internal_error("A number of the head is not finite."));
  return file;
}

core::Result<FewShotHead> read_head(std::string_view bytes) {
  SG_ASSIGN(const auto file, opened(bytes, magic));
  SG_ASSIGN(const auto fields, HeaderFields::parse(file.header));
  HeadParts parts;
  SG_ASSIGN(parts.backbone, fields.text("backbone", 200));
  SG_ASSIGN(const auto input, fields.text("input", 40));
  const auto known_input = head_input_from_name(input);
  if (!known_input) return core::fail(core::invalid_input("input", "The head takes an input that there is none of."));
  parts.input = *known_input;
  SG_ASSIGN(parts.labels, fields.texts("labels", most_classes, 200));
  if (parts.labels.size() < 2 || std::set(parts.labels.begin(), parts.labels.end()).size() != parts.labels.size())
    return core::fail(core::invalid_input("labels", "A head needs two classes with different names."));
  SG_ASSIGN(const auto values, fields.integer("values", 1, most_values));
  SG_ASSIGN(parts.temperature, fields.number("temperature", 0.01, 100));
  SG_ASSIGN(parts.least_probability, fields.number("least_probability", 0, 1));
  SG_ASSIGN(parts.strength, fields.number("strength", 0, 1e9));
  SG_ASSIGN(const auto examples, fields.integer("examples", 0, 1 << 30));
  parts.examples = static_cast<std::int32_t>(examples);
  BlockReader blocks(file.blocks);
  const auto columns = static_cast<std::size_t>(values);
  SG_ASSIGN(parts.mean, blocks.floats(columns));
  SG_ASSIGN(parts.scale, blocks.floats(columns));
  SG_ASSIGN(parts.model.weights, blocks.floats(parts.labels.size(), columns));
  SG_ASSIGN(parts.model.offsets, blocks.floats(parts.labels.size()));
  if (blocks.left() != 0)
    return core::fail(core::invalid_input("model", "The file of the model is longer than its header says."));
  return FewShotHead(std::move(parts));
}

}  // namespace sightglass::vision
