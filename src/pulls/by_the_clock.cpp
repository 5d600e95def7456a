#include "pulls/by_the_clock.hpp"

#include <boost/json.hpp>

#include "database/pull_runs.hpp"
#include "database/pull_sources.hpp"
#include "pulls/source_settings.hpp"

namespace sightglass::pulls {
namespace {

namespace json = boost::json;

constexpr std::int64_t most_files = 100'000;

core::Result<std::optional<std::int64_t>> wanted_files(const std::string& arguments) {
  boost::system::error_code fault;
  const auto value = json::parse(arguments.empty() ? std::string_view("{}") : arguments, fault);
  const auto* const object = fault ? nullptr : value.if_object();
  if (object == nullptr) return core::fail(core::invalid_input("arguments", "They must be a JSON object."));
  const auto* const wanted = object->if_contains("max_files");
  if (wanted == nullptr || wanted->is_null()) return std::nullopt;
  const auto* const number = wanted->if_int64();
  if (number == nullptr || *number < 1 || *number > most_files)
    return core::fail(core::invalid_input("max_files", "It must be a whole number from 1 to 100,000."));
  return *number;
}

core::Result<std::string> queue_runs(database::Session& session, const core::Task& task,
                                     const std::optional<std::int64_t>& wanted, core::Instant now) {
  SG_ASSIGN(const auto sources, database::pull_sources::list(session, database::pull_sources::Which::active));
  json::array runs;
  for (const auto& source : sources) {
    if (source.paused_until && *source.paused_until > now) continue;
    SG_ASSIGN(const auto there, database::pull_runs::unended(session, source.id));
    if (there) continue;
    SG_ASSIGN(const auto settings, parse_settings(source.settings));
    database::pull_runs::Run run{.id = core::PullRunId::make(now),
                                 .source_id = source.id,
                                 .cause = "schedule",
                                 .max_files = settings.max_files,
                                 .requested_by = task.kind,
                                 .requested_at = now};
    if (wanted) run.max_files = wanted;
    if (settings.until_drained) run.max_files.reset();
    SG_TRY(database::pull_runs::insert(session, run));
    runs.emplace_back(run.id.to_string());
  }
  return json::serialize(json::object{{"sources", sources.size()}, {"runs", std::move(runs)}});
}

}  // namespace

queue::TaskHandler pull_all_sources() {
  return [](const core::Task& task, queue::TaskContext& context) -> core::Result<std::string> {
    SG_ASSIGN(const auto wanted, wanted_files(task.arguments));
    return context.database.write(
        [&](database::Session& session) { return queue_runs(session, task, wanted, context.clock.now()); });
  };
}

}  // namespace sightglass::pulls
