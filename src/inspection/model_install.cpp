#include "inspection/model_install.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

#include "core/json_writer.hpp"
#include "database/promotions.hpp"

namespace sightglass::inspection {
namespace {

using core::Result;
using database::Session;
using database::models::Model;
namespace models = database::models;
namespace promotions = database::promotions;

constexpr std::string_view came_along = "install";  // the rule of promotions that nobody made

void write_texts(core::JsonWriter& json, core::JsonKey name, const std::vector<std::string>& texts) {
  json.key(name).begin_array();
  for (const auto& text : texts) json.string(text);
  json.end_array();
}

// What people want to know of a model before they trust it; the rest stands in model.toml.
std::string manifest_of(const vision::ModelDescription& model) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("title", model.title).member("format", name_of(model.format));
  if (model.input) {
    json.key("input_shape").begin_array();
    for (const auto side : model.input->shape) json.integer(side);
    json.end_array();
  }
  if (model.output) json.member("layout", name_of(model.output->layout));
  write_texts(json, "labels", model.labels);
  json.key("source").begin_object().member("package", model.source.package);
  json.member("version", model.source.package_version).member("url", model.source.url).end_object();
  json.key("licence").begin_object().member("name", model.licence.name).member("note", model.licence.note);
  json.end_object().end_object();
  return text;
}

std::string metrics_of(const vision::ModelDescription& model) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object();
  for (const auto& [name, value] : model.metrics) json.member(name, value);
  json.end_object();
  return text;
}

Model row_of(const vision::ModelBundle& bundle, std::string_view origin, std::string_view by, core::Instant now) {
  const auto& description = bundle.description();
  std::int64_t bytes = 0;
  for (const auto& [name, content] : bundle.files()) bytes += static_cast<std::int64_t>(content.size());
  return {.id = core::ModelId::make(now),
          .name = description.name,
          .version = description.version,
          .task = std::string(name_of(description.task)),
          .format = std::string(name_of(description.format)),
          .state = "ready",
          .origin = std::string(origin),
          .manifest = manifest_of(description),
          .metrics = metrics_of(description),
          .key_prefix = model_keys(description.name, description.version),
          .bytes = bytes,
          .sha256 = bundle.sum().to_hex(),
          .created_at = now,
          .created_by = std::string(by)};
}

// model.toml comes last: a version without one is none.
Result<void> put_files(storage::BlobStore& blobs, const vision::ModelBundle& bundle) {
  const auto prefix = model_keys(bundle.description().name, bundle.description().version);
  const auto put = [&](std::string_view name) {
    return blobs.put(prefix + std::string(name), bundle.file(name), storage::BlobStore::Durability::durable);
  };
  for (const auto& [name, content] : bundle.files())
    if (name != vision::model_file_name) SG_TRY(put(name));
  return put(vision::model_file_name);
}

Result<std::optional<Model>> known(const Installer& installer, const vision::ModelDescription& model) {
  return installer.database.read(
      [&](Session& session) { return models::find_version(session, model.name, model.version); });
}

// What was removed and comes again is the model it was, with its promotions and its figures.
Result<Model> bring_back(const Installer& installer, Model model) {
  model.state = "ready";
  model.error.clear();
  SG_TRY(installer.database.write([&](Session& session) { return models::update(session, model); }));
  return model;
}

// Numbers in it by their value, the rest letter by letter: 1.9.0 before 1.10.0.
bool is_newer(std::string_view version, std::string_view than) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto take = [&](std::string_view& from) {
    const auto end = std::ranges::find_if(from, [&](char c) { return is_digit(c) != is_digit(from.front()); });
    const auto part = from.substr(0, static_cast<std::size_t>(end - from.begin()));
    from.remove_prefix(part.size());
    return part;
  };
  while (!version.empty() && !than.empty()) {
    auto one = take(version);
    auto other = take(than);
    if (is_digit(one.front()) && is_digit(other.front())) {
      one.remove_prefix(std::min(one.find_first_not_of('0'), one.size()));
      other.remove_prefix(std::min(other.find_first_not_of('0'), other.size()));
      if (one.size() != other.size()) return one.size() > other.size();
    }
    if (one != other) return one > other;
  }
  return !version.empty();
}

// Whether a model that came along may take the place of what holds: nothing, or an older version of itself that nobody
// chose.
Result<bool> may_follow(Session& session, const std::optional<promotions::Promotion>& current, const Model& model) {
  if (!current) return true;
  if (current->model_id == model.id || current->rule != came_along) return false;
  SG_ASSIGN(const auto before, models::find(session, current->model_id));
  return !before || (before->name == model.name && is_newer(model.version, before->version));
}

Result<void> promote_when_free(const Installer& installer, const Model& model, const std::string& task) {
  return installer.database.write([&](Session& session) -> Result<void> {
    SG_ASSIGN(const auto current, promotions::current(session, task, {}));
    SG_ASSIGN(const bool may, may_follow(session, current, model));
    if (!may) return {};
    return promotions::put(session, {.id = core::Uuid::make_v7(installer.clock.now()).to_string(),
                                     .task = task,
                                     .model_id = model.id,
                                     .previous_id = current ? std::optional(current->model_id) : std::nullopt,
                                     .promoted_at = installer.clock.now(),
                                     .promoted_by = "system",
                                     .rule = std::string(came_along)});
  });
}

