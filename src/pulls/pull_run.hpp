// One run of one source: lists what is there, fetches what is new, takes it in.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "database/pull_runs.hpp"
#include "pulls/fetching.hpp"
#include "pulls/filing.hpp"
#include "pulls/ledger_update.hpp"
#include "pulls/parts.hpp"
#include "sources/gateway.hpp"

namespace sightglass::pulls {

// Used once. go() blocks; stop() may be called from any thread.
class PullRun {
 public:
  // `gateway` is of the source; all references outlive it.
  PullRun(const PullParts& parts, const Spool& spool, const database::pull_sources::Source& source,
          const SourceSettings& settings, sources::Gateway& gateway, database::pull_runs::Run run);
  PullRun(const PullRun&) = delete;
  PullRun& operator=(const PullRun&) = delete;

  // Until nothing is left to do, max_files were taken in, the source failed, or somebody asked it to stop; the run's
  // row and the source's say so then. After stop() the row stays as it is: who starts next goes on with it.
  void go();
  void stop();

 private:
  using File = database::pull_files::File;
  using Outcome = std::optional<sources::Failure>;

  // Listing.
  Outcome list_patiently();
  Outcome list_once();
  // Once in a run, behind its first listing.
  Outcome ask_after_stored();

  // The threads that fetch and those that take in.
  void fetch_some();
  void file_some();
  Attempt fetch_one(File row);
  core::Result<File> file_one(File row);
  // What an attempt means for the rest; a failure ends the run.
  Outcome take_attempt(Attempt result);
  Outcome take_filed(core::Result<File> filed, core::Instant as_read);
  // Work until nothing is left that is due.
  void work();
  bool look_for_more(core::Instant now);
  bool may_fetch() const;
  bool wants_more() const;
  std::int64_t in_hand() const;

  // What came of it, one transaction for many.
  void record(std::vector<Attempt> attempts);
  core::Result<std::set<core::PullFileId>> record_in(database::Session& session, std::vector<Attempt>& attempts);
  core::Result<void> find_renamed(database::Session& session, File& row);
  void count(const std::vector<Attempt>& attempts);
  void show_progress(bool at_once);
  std::optional<core::Instant> last_retry(core::Instant until);
  void rest_until(core::Instant when);

  bool should_stop() const { return is_ending_ || is_stopping_; }
  // The same, and notes the progress on the way, from the thread that lists: nobody else looks meanwhile.
  bool should_stop_listing();
  bool is_over() const { return should_stop() || has_failed_; }
  void fail(sources::Failure failure);
  bool bears_with(const sources::Failure& failure);
  void end();

  const PullParts& parts_;
  const Spool& spool_;
  const database::pull_sources::Source source_;
  const SourceSettings settings_;
  sources::Gateway& gateway_;
  database::pull_runs::Run run_;
  LedgerUpdate ledger_;
  std::atomic<bool> is_ending_ = false;    // the program is
  std::atomic<bool> is_stopping_ = false;  // a person asked for it
  std::atomic<bool> has_failed_ = false;   // failure_ says how
  std::atomic<std::int64_t> pulled_ = 0;

  // Under mutex_.
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<File> due_{};
  std::deque<File> to_file_{};
  std::vector<Attempt> done_{};  // to be recorded
  std::int64_t fetching_ = 0;
  std::int64_t filing_ = 0;
  std::int64_t spooled_bytes_ = 0;
  bool is_closing_ = false;
  Outcome failure_{};                                   // the source's, or our own
  std::int32_t tries_ = 0;                              // in a row, of a source that is away
  std::int32_t refusals_ = 0;                           // in a row, that asking again at once would not mend
  std::int32_t unfiled_ = 0;                            // in a row, that could not be taken in
  std::map<core::PullFileId, std::int32_t> returns_{};  // how often a file came back because the source was away
  std::chrono::steady_clock::time_point held_until_{};

  std::optional<core::PullFileId> last_due_{};
  std::int64_t attempts_ = 0;
  std::chrono::steady_clock::time_point shown_{};
};

}  // namespace sightglass::pulls
