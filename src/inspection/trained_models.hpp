// The models that were taught on this ground, as the steps of an analysis get at them: which one holds for a photo, and
// the model itself, read from the store and kept in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "core/photo.hpp"
#include "core/result.hpp"
#include "database/database.hpp"
#include "database/models.hpp"
#include "inspection/model_registry.hpp"
#include "storage/blob_store.hpp"
#include "vision/heads/few_shot_head.hpp"
#include "vision/reference/picture_judge.hpp"

namespace sightglass::inspection {

// Of a row of the registry: what its bytes are, and where they lie below its key_prefix.
inline constexpr std::string_view anomaly_format = "sightglass-anomaly";
inline constexpr std::string_view reference_format = "sightglass-reference";
inline constexpr std::string_view head_format = "sightglass-head";
inline constexpr std::string_view trained_file_name = "model.bin";

// A model that holds for a photo. Its bytes are not looked at yet.
struct Judge {
  database::models::Model row{};
  std::string backbone{};  // "name@version" it was taught on; empty when its manifest does not say
  std::string label() const { return row.name + "@" + row.version; }
};
using Judges = std::map<std::string, Judge, std::less<>>;  // by task

// Not thread-safe: one for each task worker. Blocks.
class TrainedModels {
 public:
  // Files of at most `most_bytes` together are kept; in memory they take about twice as much. The last one asked for
  // is kept however large it is.
  TrainedModels(database::Database& database, storage::BlobStore& blobs, std::size_t most_bytes = 64U << 20)
      : database_(database), blobs_(blobs), most_bytes_(most_bytes) {}

  // What holds for the photo now, of every taught task.
  core::Result<Judges> judges_of(const core::Photo& photo);

  // The anomaly model "name@version", or the newest version of "name"; not_found unless it is there and ready.
  core::Result<Judge> anomaly_named(std::string_view label);

  // Good until the next call. Errors: invalid_input for bytes that are no such model, or of another format; internal
  // when they are not those that were trained; the store's.
  core::Result<const vision::PictureJudge*> anomaly(const Judge& judge);
  core::Result<const vision::FewShotHead*> head(const Judge& judge);

 private:
  using Loaded = std::variant<vision::PictureJudge, vision::FewShotHead>;
  struct Entry {
    Loaded model;
    std::size_t bytes = 0;
    std::uint64_t used = 0;  // when it was asked for last, counted in calls
  };
  core::Result<const Loaded*> loaded(const Judge& judge, std::string_view format);
  core::Result<std::string> read_bytes(const Judge& judge) const;
  void make_room(std::size_t bytes);

  database::Database& database_;
  storage::BlobStore& blobs_;
  std::size_t most_bytes_;
  std::uint64_t calls_ = 0;
  std::map<core::ModelId, Entry> entries_{};
};

}  // namespace sightglass::inspection
