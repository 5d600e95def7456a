#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/context.hpp"
#include "cli/shared_options.hpp"
#include "cli/steering.hpp"
#include "core/json_writer.hpp"
#include "queue/schedules/schedule_json.hpp"
#include "queue/schedules/schedule_rows.hpp"
#include "queue/schedules/steering.hpp"

namespace sightglass::cli {
namespace {

using core::Result;
using database::Session;
namespace schedules = queue::schedules;
using schedules::Schedule;
using schedules::ScheduleId;

std::string shown(const std::optional<core::Instant>& instant) {
  return instant ? core::to_iso8601(*instant).substr(0, 19) + "Z" : "-";
}

Result<Exit> list_schedules(Installation& installation, const Output& out) {
  SG_ASSIGN(const auto all, installation.database().read([](Session& session) { return schedules::list(session); }));
  std::string text;
  core::JsonWriter json(text);
  json.begin_array();
  for (const auto& schedule : all) {
    schedules::write_schedule(json, schedule);
    out.line(fmt::format("{:<28} {:<7} next {:<20}  last {:<20}  {}  {}", schedule.name,
                         schedules::name_of(schedule.state()), shown(schedule.next_due), shown(schedule.last_due),
                         schedule.expression, schedule.time_zone));
  }
  json.end_array();
  out.document(text);
  return Exit::ok;
}

// By its name, or else its id.
Result<Schedule> named(Session& session, const std::string& text) {
  SG_ASSIGN(auto found, schedules::find_by_name(session, text));
  const auto id = ScheduleId::parse(text);
  if (!found && id) {
    SG_ASSIGN(found, schedules::find(session, *id));
  }
  if (!found) return core::fail(core::not_found(fmt::format("There is no schedule \"{}\"; see schedules list.", text)));
  return std::move(*found);
}

Result<Exit> run_schedule(Installation& installation, const Output& out, const std::string& text) {
  const auto& clock = installation.clock();
  SG_ASSIGN(const auto task, installation.database().write([&](Session& session) -> Result<core::TaskId> {
    SG_ASSIGN(const auto schedule, named(session, text));
    SG_ASSIGN(const auto started, schedules::run_now(session, schedule.id, clock.now()));
    SG_TRY(audit(session, clock.now(), "schedule.run", "schedule", schedule.id.to_string()));
    return started;
  }));
  out.line(fmt::format("started as task {}", task.to_string()));
  std::string json;
  core::JsonWriter(json).begin_object().member("task_id", task.to_string()).end_object();
  out.document(json);
  return Exit::ok;
}

// Pauses or resumes it.
Result<Exit> steer(Installation& installation, const Output& out, const std::string& text, bool is_paused) {
  const auto& clock = installation.clock();
  const auto who = accounts::command_line_caller().name;
  SG_ASSIGN(const auto schedule, installation.database().write([&](Session& session) -> Result<Schedule> {
    SG_ASSIGN(auto before, named(session, text));
    if (before.is_paused == is_paused) return before;
    SG_TRY(audit(session, clock.now(), is_paused ? "schedule.pause" : "schedule.resume", "schedule",
                 before.id.to_string()));
    return is_paused ? schedules::pause(session, before.id, who, clock.now())
                     : schedules::resume(session, before.id, who, clock.now());
  }));
  out.line(is_paused ? "paused" : fmt::format("due next at {}", shown(schedule.next_due)));
  std::string json;
  core::JsonWriter writer(json);
  schedules::write_schedule(writer, schedule);
  out.document(json);
  return Exit::ok;
}

using Work = std::function<Result<Exit>(Installation&, const Output&, const std::string& name)>;

void add_one(CLI::App& parent, Context& context, const char* command, const char* words, Work work) {
  const auto name = std::make_shared<std::string>();  // lives in the callback, for as long as the parser
  CLI::App* added = parent.add_subcommand(command, words);
  added->add_option("name", *name, "Its name or id, from schedules list")->required()->type_name("NAME");
  add_data_option(*added, context);
  add_json_option(*added, context);
  added->callback([&context, name, work = std::move(work)] {
    context.with_installation(
        [&](Installation& installation, const Output& out) { return work(installation, out, *name); });
  });
}

}  // namespace

void add_schedule_commands(CLI::App& app, Context& context) {
  CLI::App* group =
      app.add_subcommand("schedules", "List, run, pause and resume what the clock starts")->require_subcommand(1);
  CLI::App* list = group->add_subcommand("list", "List all schedules");
  add_data_option(*list, context);
  add_json_option(*list, context);
  list->callback([&context] { context.with_installation(list_schedules); });

  add_one(*group, context, "run", "Start its task now; when it is due next stays", run_schedule);
  add_one(*group, context, "pause", "Start nothing until it is resumed",
          [](Installation& installation, const Output& out, const std::string& name) {
            return steer(installation, out, name, true);
          });
  add_one(*group, context, "resume", "Go on from the next due time",
          [](Installation& installation, const Output& out, const std::string& name) {
            return steer(installation, out, name, false);
          });
}

}  // namespace sightglass::cli
