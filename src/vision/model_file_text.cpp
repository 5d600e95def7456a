// model.toml as text, and labels files. Reading model.toml is in model_file.cpp.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <span>

#include "vision/model_file.hpp"

namespace sightglass::vision {
namespace {

using core::ErrorCode;
using core::Result;

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string list_of(std::span<const std::string> texts) {
  std::vector<std::string> all;
  for (const auto& text : texts) all.push_back(in_quotes(text));
  return fmt::format("[{}]", fmt::join(all, ", "));
}

void add(std::string& out, std::string_view key, const std::string& text) {
  if (!text.empty()) out += fmt::format("{} = {}\n", key, in_quotes(text));
}

// Shortest text that is read as the same number, and as a number with a fraction.
std::string number(double value) {
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string numbers(std::span<const float> values) {
  std::vector<std::string> all;
  for (const float value : values) all.push_back(number(std::stod(fmt::format("{}", value))));
  return fmt::format("[{}]", fmt::join(all, ", "));
}

void add_input(std::string& out, const ModelInput& input) {
  const std::size_t channels = input.colour == ColourOrder::grey ? 1 : 3;
  out += "\n[input]\n";
  out += fmt::format("name = {}\nshape = [{}]\n", in_quotes(input.name), fmt::join(input.shape, ", "));
  out += fmt::format("colour = \"{}\"\nfit = \"{}\"\nfill = {}\n", name_of(input.colour), name_of(input.fit),
                     number(input.fill));
  out += fmt::format("mean = {}\n", numbers(std::span(input.mean).first(channels)));
  out += fmt::format("deviation = {}\n", numbers(std::span(input.deviation).first(channels)));
}

void add_output(std::string& out, const ModelOutput& output) {
  out += fmt::format("\n[output]\nlayout = \"{}\"\nnames = {}\n", name_of(output.layout), list_of(output.names));
  if (!output.taps.empty()) out += fmt::format("taps = {}\n", list_of(output.taps));
  out += fmt::format("confidence = {}\nnms = {}\n", number(output.confidence), number(output.nms));
}

void add_labels(std::string& out, const ModelDescription& model) {
  if (!model.labels_file.empty())
    out += fmt::format("\n[labels]\nfile = {}\n", in_quotes(model.labels_file));
  else if (!model.labels.empty())
    out += fmt::format("\n[labels]\nvalues = {}\n", list_of(model.labels));
  if (!model.species.empty()) out += "\n[species]\n";
  for (const auto& [group, labels] : model.species) out += fmt::format("{} = {}\n", in_quotes(group), list_of(labels));
}

void add_origin(std::string& out, const ModelDescription& model) {
  const auto& [package, version, url, members] = model.source;
  if (!package.empty() || !url.empty() || !members.empty()) out += "\n[source]\n";
  add(out, "package", package);
  add(out, "package_version", version);
  add(out, "url", url);
  if (!members.empty()) out += fmt::format("members = {}\n", list_of(members));
  if (model.licence.name.empty()) return;
  out += "\n[licence]\n";
  add(out, "name", model.licence.name);
  add(out, "note", model.licence.note);
  add(out, "file", model.licence.file);
}

// Bytes of the UTF-8 letter that `text` begins with, 0 when it begins with none (RFC 3629).
std::size_t letter_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 && first <= 0xf4 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (length == 0 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) return 0;
  const auto second = static_cast<unsigned char>(text[1]);
  const bool is_too_long = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const bool is_no_letter = (first == 0xed && second > 0x9f) || (first == 0xf4 && second > 0x8f);
  return is_too_long || is_no_letter ? 0 : length;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = letter_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace

std::string write_model_file(const ModelDescription& model) {
  std::string out;
  add(out, "name", model.name);
  add(out, "version", model.version);
  out += fmt::format("task = \"{}\"\nformat = \"{}\"\n", name_of(model.task), name_of(model.format));
  add(out, "title", model.title);
  if (model.input) add_input(out, *model.input);
  if (model.output) add_output(out, *model.output);
  if (model.backbone)
    out +=
        fmt::format("\n[backbone]\nname = {}\nversion = {}\nnetwork = \"sha256:{}\"\n", in_quotes(model.backbone->name),
                    in_quotes(model.backbone->version), model.backbone->network.to_hex());
  add_labels(out, model);
  add_origin(out, model);
  if (!model.metrics.empty()) out += "\n[metrics]\n";
  for (const auto& [name, value] : model.metrics) out += fmt::format("{} = {}\n", in_quotes(name), in_quotes(value));
  if (!model.files.empty()) out += "\n[files]\n";
  for (const auto& [name, sum] : model.files) out += fmt::format("{} = \"sha256:{}\"\n", in_quotes(name), sum.to_hex());
  return out;
}

Result<std::vector<std::string>> read_labels(std::string_view text) {
  std::vector<std::string> labels;
  const auto fault = [&labels](ErrorCode code, std::string_view why) {
    return core::fail(code, fmt::format("the labels' line {} {}", labels.size() + 1, why));
  };
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() > max_label_bytes)
      return fault(ErrorCode::too_large, fmt::format("is longer than {} bytes", max_label_bytes));
    if (line.empty()) return fault(ErrorCode::invalid_input, "is empty");
    if (!is_utf8(line)) return fault(ErrorCode::invalid_input, "is no UTF-8");
    if (static_cast<std::int64_t>(labels.size()) >= max_labels)
      return fault(ErrorCode::too_large, fmt::format("is one more than the {} that are taken", max_labels));
    labels.emplace_back(line);
  }
  if (labels.empty()) return core::fail(ErrorCode::invalid_input, "the labels file is empty");
  return labels;
}

}  // namespace sightglass::vision
