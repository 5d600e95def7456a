// Compares store and database, says what does not fit, and mends what can be made again. Never deletes.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "imaging/decoder.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::care {

// note: nothing is lost, and it mends itself or by --repair. warning: something to look at. error: bytes are missing.
enum class Severity : std::uint8_t { note, warning, error };
std::string_view name_of(Severity severity);

struct Finding {
  Severity severity = Severity::warning;
  std::string code{};     // "original_missing", "file_without_row", …: stable, for machines
  std::string path{};     // a key of the store, or empty
  std::string id{};       // of the photo, or empty
  std::string message{};  // what is wrong
  std::string advice{};   // what to do
  bool is_repaired = false;
};

struct CheckOptions {
  bool deep = false;                    // read and hash every original
  bool repair = false;                  // make derived images and sidecars again, quarantine files that no row knows
  std::chrono::minutes grace{10};       // younger files may belong to an upload under way and are left alone
  imaging::Decoder* decoder = nullptr;  // for derived images; without one they are only reported
  imaging::Limits limits{};
  std::function<void(std::int64_t photos, std::int64_t files)> progress{};  // every few hundred
};

struct CheckReport {
  std::int64_t photos = 0;                                         // rows looked at
  std::int64_t files = 0;                                          // blobs looked at
  std::int64_t bytes = 0;                                          // of those blobs
  std::int64_t errors = 0, warnings = 0, notes = 0, repaired = 0;  // of all findings
  std::vector<Finding> findings{};                                 // the first 10,000
  // Everything found was mended, or nothing was found.
  bool is_clean() const { return errors + warnings + notes == repaired; }
};

// May run beside a working server. Blocks for long.
core::Result<CheckReport> check(storage::BlobStore& blobs, database::Database& database, const core::Clock& clock,
                                const CheckOptions& options);

std::string to_json(const CheckReport& report);
std::string to_text(const CheckReport& report);

}  // namespace sightglass::care
