#include "inspection/process_photo.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/json_writer.hpp"
#include "core/lost_file.hpp"
#include "core/trap_facts.hpp"
#include "database/photos.hpp"
#include "database/result_cache.hpp"
#include "database/species_lists.hpp"
#include "filing/derived_images.hpp"
#include "filing/sidecar_files.hpp"
#include "inspection/content_json.hpp"
#include "inspection/picture.hpp"
#include "inspection/pipeline.hpp"
#include "inspection/read_photo_meters.hpp"
#include "inspection/renew_trap_facts.hpp"
#include "inspection/steps/steps.hpp"
#include "inspection/write_results.hpp"

namespace sightglass::inspection {
namespace {

using core::Result;
using database::Session;

// PROCESSING is shown while the work is under way; a photo that a person deleted meanwhile is no error to repeat.
Result<core::Photo> begin(Workshop& workshop, const core::Task& task) {
  if (!task.photo_id) return core::fail(core::not_found("the task names no photo"));
  return workshop.database.write([&](Session& session) -> Result<core::Photo> {
    SG_ASSIGN(auto photo, database::photos::find(session, *task.photo_id));
    if (!photo) return core::fail(core::not_found("the photo was deleted before it was analysed"));
    SG_TRY(database::photos::set_status(session, photo->id, core::ProcessingStatus::processing, ""));
    return std::move(*photo);
  });
}

// That the store lacks what the row promises; `about` whatever else went wrong.
core::Error lost_when_missing(core::Error about) {
  return about.code == core::ErrorCode::not_found ? core::lost_original(about.message) : about;
}

Result<void> ensure_derived(Workshop& workshop, core::Photo& photo, queue::TaskLog& log) {
  if (filing::has_derived(workshop.blobs, photo)) return {};
  auto renewed = filing::renew_derived(workshop.blobs, workshop.database, workshop.decoder, workshop.limits, photo);
  if (!renewed) return core::fail(lost_when_missing(std::move(renewed).error()));
  auto row = std::move(*renewed);
  if (!row) return core::fail(core::not_found("the photo was deleted before it was analysed"));
  photo = std::move(*row);
  // Images that are made anew may be of another length than those the sidecar tells of.
  SG_TRY(filing::refresh_sidecar(workshop.blobs, workshop.database, photo));
  log.say(fmt::format("The display image or the thumbnail was missing; both were made again, {}×{}.",
                      photo.display_size.width, photo.display_size.height));
  return {};
}

// What the pipeline's own version does not know of.
std::string variant_of(const Workshop& workshop, const core::Photo& photo) {
  std::string variant = fmt::format("raster {} turned {};", workshop.raster_side, photo.rotation);
  if (workshop.outside == nullptr) return variant;
  variant += workshop.outside->provider.name();
  for (const auto feature : workshop.outside->features) variant += fmt::format(" {}", name_of(feature));
  return variant;
}

// What was kept and cannot be read is as if it had not been kept.
Result<std::optional<Observations>> seen_before(Workshop& workshop, const core::Photo& photo,
                                                const std::string& version) {
  if (workshop.content_kept.count() == 0) return std::optional<Observations>{};
  SG_ASSIGN(const auto kept, workshop.database.read([&](Session& session) {
    return database::result_cache::find(session, photo.sha256, version, workshop.clock.now());
  }));
  if (!kept) return std::optional<Observations>{};
  auto seen = content_from_json(*kept);
  return seen ? std::optional(std::move(*seen)) : std::nullopt;
}

Result<std::optional<Taught>> taught_for(Workshop& workshop, const core::Photo& photo) {
  if (workshop.trained == nullptr) return std::optional<Taught>{};
  SG_ASSIGN(auto judges, workshop.trained->judges_of(photo));
  return std::optional(
      Taught{.models = *workshop.trained, .judges = std::move(judges), .critical_classes = workshop.critical_classes});
}

Result<Region> region_of(Workshop& workshop, const core::Photo& photo) {
  if (!steps::may_show_animals(photo)) return Region();
  SG_ASSIGN(const auto holding, workshop.database.read([&](Session& session) {
    return database::species_lists::holding_at(session, photo.location_id);
  }));
  return Region(holding.species);
}

// Before what names it; what a crash leaves between is a file of a cache. A store that does not take it, as when its
// folder was removed under a worker that may not make one, must not keep from people what was found.
void store_heat_map(Workshop& workshop, Observations& seen, queue::TaskLog& log) {
  if (!seen.heat_map) return;
  const auto stored =
      workshop.blobs.put(seen.heat_map->key, seen.heat_map->bytes, storage::BlobStore::Durability::rebuildable);
  if (stored) return;
  log.warn("The heat map could not be kept: " + stored.error().message);
  for (auto& finding : seen.findings)
    if (finding.heat_map == seen.heat_map->key) finding.heat_map.clear();
  seen.heat_map.reset();
}

Result<Written> write(Workshop& workshop, const ResultsOf& results, core::Instant now) {
  auto written = write_results(workshop.database, results, now);
  const bool is_gone = !written && written.error().code == core::ErrorCode::not_found;
  if (is_gone && results.seen.heat_map) (void)workshop.blobs.remove(results.seen.heat_map->key);
  return written;
}

// What the photo's files have to follow, once the results are there.
void follow(Workshop& workshop, const core::Photo& photo, const Written& written, queue::TaskLog& log) {
  // What is left behind is a file of a cache.
  for (const auto& key : written.lost_heat_maps) (void)workshop.blobs.remove(key);
  if (!written.has_changed_verdict) return;
  const auto renewed = filing::refresh_sidecar(workshop.blobs, workshop.database, photo);
  if (!renewed) log.warn("The photo's sidecar still tells of the verdict before: " + renewed.error().message);
}

// Before the findings are written: of which burst the photo is may follow from it.
Result<void> keep_trap_facts(Workshop& workshop, const core::TrapFacts& found, core::Photo& photo,
                             queue::TaskLog& log) {
  SG_ASSIGN(const bool has_changed, renew_trap_facts(workshop.database, found, photo));
  if (!has_changed) return {};
  const auto renewed = filing::refresh_sidecar(workshop.blobs, workshop.database, photo);
  if (!renewed) log.warn("The photo's sidecar lacks what its camera noted: " + renewed.error().message);
  return {};
}

void tell(const Observations& seen, queue::TaskLog& log) {
  for (const auto& report : seen.steps) {
    if (report.outcome == StepOutcome::failed)
      log.warn(fmt::format("The step {} failed: {}", report.step, report.reason));
    else if (report.outcome == StepOutcome::done)
      log.say(fmt::format("The step {} took {:.0f} ms.", report.step, report.milliseconds));
  }
}

// A step that failed this time may well succeed the next.
bool may_keep(const Observations& seen) {
  return std::ranges::none_of(seen.steps, [](const StepReport& r) { return r.outcome == StepOutcome::failed; });
}

std::string result_json(const core::Photo& photo, const std::string& version, const Written& written, double took_ms) {
  std::string result;
  core::JsonWriter json(result);
  json.begin_object().member("photo_id", photo.id.to_string()).member("model", inspection_model);
  json.member("version", version).member("findings", written.findings).member("duration_ms", took_ms).end_object();
  return result;
}

}  // namespace

Result<std::string> process_photo(Workshop& workshop, const core::Task& task, const Attempt& attempt) {
  const auto started = std::chrono::steady_clock::now();
  SG_ASSIGN(auto photo, begin(workshop, task));
  SG_TRY(ensure_derived(workshop, photo, attempt.log));
  SG_ASSIGN(auto taught, taught_for(workshop, photo));
  SG_ASSIGN(const auto meters, meters_at_hand(workshop, photo));
  SG_ASSIGN(const auto region, region_of(workshop, photo));
  PipelineWish wish{.without = workshop.without,
                    .variant = variant_of(workshop, photo),
                    .should_stop = attempt.should_stop,
                    .outside = workshop.outside,
                    .taught = taught ? &*taught : nullptr,
                    .meters = &meters,
                    .region = &region};
  const auto version = pipeline_version(workshop.instruments, wish);
  const auto of_content = content_version(workshop.instruments, wish);
  SG_ASSIGN(wish.seen_before, seen_before(workshop, photo, of_content));
  if (wish.seen_before) attempt.log.say("The same picture was looked at before; what was seen then is used again.");
  Picture picture({.blobs = workshop.blobs,
                   .decoder = workshop.decoder,
                   .limits = workshop.limits,
                   .raster_side = workshop.raster_side},
                  photo, workshop.instruments);
  SG_ASSIGN(auto seen, look_at(picture, workshop.instruments, wish));
  tell(seen, attempt.log);
  SG_TRY(keep_trap_facts(workshop, picture.trap_facts(), photo, attempt.log));
  store_heat_map(workshop, seen, attempt.log);

  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - started;
  const auto now = workshop.clock.now();
  ResultsOf results{
      .photo = photo, .seen = seen, .version = version, .content_version = of_content, .milliseconds = took.count()};
  if (!wish.seen_before && workshop.content_kept.count() > 0 && may_keep(seen))
    results.keep_until = now + workshop.content_kept;
  SG_ASSIGN(const auto written, write(workshop, results, now));
  follow(workshop, photo, written, attempt.log);
  attempt.log.say(fmt::format("{} findings are recorded, after {:.0f} ms.", written.findings, took.count()));
  return result_json(photo, version, written, took.count());
}

}  // namespace sightglass::inspection
