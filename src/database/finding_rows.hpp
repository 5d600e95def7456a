// Findings as rows: the columns in one order, for everything that reads or writes whole ones.
#pragma once

#include <optional>
#include <string>

#include "core/findings.hpp"
#include "database/database.hpp"

namespace sightglass::database::findings {

// A row knows more than a finding: what a machine said first.
struct Kept {
  core::Finding finding{};
  std::string said_class{};
  std::optional<core::Box> said_box{};
};

// "f.id, f.photo_id, …", of findings "f".
const std::string& columns_of_findings();
int count_of_columns();
core::Finding read_finding(const Row& row);
Kept read_kept(const Row& row);
// In the order of the columns.
Session::Parameters values_of(const Kept& kept);
// Writes all columns but photo, kind, origin and creation, where the revision is still the finding's, and raises that;
// false when it is not.
core::Result<bool> write_kept(Session& session, const Kept& kept);
core::Result<void> insert_kept(Session& session, const Kept& kept);

}  // namespace sightglass::database::findings
