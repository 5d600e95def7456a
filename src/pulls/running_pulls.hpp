// The runs that this node does: asked for by people or the clock, at any node; one of a source at a time over all.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include "database/node_locks.hpp"
#include "pulls/folder_watches.hpp"
#include "pulls/parts.hpp"
#include "pulls/pulls.hpp"
#include "pulls/spool.hpp"

namespace sightglass::pulls {

class RunningPulls final : public Pulls {
 public:
  // Opens what is below `data`; nothing runs before start(). Errors: internal.
  static core::Result<std::unique_ptr<RunningPulls>> open(const std::filesystem::path& data, PullParts parts);
  ~RunningPulls() override;

  // From here on what is asked for is done. Once, after what a crash left was settled.
  void start();
  // Ends all, behind the files that are in work; runs go on at the next start, here or at another node. Once called,
  // nothing begins any more. Blocks.
  void stop();

  core::Result<database::pull_runs::Run> ask(core::PullSourceId source, std::optional<std::int64_t> max_files,
                                             std::string_view requested_by) override;
  core::Result<database::pull_runs::Run> await(core::PullRunId run, std::chrono::milliseconds patience) override;
  core::Result<Trial> test(const sources::Access& access, const SourceSettings& settings) override;
  core::Result<sources::Access> access_of(const database::pull_sources::Source& source) const override;
  core::Result<void> check(const sources::Access& access) const override;

 private:
  struct Job;
  RunningPulls(PullParts parts, Spool spool);
  void watch();
  void look();
  void keep_watches(FolderWatches& watches);
  void ask_for_folders();
  void forget_ended();
  bool is_running(core::PullRunId id);
  core::Result<void> clear_spool();
  // Takes the source's lock, so that a run whose node is gone is known by it.
  core::Result<void> begin(const database::pull_runs::Run& run);
  void run(Job& job);
  void end_failed(const database::pull_runs::Run& run, const core::Error& error);

  const PullParts parts_;
  const Spool spool_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<core::PullRunId, std::unique_ptr<Job>> jobs_;
  bool is_woken_ = false;
  bool is_ending_ = false;
  std::set<core::PullSourceId> told_of_;  // folders in which something has come; under mutex_
  std::thread watching_{};
};

}  // namespace sightglass::pulls
