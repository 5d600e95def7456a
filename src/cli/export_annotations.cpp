#include "cli/export_annotations.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "core/json_writer.hpp"
#include "database/catalogue.hpp"
#include "exports/export_file.hpp"

namespace sightglass::cli {
namespace {

using core::Result;

// An asset's id, or the code that is written on it.
Result<core::AssetId> asset_named(database::Database& database, const std::string& text) {
  if (const auto id = core::AssetId::parse(text)) return *id;
  SG_ASSIGN(const auto asset,
            database.read([&](database::Session& session) { return database::assets::find_by_code(session, text); }));
  if (!asset) return core::fail(core::invalid_input("asset", "there is no asset " + text));
  return asset->id;
}

Result<exports::Options> options_of(Installation& installation, const ExportedPhotos& photos,
                                    const AnnotationChoices& choices) {
  exports::Options options{.format = exports::format_from_name(choices.format).value_or(exports::Format::csv),
                           .visibility = {.sees_all = true},
                           .author = accounts::command_line_caller().name,
                           .now = installation.clock().now()};
  auto& filter = options.filter;
  filter.kind = core::finding_kind_from_name(choices.kind);
  for (const auto& state : choices.states)
    filter.states.push_back(core::finding_state_from_name(state).value_or(core::FindingState::open));
  if (!choices.class_name.empty()) filter.class_name = choices.class_name;
  if (photos.job != 0) filter.job = core::JobId{photos.job};
  if (!choices.asset.empty()) {
    SG_ASSIGN(filter.asset, asset_named(installation.database(), choices.asset));
  }
  filter.taken_from = photos.from;
  filter.taken_to = photos.to;
  if (!choices.project.empty()) options.study.title = choices.project;
  if (choices.has_pictures) options.open_picture = exports::originals_of(installation.blobs());
  return options;
}

}  // namespace

void add_annotation_options(CLI::App& command, AnnotationChoices& choices) {
  auto* format = command.add_option("--annotations", choices.format,
                                    "What was found, as annotations.json, .csv or .zip, instead of the photos");
  format->check(CLI::IsMember({"coco", "yolo", "csv", "camtrap-dp"}))->type_name("FORMAT");
  const auto add = [&](const char* name, std::string& target, const char* words) {
    return command.add_option(name, target, words)->needs(format);
  };
  add("--kind", choices.kind, "Only anomalies, readings, damage or spottings")
      ->check(CLI::IsMember({"anomaly", "reading", "damage", "spotting"}));
  add("--asset", choices.asset, "Only of this asset: its id or code");
  add("--class", choices.class_name, "Only this class or species");
  add("--project", choices.project, "The study's title; of camtrap-dp");
  command.add_option("--state", choices.states, "Only in this state; may come several times. All but rejected, else")
      ->check(CLI::IsMember({"open", "confirmed", "rejected", "corrected", "resolved"}))
      ->needs(format);
  command.add_flag("--pictures", choices.has_pictures, "With the originals; not of csv")->needs(format);
}

Result<Exit> export_annotations(Installation& installation, const Output& out, const ExportedPhotos& photos,
                                const AnnotationChoices& choices) {
  if (choices.has_pictures && choices.format == "csv")
    return core::fail(core::invalid_input("pictures", "--pictures cannot be with csv, which is one file"));
  SG_ASSIGN(const auto options, options_of(installation, photos, choices));
  const auto written = exports::write_export(installation.database(), options, photos.directory,
                                             [&](std::int64_t bytes) { out.progress(fmt::format("{} bytes", bytes)); });
  out.end_progress();
  if (!written) return std::unexpected(written.error());
  out.line(fmt::format("{}: {} bytes", written->path.string(), written->bytes));
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("path", written->path.string()).member("bytes", written->bytes).end_object();
  out.document(text);
  return Exit::ok;
}

}  // namespace sightglass::cli
