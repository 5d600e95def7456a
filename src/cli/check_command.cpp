#include "care/check.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "care/rebuild.hpp"
#include "cli/context.hpp"
#include "cli/shared_options.hpp"

namespace sightglass::cli {
namespace {

using core::Result;

struct CheckChoices {
  bool deep = false;
  bool repair = false;
  std::int64_t grace_minutes = 10;
};

Result<Exit> run_check(Installation& installation, const Output& out, const CheckChoices& choices) {
  if (choices.repair) SG_TRY(installation.begin_intake());
  care::CheckOptions options{
      .deep = choices.deep, .repair = choices.repair, .grace = std::chrono::minutes(choices.grace_minutes)};
  options.decoder = &installation.decoder();
  options.limits = installation.ingest().policy().limits;
  options.progress = [&out](std::int64_t photos, std::int64_t files) {
    out.progress(fmt::format("{} photos, {} files looked at", photos, files));
  };
  const auto report = care::check(installation.blobs(), installation.database(), installation.clock(), options);
  out.end_progress();
  if (!report) return std::unexpected(report.error());
  out.line(care::to_text(*report));
  out.document(care::to_json(*report));
  return report->is_clean() ? Exit::ok : Exit::failed;
}

Result<Exit> run_rebuild(Installation& installation, const Output& out, bool deep) {
  SG_TRY(installation.begin_intake());
  care::RebuildOptions options{.deep = deep};
  options.progress = [&out](const care::RebuildReport& so_far) {
    out.progress(fmt::format("{} photos recorded, {} were there", so_far.photos, so_far.were_there));
  };
  const auto report = care::rebuild(installation.blobs(), installation.database(), installation.clock(), options);
  out.end_progress();
  if (!report) return std::unexpected(report.error());
  for (const auto& problem : report->problems) out.line(fmt::format("{}: {}", problem.path, problem.message));
  out.line(fmt::format(
      "made {} photos, {} pairs, {} jobs, {} assets, {} locations, {} users (disabled until given a password); "
      "{} rows were there; {} problems",
      report->photos, report->pairs, report->jobs, report->assets, report->locations, report->users, report->were_there,
      report->problems.size()));
  if (report->without_derived > 0)
    out.line(fmt::format("{} photos lack derived images: run `sightglass check --repair`", report->without_derived));
  out.document(care::to_json(*report));
  return report->problems.empty() ? Exit::ok : Exit::failed;
}

}  // namespace

void add_check_command(CLI::App& app, Context& context) {
  const auto choices = std::make_shared<CheckChoices>();  // lives in the callback, for as long as the parser
  CLI::App* command =
      app.add_subcommand("check", "Compare files and database; exits 1 when something is left to mend. Never deletes");
  command->add_flag("--deep", choices->deep, "Read and hash every original");
  command->add_flag("--repair", choices->repair, "Make derived images and sidecars again, quarantine unknown files");
  command->add_option("--grace-minutes", choices->grace_minutes, "Leave files alone that are younger than this")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  add_data_option(*command, context);
  add_json_option(*command, context);
  command->callback([&context, choices] {
    context.with_installation(
        [&](Installation& installation, const Output& out) { return run_check(installation, out, *choices); });
  });
}

void add_rebuild_command(CLI::App& app, Context& context) {
  const auto deep = std::make_shared<bool>(false);  // lives in the callback, for as long as the parser
  CLI::App* command = app.add_subcommand("rebuild", "Make the database again from the sidecars; adds, never changes");
  command->add_flag("--deep", *deep, "Hash every original against its sidecar");
  add_data_option(*command, context);
  add_json_option(*command, context);
  command->callback([&context, deep] {
    context.with_installation(
        [&](Installation& installation, const Output& out) { return run_rebuild(installation, out, *deep); });
  });
}

}  // namespace sightglass::cli
