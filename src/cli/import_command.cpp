#include "ingest/import.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/context.hpp"
#include "cli/shared_options.hpp"
#include "core/json_writer.hpp"
#include "database/catalogue.hpp"

namespace sightglass::cli {
namespace {

using core::Result;

struct ImportChoices {
  std::vector<std::string> paths;
  std::int64_t job = 0;
  std::string asset;
  std::string location;
  std::string user;
  std::vector<std::string> tags;
  std::string description;
  bool allow_damaged = false;
  bool shows_refusals = true;
};

Result<std::optional<core::AssetId>> find_asset(database::Session& session, const std::string& text) {
  if (text.empty()) return std::optional<core::AssetId>{};
  const auto id = core::AssetId::parse(text);
  SG_ASSIGN(const auto asset,
            id ? database::assets::find(session, *id) : database::assets::find_by_code(session, text));
  if (!asset) return core::fail(core::invalid_input("asset", fmt::format("there is no asset \"{}\"", text)));
  return std::optional(asset->id);
}

Result<std::optional<core::LocationId>> find_location(database::Session& session, const std::string& text) {
  if (text.empty()) return std::optional<core::LocationId>{};
  const auto id = core::LocationId::parse(text);
  if (id) {
    SG_ASSIGN(const auto location, database::locations::find(session, *id));
    if (location) return std::optional(location->id);
  }
  return core::fail(core::invalid_input("location", fmt::format("there is no location \"{}\"", text)));
}

Result<void> resolve(database::Session& session, const ImportChoices& choices, ingest::ImportOptions& options) {
  if (choices.job != 0) {
    SG_ASSIGN(const auto job, database::jobs::find(session, core::JobId{choices.job}));
    if (!job) return core::fail(core::invalid_input("job", fmt::format("there is no job {}", choices.job)));
    options.job_id = job->id;
  }
  SG_ASSIGN(options.asset_id, find_asset(session, choices.asset));
  SG_ASSIGN(options.location_id, find_location(session, choices.location));
  return {};
}

Result<ingest::ImportOptions> options_from(Installation& installation, const ImportChoices& choices) {
  ingest::ImportOptions options{
      .description = choices.description, .tags = choices.tags, .allow_damaged = choices.allow_damaged};
  for (const auto& path : choices.paths) options.paths.emplace_back(path);
  SG_TRY(installation.database().read([&](database::Session& session) { return resolve(session, choices, options); }));
  if (!choices.user.empty()) {
    SG_ASSIGN(const auto user,
              installation.administration().find_user_by_name(accounts::command_line_caller(), choices.user));
    options.uploaded_by = user.id;
    options.uploader_name = user.name;
  }
  return options;
}

std::string report_json(const ingest::ImportReport& report) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("found", report.found).member("imported", report.imported);
  json.member("was_there", report.was_there).member("refused", report.refused).member("bytes", report.bytes);
  json.key("refusals").begin_array();
  for (const auto& file : report.refusals) {
    json.begin_object().member("path", file.path.string()).member("code", core::name_of(file.code));
    json.member("reason", file.reason).end_object();
  }
  json.end_array().end_object();
  return text;
}

Result<Exit> run_import(Installation& installation, const Output& out, const ImportChoices& choices) {
  // A wrong name ends the command before anything is taken in.
  SG_ASSIGN(const auto options, options_from(installation, choices));
  SG_TRY(installation.begin_intake());
  const auto outcome =
      ingest::import_paths(installation.ingest(), installation.blobs(), options,
                           [&](const ingest::ImportedFile& file, const ingest::ImportReport& so_far) {
                             const auto done = so_far.imported + so_far.was_there + so_far.refused;
                             if (file.outcome == ingest::ImportOutcome::refused && choices.shows_refusals) {
                               out.end_progress();
                               out.line(fmt::format("refused {}: {}", file.path.string(), file.reason));
                             }
                             const auto percent = so_far.found > 0 ? 100 * done / so_far.found : 0;
                             out.progress(fmt::format("[{:<25}] {}/{}  {} imported, {} already there, {} refused",
                                                      std::string(static_cast<std::size_t>(percent / 4), '='), done,
                                                      so_far.found, so_far.imported, so_far.was_there, so_far.refused));
                             return true;
                           });
  out.end_progress();
  if (!outcome) return std::unexpected(outcome.error());
  out.line(fmt::format("{} files: {} imported ({:.1f} MB), {} already there, {} refused", outcome->found,
                       outcome->imported, static_cast<double>(outcome->bytes) / 1e6, outcome->was_there,
                       outcome->refused));
  out.document(report_json(*outcome));
  return outcome->refused == 0 ? Exit::ok : Exit::failed;
}

}  // namespace

void add_import_command(CLI::App& app, Context& context) {
  const auto choices = std::make_shared<ImportChoices>();  // lives in the callback, for as long as the parser
  CLI::App* command = app.add_subcommand(
      "import", "Take in files and folders; running it again imports nothing twice. Exits 1 when a file was refused");
  command->add_option("path", choices->paths, "Files, or folders to walk")->required()->type_name("PATH");
  command->add_option("--job", choices->job, "File them under this job")->type_name("N")->check(CLI::PositiveNumber);
  command->add_option("--asset", choices->asset, "The asset they show: its id or code");
  command->add_option("--location", choices->location, "The location's id");
  command->add_option("--user", choices->user, "Who they are from");
  command->add_option("--tag", choices->tags, "A tag for each; may be repeated");
  command->add_option("--description", choices->description, "A description for each");
  command->add_flag("--allow-damaged", choices->allow_damaged, "Keep partly readable pictures, marked");
  add_data_option(*command, context);
  add_json_option(*command, context);
  command->callback([&context, choices] {
    context.with_installation(
        [&](Installation& installation, const Output& out) { return run_import(installation, out, *choices); });
  });
}

}  // namespace sightglass::cli