std::vector<std::filesystem::path> versions_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> found;
  std::error_code error;
  for (const auto& name : std::filesystem::directory_iterator(folder, error)) {
    for (const auto& version : std::filesystem::directory_iterator(name.path(), error))
      if (std::filesystem::exists(version.path() / vision::model_file_name, error)) found.push_back(version.path());
  }
  std::ranges::sort(found);
  return found;
}

// Its description alone is read: the sum of that is the sum of everything.
Result<std::optional<Model>> installed_already(const Installer& installer, const std::filesystem::path& folder) {
  std::ifstream file(folder / vision::model_file_name, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto description = vision::read_model_file(text);
  if (!description) return std::optional<Model>{};  // and installing it will say why
  SG_ASSIGN(auto there, known(installer, *description));
  if (there && there->sha256 != vision::sha256_of(text).to_hex()) there.reset();
  return there;
}

// Whether embeddings can be made of its inner layers.
bool has_taps(const std::filesystem::path& folder) {
  std::ifstream file(folder / vision::model_file_name, std::ios::binary);
  const auto description = vision::read_model_file(std::string{std::istreambuf_iterator<char>(file), {}});
  return description && description->output && !description->output->taps.empty();
}

bool is_fault_of_bundle(const core::Error& error) {
  using enum core::ErrorCode;
  return error.code == conflict || error.code == invalid_input || error.code == too_large || error.code == not_found;
}

}  // namespace

std::string model_keys(std::string_view name, std::string_view version) {
  return fmt::format("models/{}/{}/", name, version);
}

Result<Model> install_model(const Installer& installer, const vision::ModelBundle& bundle, std::string_view origin,
                            std::string_view by) {
  const auto& description = bundle.description();
  SG_ASSIGN(const auto there, known(installer, description));
  const bool is_removed = there && there->state == "removed";
  if (there && there->sha256 != bundle.sum().to_hex()) {
    return core::fail(core::ErrorCode::conflict,
                      fmt::format("{} {} {}, with other files; give this one another version", description.name,
                                  description.version, is_removed ? "was installed before" : "is installed already"));
  }
  if (there && !is_removed) return *there;
  SG_TRY(put_files(installer.blobs, bundle));
  if (is_removed) return bring_back(installer, *there);
  const auto row = row_of(bundle, origin, by, installer.clock.now());
  const auto added = installer.database.write([&](Session& session) { return models::insert(session, row); });
  if (added) return row;
  // Another node may have been quicker with the same.
  SG_ASSIGN(const auto theirs, known(installer, description));
  if (theirs && theirs->sha256 == row.sha256) return *theirs;
  return core::fail(added.error());
}

Result<vision::ModelBundle> read_model(storage::BlobStore& blobs, const Model& model) {
  vision::ModelBundle::Files files;
  SG_ASSIGN(auto manifest, blobs.read(model.key_prefix + std::string(vision::model_file_name)));
  SG_ASSIGN(const auto description, vision::read_model_file(manifest));
  files.emplace(vision::model_file_name, std::move(manifest));
  for (const auto& [name, sum] : description.files) {
    SG_ASSIGN(files[name], blobs.read(model.key_prefix + name));
  }
  SG_ASSIGN(auto bundle, vision::ModelBundle::open(std::move(files)));
  if (bundle.sum().to_hex() != model.sha256)
    return core::fail(core::internal_error(
        fmt::format("the files of the model {} {} are not those that were installed", model.name, model.version)));
  return bundle;
}

Result<DefaultsReport> install_defaults(const Installer& installer, const std::filesystem::path& folder) {
  DefaultsReport report;
  for (const auto& path : versions_below(folder)) {
    SG_ASSIGN(auto model, installed_already(installer, path));
    if (!model) {
      const auto bundle = vision::ModelBundle::read(path);
      auto added = bundle ? install_model(installer, *bundle, "package", "system") : core::fail(bundle.error());
      if (!added && !is_fault_of_bundle(added.error())) return core::fail(added.error());
      if (!added) {
        report.refused.push_back(fmt::format("{}: {}", path.string(), added.error().message));
        continue;
      }
      model = std::move(*added);
      report.installed.push_back(fmt::format("{}@{}", model->name, model->version));
    }
    // Removed on purpose: it comes back when somebody installs it, and not with the next start.
    if (model->state == "removed") continue;
    SG_TRY(promote_when_free(installer, *model, model->task));
    // So that embeddings stay comparable when somebody brings a detector of their own.
    if (has_taps(path))
      SG_TRY(promote_when_free(installer, *model, std::string(name_of(vision::ModelTask::embedding))));
  }
  return report;
}

}  // namespace sightglass::inspection
