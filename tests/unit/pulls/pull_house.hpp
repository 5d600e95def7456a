// A source with its ledger on a real database, and a remote directory that does what the test says.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "accounts/sealed_secrets.hpp"
#include "database/photos.hpp"
#include "database/pull_files.hpp"
#include "database/pull_runs.hpp"
#include "database/pull_sources.hpp"
#include "pulls/pull_run.hpp"
#include "sources/file_signs.hpp"
#include "unit/ingest/house.hpp"

namespace sightglass::pulls {

using database::pull_files::File;
using database::pull_files::State;
using database::pull_runs::Run;

inline std::string jpeg(std::string_view words) { return "\xFF\xD8\xFFPIC " + std::string(words); }

// What a remote directory holds, and what goes wrong with it.
class FakeGateway final : public sources::Gateway, public sources::AsksAfterFiles {
 public:
  struct Remote {
    std::string bytes{};
    std::optional<core::Instant> modified_at{};
    std::string etag{};
    bool tells_length = true;
    std::optional<core::Instant> answered_at{};  // the time that only the answer tells
  };

  sources::Remote<sources::Listing> list(const sources::ListOptions&, const Take& take) override {
    std::map<std::string, Remote> shown;
    {
      const std::scoped_lock lock(mutex_);
      ++listings;
      if (auto failure = next(list_failures_)) return std::unexpected(std::move(*failure));
      shown = files;
    }
    sources::Listing listing{.style = "fake"};
    for (const auto& [path, file] : shown) {
      sources::RemoteFile remote{
          .path = path, .address = "at " + path, .modified_at = file.modified_at, .etag = file.etag};
      if (file.tells_length) remote.bytes = static_cast<std::int64_t>(file.bytes.size());
      if (auto taken = take(std::move(remote)); !taken) return std::unexpected(taken.error());
      ++listing.files;
    }
    return listing;
  }

  sources::Remote<sources::Fetched> fetch(const sources::RemoteFile& file, const sources::FetchRequest& request,
                                          Partial* partial) override {
    std::unique_lock lock(mutex_);
    if (holds_fetches) {
      is_held_ = true;
      changed_.notify_all();
      // As a download that looks now and then whether it is still wanted.
      while (holds_fetches && !request.should_stop()) changed_.wait_for(lock, std::chrono::milliseconds(5));
      if (request.should_stop())
        return std::unexpected(
            sources::Failure{.error = core::unavailable("It was stopped."), .trouble = sources::Trouble::stopped});
    }
    ++fetches[file.path];
    offsets[file.path] = request.offset;
    EXPECT_EQ(file.address, "at " + file.path);
    const auto found = files.find(file.path);
    if (found == files.end())
      return std::unexpected(
          sources::Failure{.error = core::not_found("It is gone."), .trouble = sources::Trouble::gone});
    const auto& remote = found->second;
    const auto validator = validator_of(remote.bytes);
    if (auto failure = next(failures_[file.path])) {
      if (partial != nullptr && break_off_after > 0) {
        EXPECT_EQ(::pwrite(request.fd, remote.bytes.data(), break_off_after, 0), static_cast<ssize_t>(break_off_after));
        *partial = {.bytes = static_cast<std::int64_t>(break_off_after), .validator = validator};
      }
      return std::unexpected(std::move(*failure));
    }
    if (request.only_if_new && request.validator == validator)
      return sources::Fetched{.is_unchanged = true, .validator = validator};
    if (static_cast<std::int64_t>(remote.bytes.size()) > request.most_bytes)
      return std::unexpected(
          sources::Failure{.error = {.code = core::ErrorCode::too_large, .message = "It is too large."},
                           .trouble = sources::Trouble::too_large});
    const auto from = request.validator == validator ? request.offset : 0;
    EXPECT_GE(
        ::pwrite(request.fd, remote.bytes.data() + from, remote.bytes.size() - static_cast<std::size_t>(from), from),
        0);
    return sources::Fetched{.bytes = static_cast<std::int64_t>(remote.bytes.size()),
                            .validator = validator,
                            .modified_at = remote.answered_at ? remote.answered_at : remote.modified_at};
  }

  sources::Remote<std::optional<sources::FileSigns>> ask_after(const sources::RemoteFile& file,
                                                               const std::function<bool()>&) override {
    const std::scoped_lock lock(mutex_);
    asked.push_back(file.path);
    if (auto failure = next(ask_failures)) return std::unexpected(std::move(*failure));
    if (!answers_questions) return std::optional<sources::FileSigns>{};
    const auto found = files.find(file.path);
    if (found == files.end())
      return std::unexpected(
          sources::Failure{.error = core::not_found("It is gone."), .trouble = sources::Trouble::gone});
    return std::optional(sources::FileSigns{.validator = validator_of(found->second.bytes),
                                            .bytes = static_cast<std::int64_t>(found->second.bytes.size())});
  }

  static std::string validator_of(const std::string& bytes) {
    return "v" + std::to_string(std::hash<std::string>{}(bytes));
  }

