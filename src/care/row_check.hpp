// Checks one photo's row against its files, its sidecar and its task.
#pragma once

#include <cstdint>

#include "care/check.hpp"
#include "care/findings.hpp"
#include "core/photo.hpp"

namespace sightglass::care {

// Blocks. Used by one thread.
class RowCheck {
 public:
  RowCheck(storage::BlobStore& blobs, database::Database& database, const core::Clock& clock,
           const CheckOptions& options, Findings& findings)
      : blobs_(blobs), database_(database), clock_(clock), options_(options), findings_(findings) {}

  // Errors are of the database; what is wrong with the photo becomes a finding.
  core::Result<void> check(const core::Photo& photo);

 private:
  // A photo deleted since it was read from the database is no finding.
  core::Result<bool> is_still_there(core::PhotoId id);
  void check_original(const core::Photo& photo);
  void check_hash(const core::Photo& photo);
  core::Result<void> check_derived(const core::Photo& photo);
  enum class Remade : std::uint8_t { no, yes, deleted_meanwhile };
  core::Result<Remade> remake(core::Photo photo);
  void check_sidecar(const core::Photo& photo);
  core::Result<void> check_task(const core::Photo& photo);
  void report(Severity severity, const core::Photo& photo, std::string_view code, const std::string& path,
              std::string message);

  storage::BlobStore& blobs_;
  database::Database& database_;
  const core::Clock& clock_;
  const CheckOptions& options_;
  Findings& findings_;
};

}  // namespace sightglass::care
