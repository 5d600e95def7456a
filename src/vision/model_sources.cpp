#include "vision/model_sources.hpp"

#include <fmt/format.h>

#include <toml++/toml.h>

#include <algorithm>
#include <initializer_list>

#include "vision/toml_guard.hpp"

namespace sightglass::vision {
namespace {

using core::Result;

std::unexpected<core::Error> wrong(std::string key, std::string_view why) {
  auto message = fmt::format("sources.toml: {} {}", key, why);
  return core::fail(core::invalid_input(std::move(key), std::move(message)));
}

Result<void> only(const toml::table& table, const std::string& where, std::initializer_list<std::string_view> known) {
  for (const auto& [key, node] : table)
    if (std::ranges::find(known, key.str()) == known.end())
      return wrong(fmt::format("{}.{}", where, key.str()), "is not known");
  return {};
}

Result<std::string> text(const toml::table& table, const std::string& where, std::string_view key) {
  const auto* node = table.get(key);
  const auto* value = node == nullptr ? nullptr : node->as_string();
  if (value == nullptr || value->get().empty()) return wrong(fmt::format("{}.{}", where, key), "must be a text");
  return value->get();
}

Result<core::Sha256> sum_of(const std::string& digits, const std::string& where) {
  const auto sum = core::Sha256::from_hex(digits);
  if (!sum) return wrong(where, "must be 64 digits");
  return *sum;
}

// A list of pairs of texts.
Result<std::vector<std::pair<std::string, std::string>>> pairs(const toml::table& table, const std::string& where,
                                                               std::string_view key) {
  std::vector<std::pair<std::string, std::string>> pairs;
  const auto* list = table.get_as<toml::array>(key);
  if (list == nullptr) return pairs;
  for (const auto& node : *list) {
    const auto* pair = node.as_array();
    const auto* first = pair == nullptr || pair->size() != 2 ? nullptr : pair->get_as<std::string>(0);
    const auto* second = first == nullptr ? nullptr : pair->get_as<std::string>(1);
    if (second == nullptr) return wrong(fmt::format("{}.{}", where, key), "must be pairs of texts");
    pairs.emplace_back(first->get(), second->get());
  }
  return pairs;
}

Result<std::vector<SourceMember>> members(const toml::table& table, const std::string& where, std::string_view key) {
  SG_ASSIGN(const auto told, pairs(table, where, key));
  std::vector<SourceMember> members;
  for (const auto& [path, digits] : told) {
    if (path.starts_with('/') || path.find("..") != std::string::npos)
      return wrong(where, "names a file outside of its package");
    SG_ASSIGN(const auto sum, sum_of(digits, fmt::format("{}.{}", where, key)));
    members.push_back({.path = path, .sum = sum});
  }
  return members;
}

Result<SourcePackage> package_of(const toml::table& table, const std::string& where) {
  SG_TRY(only(table, where, {"name", "version", "sha512", "default", "machine"}));
  SourcePackage package{.is_default = table["default"].value_or(true),
                        .machine = table["machine"].value_or(std::string())};
  SG_ASSIGN(package.name, text(table, where, "name"));
  SG_ASSIGN(package.version, text(table, where, "version"));
  SG_ASSIGN(package.sha512, text(table, where, "sha512"));
  if (package.sha512.size() != 128) return wrong(where + ".sha512", "must be 128 digits");
  return package;
}

Result<SourceModel> model_of(const toml::table& table, const std::string& where) {
  SG_TRY(only(table, where,
              {"name", "package", "kind", "members", "outputs", "network", "licence", "labels", "characters"}));
  SourceModel model;
  SG_ASSIGN(model.name, text(table, where, "name"));
  if (table.contains("package")) {
    SG_ASSIGN(model.package, text(table, where, "package"));
  }
  SG_ASSIGN(model.licence, text(table, where, "licence"));
  if (table.contains("labels")) {
    SG_ASSIGN(model.labels, text(table, where, "labels"));
  }
  SG_ASSIGN(const auto kind, text(table, where, "kind"));
  const auto known = network_kind_from_name(kind);
  if (!known) return wrong(where + ".kind", "must be tfjs or onnx");
  model.kind = *known;
  SG_ASSIGN(model.members, members(table, where, "members"));
  if (model.members.size() != member_count(model.kind))
    return wrong(where + ".members", "must be as many as its kind has");
  SG_ASSIGN(model.outputs, pairs(table, where, "outputs"));
  if (model.outputs.empty()) return wrong(where + ".outputs", "is missing");
  SG_ASSIGN(model.characters, members(table, where, "characters"));
  SG_ASSIGN(const auto digits, text(table, where, "network"));
  SG_ASSIGN(model.network, sum_of(digits, where + ".network"));
  return model;
}

Result<SourceLibrary> library_of(const toml::table& table, const std::string& where) {
  SG_TRY(only(table, where, {"package", "member"}));
  SourceLibrary library;
  SG_ASSIGN(library.package, text(table, where, "package"));
  SG_ASSIGN(const auto all, members(table, where, "member"));
  if (all.size() != 1) return wrong(where + ".member", "must be one pair");
  library.member = all[0];
  return library;
}

// The tables of one kind, in their order.
template <typename Entry>
Result<std::vector<Entry>> entries(const toml::table& table, const std::string& kind,
                                   Result<Entry> (*read)(const toml::table&, const std::string&)) {
  std::vector<Entry> entries;
  if (!table.contains(kind)) return entries;
  const auto* list = table.get_as<toml::array>(kind);
  if (list == nullptr) return wrong(kind, fmt::format("must be [[{}]]", kind));
  for (const auto& node : *list) {
    if (!node.is_table()) return wrong(kind, fmt::format("must be [[{}]]", kind));
    SG_ASSIGN(auto entry, read(*node.as_table(), fmt::format("{}[{}]", kind, entries.size())));
    entries.push_back(std::move(entry));
  }
  return entries;
}

Result<ModelSources> read_table(const toml::table& table) {
  SG_TRY(only(table, "sources", {"package", "model", "library"}));
  ModelSources sources;
  SG_ASSIGN(sources.packages, entries(table, "package", package_of));
  SG_ASSIGN(sources.models, entries(table, "model", model_of));
  SG_ASSIGN(sources.libraries, entries(table, "library", library_of));
  const auto is_known = [&sources](const std::string& name) {
    return std::ranges::find(sources.packages, name, &SourcePackage::name) != sources.packages.end();
  };
  for (const auto& model : sources.models)
    if (!model.package.empty() && !is_known(model.package))
      return wrong(fmt::format("model.{}.package", model.name), "is no package above");
  for (const auto& library : sources.libraries)
    if (!is_known(library.package)) return wrong("library.package", "is no package above");
  return sources;
}

}  // namespace

Result<ModelSources> read_model_sources(std::string_view toml) {
  SG_TRY(check_toml(toml));
  try {
    return read_table(toml::parse(toml));
  } catch (const toml::parse_error& error) {
    return wrong(fmt::format("line {}", error.source().begin.line), error.description());
  }
}

}  // namespace sightglass::vision
