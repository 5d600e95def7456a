#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "accounts/caller.hpp"
#include "care/failure_actions.hpp"
#include "cli/context.hpp"
#include "cli/shared_options.hpp"
#include "cli/steering.hpp"
#include "core/json_writer.hpp"
#include "database/photo_failures.hpp"
#include "database/pull_inbox.hpp"

namespace sightglass::cli {
namespace {

namespace photo_failures = database::photo_failures;
namespace pull_inbox = database::pull_inbox;
using core::Result;
using database::Session;
using photo_failures::Failure;
using photo_failures::FailureId;
using photo_failures::ShownFailure;

struct FailureOptions {
  std::string state = "open";
  std::string code{};
  std::int32_t limit = 50;
  std::vector<std::string> ids{};
  bool is_all = false;  // all that the filter finds, instead of ids
};

constexpr database::photos::Visibility everything{.sees_all = true};
constexpr std::int32_t at_once = 200;

Result<photo_failures::Filter> filter_from(const FailureOptions& options) {
  photo_failures::Filter filter;
  for (const auto state :
       {photo_failures::State::open, photo_failures::State::retrying, photo_failures::State::resolved})
    if (options.state == photo_failures::name_of(state)) filter.state = state;
  if (!filter.state)
    return core::fail(core::invalid_input(
        "state", fmt::format("\"{}\" is no state of a failure; there are open, retrying and resolved", options.state)));
  if (!options.code.empty()) filter.code = options.code;
  return filter;
}

void write_members(core::JsonWriter& json, const ShownFailure& shown) {
  const auto& failure = shown.failure;
  json.member("id", failure.id.to_string()).member("state", photo_failures::name_of(failure.state));
  json.member("photo_id", failure.photo_id.to_string()).member("filename", shown.original_filename);
  json.member("uploader", shown.uploader).member("code", failure.code).member("error", failure.error);
  json.member("attempts", failure.attempts).member("times", failure.times).member("group", failure.burst);
  json.member("failed_at", core::to_iso8601(failure.failed_at)).member("resolution", failure.resolution);
  json.member("resolved_by", failure.resolved_by);
  json.member("task_id", failure.task_id ? std::optional(failure.task_id->to_string()) : std::nullopt);
}

Result<Exit> list_failures(Installation& installation, const Output& out, const FailureOptions& options) {
  SG_ASSIGN(const auto filter, filter_from(options));
  SG_ASSIGN(const auto found, installation.database().read([&](Session& session) {
    return photo_failures::list(session, filter, everything, std::nullopt, options.limit);
  }));
  std::string text;
  core::JsonWriter json(text);
  json.begin_array();
  for (const auto& shown : found) {
    json.begin_object();
    write_members(json, shown);
    json.end_object();
    out.line(fmt::format("{}  {:<20} {:<18} {}  {}", shown.failure.id.to_string(),
                         core::to_iso8601(shown.failure.failed_at).substr(0, 19) + "Z", shown.failure.code,
                         shown.original_filename.empty() ? shown.filename : shown.original_filename,
                         shown.failure.error));
  }
  json.end_array();
  out.document(text);
  SG_ASSIGN(const auto files, installation.database().read(pull_inbox::count));
  if (files > 0)
    out.line(fmt::format("{} of sources could not be fetched; see failures files",
                         files == 1 ? "1 file" : fmt::format("{} files", files)));
  return Exit::ok;
}

void write_members(core::JsonWriter& json, const pull_inbox::Entry& entry) {
  const auto& file = entry.file;
  json.member("id", file.id.to_string()).member("source_id", file.source_id.to_string());
  json.member("source", entry.source_name).member("path", file.path).member("reason", file.reason);
  json.member("message", file.message).member("attempts", file.attempts);
  json.member("failed_at", core::to_iso8601(file.changed_at));
}

// Files that sources show: they are no photos yet, and are tried again with `pull replay`.
Result<Exit> list_files(Installation& installation, const Output& out, std::int32_t limit) {
  SG_ASSIGN(const auto found, installation.database().read([&](Session& session) {
    return pull_inbox::list(session, {}, std::nullopt, limit);
  }));
  std::string text;
  core::JsonWriter json(text);
  json.begin_array();
  for (const auto& entry : found) {
    json.begin_object();
    write_members(json, entry);
    json.end_object();
    out.line(fmt::format("{}  {:<20} {:<14} {}: {}  {}", entry.file.id.to_string(),
                         core::to_iso8601(entry.file.changed_at).substr(0, 19) + "Z", entry.file.reason,
                         entry.source_name, entry.file.path, entry.file.message));
  }
  json.end_array();
  out.document(text);
  return Exit::ok;
}

// What is done to one failure; an error says why not.
struct Change {
  std::string_view action;
  std::function<Result<void>(Session&, const Failure&, core::Instant)> apply;
  // Of those that --all finds; any resolution when empty.
  photo_failures::State state = photo_failures::State::open;
  std::string_view resolution{};
};

Result<void> change_one(Session& session, FailureId id, const Change& change, core::Instant now) {
  SG_ASSIGN(const auto shown, photo_failures::find(session, id, everything));
  if (!shown) return core::fail(core::not_found("There is no such failure; see failures list."));
  SG_TRY(change.apply(session, shown->failure, now));
  return audit(session, now, "failure." + std::string(change.action), "photo", shown->failure.photo_id.to_string());
}

ChangeOne<FailureId> by_id(const Change& change) {
  return [&change](Session& session, FailureId id, core::Instant now) { return change_one(session, id, change, now); };
}

Result<std::vector<FailureId>> named(const FailureOptions& options) {
  std::vector<FailureId> ids;
  for (const auto& text : options.ids) {
    const auto id = FailureId::parse(text);
    if (!id) return core::fail(core::invalid_input("id", fmt::format("\"{}\" is no failure's id", text)));
    ids.push_back(*id);
  }
  return ids;
}

// Page by page from the newest to the oldest: what fails again meanwhile stands before the page, and is left alone.
Result<void> change_found(Installation& installation, const Output& out, const FailureOptions& options,
                          const Change& change, Tally& tally) {
  SG_ASSIGN(auto filter, filter_from(options));
  filter.state = change.state;
  std::optional<photo_failures::PageKey> after;
  for (;;) {
    SG_ASSIGN(const auto found, installation.database().read([&](Session& session) {
      return photo_failures::list(session, filter, everything, after, at_once);
    }));
    if (found.empty()) return {};
    std::vector<FailureId> ids;
    for (const auto& shown : found)
      if (change.resolution.empty() || shown.failure.resolution == change.resolution) ids.push_back(shown.failure.id);
    SG_TRY(change_each(installation, out, ids, by_id(change), tally));
    after = {.at = found.back().failure.failed_at, .id = found.back().failure.id.value};
  }
}

Result<Exit> change_failures(Installation& installation, const Output& out, const FailureOptions& options,
                             const Change& change) {
  if (options.is_all == !options.ids.empty())
    return core::fail(core::invalid_input("id", "name the failures, or say --all, with --code or without"));
  Tally tally;
  if (options.is_all) {
    SG_TRY(change_found(installation, out, options, change, tally));
  } else {
    SG_ASSIGN(const auto ids, named(options));
    SG_TRY(change_each(installation, out, ids, by_id(change), tally));
  }
  return tell(out, tally);
}

Result<void> retry(Session& session, const Failure& failure, core::Instant now) {
  return care::retry_failure(session, failure, "", now);
}

Result<void> skip(Session& session, const Failure& failure, core::Instant now) {
  return care::skip_failure(session, failure, accounts::command_line_caller().name, now);
}

Result<void> reopen(Session& session, const Failure& failure, core::Instant) {
  return care::reopen_failure(session, failure);
}

void add_change(CLI::App& failures, Context& context, const std::string& words, Change change) {
  const auto options = std::make_shared<FailureOptions>();
  CLI::App* command = failures.add_subcommand(std::string(change.action), words);
  command->add_option("id", options->ids, "The failures, from failures list")->type_name("ID");
  command->add_flag("--all", options->is_all,
                    fmt::format("All that are {}, narrowed by --code",
                                change.resolution.empty() ? photo_failures::name_of(change.state) : change.resolution));
  command->add_option("--code", options->code, "Kind of error: corrupt_image, worker_killed, file_lost, …");
  add_data_option(*command, context);
  add_json_option(*command, context);
  command->callback([&context, options, change = std::move(change)] {
    context.with_installation([&](Installation& installation, const Output& out) {
      return change_failures(installation, out, *options, change);
    });
  });
}

void add_files(CLI::App& failures, Context& context) {
  const auto limit = std::make_shared<std::int32_t>(50);
  CLI::App* command = failures.add_subcommand("files", "Files of sources that could not be fetched, the newest first");
  command->add_option("--limit", *limit, "At most so many")->check(CLI::Range(1, 10'000))->capture_default_str();
  add_data_option(*command, context);
  add_json_option(*command, context);
  command->callback([&context, limit] {
    context.with_installation(
        [&](Installation& installation, const Output& out) { return list_files(installation, out, *limit); });
  });
}

}  // namespace

void add_failure_commands(CLI::App& app, Context& context) {
  CLI::App* failures = app.add_subcommand("failures", "Pictures that failed, and what to do about them");
  failures->require_subcommand(1);

  const auto listed = std::make_shared<FailureOptions>();
  CLI::App* list = failures->add_subcommand("list", "The newest failures");
  list->add_option("--state", listed->state, "open, retrying, resolved")->capture_default_str();
  list->add_option("--code", listed->code, "Kind of error: corrupt_image, worker_killed, file_lost, …");
  list->add_option("--limit", listed->limit, "At most so many")->check(CLI::Range(1, 10'000))->capture_default_str();
  add_data_option(*list, context);
  add_json_option(*list, context);
  list->callback([&context, listed] {
    context.with_installation(
        [&](Installation& installation, const Output& out) { return list_failures(installation, out, *listed); });
  });

  add_files(*failures, context);
  add_change(*failures, context, "Have pictures tried again", {.action = "retry", .apply = retry});
  add_change(*failures, context, "Leave pictures as they are", {.action = "skip", .apply = skip});
  add_change(*failures, context, "Take back that pictures were skipped",
             {.action = "reopen", .apply = reopen, .state = photo_failures::State::resolved, .resolution = "skipped"});
}

}  // namespace sightglass::cli
