#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <thread>

#include "accounts/caller.hpp"
#include "cli/context.hpp"
#include "cli/shared_options.hpp"
#include "cli/source_trial_command.hpp"
#include "cli/steering.hpp"
#include "core/json_writer.hpp"
#include "database/pull_files.hpp"
#include "database/pull_inbox.hpp"
#include "database/pull_runs.hpp"
#include "database/pull_sources.hpp"
#include "pulls/source_settings.hpp"

namespace sightglass::cli {
namespace {

namespace pull_files = database::pull_files;
namespace pull_runs = database::pull_runs;
namespace pull_sources = database::pull_sources;

// What the commands of this group are given.
struct SourceOrder {
  std::string source{};
  std::string state{};
  std::vector<std::string> files{};
  std::int64_t max_files = 0;  // 0: as its settings say
  std::int32_t limit = 50;
  std::int32_t wait = 0;  // seconds
};
using SourceWork = core::Result<Exit> (*)(Installation&, const Output&, const SourceOrder&);

constexpr std::chrono::milliseconds glance{500};

// By its name, or else its id.
core::Result<pull_sources::Source> source_named(database::Session& session, const std::string& text) {
  SG_ASSIGN(auto found, pull_sources::find_named(session, text));
  const auto id = core::PullSourceId::parse(text);
  if (!found && id) {
    SG_ASSIGN(found, pull_sources::find(session, *id));
  }
  if (!found) return core::fail(core::not_found(fmt::format("There is no source \"{}\"; see pull list.", text)));
  return std::move(*found);
}

std::string in_words(const std::optional<core::Instant>& at) {
  return at ? core::to_iso8601(*at).substr(0, 19) + "Z" : "-";
}

void write_at(core::JsonWriter& json, core::JsonKey name, const std::optional<core::Instant>& at) {
  if (at)
    json.member(name, core::to_iso8601(*at));
  else
    json.key(name).null();
}

struct KnownSource {
  pull_sources::Source row{};
  pull_files::Counts counts{};
  std::optional<pull_runs::Run> run{};  // under way
};

core::Result<std::vector<KnownSource>> known_sources(database::Session& session) {
  SG_ASSIGN(auto rows, pull_sources::list(session, pull_sources::Which::all));
  std::vector<KnownSource> all;
  for (auto& row : rows) {
    KnownSource known;
    SG_ASSIGN(known.counts, pull_files::count(session, row.id));
    SG_ASSIGN(known.run, pull_runs::unended(session, row.id));
    known.row = std::move(row);
    all.push_back(std::move(known));
  }
  return all;
}

void write_known_source(core::JsonWriter& json, const KnownSource& known) {
  const auto& [row, counts, run] = known;
  json.begin_object().member("id", row.id.to_string()).member("name", row.name).member("source_type", row.kind);
  json.member("base_url", row.base_url).member("is_active", row.is_active);
  json.member("last_pulled_filename", row.last_pulled_filename);
  write_at(json, "last_pull_at", row.last_pull_at);
  write_at(json, "last_new_file_at", row.last_new_file_at);
  json.member("last_error", row.last_error).key("counts").begin_object();
  json.member("seen", counts.seen).member("fetched", counts.fetched).member("stored", counts.stored);
  json.member("skipped", counts.skipped).member("failed", counts.failed).member("given_up", counts.given_up);
  json.end_object().key("run");
  if (run)
    json.string(run->id.to_string());
  else
    json.null();
  json.end_object();
}

core::Result<Exit> list_sources(Installation& installation, const Output& out, const SourceOrder& /*order*/) {
  SG_ASSIGN(const auto all, installation.database().read(known_sources));
  std::string text;
  core::JsonWriter json(text);
  json.begin_array();
  for (const auto& known : all) {
    const auto& [row, counts, run] = known;
    write_known_source(json, known);
    out.line(fmt::format("{:<24} {:<3} {:<10} last {:<20} {} stored, {} waiting, {} skipped, {} failed{}{}", row.name,
                         row.is_active ? "on" : "off", row.kind, in_words(row.last_pull_at), counts.stored,
                         counts.seen + counts.fetched, counts.skipped, counts.failed, run ? "; runs now" : "",
                         row.last_error.empty() ? "" : "  " + row.last_error));
  }
  json.end_array();
  out.document(text);
  if (all.empty()) out.line("There is no source.");
  return Exit::ok;
}

void write_ledger_row(core::JsonWriter& json, const pull_files::File& file) {
  json.begin_object().member("id", file.id.to_string()).member("path", file.path).member("name", file.name);
  json.member("bytes", file.bytes);
  write_at(json, "modified_at", file.modified_at);
  json.member("state", pull_files::name_of(file.state)).member("reason", file.reason).member("message", file.message);
  json.member("attempts", file.attempts);
  write_at(json, "next_at", file.next_at);
  json.member("is_given_up", file.is_given_up()).key("photo_id");
  if (file.photo_id)
    json.string(file.photo_id->to_string());
  else
    json.null();
  json.end_object();
}

core::Result<Exit> list_ledger(Installation& installation, const Output& out, const SourceOrder& order) {
  SG_ASSIGN(const auto page,
            installation.database().read([&](database::Session& session) -> core::Result<pull_files::Page> {
              SG_ASSIGN(const auto source, source_named(session, order.source));
              const pull_files::Filter filter{
                  .source = source.id, .state = pull_files::state_from_name(order.state), .limit = order.limit};
              return pull_files::list(session, filter, std::nullopt);
            }));
  std::string text;
  core::JsonWriter json(text);
  json.begin_array();
  for (const auto& file : page.files) {
    write_ledger_row(json, file);
    out.line(fmt::format("{}  {:<8} {:<32} {}{}", file.id.to_string(), pull_files::name_of(file.state), file.name,
                         file.reason, file.is_given_up() ? " (given up)" : ""));
  }
  json.end_array();
  out.document(text);
  if (page.files.empty()) out.line("There is no such file.");
  if (page.next) out.line("There are more; see --limit.");
  return Exit::ok;
}

// The run that is queued now, or the one that is under way.
core::Result<pull_runs::Run> queue_run(database::Session& session, const SourceOrder& order, core::Instant now) {
  SG_ASSIGN(const auto source, source_named(session, order.source));
  if (!source.is_active)
    return core::fail(core::ErrorCode::conflict, fmt::format("The source \"{}\" is switched off.", source.name));
  SG_ASSIGN(auto run, pull_runs::unended(session, source.id));
  if (run) return std::move(*run);
  SG_ASSIGN(const auto settings, pulls::parse_settings(source.settings));
  pull_runs::Run made{.id = core::PullRunId::make(now),
                      .source_id = source.id,
                      .cause = "person",
                      .requested_by = accounts::command_line_caller().name,
                      .requested_at = now};
  if (order.max_files > 0)
    made.max_files = order.max_files;
  else if (!settings.until_drained)
    made.max_files = settings.max_files;
  SG_TRY(pull_runs::insert(session, made));
  SG_TRY(audit(session, now, "source.run", "source", source.id.to_string(),
               fmt::format(R"({{"run":"{}"}})", made.id.to_string())));
  return made;
}

core::Result<pull_runs::Run> look_at(Installation& installation, core::PullRunId id) {
  SG_ASSIGN(auto found,
            installation.database().read([&](database::Session& session) { return pull_runs::find(session, id); }));
  if (!found) return core::fail(core::not_found("The run is gone: its source was deleted."));
  return std::move(*found);
}

void write_counted_run(core::JsonWriter& json, const pull_runs::Run& run) {
  json.begin_object().member("id", run.id.to_string()).member("state", pull_runs::name_of(run.state));
  json.member("listed", run.listed).member("fresh", run.fresh).member("pulled", run.pulled);
  json.member("skipped", run.skipped).member("failed", run.failed).member("waiting", run.waiting);
  json.member("bytes", run.bytes).member("outcome", run.outcome).member("error", run.error).end_object();
}

core::Result<Exit> run_source(Installation& installation, const Output& out, const SourceOrder& order) {
  SG_ASSIGN(auto run, installation.database().write([&](database::Session& session) {
    return queue_run(session, order, installation.clock().now());
  }));
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(order.wait);
  while (run.state != pull_runs::State::ended && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(glance);
    SG_ASSIGN(run, look_at(installation, run.id));
    out.progress(
        fmt::format("{} listed, {} pulled, {} skipped, {} failed", run.listed, run.pulled, run.skipped, run.failed));
  }
  out.end_progress();
  std::string text;
  core::JsonWriter json(text);
  write_counted_run(json, run);
  out.document(text);
  if (run.state != pull_runs::State::ended) {
    out.line(fmt::format("run {} is {}; servers do it", run.id.to_string(), pull_runs::name_of(run.state)));
    return Exit::ok;
  }
  out.line(fmt::format("{}: {} pulled, {} skipped, {} failed, {} wait{}", run.outcome, run.pulled, run.skipped,
                       run.failed, run.waiting, run.error.empty() ? "" : "; " + run.error));
  return run.outcome == "failed" ? Exit::failed : Exit::ok;
}

core::Result<std::vector<core::PullFileId>> ids_of(const std::vector<std::string>& texts) {
  std::vector<core::PullFileId> ids;
  for (const auto& text : texts) {
    const auto id = core::PullFileId::parse(text);
    if (!id)
      return core::fail(core::invalid_input("file", fmt::format("\"{}\" is no file's id; see pull files", text)));
    ids.push_back(*id);
  }
  return ids;
}

core::Result<Exit> replay_ledger(Installation& installation, const Output& out, const SourceOrder& order) {
  if (order.files.empty() == order.state.empty())
    return core::fail(core::invalid_input("file", "name files, or a --state: failed or skipped"));
  SG_ASSIGN(const auto ids, ids_of(order.files));
  const auto now = installation.clock().now();
  SG_ASSIGN(const auto count,
            installation.database().write([&](database::Session& session) -> core::Result<std::int64_t> {
              SG_ASSIGN(const auto source, source_named(session, order.source));
              const auto state = pull_files::state_from_name(order.state);
              SG_ASSIGN(const auto replayed, state ? pull_files::replay_all(session, source.id, *state, now)
                                                   : pull_files::replay(session, source.id, ids, now));
              if (replayed == 0) return replayed;
              SG_TRY(database::pull_inbox::tell_changed(session, source.id));
              SG_TRY(audit(session, now, "source.replay", "source", source.id.to_string(),
                           fmt::format(R"({{"files":{}}})", replayed)));
              return replayed;
            }));
  out.line(fmt::format("{} {} due again", count, count == 1 ? "file is" : "files are"));
  out.document(fmt::format(R"({{"replayed":{}}})", count));
  return Exit::ok;
}

// The order lives in the callback, for as long as the parser.
CLI::App* add_source_command(CLI::App& group, Context& context, const char* name, const char* words,
                             const std::shared_ptr<SourceOrder>& order, SourceWork work) {
  CLI::App* command = group.add_subcommand(name, words);
  add_data_option(*command, context);
  add_json_option(*command, context);
  command->callback([&context, order, work] {
    context.with_installation(
        [&](Installation& installation, const Output& out) { return work(installation, out, *order); });
  });
  return command;
}

CLI::App* add_one_source(CLI::App& group, Context& context, const char* name, const char* words,
                         const std::shared_ptr<SourceOrder>& order, SourceWork work) {
  CLI::App* command = add_source_command(group, context, name, words, order, work);
  command->add_option("source", order->source, "Its name or id, from pull list")->required()->type_name("SOURCE");
  return command;
}

void add_files_command(CLI::App& group, Context& context) {
  const auto order = std::make_shared<SourceOrder>();
  CLI::App* command = add_one_source(group, context, "files", "List its ledger, seen last first", order, list_ledger);
  command->add_option("--state", order->state, "Those in one state")
      ->check(CLI::IsMember({"seen", "fetched", "stored", "skipped", "failed"}))
      ->type_name("STATE");
  command->add_option("--limit", order->limit, "How many")
      ->check(CLI::Range(1, 500))
      ->capture_default_str()
      ->type_name("N");
}

void add_run_command(CLI::App& group, Context& context) {
  const auto order = std::make_shared<SourceOrder>();
  CLI::App* command = add_one_source(group, context, "run", "Have a server fetch what is new", order, run_source);
  command->add_option("--max-files", order->max_files, "At most so many; as its settings say when absent")
      ->check(CLI::Range(1, 100'000))
      ->type_name("N");
  command->add_option("--wait", order->wait, "Seconds to wait for its end")
      ->check(CLI::Range(0, 86'400))
      ->capture_default_str()
      ->type_name("SECONDS");
}

void add_replay_command(CLI::App& group, Context& context) {
  const auto order = std::make_shared<SourceOrder>();
  CLI::App* command =
      add_one_source(group, context, "replay", "Try files again that failed or were skipped", order, replay_ledger);
  command->add_option("file", order->files, "Ids, from pull files")->type_name("FILE");
  command->add_option("--state", order->state, "Instead: all in this state")
      ->check(CLI::IsMember({"failed", "skipped"}))
      ->type_name("STATE");
}

}  // namespace

void add_source_commands(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("pull", "Look at sources that fetch their pictures, and have them fetched");
  group->require_subcommand(1);
  add_source_command(*group, context, "list", "List all sources", std::make_shared<SourceOrder>(), list_sources);
  add_files_command(*group, context);
  add_run_command(*group, context);
  add_replay_command(*group, context);
  add_source_trial_command(*group, context);
}

}  // namespace sightglass::cli
