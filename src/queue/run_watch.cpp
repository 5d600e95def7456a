#include "queue/run_watch.hpp"

#include "telemetry/log.hpp"

namespace sightglass::queue {
namespace {

using database::Session;
namespace runs = database::runs;

constexpr auto longest_gap = 3 * run_beat;

}  // namespace

core::Result<std::vector<runs::Run>> RunWatch::look(database::Database& database, const core::Clock& clock,
                                                    TimePoint now) {
  SG_ASSIGN(const auto living, database.read([](Session& session) { return runs::list_living(session); }));
  if (now - last_look_ > longest_gap) seen_.clear();
  last_look_ = now;
  std::map<database::RunId, Seen> seen;
  std::vector<runs::Run> over;
  for (const runs::Run& run : living) {
    const auto known = seen_.find(run.id);
    const bool has_moved = known == seen_.end() || known->second.beats != run.beats;
    const Seen& kept = seen[run.id] = has_moved ? Seen{.beats = run.beats, .since = now} : known->second;
    if (now - kept.since < run_lost) continue;
    SG_ASSIGN(const bool is_over,
              database.write([&](Session& session) { return declare_over(session, run, run.beats, clock.now()); }));
    if (!is_over) continue;
    telemetry::log_warning("a run gives no sign of life and is declared over",
                           {{"run", run.id.to_string()}, {"node", run.name}, {"role", run.role}});
    over.push_back(run);
  }
  seen_ = std::move(seen);
  return over;
}

}  // namespace sightglass::queue
