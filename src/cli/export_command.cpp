#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "care/export.hpp"
#include "cli/context.hpp"
#include "cli/export_annotations.hpp"
#include "cli/shared_options.hpp"
#include "core/json_writer.hpp"

namespace sightglass::cli {
namespace {

using core::Result;

struct ExportChoices {
  std::string directory;
  std::int64_t job = 0;
  std::string tag;
  std::string from;
  std::string to;
  AnnotationChoices annotations;
};

Result<std::optional<core::Instant>> instant_from(const std::string& option, const std::string& text) {
  if (text.empty()) return std::optional<core::Instant>{};
  const auto instant = core::parse_iso8601(text);
  if (!instant)
    return core::fail(core::invalid_input(option, fmt::format("--{} is a date such as 2026-11-21, in UTC", option)));
  return instant;
}

std::string report_json(const care::ExportReport& report) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("photos", report.photos).member("copied", report.copied);
  json.member("were_there", report.were_there).member("bytes", report.bytes).key("failures").begin_array();
  for (const auto& failure : report.failures)
    json.begin_object().member("id", failure.id).member("message", failure.message).end_object();
  json.end_array().end_object();
  return text;
}

Result<Exit> run_export(Installation& installation, const Output& out, const ExportChoices& choices) {
  care::ExportOptions options{.directory = choices.directory};
  if (choices.job != 0) options.filter.job = core::JobId{choices.job};
  if (!choices.tag.empty()) options.filter.tag = choices.tag;
  SG_ASSIGN(options.filter.taken_from, instant_from("from", choices.from));
  SG_ASSIGN(options.filter.taken_to, instant_from("to", choices.to));
  if (!choices.annotations.format.empty()) {
    if (!choices.tag.empty())
      return core::fail(core::invalid_input("tag", "--tag is of the export of photos, not of --annotations"));
    return export_annotations(installation, out,
                              {.directory = choices.directory,
                               .job = choices.job,
                               .from = options.filter.taken_from,
                               .to = options.filter.taken_to},
                              choices.annotations);
  }
  const auto report = care::export_photos(
      installation.blobs(), installation.database(), options, [&](const care::ExportReport& so_far) {
        out.progress(fmt::format("{} copied, {} already there", so_far.copied, so_far.were_there));
        return true;
      });
  out.end_progress();
  if (!report) return std::unexpected(report.error());
  for (const auto& failure : report->failures) out.line(fmt::format("{}: {}", failure.id, failure.message));
  out.line(fmt::format("{} photos: {} copied, {} already there, {} failed", report->photos, report->copied,
                       report->were_there, report->failures.size()));
  out.document(report_json(*report));
  return report->failures.empty() ? Exit::ok : Exit::failed;
}

}  // namespace

void add_export_command(CLI::App& app, Context& context) {
  const auto choices = std::make_shared<ExportChoices>();  // lives in the callback, for as long as the parser
  CLI::App* command = app.add_subcommand(
      "export", "Copy originals and sidecars to a folder, each checked by its hash; or write what was found");
  command->add_option("directory", choices->directory, "Where to; made when missing")->required()->type_name("DIR");
  command->add_option("--job", choices->job, "Only this job's")->type_name("N")->check(CLI::PositiveNumber);
  command->add_option("--tag", choices->tag, "Only those with this tag");
  command->add_option("--from", choices->from, "Taken at or after this date, UTC");
  command->add_option("--to", choices->to, "Taken before this date, UTC");
  add_annotation_options(*command, choices->annotations);
  add_data_option(*command, context);
  add_json_option(*command, context);
  command->callback([&context, choices] {
    context.with_installation(
        [&](Installation& installation, const Output& out) { return run_export(installation, out, *choices); });
  });
}

}  // namespace sightglass::cli
