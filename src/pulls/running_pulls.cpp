#include "pulls/running_pulls.hpp"

#include <algorithm>

#include "database/pull_files.hpp"
#include "database/pull_notices.hpp"
#include "pulls/pull_run.hpp"
#include "pulls/trial.hpp"
#include "sources/politeness.hpp"
#include "telemetry/log.hpp"

namespace sightglass::pulls {
namespace {

using database::pull_runs::Run;
using database::pull_runs::State;
using database::pull_sources::Source;

constexpr auto folders_interval = std::chrono::seconds(10);
constexpr auto look_while_awaiting = std::chrono::milliseconds(100);

std::string lock_name(core::PullSourceId source) { return "pull source " + source.to_string(); }

core::Error of_gone_source() { return core::not_found("The source is not there any more."); }

}  // namespace

// Members are destroyed in the reverse order: the thread first.
struct RunningPulls::Job {
  Run row{};
  std::optional<database::NodeLocks::Held> turn{};
  std::mutex mutex{};
  PullRun* pull = nullptr;  // while it goes; under mutex
  bool is_stopped = false;  // likewise
  std::atomic<bool> has_ended = false;
  std::jthread thread{};

  void stop() {
    const std::scoped_lock lock(mutex);
    is_stopped = true;
    if (pull != nullptr) pull->stop();
  }
};

core::Result<std::unique_ptr<RunningPulls>> RunningPulls::open(const std::filesystem::path& data, PullParts parts) {
  SG_ASSIGN(auto spool, Spool::open(data));
  return std::unique_ptr<RunningPulls>(new RunningPulls(std::move(parts), std::move(spool)));
}

RunningPulls::RunningPulls(PullParts parts, Spool spool) : parts_(std::move(parts)), spool_(std::move(spool)) {}

RunningPulls::~RunningPulls() { stop(); }

void RunningPulls::stop() {
  {
    const std::scoped_lock lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_all();
  if (watching_.joinable()) watching_.join();
  for (auto& [id, job] : jobs_) job->stop();  // all at once, before each is waited for
  jobs_.clear();
}

void RunningPulls::start() {
  watching_ = std::thread([this] { watch(); });
}

void RunningPulls::watch() {
  bool has_cleared = false;
  auto next_watches = std::chrono::steady_clock::now();
  FolderWatches watches([this](core::PullSourceId source) {
    const std::scoped_lock lock(mutex_);
    told_of_.insert(source);
    is_woken_ = true;
    changed_.notify_all();
  });
  while (true) {
    if (!has_cleared) has_cleared = clear_spool().has_value();
    if (std::chrono::steady_clock::now() >= next_watches) {
      keep_watches(watches);
      next_watches += folders_interval;
    }
    ask_for_folders();
    look();
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, parts_.limits.look_interval, [this] { return is_ending_ || is_woken_; });
    if (is_ending_) return;
    is_woken_ = false;
  }
}

void RunningPulls::keep_watches(FolderWatches& watches) {
  const auto active = parts_.database.read([](database::Session& session) {
    return database::pull_sources::list(session, database::pull_sources::Which::active);
  });
  if (active) watches.keep(*active);
}

// While a run is under way the hint is kept: the run may have listed before the file came.
void RunningPulls::ask_for_folders() {
  std::set<core::PullSourceId> told;
  {
    const std::scoped_lock lock(mutex_);
    told = std::exchange(told_of_, {});
  }
  for (const auto& source : told) {
    const auto asked = parts_.database.write([&](database::Session& session) -> core::Result<bool> {
      SG_ASSIGN(const auto row, database::pull_sources::find(session, source));
      if (!row || !row->is_active) return true;
      SG_ASSIGN(const auto there, database::pull_runs::unended(session, source));
      if (there) return false;
      SG_TRY(database::pull_runs::insert(session, {.id = core::PullRunId::make(parts_.clock.now()),
                                                   .source_id = source,
                                                   .cause = "schedule",
                                                   .requested_by = "folder",
                                                   .requested_at = parts_.clock.now()}));
      return true;
    });
    if (asked && *asked) continue;
    const std::scoped_lock lock(mutex_);
    told_of_.insert(source);
  }
}

// What no row waits for: the spool is this node's, and a source that was removed has no rows.
core::Result<void> RunningPulls::clear_spool() {
  return parts_.database.read([this](database::Session& session) -> core::Result<void> {
    spool_.remove_others([&](core::PullFileId id) {
      const auto row = database::pull_files::find(session, id);
      if (!row) return true;  // the database could not be asked
      return row->has_value() && (*row)->state != database::pull_files::State::stored &&
             (*row)->state != database::pull_files::State::skipped;
    });
    return {};
  });
}

void RunningPulls::forget_ended() {
  std::vector<std::unique_ptr<Job>> ended;
  const std::scoped_lock lock(mutex_);
  for (auto at = jobs_.begin(); at != jobs_.end();) {
    if (at->second->has_ended) {
      ended.push_back(std::move(at->second));
      at = jobs_.erase(at);
    } else {
      ++at;
    }
  }
}

bool RunningPulls::is_running(core::PullRunId id) {
  const std::scoped_lock lock(mutex_);
  return jobs_.contains(id);
}

void RunningPulls::look() {
  forget_ended();
  const auto rows =
      parts_.database.read([](database::Session& session) { return database::pull_runs::all_unended(session); });
  if (!rows) {
    telemetry::log_warning("runs of sources cannot be looked up", {{"cause", rows.error().message}});
    return;
  }
  for (const auto& row : *rows) {
    {
      const std::scoped_lock lock(mutex_);
      if (is_ending_ || jobs_.size() >= static_cast<std::size_t>(parts_.limits.runs_at_once)) return;
    }
    if (is_running(row.id)) continue;
    if (const auto begun = begin(row); !begun)
      telemetry::log_warning("a run of a source could not begin", {{"cause", begun.error().message}});
  }
}

core::Result<void> RunningPulls::begin(const Run& row) {
  // Who runs it holds the lock: who gets it of a running one knows that its node is gone.
  SG_ASSIGN(auto turn, parts_.database.locks().try_take(lock_name(row.source_id)));
  if (!turn) return {};
  SG_ASSIGN(const auto mine, parts_.database.write([&](database::Session& session) -> core::Result<bool> {
    if (row.state == State::running) return database::pull_runs::take_over(session, row.id, parts_.node);
    return database::pull_runs::begin(session, row.id, parts_.node, parts_.clock.now());
  }));
  if (!mine) return {};
  auto job = std::make_unique<Job>();
  job->row = row;
  job->turn.emplace(std::move(*turn));
  auto& started = *job;
  const std::scoped_lock lock(mutex_);
  jobs_.emplace(row.id, std::move(job));
  started.thread = std::jthread([this, &started] {
    run(started);
    started.turn.reset();
    started.has_ended = true;
    const std::scoped_lock again(mutex_);
    is_woken_ = true;
    changed_.notify_all();
  });
  return {};
}

void RunningPulls::run(Job& job) {
  struct Plan {
    Run row{};
    Source source{};
  };
  const auto plan = parts_.database.read([&](database::Session& session) -> core::Result<Plan> {
    SG_ASSIGN(auto row, database::pull_runs::find(session, job.row.id));
    SG_ASSIGN(auto source, database::pull_sources::find(session, job.row.source_id));
    if (!row || !source) return core::fail(of_gone_source());
    return Plan{.row = std::move(*row), .source = std::move(*source)};
  });
  if (!plan) return end_failed(job.row, plan.error());
  const auto settings = parse_settings(plan->source.settings);
  if (!settings) return end_failed(plan->row, settings.error());
  auto access = access_of(plan->source);
  if (!access) return end_failed(plan->row, access.error());
  if (const auto sound = check(*access); !sound) return end_failed(plan->row, sound.error());
  sources::Politeness politeness(settings->requests_per_second);
  const auto gateway = sources::make_gateway(*access, politeness, parts_.clock, limits_for(*settings, parts_.limits));
  PullRun pull(parts_, spool_, plan->source, *settings, *gateway, plan->row);
  {
    const std::scoped_lock lock(job.mutex);
    job.pull = &pull;
    if (job.is_stopped) pull.stop();
  }
  pull.go();
  if (access->host_key.empty() && !gateway->host_key().empty()) {
    const auto noted = parts_.database.write([&](database::Session& session) {
      return database::pull_sources::note_host_key(session, plan->source.id, gateway->host_key());
    });
    if (!noted) telemetry::log_warning("a server's key could not be noted", {{"source", plan->source.name}});
  }
  const std::scoped_lock lock(job.mutex);
  job.pull = nullptr;
}

void RunningPulls::end_failed(const Run& row, const core::Error& error) {
  const auto now = parts_.clock.now();
  const auto ended = parts_.database.write([&](database::Session& session) -> core::Result<void> {
    auto run = row;
    run.state = State::ended;
    run.ended_at = now;
    run.outcome = "failed";
    run.error = error.message;
    SG_TRY(database::pull_runs::update(session, run));
    SG_TRY(database::pull_notices::tell_of_run(session, run, 0, now));
    return database::pull_sources::note_run(session, row.source_id, error.message, std::nullopt, now);
  });
  if (!ended) telemetry::log_error("the end of a run cannot be noted", {{"cause", ended.error().message}});
}

core::Result<Run> RunningPulls::ask(core::PullSourceId source, std::optional<std::int64_t> max_files,
                                    std::string_view requested_by) {
  const auto now = parts_.clock.now();
  auto asked = parts_.database.write([&](database::Session& session) -> core::Result<Run> {
    SG_ASSIGN(const auto row, database::pull_sources::find(session, source));
    if (!row) return core::fail(of_gone_source());
    if (!row->is_active)
      return core::fail(core::ErrorCode::conflict, "The source is switched off: switch it on before it is pulled.");
    SG_ASSIGN(auto there, database::pull_runs::unended(session, source));
    if (there) return std::move(*there);
    Run run{.id = core::PullRunId::make(now),
            .source_id = source,
            .cause = "person",
            .max_files = max_files,
            .requested_by = std::string(requested_by),
            .requested_at = now};
    SG_TRY(database::pull_runs::insert(session, run));
    return run;
  });
  const std::scoped_lock lock(mutex_);
  is_woken_ = true;
  changed_.notify_all();
  return asked;
}

core::Result<Run> RunningPulls::await(core::PullRunId id, std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (true) {
    SG_ASSIGN(auto row,
              parts_.database.read([&](database::Session& session) { return database::pull_runs::find(session, id); }));
    if (!row) return core::fail(of_gone_source());
    if (row->state == State::ended || std::chrono::steady_clock::now() >= until) return std::move(*row);
    // It may be done by another node: there is only its row to look at.
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, look_while_awaiting);
  }
}

core::Result<Trial> RunningPulls::test(const sources::Access& access, const SourceSettings& settings) {
  return try_source(access, settings, parts_.limits, parts_.clock);
}

core::Result<sources::Access> RunningPulls::access_of(const Source& source) const {
  return pulls::access_of(source, parts_.secrets);
}

core::Result<void> RunningPulls::check(const sources::Access& access) const {
  return sources::check(access, parts_.limits.folder_roots);
}

}  // namespace sightglass::pulls
