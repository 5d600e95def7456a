// What runs of sources need of the program around them.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "accounts/sealed_secrets.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "ingest/accept.hpp"
#include "ingest/admission.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::pulls {

struct PullLimits {
  std::int32_t runs_at_once = 4;
  std::int64_t most_spool_bytes = 512LL << 20;        // fetched and not yet taken in, of one run
  std::int64_t most_files = 1'000'000;                // of one listing
  std::int64_t most_listed_bytes = 256LL << 20;       // of one listing's names and addresses
  std::int32_t filers = 2;                            // files of one run that are taken in at once
  std::chrono::milliseconds first_pause{1'000};       // before a source that was away is asked again; doubled
  std::int32_t most_tries = 5;                        // of a source in one run
  std::chrono::seconds waits_for_retries{90};         // a run until nothing is left goes on with what is due by then
  std::chrono::milliseconds look_interval{1'000};     // between looks at what others have asked for
  bool takes_in = true;                               // off: files are fetched and stay `fetched`; for measuring
  std::vector<std::filesystem::path> folder_roots{};  // below which a source of the kind folder may lie
  std::string ca_file{};                              // PEM; empty: those that the system trusts
};

// All of it outlives who uses it.
struct PullParts {
  database::Database& database;
  const core::Clock& clock;
  const accounts::SealedSecrets& secrets;
  ingest::Ingest& ingest;
  storage::BlobStore& blobs;
  ingest::Admission& admission;
  std::string node{};  // this one's name, unique among those that live
  PullLimits limits{};
};

}  // namespace sightglass::pulls
