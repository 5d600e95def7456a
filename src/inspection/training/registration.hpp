// A trained model in the registry.
#pragma once

#include <optional>
#include <string>

#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "database/models.hpp"
#include "database/training_runs.hpp"
#include "inspection/training/examine.hpp"
#include "inspection/training/lesson.hpp"

namespace sightglass::inspection::training {

// Name and version follow from the run, so that a run that is repeated makes the same model again.
std::string model_name(const Subject& subject);
std::string model_version(const database::training_runs::Run& run);

// The model's bytes into the store and its row as `candidate`. Blocks.
core::Result<database::models::Model> store_candidate(const Lesson& lesson, const database::training_runs::Run& run,
                                                      const Learnt& learnt, const Counts& counts);

// The bytes of a model that was trained here, held against the sum in its row. Blocks. Errors: internal when they
// differ; the store's.
core::Result<std::string> read_trained(const storage::BlobStore& blobs, const database::models::Model& model);

// What the registry says was measured.
std::string metrics_of(const Examination& examination, const std::optional<core::ModelId>& current, core::Instant at);

// The model that holds where the subject's would: in its own scope, else everywhere. Blocks.
core::Result<std::optional<database::models::Model>> holding_model(database::Session& session, const Subject& subject);

// The scope that a trained model was made for, as its manifest says. Errors: internal.
core::Result<Subject> subject_of(const database::models::Model& model);

}  // namespace sightglass::inspection::training
