#include "pulls/pull_run.hpp"

#include <algorithm>
#include <iterator>

#include "database/pull_notices.hpp"
#include "pulls/comparison.hpp"
#include "pulls/rechecking.hpp"
#include "pulls/run_failures.hpp"
#include "storage/s3/uri_encoding.hpp"
#include "telemetry/log.hpp"

namespace sightglass::pulls {
namespace {

using database::pull_files::State;
using sources::RemoteFile;

constexpr std::int32_t due_at_once = 500;  // read ahead
constexpr auto record_interval = std::chrono::milliseconds(200);
constexpr auto progress_interval = std::chrono::seconds(1);
constexpr int most_rounds = 6;  // of a run until nothing is left: it tries failed files again
constexpr auto longest_pause = std::chrono::hours(24);
constexpr auto least_pause = std::chrono::seconds(60);

core::Result<std::vector<database::pull_files::File>> fetched_before(database::Session& session,
                                                                     core::PullSourceId source) {
  std::vector<database::pull_files::File> all;
  while (true) {
    const auto last = all.empty() ? std::nullopt : std::optional(all.back().id);
    SG_ASSIGN(auto page, database::pull_files::fetched(session, source, last, due_at_once));
    if (page.empty()) return all;
    std::ranges::move(page, std::back_inserter(all));
  }
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
      ledger_(parts.database, parts.clock, source.id, std::chrono::seconds(settings.settle_seconds)),
      pulled_(run_.pulled) {}

void PullRun::stop() {
  const std::scoped_lock lock(mutex_);
  is_ending_ = true;
  changed_.notify_all();
}

void PullRun::go() {
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
  if (!has_failed_) failure_ = std::move(failure);
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
    rest_until(parts_.clock.now() +
               std::max<std::chrono::milliseconds>(pause, failure->retry_after.value_or(std::chrono::seconds(0))));
    pause *= 2;
  }
}

bool PullRun::should_stop_listing() {
  show_progress(false);
  return should_stop();
}

PullRun::Outcome PullRun::list_once() try {
  std::vector<RemoteFile> files;
  std::int64_t bytes = 0;
  const auto listing = gateway_.list({.depth = settings_.depth,
                                      .most_files = parts_.limits.most_files,
                                      .should_stop = [this] { return should_stop_listing(); }},
                                     [&](RemoteFile file) -> sources::Remote<void> {
                                       if (!matches(settings_.name_pattern, file.path.substr(file.path.rfind('/') + 1)))
                                         return {};
                                       bytes += static_cast<std::int64_t>(file.path.size() + file.address.size());
                                       if (bytes > parts_.limits.most_listed_bytes)
                                         return std::unexpected(too_long_listing());
                                       files.push_back(std::move(file));
                                       return {};
                                     });
  if (!listing) return listing.error();
  run_.listed = static_cast<std::int64_t>(files.size());
  const auto fresh = ledger_.absorb(std::move(files), listing->server_time);
  if (!fresh) return own(fresh.error());
  run_.fresh += *fresh;
  return std::nullopt;
} catch (const std::exception& error) {
  return own(core::internal_error("The directory could not be listed.", error.what()));
}

PullRun::Outcome PullRun::ask_after_stored() {
  const auto replaced =
      pulls::ask_after_stored(parts_, gateway_, source_.id, ledger_, run_.max_files.value_or(most_asked_after),
                              [this] { return should_stop_listing(); });
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

void PullRun::work() {
  run_.phase = "pulling";
  last_due_.reset();
  std::unique_lock lock(mutex_);
  if (parts_.limits.takes_in) {
    // Of an earlier run that did not get so far. All of it: it is what the spool holds already.
    auto left = parts_.database.read([&](database::Session& session) { return fetched_before(session, source_.id); });
    spooled_bytes_ = 0;
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
  for (auto& row : *rows) {
    // What was listed before the pattern was narrowed waits until that is taken back.
    const auto path = storage::s3::decode_uri(row.path);
    if (matches(settings_.name_pattern, path.substr(path.rfind('/') + 1))) due_.push_back(std::move(row));
  }
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
