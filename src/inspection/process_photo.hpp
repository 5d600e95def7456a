// The task `process_inspection_photo`: what is computed of every photo without the sender waiting for it.
#pragma once

#include <string>

#include "core/photo.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "imaging/decoder.hpp"
#include "queue/task_log.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::inspection {

// What the task works with; borrowed.
struct Workshop {
  storage::BlobStore& blobs;
  database::Database& database;
  imaging::Decoder& decoder;
  const core::Clock& clock;
  imaging::Limits limits{};
};

inline constexpr std::string_view properties_model = "image-properties";
inline constexpr std::string_view properties_version = "1";  // raised when the figures mean something else

// Makes missing derived images again, measures the picture and writes the analysis and the photo's COMPLETED in one
// transaction. May run any number of times with one result. Blocks. Returns the task's result as JSON.
// Errors: not_found when the photo is gone; corrupt_image, unsupported_format and too_large when the picture will
// never be read; anything else may pass. `log` is told each step, for who wonders what became of the photo.
core::Result<std::string> process_photo(Workshop& workshop, const core::Task& task, queue::TaskLog& log);

// The properties object of an analysis, as clients see it.
std::string properties_json(const imaging::ImageProperties& properties);

}  // namespace sightglass::inspection
