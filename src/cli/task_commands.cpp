#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>

#include "accounts/caller.hpp"
#include "cli/context.hpp"
#include "cli/shared_options.hpp"
#include "cli/steering.hpp"
#include "core/json_writer.hpp"
#include "queue/queue_limits.hpp"
#include "queue/retry.hpp"
#include "queue/task_attempts.hpp"
#include "queue/task_list.hpp"
#include "queue/task_queue.hpp"

namespace sightglass::cli {
namespace {

using core::Result;
using database::Session;

struct TaskOptions {
  std::vector<std::string> states{};
  std::string queue{};
  std::string kind{};
  std::string code{};
  std::string text{};
  std::int32_t limit = 50;
  std::vector<std::string> ids{};
  bool is_all = false;  // all that the filter finds, instead of ids
};

constexpr database::photos::Visibility everything{.sees_all = true};
constexpr std::int32_t at_once = 500;

Result<core::TaskQueue> queue_named(const std::string& name) {
  const auto queue = core::task_queue_from_name(name);
  if (queue) return *queue;
  return core::fail(core::invalid_input(
      "queue", fmt::format("\"{}\" is no queue; there are high_priority, normal, batch and ml_training", name)));
}

Result<core::TaskId> id_from(const std::string& text) {
  const auto id = core::TaskId::parse(text);
  if (id) return *id;
  return core::fail(core::invalid_input("id", fmt::format("\"{}\" is no task's id; see tasks list", text)));
}

Result<queue::TaskFilter> filter_from(const TaskOptions& options) {
  queue::TaskFilter filter{.limit = options.limit};
  for (const auto& name : options.states) {
    const auto state = core::task_state_from_name(name);
    if (!state) return core::fail(core::invalid_input("state", fmt::format("\"{}\" is no state of a task", name)));
    filter.states.push_back(*state);
  }
  if (!options.queue.empty()) {
    SG_ASSIGN(filter.queue, queue_named(options.queue));
  }
  if (!options.kind.empty()) filter.kind = options.kind;
  if (!options.code.empty()) filter.code = options.code;
  if (!options.text.empty()) filter.text = options.text;
  return filter;
}

std::optional<std::string> text_of(const std::optional<core::Instant>& instant) {
  return instant ? std::optional(core::to_iso8601(*instant)) : std::nullopt;
}

void write_members(core::JsonWriter& json, const core::Task& task) {
  json.member("id", task.id.to_string()).member("kind", task.kind).member("queue", core::name_of(task.queue));
  json.member("state", core::name_of(task.state)).member("priority", task.priority);
  json.member("attempts", task.attempts).member("max_attempts", task.max_attempts);
  json.member("progress", task.progress).member("created_at", core::to_iso8601(task.created_at));
  json.member("due_at", core::to_iso8601(task.run_at)).member("started_at", text_of(task.started_at));
  json.member("finished_at", text_of(task.finished_at)).member("worker", task.lease_owner);
  json.member("error", task.error).member("error_code", task.error_code);
  json.member("photo_id", task.photo_id ? std::optional(task.photo_id->to_string()) : std::nullopt);
}

std::string line_of(const core::Task& task) {
  return fmt::format("{}  {:<10} {:<13} {:<28} {}/{}{}{}", task.id.to_string(), core::name_of(task.state),
                     core::name_of(task.queue), task.kind, task.attempts, task.max_attempts,
                     task.error.empty() ? "" : "  ", task.error);
}

Result<Exit> list_tasks(Installation& installation, const Output& out, const TaskOptions& options) {
  SG_ASSIGN(const auto filter, filter_from(options));
  SG_ASSIGN(const auto tasks,
            installation.database().read([&](Session& session) { return queue::list(session, filter, everything); }));
  std::string text;
  core::JsonWriter json(text);
  json.begin_array();
  for (const auto& task : tasks) {
    json.begin_object();
    write_members(json, task);
    json.end_object();
    out.line(line_of(task));
  }
  json.end_array();
  out.document(text);
  return Exit::ok;
}

// What the handler said, a line each.
void print_log(const Output& out, const std::string& lines) {
  boost::system::error_code failed;
  const auto parsed = boost::json::parse(lines, failed);
  if (failed || !parsed.is_array()) return;
  for (const auto& line : parsed.get_array()) {
    const auto* const at = line.is_object() ? line.get_object().if_contains("at") : nullptr;
    const auto* const words = line.is_object() ? line.get_object().if_contains("words") : nullptr;
    if (at && words && at->is_string() && words->is_string())
      out.line(fmt::format("    {}  {}", std::string_view(at->get_string()), std::string_view(words->get_string())));
  }
}

void print(const Output& out, const core::Task& task, const std::vector<queue::TaskAttempt>& attempts) {
  out.line(line_of(task));
  out.line(fmt::format("  created {}{}{}", core::to_iso8601(task.created_at),
                       task.started_at ? ", begun " + core::to_iso8601(*task.started_at) : "",
                       task.finished_at ? ", ended " + core::to_iso8601(*task.finished_at) : ""));
  if (task.photo_id) out.line("  photo " + task.photo_id->to_string());
  out.line("  arguments " + task.arguments);
  out.line("  result " + task.result);
  for (const auto& attempt : attempts) {
    const auto when = attempt.ended_at ? attempt.ended_at : attempt.started_at;
    out.line(fmt::format("  attempt {} {} {} at {}{}{}", attempt.number, queue::name_of(attempt.end),
                         when ? core::to_iso8601(*when) : "", attempt.worker, attempt.error.empty() ? "" : ": ",
                         attempt.error));
    print_log(out, attempt.log);
  }
}

Result<Exit> show_task(Installation& installation, const Output& out, const TaskOptions& options) {
  SG_ASSIGN(const auto id, id_from(options.ids.front()));
  std::vector<queue::TaskAttempt> attempts;
  SG_ASSIGN(const auto task, installation.database().read([&](Session& session) -> Result<std::optional<core::Task>> {
    SG_ASSIGN(auto found, queue::find(session, id));
    if (found) {
      SG_ASSIGN(attempts, queue::attempts_of(session, *found));
    }
    return found;
  }));
  if (!task) return core::fail(core::not_found("there is no such task"));
  print(out, *task, attempts);
  std::string text;
  core::JsonWriter json(text);
  json.begin_object();
  write_members(json, *task);
  json.key("arguments").raw(task->arguments).key("result").raw(task->result).key("failures").begin_array();
  for (const auto& attempt : attempts) {
    if (attempt.end != queue::AttemptEnd::failed) continue;
    json.begin_object().member("attempt", attempt.number).member("failed_at", text_of(attempt.ended_at));
    json.member("worker", attempt.worker).member("code", attempt.error_code).member("error", attempt.error);
    json.end_object();
  }
  json.end_array().key("attempt_list").begin_array();
  for (const auto& attempt : attempts) {
    json.begin_object().member("attempt", attempt.number).member("end", queue::name_of(attempt.end));
    json.member("started_at", text_of(attempt.started_at)).member("ended_at", text_of(attempt.ended_at));
    json.member("worker", attempt.worker).key("log").raw(attempt.log).end_object();
  }
  json.end_array().end_object();
  out.document(text);
  return Exit::ok;
}

// What is done to tasks, and the states that it fits: docs/task-states.md.
struct Change {
  ChangeOne<core::TaskId> apply;
  std::vector<core::TaskState> fitting;
};

Result<std::vector<core::TaskId>> named(const TaskOptions& options) {
  std::vector<core::TaskId> ids;
  for (const auto& text : options.ids) {
    SG_ASSIGN(const auto id, id_from(text));
    ids.push_back(id);
  }
  return ids;
}

// Page by page from the newest to the oldest, so that what a change does to a task does not move the pages.
Result<void> change_found(Installation& installation, const Output& out, const TaskOptions& options,
                          const Change& change, Tally& tally) {
  SG_ASSIGN(auto filter, filter_from(options));
  if (filter.states.empty()) filter.states = change.fitting;
  filter.limit = at_once;
  for (;;) {
    SG_ASSIGN(const auto tasks,
              installation.database().read([&](Session& session) { return queue::list(session, filter, everything); }));
    if (tasks.empty()) return {};
    std::vector<core::TaskId> ids;
    for (const auto& task : tasks) ids.push_back(task.id);
    SG_TRY(change_each(installation, out, ids, change.apply, tally));
    filter.before = ids.back();
  }
}

// What is typed in haste must not reach every task there is.
Result<void> check_target(const TaskOptions& options) {
  const bool is_narrowed = !options.states.empty() || !options.queue.empty() || !options.kind.empty() ||
                           !options.code.empty() || !options.text.empty();
  if (options.is_all ? options.ids.empty() && is_narrowed : !options.ids.empty()) return {};
  return core::fail(core::invalid_input(
      "id", "name the tasks, or say --all with at least one of --state, --queue, --kind, --code and --text"));
}

Result<Exit> change_tasks(Installation& installation, const Output& out, const TaskOptions& options,
                          const Change& change) {
  SG_TRY(check_target(options));
  Tally tally;
  if (options.is_all) {
    SG_TRY(change_found(installation, out, options, change, tally));
  } else {
    SG_ASSIGN(const auto ids, named(options));
    SG_TRY(change_each(installation, out, ids, change.apply, tally));
  }
  return tell(out, tally);
}

Result<void> retry(Session& session, core::TaskId id, core::Instant now) {
  SG_TRY(queue::try_again(session, id, now));
  return audit(session, now, "task.retry", "task", id.to_string());
}

Result<void> cancel(Session& session, core::TaskId id, core::Instant now) {
  SG_ASSIGN(const auto outcome, queue::cancel(session, id, now));
  if (outcome == queue::Cancellation::too_late) return core::fail(core::ErrorCode::conflict, "has ended already");
  return audit(session, now, "task.cancel", "task", id.to_string());
}

Result<void> forget(Session& session, core::TaskId id, core::Instant now) {
  SG_ASSIGN(const bool is_gone, queue::forget(session, id));
  if (!is_gone) return core::fail(core::ErrorCode::conflict, "has not ended");
  return audit(session, now, "task.delete", "task", id.to_string());
}

Result<Exit> steer(Installation& installation, const Output& out, const std::string& name, bool is_paused) {
  SG_ASSIGN(const auto queue, queue_named(name));
  const auto now = installation.clock().now();
  SG_TRY(installation.database().write([&](Session& session) -> Result<void> {
    SG_TRY(queue::change_queue(session, queue, {.is_paused = is_paused}, accounts::command_line_caller().name, now));
    return audit(session, now, "queue.change", "queue", name, fmt::format("{{\"paused\":{}}}", is_paused));
  }));
  out.line(fmt::format("{} {}", name, is_paused ? "is paused; what runs goes on" : "goes on"));
  out.document(fmt::format("{{\"queue\":\"{}\",\"paused\":{}}}", name, is_paused));
  return Exit::ok;
}

void add_filter_options(CLI::App& command, const std::shared_ptr<TaskOptions>& options) {
  command.add_option("--state", options->states,
                     "available, scheduled, running, retryable, completed, discarded, cancelled");
  command.add_option("--queue", options->queue, "high_priority, normal, batch, ml_training");
  command.add_option("--kind", options->kind, "process_inspection_photo, …");
  command.add_option("--code", options->code, "Kind of their last error: corrupt_image, timeout, …");
  command.add_option("--text", options->text, "Words in their error, kind, or photo's file name or description");
}

void add_change(CLI::App& tasks, Context& context, const std::string& name, const std::string& words, Change change) {
  const auto options = std::make_shared<TaskOptions>();
  CLI::App* command = tasks.add_subcommand(name, words);
  command->add_option("id", options->ids, "The tasks, from tasks list")->type_name("ID");
  command->add_flag("--all", options->is_all, "All that the options below let through; at least one of them");
  add_filter_options(*command, options);
  add_data_option(*command, context);
  add_json_option(*command, context);
  command->callback([&context, options, change = std::move(change)] {
    context.with_installation([&](Installation& installation, const Output& out) {
      return change_tasks(installation, out, *options, change);
    });
  });
}

void add_steering(CLI::App& tasks, Context& context, const std::string& name, const std::string& words,
                  bool is_paused) {
  const auto options = std::make_shared<TaskOptions>();
  CLI::App* command = tasks.add_subcommand(name, words);
  command->add_option("queue", options->queue, "high_priority, normal, batch or ml_training")->required();
  add_data_option(*command, context);
  add_json_option(*command, context);
  command->callback([&context, options, is_paused] {
    context.with_installation([&](Installation& installation, const Output& out) {
      return steer(installation, out, options->queue, is_paused);
    });
  });
}

}  // namespace

void add_task_commands(CLI::App& app, Context& context) {
  CLI::App* tasks = app.add_subcommand("tasks", "See and steer the background work")->require_subcommand(1);

  const auto listed = std::make_shared<TaskOptions>();
  CLI::App* list = tasks->add_subcommand("list", "The newest tasks");
  add_filter_options(*list, listed);
  list->add_option("--limit", listed->limit, "At most so many")->check(CLI::Range(1, 10'000))->capture_default_str();
  add_data_option(*list, context);
  add_json_option(*list, context);
  list->callback([&context, listed] {
    context.with_installation(
        [&](Installation& installation, const Output& out) { return list_tasks(installation, out, *listed); });
  });

  const auto shown = std::make_shared<TaskOptions>();
  CLI::App* show = tasks->add_subcommand("show", "One task with its attempts");
  show->add_option("id", shown->ids, "Its id, from tasks list")->required()->expected(1)->type_name("ID");
  add_data_option(*show, context);
  add_json_option(*show, context);
  show->callback([&context, shown] {
    context.with_installation(
        [&](Installation& installation, const Output& out) { return show_task(installation, out, *shown); });
  });

  using enum core::TaskState;
  add_change(*tasks, context, "retry", "Have tasks tried again that failed or were cancelled",
             {.apply = retry, .fitting = {discarded, cancelled, retryable}});
  add_change(*tasks, context, "cancel", "Cancel tasks; running ones are asked to stop",
             {.apply = cancel, .fitting = {available, scheduled, retryable, running}});
  add_change(*tasks, context, "delete", "Forget tasks that have ended",
             {.apply = forget, .fitting = {completed, discarded, cancelled}});
  add_steering(*tasks, context, "pause", "Begin no more tasks of a queue", true);
  add_steering(*tasks, context, "resume", "Go on with a queue", false);
}

}  // namespace sightglass::cli
