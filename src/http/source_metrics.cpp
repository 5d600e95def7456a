#include "http/source_metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

#include "database/pull_files.hpp"
#include "database/pull_runs.hpp"
#include "http/source_access.hpp"
#include "pulls/source_settings.hpp"
#include "telemetry/log.hpp"

namespace sightglass::http {
namespace {

using database::Session;
using database::pull_sources::Source;

Health health_now(const Source& source, core::Instant now) {
  const auto settings = pulls::parse_settings(source.settings).value_or(pulls::SourceSettings{});
  return health_of(source, settings.quiet_days, now);
}

core::Result<SourceFigures> look_now(Session& session) {
  SourceFigures figures;
  SG_ASSIGN(figures.sources, database::pull_sources::list(session, database::pull_sources::Which::active));
  SG_ASSIGN(const auto counts, database::pull_files::count_all(session));
  figures.files = {{"seen", counts.seen},       {"fetched", counts.fetched}, {"stored", counts.stored},
                   {"skipped", counts.skipped}, {"failed", counts.failed},   {"given_up", counts.given_up}};
  SG_ASSIGN(const auto runs, database::pull_runs::all_unended(session));
  figures.runs = {{"queued", 0}, {"running", 0}};
  for (const auto& run : runs) ++figures.runs[std::string(database::pull_runs::name_of(run.state))];
  return figures;
}

void family(std::string& out, std::string_view name, std::string_view help) {
  fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} gauge\n", name, help, name);
}

double age(core::Instant at, core::Instant now) {
  return std::max(0.0, std::chrono::duration<double>(now - at).count());
}

// Of sources that have one.
template <typename Of>
void write_ages(std::string& out, std::string_view name, std::string_view help, const SourceFigures& figures,
                core::Instant now, const Of& time_of) {
  family(out, name, help);
  for (const auto& source : figures.sources)
    if (const auto at = time_of(source))
      fmt::format_to(std::back_inserter(out), "{}{{source=\"{}\"}} {}\n", name, source.id.to_string(), age(*at, now));
}

void write_states(std::string& out, std::string_view name, std::string_view help,
                  const std::map<std::string, std::int64_t>& counts) {
  family(out, name, help);
  for (const auto& [state, count] : counts)
    fmt::format_to(std::back_inserter(out), "{}{{state=\"{}\"}} {}\n", name, state, count);
}

}  // namespace

SourceTally tally_of(const SourceFigures& figures, core::Instant now) {
  SourceTally tally;
  for (const auto& source : figures.sources) {
    const auto health = health_now(source, now);
    ++tally.configured;
    if (health == Health::failing) ++tally.failing;
    if (health == Health::quiet) ++tally.quiet;
  }
  return tally;
}

std::string source_metrics(const SourceFigures& figures, core::Instant now) {
  const auto tally = tally_of(figures, now);
  std::string out;
  write_states(out, "sightglass_pull_sources", "Sources of pictures that are switched on, and those that fail.",
               {{"all", tally.configured}, {"failing", tally.failing}, {"quiet", tally.quiet}});
  write_states(out, "sightglass_pull_files",
               "Files that sources have shown; given_up ones are among those that failed.", figures.files);
  write_states(out, "sightglass_pull_runs", "Runs of sources that have not ended.", figures.runs);
  write_ages(out, "sightglass_pull_last_success_age_seconds",
             "How long ago the last run of a source ended, of those whose last one reached it.", figures, now,
             [](const Source& source) { return source.last_error.empty() ? source.last_pull_at : std::nullopt; });
  write_ages(out, "sightglass_pull_last_new_file_age_seconds", "How long ago a source had a new file.", figures, now,
             [](const Source& source) { return source.last_new_file_at; });
  return out;
}

void SourceWatch::look() {
  const std::lock_guard lock(mutex_);
  const auto began = std::chrono::steady_clock::now();
  if (began < next_look_) return;
  auto seen = database_.read(look_now);
  const auto ended = std::chrono::steady_clock::now();
  next_look_ = ended + std::max<std::chrono::steady_clock::duration>(max_age, share * (ended - began));
  if (seen)
    figures_ = std::move(*seen);
  else
    telemetry::log_warning("the sources could not be counted", {{"cause", seen.error().message}});
}

std::string SourceWatch::text() const {
  const std::lock_guard lock(mutex_);
  return source_metrics(figures_, clock_.now());
}

SourceTally SourceWatch::tally() const {
  const std::lock_guard lock(mutex_);
  return tally_of(figures_, clock_.now());
}

}  // namespace sightglass::http
