#include "vision/model_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "core/edit_distance.hpp"
#include "vision/toml_guard.hpp"

namespace sightglass::vision {
namespace {

using core::Result;
using Texts = std::vector<std::string>;

constexpr std::size_t max_file_bytes = std::size_t{6} << 20;  // max_labels of max_label_bytes, and some
constexpr std::size_t max_text_bytes = 2000;
constexpr std::size_t max_names = 64;

std::unexpected<core::Error> wrong(const std::string& key, std::string_view why) {
  return core::fail(core::invalid_input(key, fmt::format("model.toml: {} {}", key, why)));
}

bool is_word(std::string_view text, std::string_view others) {
  return !text.empty() && std::ranges::all_of(text, [others](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || others.find(c) != std::string_view::npos;
  });
}

constexpr std::string_view capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

bool is_file_name(std::string_view name) {
  return name.size() <= 100 && name.front() != '.' && is_word(name, std::string(capitals) + "._-");
}

// One table of the file, whose values it hands out by key; names of keys in errors are whole ("input.shape").
class Section {
 public:
  Section(const toml::table& table, std::string name) : table_(&table), name_(std::move(name)) {}
  const toml::table& table() const { return *table_; }
  std::string path(std::string_view key) const {
    return name_.empty() ? std::string(key) : fmt::format("{}.{}", name_, key);
  }
  bool has(std::string_view key) const { return table_->contains(key); }

  // Fails for keys that are not known.
  Result<void> only(std::span<const std::string_view> known) const {
    for (const auto& [key, node] : *table_) {
      if (std::ranges::find(known, key.str()) != known.end()) continue;
      const std::string name(key.str().substr(0, 100));
      const auto nearest =
          *std::ranges::min_element(known, {}, [&name](auto word) { return core::edit_distance(word, name); });
      return wrong(path(name), fmt::format("is not known; did you mean \"{}\"?", path(nearest)));
    }
    return {};
  }

  Result<std::string> text(std::string_view key) const {
    const auto* node = table_->get(key);
    if (node == nullptr) return wrong(path(key), "is missing");
    return text_of(*node, path(key));
  }
  Result<std::string> text_or_none(std::string_view key) const { return has(key) ? text(key) : std::string(); }

  Result<double> number_or(std::string_view key, double fallback, double least, double most) const {
    if (!has(key)) return fallback;
    const auto value = table_->get(key)->value<double>();
    if (!value || !(*value >= least && *value <= most))
      return wrong(path(key), fmt::format("must be a number from {} to {}", least, most));
    return *value;
  }

  Result<Texts> texts(std::string_view key, std::size_t least, std::size_t most) const {
    Texts values;
    const auto* list = has(key) ? table_->get(key)->as_array() : nullptr;
    if (list == nullptr && (has(key) || least > 0)) return wrong(path(key), "must be a list of texts");
    if (list != nullptr)
      for (const auto& node : *list) {
        SG_ASSIGN(auto value, text_of(node, path(key)));
        values.push_back(std::move(value));
        if (values.size() > most) break;
      }
    if (values.size() < least || values.size() > most)
      return wrong(path(key), fmt::format("must have from {} to {} texts", least, most));
    return values;
  }

  // Exactly as many numbers as `count`, or nothing when the key is not there.
  Result<std::vector<double>> numbers(std::string_view key, std::size_t count) const {
    std::vector<double> values;
    if (!has(key)) return values;
    if (const auto* list = table_->get(key)->as_array())
      for (const auto& node : *list) values.push_back(node.value<double>().value_or(NAN));
    if (values.size() != count || !std::ranges::all_of(values, [](double value) { return std::isfinite(value); }))
      return wrong(path(key), fmt::format("must be a list of {} numbers", count));
    return values;
  }

  template <typename Value>
  Result<Value> word(std::string_view key, std::optional<Value> (*from_name)(std::string_view),
                     std::string_view known) const {
    SG_ASSIGN(const auto name, text(key));
    if (const auto value = from_name(name)) return *value;
    return wrong(path(key), fmt::format("must be one of {}", known));
  }

  // A table inside, or nothing when it is not there.
  Result<std::optional<Section>> inner(std::string_view key) const {
    if (!has(key)) return std::optional<Section>();
    const auto* table = table_->get(key)->as_table();
    if (table == nullptr) return wrong(path(key), "must be a [section]");
    return std::optional<Section>(Section(*table, path(key)));
  }

