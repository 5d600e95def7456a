// The task `process_inspection_photo`: what is computed of every photo without the sender waiting for it.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "core/photo.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "imaging/decoder.hpp"
#include "inspection/outside.hpp"
#include "inspection/trained_models.hpp"
#include "queue/task_log.hpp"
#include "storage/blob_store.hpp"
#include "vision/instruments.hpp"

namespace sightglass::inspection {

// What the task works with; borrowed.
struct Workshop {
  storage::BlobStore& blobs;
  database::Database& database;
  imaging::Decoder& decoder;
  vision::Instruments& instruments;
  const core::Clock& clock;
  imaging::Limits limits{};
  Outside* outside = nullptr;                   // a service that costs money; absent: none is asked
  std::int32_t raster_side = 1600;              // pixels of the longer side that networks get to see
  std::vector<std::string> without{};           // steps that are switched off, by name
  TrainedModels* trained = nullptr;             // absent: nothing is judged by what was taught here
  std::vector<std::string> critical_classes{};  // of damage and anomalies, that cannot wait
  std::chrono::days content_kept{30};           // what was seen, for when the same bytes come again; 0: not kept
};

// One attempt at a task.
struct Attempt {
  queue::TaskLog& log;                  // told each step, for who wonders what became of the photo
  std::function<bool()> should_stop{};  // asked between steps
};

// Makes missing derived images again, looks at the picture step by step, and writes what it saw and the photo's
// COMPLETED in one transaction. May run any number of times with one result. Blocks. Returns the task's result as JSON.
// Errors: not_found when the photo is gone; corrupt_image, unsupported_format and too_large when the picture will
// never be read; anything else may pass.
core::Result<std::string> process_photo(Workshop& workshop, const core::Task& task, const Attempt& attempt);

}  // namespace sightglass::inspection
