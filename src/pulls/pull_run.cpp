#include "pulls/pull_run.hpp"

#include <algorithm>

#include "database/pull_notices.hpp"
#include "pulls/comparison.hpp"
#include "pulls/rechecking.hpp"
#include "telemetry/log.hpp"

namespace sightglass::pulls {
namespace {

using database::pull_files::State;
using sources::RemoteFile;
using sources::Trouble;

constexpr std::int32_t due_at_once = 500;  // read ahead
constexpr auto record_interval = std::chrono::milliseconds(200);
constexpr auto progress_interval = std::chrono::seconds(1);
constexpr int most_rounds = 6;  // of a run until nothing is left: it tries failed files again
constexpr auto longest_pause = std::chrono::hours(24);
constexpr auto least_pause = std::chrono::seconds(60);

// What may pass when it is asked again in a moment.
bool may_pass(const sources::Failure& failure) {
  return failure.trouble == Trouble::unreachable || failure.trouble == Trouble::timeout ||
         failure.trouble == Trouble::server_error ||
         (failure.trouble == Trouble::busy &&
          failure.retry_after.value_or(std::chrono::seconds(0)) <= std::chrono::seconds(5));
}

// For who looks at the source later, and sees no field beside the words.
std::string words_of(const core::Error& error) {
  if (error.field == "settings.allow_private_addresses")
    return error.message + " An administrator may allow such addresses for this source.";
  return error.message;
}

sources::Failure own(core::Error error) {
  return {.error = std::move(error), .trouble = Trouble::other, .concerns_source = true};
}

}  // namespace

PullRun::PullRun(const PullParts& parts, const Spool& spool, const database::pull_sources::Source& source,
                 const SourceSettings& settings, sources::Gateway& gateway, database::pull_runs::Run run)
    : parts_(parts),
      spool_(spool),
      source_(source),
      settings_(settings),
      gateway_(gateway),
      run_(std::move(run)),
      ledger_(parts.database, parts.clock, source.id, std::chrono::seconds(settings.settle_seconds)) {}

void PullRun::go() {
  if (auto facts = facts_of(parts_.database, source_, settings_))
    facts_ = std::move(*facts);
  else
    fail(own(facts.error()));
  {
    // Who is in the middle of a picture when the run ends finishes it.
    std::vector<std::jthread> threads;
    for (std::int32_t i = 0; i < settings_.connections; ++i) threads.emplace_back([this] { fetch_some(); });
    for (std::int32_t i = 0; parts_.limits.takes_in && i < parts_.limits.filers; ++i)
      threads.emplace_back([this] { file_some(); });
    // A second listing finds what was being written during the first.
    const int rounds = run_.max_files ? 2 : most_rounds;
    for (int round = 0; round < rounds && !is_over(); ++round) {
      if (auto failure = list_patiently()) {
        fail(std::move(*failure));
        break;
      }
      if (auto failure = round == 0 ? ask_after_stored() : std::nullopt) {
        fail(std::move(*failure));
        break;
      }
      work();
      const auto patience = run_.max_files ? std::chrono::seconds(settings_.settle_seconds) + std::chrono::seconds(1)
                                           : parts_.limits.waits_for_retries;
      const auto retry = is_over() || !wants_more() ? std::nullopt : last_retry(parts_.clock.now() + patience);
      if (!retry) break;
      rest_until(*retry);
    }
    const std::scoped_lock lock(mutex_);
    is_closing_ = true;
    changed_.notify_all();
  }
  record(std::exchange(done_, {}));
  end();
}

void PullRun::fail(sources::Failure failure) {
  const std::scoped_lock lock(mutex_);
  if (has_failed_) return;
  failure_ = std::move(failure);
  has_failed_ = true;
  changed_.notify_all();
}

// ---- listing

PullRun::Outcome PullRun::list_patiently() {
  run_.phase = "listing";
  show_progress(true);
  auto pause = parts_.limits.first_pause;
  for (std::int32_t attempt = 1;; ++attempt) {
    auto failure = list_once();
    if (!failure || attempt >= parts_.limits.most_tries || !may_pass(*failure) || should_stop()) return failure;
    rest_until(parts_.clock.now() + pause);
    pause *= 2;
  }
}

PullRun::Outcome PullRun::list_once() {
  std::vector<RemoteFile> files;
  const auto listing = gateway_.list({.depth = settings_.depth,
                                      .most_files = parts_.limits.most_files,
                                      .should_stop = [this] { return should_stop(); }},
                                     [&](RemoteFile file) -> sources::Remote<void> {
                                       if (matches(settings_.name_pattern, file.path.substr(file.path.rfind('/') + 1)))
                                         files.push_back(std::move(file));
                                       return {};
                                     });
  if (!listing) return listing.error();
  run_.listed = static_cast<std::int64_t>(files.size());
  const auto fresh = ledger_.absorb(std::move(files), listing->server_time);
  if (!fresh) return own(fresh.error());
  run_.fresh += *fresh;
  return std::nullopt;
}

PullRun::Outcome PullRun::ask_after_stored() {
  const auto replaced =
      pulls::ask_after_stored(parts_, gateway_, source_.id, ledger_, run_.max_files.value_or(most_asked_after),
                              [this] { return should_stop(); });
  // What may pass in a moment is met again, and borne with, by those who fetch; the rest is asked after next time.
  if (!replaced) return may_pass(replaced.error()) ? Outcome{} : replaced.error();
  run_.fresh += *replaced;
  return std::nullopt;
}

// ---- fetching and filing

std::int64_t PullRun::in_hand() const {
  return fetching_ + filing_ + static_cast<std::int64_t>(due_.size() + to_file_.size() + done_.size());
}

bool PullRun::wants_more() const {
  if (!run_.max_files) return true;
  // A source of nothing but bad files must end too.
  return pulled_ < *run_.max_files && attempts_ < 10 * *run_.max_files + 100;
}

void PullRun::fetch_some() {
  std::unique_lock lock(mutex_);
  while (true) {
    // While a source that was away is left alone nobody waits for a signal.
    changed_.wait_for(lock, record_interval, [this] { return is_closing_ || is_over() || may_fetch(); });
    if (is_closing_ || is_over()) return;
    if (!may_fetch()) continue;
    auto row = std::move(due_.front());
    due_.pop_front();
    ++fetching_;
    lock.unlock();
    row.run_id = run_.id;
    auto result = attempt(gateway_, spool_, parts_.clock, settings_, std::move(row), [this] { return should_stop(); });
    lock.lock();
    --fetching_;
    if (result.source_failure) {
      due_.push_front(std::move(result.row));
      if (result.source_failure->trouble == Trouble::stopped || bears_with(*result.source_failure)) continue;
      result.own_failure = result.source_failure->error;
    } else if (!result.own_failure) {
      tries_ = 0;
      if (result.row.state == State::fetched) spooled_bytes_ += result.row.fetched_bytes;
      done_.push_back(std::move(result));
      changed_.notify_all();
      continue;
    }
    auto failure = result.source_failure.value_or(own(std::move(*result.own_failure)));
    lock.unlock();
    fail(std::move(failure));
    return;
  }
}

bool PullRun::may_fetch() const {
  return !due_.empty() && spooled_bytes_ < parts_.limits.most_spool_bytes &&
         std::chrono::steady_clock::now() >= held_until_;
}

// Leaves the source alone for a moment, a few times, and longer each time. Under mutex_.
bool PullRun::bears_with(const sources::Failure& failure) {
  if (!may_pass(failure)) return false;
  const auto now = std::chrono::steady_clock::now();
  // Its other connections met the same.
  if (now < held_until_) return true;
  if (++tries_ >= parts_.limits.most_tries) return false;
  held_until_ = now + parts_.limits.first_pause * (1 << (tries_ - 1));
  return true;
}

void PullRun::file_some() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return is_closing_ || is_over() || !to_file_.empty(); });
    if (is_closing_ || is_over()) return;
    auto row = std::move(to_file_.front());
    to_file_.pop_front();
    ++filing_;
    const auto bytes = row.fetched_bytes;
    lock.unlock();
    row.run_id = run_.id;
    auto filed = take_in(parts_, spool_, facts_, std::move(row));
    lock.lock();
    --filing_;
    spooled_bytes_ -= bytes;
    if (!filed) {
      lock.unlock();
      fail(own(filed.error()));
      return;
    }
    if (filed->state == State::stored) {
      ++pulled_;
    } else {
      done_.push_back({.row = std::move(*filed)});
    }
    changed_.notify_all();
  }
}