 private:
  static Result<std::string> text_of(const toml::node& node, const std::string& path) {
    const auto* text = node.as_string();
    if (text == nullptr) return wrong(path, "must be a text");
    if (text->get().size() > max_text_bytes) return wrong(path, fmt::format("is longer than {} bytes", max_text_bytes));
    if (std::ranges::any_of(text->get(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
      return wrong(path, "holds a control character");
    return text->get();
  }

  const toml::table* table_;
  std::string name_;
};

constexpr std::string_view task_words =
    "objects, text-finder, text-recogniser, text-direction, embedding, anomaly, damage, species, wheels, needles, "
    "display, classifier";

Result<std::vector<std::int64_t>> read_shape(const Section& section) {
  SG_ASSIGN(const auto numbers, section.numbers("shape", 4));
  const std::string path = section.path("shape");
  if (numbers.empty()) return wrong(path, "is missing");
  std::vector<std::int64_t> shape;
  for (const double side : numbers) {
    if (side != std::floor(side) || side < 1 || side > 16'384)
      return wrong(path, "must be whole numbers from 1 to 16384");
    shape.push_back(static_cast<std::int64_t>(side));
  }
  if (shape[0] != 1) return wrong(path, "must begin with 1: pictures are looked at one by one");
  if (shape[1] * shape[2] * shape[3] > max_input_values)
    return core::fail(core::ErrorCode::too_large,
                      fmt::format("model.toml: {} has more than {} values", path, max_input_values));
  return shape;
}

Result<ModelInput> read_input(const Section& section) {
  constexpr std::string_view known[] = {"name", "shape", "colour", "fit", "fill", "mean", "deviation"};
  SG_TRY(section.only(known));
  ModelInput input;
  SG_ASSIGN(input.name, section.text("name"));
  SG_ASSIGN(input.shape, read_shape(section));
  SG_ASSIGN(input.colour, section.word("colour", colour_order_from_name, "rgb, bgr, grey"));
  SG_ASSIGN(input.fit, section.word("fit", input_fit_from_name, "letterbox, corner, stretch, cover"));
  SG_ASSIGN(input.fill, section.number_or("fill", 0, 0, 255));
  const std::size_t channels = input.colour == ColourOrder::grey ? 1 : 3;
  if (input.shape[1] != static_cast<std::int64_t>(channels))
    return wrong(section.path("shape"), fmt::format("must have {} channels for {}", channels, name_of(input.colour)));
  SG_ASSIGN(const auto mean, section.numbers("mean", channels));
  SG_ASSIGN(const auto deviation, section.numbers("deviation", channels));
  std::ranges::transform(mean, input.mean.begin(), [](double value) { return static_cast<float>(value); });
  std::ranges::transform(deviation, input.deviation.begin(), [](double value) { return static_cast<float>(value); });
  if (!std::ranges::all_of(input.mean, [](float value) { return std::isfinite(value); }))
    return wrong(section.path("mean"), "must be numbers that are not that large");
  if (!std::ranges::all_of(input.deviation, [](float value) { return value > 0 && std::isfinite(1 / value); }))
    return wrong(section.path("deviation"), "must be above 0");
  return input;
}

Result<ModelOutput> read_output(const Section& section) {
  constexpr std::string_view known[] = {"layout", "names", "taps", "confidence", "nms"};
  SG_TRY(section.only(known));
  ModelOutput output;
  SG_ASSIGN(output.layout,
            section.word("layout", output_layout_from_name,
                         "centernet, nanodet, yolov5, yolov8, ssd, softmax, logits, features, db-mask, ctc"));
  SG_ASSIGN(output.names, section.texts("names", 1, max_names));
  SG_ASSIGN(output.taps, section.texts("taps", 0, max_names));
  SG_ASSIGN(output.confidence, section.number_or("confidence", output.confidence, 0, 1));
  SG_ASSIGN(output.nms, section.number_or("nms", output.nms, 0, 1));
  return output;
}

Result<core::Sha256> read_sum(const Section& section, std::string_view key) {
  constexpr std::string_view prefix = "sha256:";
  SG_ASSIGN(const auto text, section.text(key));
  const auto sum = text.starts_with(prefix) ? core::Sha256::from_hex(std::string_view(text).substr(prefix.size()))
                                            : std::optional<core::Sha256>();
  if (!sum) return wrong(section.path(key), "must be \"sha256:\" and 64 digits");
  return *sum;
}

Result<BackboneReference> read_backbone(const Section& section) {
  constexpr std::string_view known[] = {"name", "version", "network"};
  SG_TRY(section.only(known));
  BackboneReference backbone;
  SG_ASSIGN(backbone.name, section.text("name"));
  SG_ASSIGN(backbone.version, section.text("version"));
  SG_ASSIGN(backbone.network, read_sum(section, "network"));
  return backbone;
}

Result<void> check_labels(const Texts& labels, const std::string& key) {
  for (const auto& label : labels)
    if (label.empty() || label.size() > max_label_bytes)
      return wrong(key, fmt::format("must be texts of 1 to {} bytes", max_label_bytes));
  return {};
}

Result<void> read_label_section(const Section& section, ModelDescription& model) {
  constexpr std::string_view known[] = {"file", "values"};
  SG_TRY(section.only(known));
  SG_ASSIGN(model.labels_file, section.text_or_none("file"));
  SG_ASSIGN(model.labels, section.texts("values", 0, static_cast<std::size_t>(max_labels)));
  if (section.has("file") == section.has("values"))
    return wrong(section.path("file"), "or labels.values must be there, not both");
  if (section.has("file") && !is_file_name(model.labels_file))
    return wrong(section.path("file"), "is no name of a file");
  return check_labels(model.labels, section.path("values"));
}

Result<void> read_source(const Section& section, ModelSource& source) {
  constexpr std::string_view known[] = {"package", "package_version", "url", "members"};
  SG_TRY(section.only(known));
  SG_ASSIGN(source.package, section.text_or_none("package"));
  SG_ASSIGN(source.package_version, section.text_or_none("package_version"));
  SG_ASSIGN(source.url, section.text_or_none("url"));
  SG_ASSIGN(source.members, section.texts("members", 0, max_names));
  return {};
}

Result<void> read_licence(const Section& section, ModelLicence& licence) {
  constexpr std::string_view known[] = {"name", "note", "file"};
  SG_TRY(section.only(known));
  SG_ASSIGN(licence.name, section.text("name"));
  SG_ASSIGN(licence.note, section.text_or_none("note"));
  SG_ASSIGN(licence.file, section.text_or_none("file"));
  if (section.has("file") && !is_file_name(licence.file)) return wrong(section.path("file"), "is no name of a file");
  return {};
}

Result<void> read_files(const Section& section, std::map<std::string, core::Sha256>& files) {
  for (const auto& [key, node] : section.table()) {
    const std::string name(key.str());
    if (!is_file_name(name) || name == model_file_name)
      return wrong(section.path(name.substr(0, 100)), "is no name of a file");
    SG_ASSIGN(files[name], read_sum(section, name));
    if (files.size() >= max_names)
      return wrong(section.path(name), fmt::format("is more than {} files", max_names - 1));
  }
  return {};
}

Result<void> read_species(const Section& section, std::map<std::string, Texts>& species) {
  for (const auto& [key, node] : section.table()) {
    SG_ASSIGN(auto labels, section.texts(key.str(), 1, static_cast<std::size_t>(max_labels)));
    species.emplace(std::string(key.str()), std::move(labels));
  }
  return {};
}

Result<void> read_metrics(const Section& section, std::map<std::string, std::string>& metrics) {
  for (const auto& [key, node] : section.table()) {
    const std::string name(key.str());
    if (metrics.size() >= 200 || name.size() > 200)
      return wrong(section.path(name.substr(0, 100)), "is more than is kept");
    if (const auto* number = node.as_integer()) {
      metrics[name] = fmt::format("{}", number->get());
    } else if (const auto* real = node.as_floating_point()) {
      metrics[name] = fmt::format("{}", real->get());
    } else {
      SG_ASSIGN(metrics[name], section.text(name));
    }
  }
  return {};
}

// What is read of one section, when it is there.
template <typename Read>
Result<void> with(const Section& root, std::string_view key, Read read) {
  SG_ASSIGN(const auto section, root.inner(key));
  return section ? read(*section) : Result<void>();
}

Result<void> read_head(const Section& root, ModelDescription& model) {
  SG_ASSIGN(model.name, root.text("name"));
  if (model.name.size() > 64 || !is_word(model.name, "-")) return wrong("name", "must be 1 to 64 of a-z, 0-9 and -");
  SG_ASSIGN(model.version, root.text("version"));
  if (model.version.size() > 64 || !is_word(model.version, std::string(capitals) + ".+-") ||
      model.version.front() == '.')
    return wrong("version", "must be 1 to 64 letters, digits, \".\", \"+\" and \"-\", the first no \".\"");
  SG_ASSIGN(model.task, root.word("task", model_task_from_name, task_words));
  SG_ASSIGN(model.format, root.word("format", model_format_from_name, "onnx, sightglass-anomaly, sightglass-head"));
  SG_ASSIGN(model.title, root.text_or_none("title"));
  if (model.title.empty()) model.title = model.name;
  return {};
}

Result<void> read_sections(const Section& root, ModelDescription& model) {
  SG_TRY(with(root, "input", [&](const Section& section) -> Result<void> {
    SG_ASSIGN(model.input, read_input(section));
    return {};
  }));
  SG_TRY(with(root, "output", [&](const Section& section) -> Result<void> {
    SG_ASSIGN(model.output, read_output(section));
    return {};
  }));
  SG_TRY(with(root, "backbone", [&](const Section& section) -> Result<void> {
    SG_ASSIGN(model.backbone, read_backbone(section));
    return {};
  }));
  SG_TRY(with(root, "labels", [&](const Section& section) { return read_label_section(section, model); }));
  SG_TRY(with(root, "species", [&](const Section& section) { return read_species(section, model.species); }));
  SG_TRY(with(root, "source", [&](const Section& section) { return read_source(section, model.source); }));
  SG_TRY(with(root, "licence", [&](const Section& section) { return read_licence(section, model.licence); }));
  SG_TRY(with(root, "files", [&](const Section& section) { return read_files(section, model.files); }));
  return with(root, "metrics", [&](const Section& section) { return read_metrics(section, model.metrics); });
}

// What no key can say alone.
Result<void> check_whole(const ModelDescription& model) {
  const bool is_network = model.format == ModelFormat::onnx;
  if (is_network != model.input.has_value())
    return wrong("input", is_network ? "is missing" : "belongs to networks alone");
  if (is_network != model.output.has_value())
    return wrong("output", is_network ? "is missing" : "belongs to networks alone");
  if (is_network == model.backbone.has_value())
    return wrong("backbone", is_network ? "belongs to what was made of another model's features" : "is missing");
  if (!is_network) return {};
  if (!suits(model.task, model.output->layout))
    return wrong("output.layout", fmt::format("\"{}\" gives nothing that \"{}\" could use",
                                              name_of(model.output->layout), name_of(model.task)));
  if (has_classes(model.output->layout) && model.labels.empty() && model.labels_file.empty())
    return wrong("labels", fmt::format("must name the classes of the layout \"{}\"", name_of(model.output->layout)));
  return {};
}

Result<ModelDescription> read_table(const toml::table& table) {
  constexpr std::string_view known[] = {"name",     "version", "task",    "format", "title",   "input", "output",
                                        "backbone", "labels",  "species", "source", "licence", "files", "metrics"};
  const Section root(table, "");
  SG_TRY(root.only(known));
  ModelDescription model;
  SG_TRY(read_head(root, model));
  SG_TRY(read_sections(root, model));
  SG_TRY(check_whole(model));
  return model;
}

}  // namespace

Result<ModelDescription> read_model_file(std::string_view toml) {
  if (toml.size() > max_file_bytes)
    return core::fail(core::ErrorCode::too_large,
                      fmt::format("model.toml is larger than {} MiB", max_file_bytes >> 20));
  SG_TRY(check_toml(toml));
  try {
    return read_table(toml::parse(toml));
  } catch (const toml::parse_error& error) {
    const auto where = error.source().begin;
    return core::fail(core::invalid_input(
        "model.toml", fmt::format("model.toml:{}:{}: {}", where.line, where.column, error.description())));
  }
}

}  // namespace sightglass::vision
