// Puts what an analysis saw into the database, whole or not at all.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/photo.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "inspection/observations.hpp"

namespace sightglass::inspection {

inline constexpr std::string_view inspection_model = "inspection";

struct Written {
  std::int32_t findings = 0;                  // the machine's that stand open now
  std::int32_t covered = 0;                   // found, and a person had decided on it before
  std::vector<std::string> lost_heat_maps{};  // keys in the store that nothing names any more
  bool has_changed_verdict = false;           // of the photo: its sidecar tells of it
};

struct ResultsOf {
  const core::Photo& photo;
  const Observations& seen;
  std::string version{};                      // of the pipeline
  std::string content_version{};              // of its steps of content
  double milliseconds = 0;                    // the whole analysis
  std::optional<core::Instant> keep_until{};  // for the next time the same bytes come; absent: not kept
};

// One transaction: the analysis, the findings that are still a machine's to say, what models scored, the verdict, the
// tasks for what cannot wait, labels, the embedding, the photo's COMPLETED. The same again leaves the same. What people
// decided stays. Blocks. not_found when the photo is gone.
core::Result<Written> write_results(database::Database& database, const ResultsOf& results, core::Instant now);

}  // namespace sightglass::inspection
