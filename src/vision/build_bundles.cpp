#include "vision/build_bundles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <system_error>

#include "vision/conversion_child.hpp"
#include "vision/model_bundle.hpp"
#include "vision/model_sources.hpp"

namespace sightglass::vision {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using core::Result;

Result<std::string> read_file(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream.good() && !stream.eof())
    return core::fail(core::not_found(fmt::format("{} cannot be read", path.string())));
  return bytes;
}

Result<std::string> read_member(const fs::path& folder, const SourceMember& member) {
  SG_ASSIGN(auto bytes, read_file(folder / member.path));
  if (sha256_of(bytes) == member.sum) return bytes;
  return core::fail(
      core::invalid_input(member.path, fmt::format("{} has another sum than sources.toml pins: {}",
                                                   (folder / member.path).string(), sha256_of(bytes).to_hex())));
}

Result<ModelSources> sources_in(const fs::path& path) {
  SG_ASSIGN(const auto text, read_file(path));
  return read_model_sources(text);
}

// The characters of a recogniser: as listed, then the space, which no list of lines names.
Result<std::string> labels_of(const SourceModel& model, const fs::path& models, const fs::path& package) {
  if (!model.labels.empty()) return read_file(models / model.labels);
  if (model.characters.empty()) return std::string();
  SG_ASSIGN(const auto listed, read_member(package, model.characters[0]));
  SG_ASSIGN(const auto characters, read_labels(listed));
  std::string text;
  for (const auto& character : characters) text += character + "\n";
  return text + " \n";
}

// What the description wants of the network must be what the conversion keeps of it.
Result<void> check_outputs(const SourceModel& model, const ModelOutput& output) {
  for (const auto* names : {&output.names, &output.taps})
    for (const auto& name : *names)
      if (std::ranges::find(model.outputs, name, &std::pair<std::string, std::string>::second) == model.outputs.end())
        return core::fail(
            core::invalid_input("output", fmt::format("{}: sources.toml keeps no output \"{}\"", model.name, name)));
  return {};
}

Result<std::string> converted(const SourceModel& model, const ModelDescription& description, const fs::path& package,
                              const fs::path& worker) {
  if (!description.input)
    return core::fail(core::invalid_input("input", fmt::format("{} describes no network", model.name)));
  SG_TRY(check_outputs(model, *description.output));
  std::vector<fs::path> members;
  for (const auto& member : model.members) {
    SG_TRY(read_member(package, member));
    members.push_back(package / member.path);
  }
  const NetworkWish wish{.name = model.name,
                         .input = description.input->name,
                         .input_shape = description.input->shape,
                         .outputs = model.outputs,
                         .kind = model.kind};
  SG_ASSIGN(auto network, convert_in_child(worker, wish, members));
  const auto sum = sha256_of(network);
  if (sum != model.network)
    return core::fail(
        core::invalid_input("network", fmt::format("{}: the conversion gives {}, and sources.toml pins {}", model.name,
                                                   sum.to_hex(), model.network.to_hex())));
  return network;
}

// Where a model's members lie; without a package, beside its description.
fs::path members_of(const SourceModel& model, const SourcePackage* package, const BundleBuild& build) {
  if (package == nullptr) return build.sources.parent_path() / model.name;
  return build.members / packed_name(package->name, package->version) / "package";
}

Result<ModelBundle> bundle_of(const SourceModel& model, const SourcePackage* package, const BundleBuild& build) {
  const fs::path models = build.sources.parent_path();
  const fs::path files = members_of(model, package, build);
  SG_ASSIGN(const auto text, read_file(models / model.name / model_file_name));
  SG_ASSIGN(auto description, read_model_file(text));
  if (package != nullptr) {
    description.source.package = package->name;
    description.source.package_version = package->version;
    description.source.members.clear();
    for (const auto& member : model.members) description.source.members.push_back(member.path);
  }
  ModelBundle::Files contents;
  SG_ASSIGN(contents[std::string(network_file_name)], converted(model, description, files, build.worker));
  SG_ASSIGN(auto labels, labels_of(model, models, files));
  if (!labels.empty()) contents[description.labels_file] = std::move(labels);
  SG_ASSIGN(contents[description.licence.file], read_file(models / model.licence));
  return ModelBundle::seal(std::move(description), std::move(contents));
}

// The bundle that is there already, when it is the one to be made.
bool is_there(const ModelBundle& bundle, const fs::path& folder) {
  const auto former = ModelBundle::read(folder);
  return former && former->sum() == bundle.sum();
}

Result<void> build_one(const SourceModel& model, const SourcePackage* package, const BundleBuild& build) {
  SG_ASSIGN(const auto bundle, bundle_of(model, package, build));
  const fs::path folder = build.bundles / bundle.description().name / bundle.description().version;
  if (is_there(bundle, folder)) return {};
  std::error_code fault;
  fs::remove_all(folder, fault);
  SG_TRY(bundle.write(folder));
  build.tell(
      fmt::format("{} {}: {} bytes", bundle.description().name, bundle.description().version, bundle.network().size()));
  return {};
}

}  // namespace

std::string packed_name(std::string_view package, std::string_view version) {
  std::string name(package.starts_with('@') ? package.substr(1) : package);
  std::ranges::replace(name, '/', '-');
  return fmt::format("{}-{}", name, version);
}

Result<std::string> list_sources(const fs::path& path) {
  SG_ASSIGN(const auto sources, sources_in(path));
  std::string lines;
  std::map<std::string, std::string> packed;
  for (const auto& package : sources.packages) {
    packed[package.name] = packed_name(package.name, package.version);
    lines += fmt::format("package {} {} {} {} {} {}\n", package.name, package.version, package.sha512,
                         package.is_default ? "default" : "optional", packed[package.name],
                         package.machine.empty() ? "any" : package.machine);
  }
  for (const auto& model : sources.models) {
    if (model.package.empty()) continue;
    for (const auto* members : {&model.members, &model.characters})
      for (const auto& member : *members) lines += fmt::format("member {} {}\n", packed[model.package], member.path);
  }
  for (const auto& [package, member] : sources.libraries)
    lines += fmt::format("library {} {} {}\n", packed[package], member.path, member.sum.to_hex());
  return lines;
}

Result<void> build_bundles(const BundleBuild& build) {
  SG_ASSIGN(const auto sources, sources_in(build.sources));
  for (const auto& model : sources.models) {
    const auto found = std::ranges::find(sources.packages, model.package, &SourcePackage::name);
    const auto* package = found == sources.packages.end() ? nullptr : &*found;
    std::error_code ignored;
    if (!fs::is_directory(members_of(model, package, build), ignored)) continue;
    SG_TRY(build_one(model, package, build));
  }
  return {};
}

}  // namespace sightglass::vision
