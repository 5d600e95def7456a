// Drains one source into an empty ledger, without taking anything in: what fetching itself costs. For ./bench pull.
//   pull_contestant BASE_URL DATA_DIRECTORY CONNECTIONS  →  {"files": 100000, "seconds": 12.3, "outcome": "done"}
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "database/pull_runs.hpp"
#include "database/pull_sources.hpp"
#include "database/sqlite/sqlite_database.hpp"
#include "pulls/running_pulls.hpp"
#include "storage/disk/disk_blob_store.hpp"

namespace {

using namespace sightglass;

// What the contest leaves out.
class NoDecoder final : public imaging::Decoder {
 public:
  core::Result<imaging::DerivedImages> derive(int, const imaging::DerivePlan&, const imaging::Limits&) override {
    return core::fail(core::unavailable("nothing is decoded here"));
  }
  core::Result<imaging::ImageProperties> measure(int, const imaging::Limits&) override {
    return core::fail(core::unavailable("nothing is decoded here"));
  }
};

template <typename T>
T need(core::Result<T> result) {
  if (result) return std::move(*result);
  std::cerr << result.error().message << ' ' << result.error().cause << '\n';
  std::exit(1);
}

void need(const core::Result<void>& result) {
  if (result) return;
  std::cerr << result.error().message << ' ' << result.error().cause << '\n';
  std::exit(1);
}

database::pull_sources::Source source_at(const char* base_url, int connections, core::Instant now) {
  const pulls::SourceSettings settings{.until_drained = true,
                                       .settle_seconds = 0,
                                       .requests_per_second = 10'000,
                                       .connections = connections,
                                       .allow_plain_transport = true,
                                       .allow_private_addresses = true};
  return {.id = core::PullSourceId::make(now),
          .name = "contest",
          .base_url = base_url,
          .settings = pulls::to_json(settings),
          .created_at = now,
          .updated_at = now};
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) {
    std::cerr << "pull_contestant BASE_URL DATA_DIRECTORY CONNECTIONS\n";
    return 2;
  }
  const std::filesystem::path data(arguments[2]);
  const core::SystemClock clock;
  const auto database = need(database::sqlite::open_sqlite(data / "contest.db"));
  need(database->migrate());
  const auto blobs = need(storage::disk::DiskBlobStore::open(data));
  NoDecoder decoder;
  ingest::Ingest ingest(*blobs, *database, decoder, clock, {}, [] {});
  ingest::Admission admission(*blobs, 0);
  const auto secrets = need(accounts::SealedSecrets::open(data / "secrets.key"));
  auto source = source_at(arguments[1], std::atoi(arguments[3]), clock.now());
  need(database->write([&](database::Session& session) { return database::pull_sources::insert(session, source); }));
  const auto pulls = need(pulls::RunningPulls::open(data, {.database = *database,
                                                           .clock = clock,
                                                           .secrets = secrets,
                                                           .ingest = ingest,
                                                           .blobs = *blobs,
                                                           .admission = admission,
                                                           .node = "contest",
                                                           .limits = {.takes_in = false}}));
  const auto began = std::chrono::steady_clock::now();
  const auto asked = need(pulls->ask(source.id, std::nullopt, "contest"));
  pulls->start();
  const auto run = need(pulls->await(asked.id, std::chrono::hours(1)));
  const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  std::cout << R"({"files":)" << run.pulled << R"(,"seconds":)" << seconds << R"(,"outcome":")" << run.outcome
            << "\"}\n";
  return run.outcome == "done" ? 0 : 1;
}
