// Looks for files that no row knows, and for what a crash or a person left in the data directory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "care/check.hpp"
#include "care/findings.hpp"
#include "core/photo.hpp"

namespace sightglass::care {

// Which keys rows (or journals of uploads under way) name: 8 bytes a key, so that millions fit. Two keys with one
// hash would hide a stray file, never accuse a good one; at 10 million keys that is 1 in 10^12 per stray file.
class KnownKeys {
 public:
  void add(std::string_view key) { hashes_.push_back(std::hash<std::string_view>{}(key)); }
  void add(const core::PhotoFiles& files);
  void seal();  // before the first holds()
  bool holds(std::string_view key) const;

 private:
  std::vector<std::size_t> hashes_;
};

// Blocks. Used by one thread, after every row was added to the known keys.
class StoreCheck {
 public:
  StoreCheck(storage::BlobStore& blobs, database::Database& database, const core::Clock& clock,
             const CheckOptions& options, Findings& findings)
      : blobs_(blobs), database_(database), clock_(clock), options_(options), findings_(findings) {}

  // Adds to `known` what journals name, and reports old journals. To be called before the rows are read: an upload
  // that is committed in between is then known by its row.
  core::Result<void> check_incoming(KnownKeys& known);
  core::Result<void> check_files(const KnownKeys& known, CheckReport& report);

 private:
  struct Stray {
    std::string key;
    core::Instant modified_at{};
  };
  core::Result<void> collect(std::string_view prefix, const KnownKeys& known, CheckReport& report);
  core::Result<void> handle_stray(const std::string& key);
  core::Result<bool> has_owner_by_now(const std::string& key);
  bool quarantine(const std::string& key);
  bool is_young(core::Instant modified_at) const;

  storage::BlobStore& blobs_;
  database::Database& database_;
  const core::Clock& clock_;
  const CheckOptions& options_;
  Findings& findings_;
  std::vector<std::string> strays_;
};

}  // namespace sightglass::care
