// The models that hold, as a task worker's engine gets at them: looked up in the registry, read from the store.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "database/models.hpp"
#include "storage/blob_store.hpp"
#include "vision/engine/engine.hpp"

namespace sightglass::inspection {

// Not thread-safe: one for each task worker.
class RegisteredModels final : public vision::ModelSupply {
 public:
  explicit RegisteredModels(const core::Clock& clock) : clock_(clock) {}
  // From here on there are models. An engine is opened before its worker confines itself, and that before it has a
  // database.
  void use(database::Database& database, storage::BlobStore& blobs) {
    database_ = &database;
    blobs_ = &blobs;
  }

  // The one that holds everywhere, and behind it those that came with it: of the same task, version and origin. May be
  // half a minute old.
  core::Result<std::vector<std::string>> models_of(std::string_view task) override;
  // Errors: not_found when the registry has no such model; those of read_model().
  core::Result<vision::ModelBundle> bundle(std::string_view model) override;

 private:
  struct Known {
    std::vector<std::string> models{};
    core::Instant looked_at{};
  };
  const core::Clock& clock_;
  database::Database* database_ = nullptr;
  storage::BlobStore* blobs_ = nullptr;
  std::map<std::string, Known, std::less<>> by_task_{};
};

}  // namespace sightglass::inspection