void PullRun::work() {
  run_.phase = "pulling";
  last_due_.reset();
  std::unique_lock lock(mutex_);
  if (parts_.limits.takes_in) {
    // Of an earlier run that did not get so far.
    auto left = parts_.database.read([&](database::Session& session) {
      return database::pull_files::fetched(session, source_.id, std::nullopt, due_at_once);
    });
    for (auto& row : left ? *left : std::vector<File>{}) {
      spooled_bytes_ += row.fetched_bytes;
      to_file_.push_back(std::move(row));
    }
    changed_.notify_all();
  }
  while (true) {
    auto done = std::exchange(done_, {});
    lock.unlock();
    record(std::move(done));
    show_progress(false);
    const bool found_more = look_for_more(parts_.clock.now());
    lock.lock();
    if (is_over()) {
      // Those who have something in hand bring it to its end.
      changed_.notify_all();
      changed_.wait(lock, [this] { return fetching_ == 0 && filing_ == 0; });
      auto rest = std::exchange(done_, {});
      due_.clear();
      to_file_.clear();
      lock.unlock();
      record(std::move(rest));
      return;
    }
    if (in_hand() == 0 && !found_more) return;
    changed_.wait_for(lock, record_interval, [this] { return !done_.empty() || in_hand() == 0 || is_over(); });
  }
}

