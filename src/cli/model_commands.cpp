#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include <algorithm>

#include "cli/context.hpp"
#include "cli/shared_options.hpp"
#include "cli/steering.hpp"
#include "core/json_writer.hpp"
#include "database/models.hpp"
#include "database/promotions.hpp"
#include "inspection/model_install.hpp"
#include "inspection/training/registration.hpp"

namespace sightglass::cli {
namespace {

using core::Result;
using database::Session;
using database::models::Model;
using database::promotions::Promotion;

std::string label_of(const Model& model) { return fmt::format("{}@{}", model.name, model.version); }

void write_model(core::JsonWriter& json, const Model& model, bool is_current) {
  json.begin_object().member("id", model.id.to_string()).member("name", model.name).member("version", model.version);
  json.member("task", model.task).member("format", model.format).member("state", model.state);
  json.member("origin", model.origin).member("bytes", model.bytes).member("sha256", model.sha256);
  json.member("current", is_current).member("created_at", core::to_iso8601(model.created_at));
  json.key("manifest").raw(model.manifest).key("metrics").raw(model.metrics).end_object();
}

struct Listing {
  std::vector<Model> models{};
  std::vector<Promotion> promotions{};
  bool is_current(const Model& model) const {
    return std::ranges::any_of(promotions, [&](const Promotion& one) { return one.model_id == model.id; });
  }
};

Result<Listing> all_models(Installation& installation) {
  constexpr std::int32_t many = 500;
  return installation.database().read([](Session& session) -> Result<Listing> {
    Listing listing;
    SG_ASSIGN(listing.models, database::models::list(session, {.limit = many}));
    SG_ASSIGN(listing.promotions, database::promotions::currents(session, std::nullopt));
    return listing;
  });
}

Result<Exit> list_models(Installation& installation, const Output& out) {
  SG_ASSIGN(const auto listing, all_models(installation));
  std::string text;
  core::JsonWriter json(text);
  json.begin_array();
  for (const auto& model : listing.models) {
    const bool is_current = listing.is_current(model);
    write_model(json, model, is_current);
    out.line(fmt::format("{} {:<32} {:<16} {:>6.1f} MB  {}", is_current ? '*' : ' ', label_of(model), model.task,
                         static_cast<double>(model.bytes) / 1e6, model.state));
  }
  json.end_array();
  out.document(text);
  if (listing.models.empty()) out.line("No model is installed; photos are measured and nothing more.");
  return Exit::ok;
}

Result<Exit> install(Installation& installation, const Output& out, const std::filesystem::path& folder) {
  const inspection::Installer installer{
      .database = installation.database(), .blobs = installation.blobs(), .clock = installation.clock()};
  SG_ASSIGN(const auto bundle, vision::ModelBundle::read(folder));
  SG_ASSIGN(const auto model,
            inspection::install_model(installer, bundle, "file", accounts::command_line_caller().name));
  SG_TRY(installation.database().write([&](Session& session) {
    return audit(session, installation.clock().now(), "model.install", "model", model.id.to_string());
  }));
  out.line(fmt::format("installed {} for {}; it holds nowhere until it is promoted", label_of(model), model.task));
  std::string text;
  core::JsonWriter json(text);
  write_model(json, model, false);
  out.document(text);
  return Exit::ok;
}

Result<void> check_bytes(const storage::BlobStore& blobs, const Model& model) {
  SG_TRY(inspection::training::read_trained(blobs, model));
  return {};
}

Result<void> check_bundle(storage::BlobStore& blobs, const Model& model) {
  SG_TRY(inspection::read_model(blobs, model));
  return {};
}

// Reads every file again and holds it against the sums. What was trained here is one file, and no bundle.
Result<Exit> verify(Installation& installation, const Output& out) {
  SG_ASSIGN(const auto listing, all_models(installation));
  bool is_sound = true;
  std::string text;
  core::JsonWriter json(text);
  json.begin_array();
  for (const auto& model : listing.models) {
    const auto sound = model.origin == "trained" ? check_bytes(installation.blobs(), model)
                                                 : check_bundle(installation.blobs(), model);
    is_sound = is_sound && sound.has_value();
    json.begin_object().member("model", label_of(model)).member("sound", sound.has_value());
    json.member("fault", sound ? std::string() : sound.error().message).end_object();
    out.line(fmt::format("{:<32} {}", label_of(model), sound ? "sound" : sound.error().message));
  }
  json.end_array();
  out.document(text);
  return is_sound ? Exit::ok : Exit::failed;
}

}  // namespace

void add_model_commands(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("models", "List, install and verify the models that look at photos");
  group->require_subcommand(1);
  CLI::App* list = group->add_subcommand("list", "List all models; those that hold somewhere are marked with *");
  CLI::App* check = group->add_subcommand("verify", "Read all files of all models and compare their sums");
  CLI::App* add = group->add_subcommand("install", "Install a model from a folder with its model.toml");
  for (auto* command : {list, check, add}) {
    add_data_option(*command, context);
    add_json_option(*command, context);
  }
  list->callback([&context] { context.with_installation(list_models); });
  check->callback([&context] { context.with_installation(verify); });
  const auto folder = std::make_shared<std::string>();  // lives in the callback, for as long as the parser
  add->add_option("folder", *folder, "Where model.toml and the files it names lie")->required()->type_name("FOLDER");
  add->callback([&context, folder] {
    context.with_installation(
        [&](Installation& installation, const Output& out) { return install(installation, out, *folder); });
  });
}

}  // namespace sightglass::cli