  void put(const std::string& path, const std::string& bytes, std::optional<core::Instant> modified_at = std::nullopt) {
    const std::scoped_lock lock(mutex_);
    files[path] = {.bytes = bytes, .modified_at = modified_at};
  }
  void await_held_fetch() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_held_; });
  }
  void let_go() {
    const std::scoped_lock lock(mutex_);
    holds_fetches = false;
    changed_.notify_all();
  }
  void fail_listing(sources::Failure failure) { list_failures_.push_back(std::move(failure)); }
  void fail(const std::string& path, sources::Failure failure) { failures_[path].push_back(std::move(failure)); }

  std::map<std::string, Remote> files{};
  std::map<std::string, int> fetches{};
  std::map<std::string, std::int64_t> offsets{};
  std::size_t break_off_after = 0;  // bytes, in failing fetches
  bool holds_fetches = false;       // until let_go(), or the run is stopped
  int listings = 0;
  std::vector<std::string> asked{};  // after which files, in order
  std::vector<sources::Failure> ask_failures{};
  bool answers_questions = true;

 private:
  static std::optional<sources::Failure> next(std::vector<sources::Failure>& failures) {
    if (failures.empty()) return std::nullopt;
    auto failure = std::move(failures.front());
    failures.erase(failures.begin());
    return failure;
  }
  std::mutex mutex_;
  std::condition_variable changed_{};
  bool is_held_ = false;
  std::vector<sources::Failure> list_failures_{};
  std::map<std::string, std::vector<sources::Failure>> failures_{};
};

class PullHouse {
 public:
  PullHouse() {
    source.id = core::PullSourceId::make(clock.now());
    source.name = "Waterhole";
    source.base_url = "https://cameras.example/";
    source.created_at = source.updated_at = clock.now();
    settings.settle_seconds = 0;
    settings.requests_per_second = 1'000;
    EXPECT_TRUE(
        sound().write([&](database::Session& session) { return database::pull_sources::insert(session, source); }));
  }

  database::Database& sound() { return *house.sound_database; }

  // A run that goes on a thread of its own.
  class Begun {
   public:
    explicit Begun(std::unique_ptr<PullRun> pull) : pull_(std::move(pull)), thread_([this] { pull_->go(); }) {}
    void stop() { pull_->stop(); }
    void join() { thread_.join(); }

   private:
    std::unique_ptr<PullRun> pull_;
    std::jthread thread_;
  };
  std::unique_ptr<Begun> begin(std::optional<std::int64_t> max_files = 10) {
    return std::make_unique<Begun>(
        std::make_unique<PullRun>(parts, spool, source, settings, gateway, asked(max_files)));
  }
  // A run as somebody asked for; what its row says at its end.
  Run run(std::optional<std::int64_t> max_files = 10) {
    PullRun(parts, spool, source, settings, gateway, asked(max_files)).go();
    return last_run();
  }
  Run last_run() {
    auto row = sound().read([&](database::Session& session) { return read_back(session, last_, false); });
    EXPECT_TRUE(row);
    return row ? *row : Run{};
  }
  File file(const std::string& path) {
    for (auto& row : rows())
      if (row.path == path) return row;
    ADD_FAILURE() << path << " is not in the ledger";
    return {};
  }
  std::vector<File> rows() {
    auto page = sound().read([&](database::Session& session) {
      return database::pull_files::list(session, {.source = source.id, .limit = 500}, std::nullopt);
    });
    EXPECT_TRUE(page);
    return page ? page->files : std::vector<File>{};
  }
  void make_due() {
    EXPECT_TRUE(sound().write([&](database::Session& session) {
      return database::pull_files::replay_all(session, source.id, State::failed, clock.now());
    }));
  }
  database::pull_sources::Source source_row() {
    auto found =
        sound().read([&](database::Session& session) { return database::pull_sources::find(session, source.id); });
    EXPECT_TRUE(found && *found);
    return **found;
  }

  ingest::House house{};
  core::SystemClock clock{};
  FakeGateway gateway{};
  database::pull_sources::Source source{};
  SourceSettings settings{};
  ingest::Admission admission{house.store, 0};
  accounts::SealedSecrets secrets = *accounts::SealedSecrets::open(house.directory.path() / "secrets.key");
  PullParts parts{
      .database = *house.sound_database,
      .clock = clock,
      .secrets = secrets,
      .ingest = house.ingest,
      .blobs = house.store,
      .admission = admission,
      .node = "here",
      .limits = {.first_pause = std::chrono::milliseconds(1), .waits_for_retries = std::chrono::seconds(0)}};
  Spool spool = *Spool::open(house.directory.path() / "pull_data");
  std::int64_t pulled_before = 0;  // by the run that is resumed

 private:
  core::PullRunId last_{};
  Run asked(std::optional<std::int64_t> max_files) {
    Run row{.id = core::PullRunId::make(clock.now()),
            .source_id = source.id,
            .cause = "person",
            .max_files = max_files,
            .requested_at = clock.now()};
    last_ = row.id;
    EXPECT_TRUE(sound().write([&](database::Session& session) -> core::Result<void> {
      SG_TRY(database::pull_runs::insert(session, row));
      SG_ASSIGN(row, read_back(session, row.id, true));
      return {};
    }));
    row.pulled = pulled_before;
    return row;
  }
  core::Result<Run> read_back(database::Session& session, core::PullRunId id, bool begins) {
    if (begins) {
      SG_TRY(database::pull_runs::begin(session, id, "here", clock.now()));
    }
    SG_ASSIGN(auto row, database::pull_runs::find(session, id));
    if (!row) return core::fail(core::not_found("no run"));
    return std::move(*row);
  }
};

}  // namespace sightglass::pulls