// Hands out what is due; whether there was something.
bool PullRun::look_for_more(core::Instant now) {
  {
    const std::scoped_lock lock(mutex_);
    if (!wants_more() || is_over() || due_.size() >= static_cast<std::size_t>(due_at_once) / 2) return false;
  }
  std::int32_t most = due_at_once;
  {
    const std::scoped_lock lock(mutex_);
    // No more than could still be wanted if all of it turned out well.
    if (run_.max_files)
      most = static_cast<std::int32_t>(std::clamp<std::int64_t>(*run_.max_files - pulled_ - in_hand(), 0, most));
  }
  if (most == 0) return false;
  auto rows = parts_.database.read(
      [&](database::Session& session) { return database::pull_files::due(session, source_.id, now, last_due_, most); });
  if (!rows) {
    fail(own(rows.error()));
    return false;
  }
  const std::scoped_lock lock(mutex_);
  if (rows->empty()) return false;
  last_due_ = rows->back().id;
  attempts_ += static_cast<std::int64_t>(rows->size());
  for (auto& row : *rows) due_.push_back(std::move(row));
  changed_.notify_all();
  return true;
}

// ---- what its row says

void PullRun::show_progress(bool at_once) {
  const auto now = std::chrono::steady_clock::now();
  if (!at_once && now - shown_ < progress_interval) return;
  shown_ = now;
  database::pull_runs::Run shown;
  {
    const std::scoped_lock lock(mutex_);
    run_.pulled = pulled_;
    shown = run_;
  }
  const auto told = parts_.database.write([&](database::Session& session) -> core::Result<bool> {
    SG_ASSIGN(const auto row, database::pull_runs::find(session, shown.id));
    if (!row) return true;  // the source was removed
    SG_TRY(database::pull_runs::update(session, shown));
    SG_TRY(database::pull_files::fold_counts(session, shown.source_id));
    return row->should_stop;
  });
  if (told && *told) is_stopping_ = true;
  if (!told) telemetry::log_warning("the progress of a source cannot be noted", {{"cause", told.error().message}});
}

std::optional<core::Instant> PullRun::last_retry(core::Instant until) {
  const auto found = parts_.database.read(
      [&](database::Session& session) { return database::pull_files::last_due(session, source_.id, until); });
  return found ? *found : std::nullopt;
}

void PullRun::rest_until(core::Instant when) {
  while (!should_stop()) {
    const auto left = when - parts_.clock.now();
    if (left <= core::Instant::duration::zero()) return;
    show_progress(false);
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::min<core::Instant::duration>(left, std::chrono::milliseconds(200)),
                      [this] { return is_ending_.load(); });
  }
}

void PullRun::end() {
  // The next start goes on with it.
  if (is_ending_) return;
  const auto now = parts_.clock.now();
  const auto error = failure_ ? words_of(failure_->error) : std::string();
  std::optional<core::Instant> paused_until;
  if (failure_ && failure_->retry_after)
    paused_until = now + std::clamp<std::chrono::seconds>(*failure_->retry_after, least_pause, longest_pause);
  run_.state = database::pull_runs::State::ended;
  run_.phase.clear();
  run_.pulled = pulled_;
  run_.ended_at = now;
  run_.outcome = !error.empty() ? "failed" : is_stopping_ ? "stopped" : "done";
  run_.error = error;
  const auto ended = parts_.database.write([&](database::Session& session) -> core::Result<void> {
    SG_ASSIGN(const auto counts, database::pull_files::count(session, source_.id));
    run_.waiting = counts.seen + counts.fetched + counts.failed - counts.given_up;
    SG_TRY(database::pull_runs::update(session, run_));
    SG_TRY(database::pull_notices::tell_of_run(session, run_, settings_.quiet_days, now));
    return database::pull_sources::note_run(session, source_.id, error, paused_until, now);
  });
  if (!ended)
    telemetry::log_error("the end of a run cannot be noted",
                         {{"source", source_.name}, {"cause", ended.error().message}});
  telemetry::log_info("a source was pulled", {{"source", source_.name},
                                              {"outcome", run_.outcome},
                                              {"pulled", run_.pulled},
                                              {"skipped", run_.skipped},
                                              {"failed", run_.failed},
                                              {"error", error}});
}

}  // namespace sightglass::pulls
