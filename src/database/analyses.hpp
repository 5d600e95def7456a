// Results of analysis: one row per photo and pipeline version, written whole, replaced when run again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "database/photos.hpp"

namespace sightglass::database::analyses {

struct Analysis {
  core::AnalysisId id{};
  core::PhotoId photo_id{};
  std::string model{};        // "inspection"; "image-properties" of what was analysed before there were models
  std::string version{};      // of the pipeline
  std::string provider{};     // "sightglass"
  std::string labels = "[]";  // JSON arrays and objects as sent to clients
  std::string objects = "[]";
  std::string text = "[]";
  std::string properties = "{}";
  std::string codes = "[]";
  std::string scores = "[]";         // what models that were taught here said of the whole photo
  std::string steps = "[]";          // which ones ran, with which model, how they ended and how long they took
  std::int64_t perceptual_hash = 0;  // the 64 bits as a signed number
  double duration_ms = 0;
  double cost = 0;  // in the budget's currency
  core::Instant created_at{};
};

// Idempotent: replaces the row of the same photo, model and version, keeping its id.
core::Result<void> save(Session& session, const Analysis& analysis);
core::Result<std::optional<Analysis>> find(Session& session, core::AnalysisId id);
core::Result<std::optional<Analysis>> latest_of(Session& session, core::PhotoId photo);

struct Page {
  std::vector<Analysis> analyses{};
  std::optional<core::AnalysisId> next{};  // pass as `after` for the page that follows
};
// Newest first; only of photos that may be seen.
core::Result<Page> list(Session& session, const photos::Visibility& visibility, std::optional<core::PhotoId> photo,
                        std::optional<core::AnalysisId> after, std::int32_t limit);

}  // namespace sightglass::database::analyses
