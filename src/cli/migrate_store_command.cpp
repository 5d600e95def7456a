#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "care/migrate_store.hpp"
#include "cli/context.hpp"
#include "cli/shared_options.hpp"

namespace sightglass::cli {
namespace {

using core::Result;

void print(const Output& out, const care::MigrationReport& report) {
  for (const auto& table : report.tables)
    out.line(fmt::format("{:<18} {:>9}  {}", table.name, table.rows, table.sha256));
  out.line(fmt::format("{} rows of {} tables copied; each was compared with its original, byte by byte", report.rows,
                       report.tables.size()));
  if (report.mended_texts > 0)
    out.line(fmt::format("{} texts were no UTF-8; what could not be read in them is now U+FFFD", report.mended_texts));
  out.line("Set database.url to the new database and start the server. sightglass.db stays as it is, unused.");
  out.document(care::to_json(report));
}

Result<Exit> run_migrate_store(Installation& installation, const Output& out, const Program& program,
                               const std::string& target_url) {
  SG_TRY(installation.exclude_others());
  SG_ASSIGN(const auto target, program.open_store(target_url));
  SG_TRY(target->migrate());
  const auto report = care::migrate_store(installation.database(), *target,
                                          [&out](std::string_view step, std::string_view table, std::int64_t rows) {
                                            out.progress(fmt::format("{} {}: {} rows", step, table, rows));
                                          });
  out.end_progress();
  if (!report) return std::unexpected(report.error());
  print(out, *report);
  return Exit::ok;
}

}  // namespace

void add_migrate_store_command(CLI::App& app, Context& context) {
  const auto target_url = std::make_shared<std::string>();  // lives in the callback, for as long as the parser
  CLI::App* command = app.add_subcommand(
      "migrate-store", "Copy an embedded installation's rows to an empty PostgreSQL database; files stay in place");
  command
      ->add_option("--to", *target_url,
                   "postgres://USER@HOST/DATABASE; others on this machine can read a password given here, but not "
                   "SIGHTGLASS_MIGRATE_TO, PGPASSWORD or ~/.pgpass")
      ->envname("SIGHTGLASS_MIGRATE_TO")
      ->required()
      ->type_name("URL");
  add_data_option(*command, context);
  add_json_option(*command, context);
  command->callback([&context, target_url] {
    context.flags["database.url"] = "";  // the embedded store, whatever the settings already say
    context.with_installation([&](Installation& installation, const Output& out) {
      return run_migrate_store(installation, out, context.program, *target_url);
    });
  });
}

}  // namespace sightglass::cli
