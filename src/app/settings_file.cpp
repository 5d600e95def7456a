#include "app/settings_file.hpp"

#include <fmt/format.h>

#include <toml++/toml.h>

namespace sightglass::app {
namespace {

// Texts only; settings that are lists take them separated by commas as well.
core::Result<std::string> joined(const std::string& name, const toml::array& list) {
  std::string texts;
  for (const auto& entry : list) {
    const auto* text = entry.as_string();
    if (text == nullptr)
      return core::fail(core::invalid_input(name, fmt::format("sightglass.toml: {} may list only texts", name)));
    if (!texts.empty()) texts += ", ";
    texts += text->get();
  }
  return texts;
}

core::Result<std::string> as_text(const std::string& name, const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* list = node.as_array()) return joined(name, *list);
  if (const auto* truth = node.as_boolean()) return std::string(truth->get() ? "true" : "false");
  return core::fail(core::invalid_input(
      name, fmt::format("sightglass.toml: {} must be text, a list of texts, a whole number, true or false", name)));
}

core::Result<std::map<std::string, std::string>> flatten(const toml::table& document) {
  std::map<std::string, std::string> values;
  for (const auto& [section_key, section] : document) {
    const std::string section_name(section_key.str());
    const auto* table = section.as_table();
    if (table == nullptr)
      return core::fail(core::invalid_input(
          section_name, fmt::format("sightglass.toml: {} must stand inside a [section]", section_name)));
    for (const auto& [key, node] : *table) {
      const std::string name = fmt::format("{}.{}", section_name, key.str());
      SG_ASSIGN(values[name], as_text(name, node));
    }
  }
  return values;
}

}  // namespace

core::Result<std::map<std::string, std::string>> read_settings_file(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return std::map<std::string, std::string>{};
  try {
    return flatten(toml::parse_file(path.string()));
  } catch (const toml::parse_error& error) {
    const auto where = error.source().begin;
    return core::fail(core::invalid_input(
        "sightglass.toml", fmt::format("{}:{}:{}: {}", path.string(), where.line, where.column, error.description())));
  }
}

}  // namespace sightglass::app
