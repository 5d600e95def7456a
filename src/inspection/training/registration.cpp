#include "inspection/training/registration.hpp"

#include <fmt/format.h>

#include <array>

#include "core/json_writer.hpp"
#include "filing/json_fields.hpp"
#include "inspection/model_install.hpp"
#include "storage/hashing.hpp"

namespace sightglass::inspection::training {
namespace {

using core::Result;
using database::Session;
using database::models::Model;
using database::training_runs::Run;
namespace models = database::models;

constexpr std::size_t most_slug = 40;

// Letters that a model's name may have.
std::string slug_of(std::string_view text) {
  std::string slug;
  for (const char c : text) {
    if (slug.size() == most_slug) break;
    const bool is_upper = c >= 'A' && c <= 'Z';
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (is_upper || is_plain)
      slug += is_upper ? static_cast<char>(c - 'A' + 'a') : c;
    else if (!slug.empty() && slug.back() != '-')
      slug += '-';
  }
  while (slug.ends_with('-')) slug.pop_back();
  return slug;
}

void write_texts(core::JsonWriter& json, core::JsonKey name, const std::vector<std::string>& texts) {
  json.key(name).begin_array();
  for (const auto& text : texts) json.string(text);
  json.end_array();
}

std::string manifest_of(const Run& run, const Learnt& learnt, const Counts& counts) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("title", fmt::format("{} learnt {}", run.task, core::to_iso8601(run.created_at)));
  json.member("format", learnt.format).member("backbone", learnt.backbone);
  json.key("scope").begin_object().member("kind", run.scope.kind).member("value", run.scope.value).end_object();
  write_texts(json, "labels", learnt.labels);
  json.key("counts").raw(to_json(counts)).key("settings").raw(run.settings);
  write_texts(json, "remarks", learnt.remarks);
  json.end_object();
  return text;
}

}  // namespace

std::string model_name(const Subject& subject) {
  const auto slug = slug_of(subject.scope.value);
  return fmt::format("{}-{}{}{}", subject.task, subject.scope.kind == "asset_type" ? "type" : subject.scope.kind,
                     slug.empty() ? "" : "-", slug);
}

std::string model_version(const Run& run) {
  const auto at = core::to_iso8601(run.created_at);  // "2026-11-22T08:10:…"
  const auto id = run.id.to_string();
  return fmt::format("{}{}{}.{}{}.{}", at.substr(0, 4), at.substr(5, 2), at.substr(8, 2), at.substr(11, 2),
                     at.substr(14, 2), id.substr(id.size() - 8));
}

Result<Model> store_candidate(const Lesson& lesson, const Run& run, const Learnt& learnt, const Counts& counts) {
  const Subject subject{.task = run.task, .scope = run.scope};
  const auto name = model_name(subject);
  const auto version = model_version(run);
  storage::Sha256Hasher hasher;
  hasher.update(learnt.file);
  const auto now = lesson.workshop.clock.now();
  const Model wanted{.id = core::ModelId::make(now),
                     .name = name,
                     .version = version,
                     .task = run.task,
                     .format = learnt.format,
                     .state = "candidate",
                     .origin = "trained",
                     .manifest = manifest_of(run, learnt, counts),
                     .key_prefix = model_keys(name, version),
                     .bytes = static_cast<std::int64_t>(learnt.file.size()),
                     .sha256 = hasher.value().to_hex(),
                     .training_run = run.id,
                     .created_at = now,
                     .created_by = run.created_by};
  SG_TRY(
      lesson.workshop.blobs.put(wanted.key_prefix + "model.bin", learnt.file, storage::BlobStore::Durability::durable));
  return lesson.workshop.database.write([&](Session& session) -> Result<Model> {
    SG_ASSIGN(auto known, models::find_version(session, name, version));
    if (!known) {
      SG_TRY(models::insert(session, wanted));
      return wanted;
    }
    // Left by an attempt that did not come to its end.
    Model again = wanted;
    again.id = known->id;
    SG_TRY(models::update(session, again));
    return again;
  });
}

Result<std::string> read_trained(const storage::BlobStore& blobs, const database::models::Model& model) {
  SG_ASSIGN(auto bytes, blobs.read(model.key_prefix + "model.bin"));
  storage::Sha256Hasher hasher;
  hasher.update(bytes);
  if (hasher.value().to_hex() == model.sha256) return bytes;
  return core::fail(core::internal_error("The file of the model " + model.name + " is not the one that was trained."));
}

std::string metrics_of(const Examination& examination, const std::optional<core::ModelId>& current, core::Instant at) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().key("held_out").raw(examination.now).key("current").raw(examination.before);
  json.member("current_model_id", current ? std::optional(current->to_string()) : std::nullopt);
  json.member("measured_at", core::to_iso8601(at)).end_object();
  return text;
}

Result<std::optional<Model>> holding_model(Session& session, const Subject& subject) {
  const std::array scopes{subject.scope, Scope{}};
  return model_for(session, subject.task, scopes);
}

Result<Subject> subject_of(const Model& model) {
  SG_ASSIGN(auto manifest, filing::JsonFields::parse(model.manifest));
  auto scope = manifest.object("scope");
  Subject subject{.task = model.task,
                  .scope = {.kind = scope.text("kind", 32), .value = scope.optional_text("value", 800).value_or("")}};
  if (!manifest.outcome()) return core::fail(core::internal_error("The model does not say which scope it is of."));
  return subject;
}

}  // namespace sightglass::inspection::training
