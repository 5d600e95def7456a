#include "inspection/trained_models.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "filing/json_fields.hpp"
#include "inspection/frame_models.hpp"
#include "vision/heads/head_file.hpp"
#include "vision/model_bundle.hpp"

namespace sightglass::inspection {
namespace {

using core::Result;
using database::Session;
using database::models::Model;

std::string backbone_of(const Model& model) {
  constexpr std::size_t most_bytes = 200;
  auto manifest = filing::JsonFields::parse(model.manifest);
  if (!manifest) return {};
  const auto backbone = manifest->optional_text("backbone", most_bytes);
  return manifest->outcome() ? backbone.value_or("") : std::string();
}

core::Error about(const Judge& judge, core::Error error) {
  error.message = fmt::format("{}: {}", judge.label(), error.message);
  return error;
}

}  // namespace

Result<Judges> TrainedModels::judges_of(const core::Photo& photo) {
  return database_.read([&](Session& session) -> Result<Judges> {
    Judges judges;
    SG_ASSIGN(const auto scopes, scopes_of(session, photo));
    for (const auto task : taught_tasks) {
      SG_ASSIGN(auto model, model_for(session, task, scopes));
      if (!model) continue;
      auto backbone = backbone_of(*model);
      judges.emplace(task, Judge{.row = std::move(*model), .backbone = std::move(backbone)});
    }
    return judges;
  });
}

Result<Judge> TrainedModels::anomaly_named(std::string_view label) {
  SG_ASSIGN(auto model, database_.read([&](Session& session) { return frame_model(session, label); }));
  auto backbone = backbone_of(model);
  return Judge{.row = std::move(model), .backbone = std::move(backbone)};
}

Result<std::string> TrainedModels::read_bytes(const Judge& judge) const {
  const auto& row = judge.row;
  auto bytes = blobs_.read(row.key_prefix + std::string(trained_file_name));
  if (!bytes) return core::fail(about(judge, std::move(bytes).error()));
  if (vision::sha256_of(*bytes).to_hex() != row.sha256)
    return core::fail(
        core::internal_error(fmt::format("the file of the model {} is not the one that was trained", judge.label())));
  return std::move(*bytes);
}

// The ones that were not asked for longest go first.
void TrainedModels::make_room(std::size_t bytes) {
  std::size_t held = bytes;
  for (const auto& [id, entry] : entries_) held += entry.bytes;
  while (held > most_bytes_ && !entries_.empty()) {
    const auto oldest = std::ranges::min_element(entries_, {}, [](const auto& entry) { return entry.second.used; });
    held -= oldest->second.bytes;
    entries_.erase(oldest);
  }
}

Result<const TrainedModels::Loaded*> TrainedModels::loaded(const Judge& judge, std::string_view format) {
  if (judge.row.format != format)
    return core::fail(core::invalid_input("format", fmt::format("{} is of the format {}; what judges here is {}",
                                                                judge.label(), judge.row.format, format)));
  ++calls_;
  if (const auto known = entries_.find(judge.row.id); known != entries_.end()) {
    known->second.used = calls_;
    return &known->second.model;
  }
  SG_ASSIGN(const auto bytes, read_bytes(judge));
  const auto parsed = [&]() -> Result<Loaded> {
    if (format == anomaly_format || format == reference_format) {
      SG_ASSIGN(auto model, vision::PictureJudge::read(bytes));
      return Loaded(std::move(model));
    }
    SG_ASSIGN(auto head, vision::read_head(bytes));
    return Loaded(std::move(head));
  };
  auto model = parsed();
  if (!model) return core::fail(about(judge, std::move(model).error()));
  make_room(bytes.size());
  const auto [place, is_new] =
      entries_.emplace(judge.row.id, Entry{.model = std::move(*model), .bytes = bytes.size(), .used = calls_});
  return &place->second.model;
}

Result<const vision::PictureJudge*> TrainedModels::anomaly(const Judge& judge) {
  const auto format = judge.row.format == reference_format ? reference_format : anomaly_format;
  SG_ASSIGN(const auto* model, loaded(judge, format));
  return std::get_if<vision::PictureJudge>(model);
}

Result<const vision::FewShotHead*> TrainedModels::head(const Judge& judge) {
  SG_ASSIGN(const auto* model, loaded(judge, head_format));
  return std::get_if<vision::FewShotHead>(model);
}

}  // namespace sightglass::inspection
