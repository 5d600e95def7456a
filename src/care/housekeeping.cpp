#include "care/housekeeping.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "care/trash.hpp"
#include "core/json_writer.hpp"
#include "core/records.hpp"
#include "database/daily_analytics.hpp"
#include "database/notices.hpp"
#include "database/people.hpp"
#include "database/photo_failures.hpp"
#include "database/result_cache.hpp"
#include "filing/json_fields.hpp"
#include "queue/maintenance.hpp"
#include "queue/schedules/kinds.hpp"
#include "queue/task_rates.hpp"

namespace sightglass::care {
namespace {

using core::Result;
using database::Session;
using database::daily_analytics::Day;
namespace kinds = queue::schedules;

// As accounts/audit_log.hpp writes what nobody in particular does.
Result<void> audit_deletion(Session& session, const core::Photo& photo, core::Instant now) {
  const std::array entry{core::AuditEntry{.at = now,
                                          .actor = "system",
                                          .action = "photo.delete",
                                          .object_type = "photo",
                                          .object_id = photo.id.to_string()}};
  return database::audit::append(session, entry);
}

Day today(const Housekeeping& house) { return std::chrono::floor<std::chrono::days>(house.clock.now()); }

std::string text_of(Day day) { return core::to_iso8601(day).substr(0, 10); }

Result<std::optional<Day>> wanted_day(const core::Task& task, Day today) {
  SG_ASSIGN(auto arguments, filing::JsonFields::parse(task.arguments));
  const auto text = arguments.optional_text("day", 10);
  SG_TRY(arguments.outcome());
  if (!text) return std::optional<Day>{};
  const auto day = text->size() == 10 ? core::parse_iso8601(*text) : std::nullopt;
  if (!day) return core::fail(core::invalid_input("day", "`day` is a date such as 2026-11-20."));
  if (*day >= today) return core::fail(core::invalid_input("day", "This day is not over yet, in UTC."));
  return std::optional(std::chrono::floor<std::chrono::days>(*day));
}

// The first day to count; `today` when there is none.
Result<Day> first_uncounted(Session& session, Day today) {
  SG_ASSIGN(const auto newest, database::daily_analytics::newest(session));
  SG_ASSIGN(const auto first, database::daily_analytics::first_day_with_photos(session));
  if (!newest && !first) return today;
  return std::max(newest ? *newest + std::chrono::days{1} : *first, today - std::chrono::days{most_days_counted});
}

// What came of it, in the task's log as well.
Result<std::string> told(const queue::TaskContext& context, const std::string& words, Result<std::string> outcome) {
  if (outcome) context.log.say(words + ": " + *outcome);
  return outcome;
}

Result<void> count_day(const Housekeeping& house, Day day) {
  SG_ASSIGN(const auto figures,
            house.database.read([&](Session& session) { return database::daily_analytics::count(session, day); }));
  return house.database.write(
      [&](Session& session) { return database::daily_analytics::save(session, figures, house.clock.now()); });
}

// What analysis kept for when the same picture comes again. A transaction for each so many rows, so that nobody waits.
Result<std::int64_t> forget_expired_results(const Housekeeping& house) {
  constexpr std::int32_t at_once = 1000;
  std::int64_t all = 0;
  for (std::int64_t removed = at_once; removed == at_once; all += removed) {
    SG_ASSIGN(removed, house.database.write([&](Session& session) {
      return database::result_cache::remove_expired(session, house.clock.now(), at_once);
    }));
  }
  return all;
}

}  // namespace

Result<std::string> cleanup_old_images(const Housekeeping& house, const std::function<bool()>& should_stop) {
  const auto now = house.clock.now();
  const auto also = [&](Session& session, const core::Photo& photo) { return audit_deletion(session, photo, now); };
  SG_ASSIGN(const auto report, empty_trash(house.blobs, house.database, now - house.trash_kept,
                                           {.also = also, .should_stop = should_stop, .run = house.run}));
  std::string json;
  core::JsonWriter(json).begin_object().member("deleted", report.deleted).member("failed", report.failed).end_object();
  return json;
}

Result<std::string> prune_history(const Housekeeping& house) {
  SG_ASSIGN(const auto tasks, queue::prune_old_tasks(house.database, house.tasks_kept, house.clock));
  SG_ASSIGN(const auto sign_ins, house.database.write([&](Session& session) {
    return database::sign_ins::prune_expired(session, house.clock.now() - ended_sign_ins_kept);
  }));
  SG_ASSIGN(const auto notices, house.database.write([&](Session& session) {
    return database::notices::prune(session, house.clock.now() - notices_kept);
  }));
  SG_ASSIGN(const auto failures, house.database.write([&](Session& session) {
    return database::photo_failures::prune(session, house.clock.now() - resolved_failures_kept);
  }));
  SG_ASSIGN(const auto results, forget_expired_results(house));
  SG_ASSIGN(const auto rates,
            house.database.write([&](Session& session) { return queue::fold_rates(session, house.clock.now()); }));
  std::string json;
  core::JsonWriter(json)
      .begin_object()
      .member("tasks", tasks)
      .member("sign_ins", sign_ins)
      .member("notices", notices)
      .member("failures", failures)
      .member("results", results)
      .member("rates", rates)
      .end_object();
  return json;
}

Result<std::string> generate_daily_analytics(const Housekeeping& house, const core::Task& task) {
  const Day now = today(house);
  SG_ASSIGN(const auto wanted, wanted_day(task, now));
  Day day = now;
  if (wanted) {
    day = *wanted;
  } else {
    SG_ASSIGN(day, house.database.read([&](Session& session) { return first_uncounted(session, now); }));
  }
  const Day end = wanted ? day + std::chrono::days{1} : now;
  std::string json;
  core::JsonWriter writer(json);
  writer.begin_object().key("days").begin_array();
  for (; day < end; day += std::chrono::days{1}) {
    SG_TRY(count_day(house, day));
    writer.string(text_of(day));
  }
  writer.end_array().end_object();
  return json;
}

queue::TaskHandlers housekeeping_handlers(const Housekeeping& house) {
  using core::Task;
  using queue::TaskContext;
  queue::TaskHandlers handlers;
  const auto before = [&house](std::chrono::days kept) { return core::to_iso8601(house.clock.now() - kept); };
  handlers.emplace(kinds::cleanup_old_images, [&house, before](const Task&, TaskContext& context) {
    return told(context, "Deleting what lies in the trash since before " + before(house.trash_kept),
                cleanup_old_images(house, [&context] { return context.should_stop(); }));
  });
  handlers.emplace(kinds::prune_history, [&house, before](const Task&, TaskContext& context) {
    return told(context, "Forgetting tasks that ended before " + before(house.tasks_kept), prune_history(house));
  });
  handlers.emplace(kinds::generate_daily_analytics, [&house](const Task& task, TaskContext& context) {
    return told(context, "Counting days that are over", generate_daily_analytics(house, task));
  });
  return handlers;
}

}  // namespace sightglass::care
