// Models as the registry lists them. Their bytes lie in the blob store below `key_prefix`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/findings.hpp"
#include "core/result.hpp"
#include "database/database.hpp"

namespace sightglass::database::models {

struct Model {
  core::ModelId id{};
  std::string name{};
  std::string version{};        // unique with the name
  std::string task{};           // "objects", "labels", "embedding", "anomaly", "damage", "species", "text", …
  std::string format{};         // "onnx", "sightglass-anomaly", "sightglass-head", …
  std::string state{};          // "candidate", "ready", "failed", "removed"
  std::string origin{};         // "package", "file", "trained"
  std::string manifest = "{}";  // JSON objects: what model.toml says, and what was measured
  std::string metrics = "{}";
  std::string key_prefix{};  // "models/NAME/VERSION/"
  std::int64_t bytes = 0;
  std::string sha256{};  // 64 hexadecimal digits, over the bundle
  std::optional<core::TrainingRunId> training_run{};
  core::Instant created_at{};
  std::string created_by{};  // a name
  std::string error{};       // why it failed
};

// All block.

// conflict for a name and version that are there.
core::Result<void> insert(Session& session, const Model& model);
core::Result<std::optional<Model>> find(Session& session, core::ModelId id);
core::Result<std::optional<Model>> find_version(Session& session, std::string_view name, std::string_view version);
// Of the ready ones of this name that do `task`.
core::Result<std::optional<Model>> find_newest_ready(Session& session, std::string_view name, std::string_view task);
struct Filter {
  std::optional<std::string> task{};
  std::optional<std::string> state{};  // nullopt: all but those removed
  std::optional<core::ModelId> after{};
  std::int32_t limit = 50;
};
core::Result<std::vector<Model>> list(Session& session, const Filter& filter);  // newest first
// State, error, manifest, metrics, bytes, sum. not_found.
core::Result<void> update(Session& session, const Model& model);

}  // namespace sightglass::database::models
