#include "exports/camtrap_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "core/json_writer.hpp"
#include "exports/csv_line.hpp"

namespace sightglass::exports {
namespace {

// The least that the schema takes for a side of a box.
constexpr double least_side = 1e-15;

void write_header(std::string& out, std::initializer_list<std::string_view> names) {
  CsvLine line(out);
  for (const auto name : names) line.text(name);
  line.end();
}

// "2026-11-21T04:12:33Z": the schema's format has no fractions.
std::string seconds_of(core::Instant at) {
  constexpr std::size_t until_seconds = std::string_view("2026-11-21T04:12:33").size();
  return core::to_iso8601(at).substr(0, until_seconds) + "Z";
}

std::string camera_of(const core::Photo& photo) {
  const auto& [make, model] = std::pair(photo.metadata.camera_make, photo.metadata.camera_model);
  if (make.empty() || model.starts_with(make)) return model;
  return model.empty() ? make : make + "-" + model;
}

// Why the picture was taken, as its camera says; else as people say of the study.
std::string_view capture_method_of(const core::Photo& photo, const Study& study) {
  const auto& trigger = photo.metadata.trap.trigger;
  if (trigger == core::TrapTrigger::motion || trigger == core::TrapTrigger::external) return "activityDetection";
  return trigger == core::TrapTrigger::time_lapse ? "timeLapse" : std::string_view(study.capture_method);
}

// What the camera noted, which no other column has room for: the schema wants an object.
std::string exif_data_of(const core::Photo& photo) {
  std::string text;
  if (photo.metadata.trap.is_empty()) return text;
  core::JsonWriter json(text);
  core::write_trap_facts(json, photo.metadata.trap);
  return text;
}

// Lists in a cell are divided by "|".
std::string tag_of(std::string_view key, std::string value) {
  std::ranges::replace(value, '|', '/');
  return std::string(key) + ":" + value;
}

void write_box(CsvLine& line, const core::Finding& finding, core::Size upright) {
  const bool has_place = finding.box && upright.width > 0 && upright.height > 0;
  const auto box = has_place ? core::clipped(*finding.box, upright) : core::Box{};
  if (box.is_empty()) {
    line.empty().empty().empty().empty();
    return;
  }
  const auto share = core::scaled(box, 1.0 / upright.width, 1.0 / upright.height);
  line.number(std::clamp(share.x, 0.0, 1.0)).number(std::clamp(share.y, 0.0, 1.0));
  line.number(std::clamp(share.width, least_side, 1.0)).number(std::clamp(share.height, least_side, 1.0));
}

void write_classification(CsvLine& line, const core::Finding& finding) {
  const bool is_by_person = finding.is_by_person || finding.state != core::FindingState::open;
  line.text(is_by_person ? "human" : "machine");
  if (is_by_person)
    line.text(finding.decided_by);
  else
    line.text(finding.version.empty() ? finding.model : finding.model + "@" + finding.version);
  line.text(seconds_of(is_by_person ? finding.decided_at.value_or(finding.updated_at) : finding.updated_at));
  // How sure a machine was is not how sure a person is.
  if (is_by_person)
    line.empty();
  else
    line.number(std::clamp(finding.confidence, 0.0, 1.0));
}

}  // namespace

CamtrapTables::CamtrapTables(const Options& options)
    : options_(options), capture_methods_{options.study.capture_method} {
  write_header(media_, {"mediaID", "deploymentID", "captureMethod", "timestamp", "filePath", "filePublic", "fileName",
                        "fileMediatype", "exifData", "favorite", "mediaComments"});
  write_header(observations_, {"observationID",
                               "deploymentID",
                               "mediaID",
                               "eventID",
                               "eventStart",
                               "eventEnd",
                               "observationLevel",
                               "observationType",
                               "cameraSetupType",
                               "scientificName",
                               "count",
                               "lifeStage",
                               "sex",
                               "behavior",
                               "individualID",
                               "individualPositionRadius",
                               "individualPositionAngle",
                               "individualSpeed",
                               "bboxX",
                               "bboxY",
                               "bboxWidth",
                               "bboxHeight",
                               "classificationMethod",
                               "classifiedBy",
                               "classificationTimestamp",
                               "classificationProbability",
                               "observationTags",
                               "observationComments"});
}

bool CamtrapTables::add(const AnnotatedPhoto& one) {
  const auto deployment = deployment_of(one);
  if (deployment.empty()) return false;
  add_medium(one.photo, deployment);
  for (const auto& finding : one.findings) add_observation(one, finding, deployment);
  return true;
}

// Its id; empty when the photo has no place.
std::string CamtrapTables::deployment_of(const AnnotatedPhoto& one) {
  const auto& photo = one.photo;
  std::string id;
  Deployment made{.first = photo.taken_at,
                  .last = photo.taken_at,
                  .camera = camera_of(photo),
                  .serial = photo.metadata.trap.serial};
  if (one.location && one.location->position) {
    id = one.location->id.to_string();
    made.location_id = id;
    made.location_name = one.location->name;
    made.position = *one.location->position;
  } else if (photo.metadata.position) {
    // Four decimals are some ten metres: as good as a receiver knows where it is.
    made.position = *photo.metadata.position;
    id = fmt::format("gps_{:.4f}_{:.4f}", made.position.latitude, made.position.longitude);
  } else {
    return {};
  }
  const auto [place, is_new] = deployments_.try_emplace(id, made);
  auto& deployment = place->second;
  deployment.first = std::min(deployment.first, made.first);
  deployment.last = std::max(deployment.last, made.last);
  if (deployment.camera != made.camera) deployment.camera.clear();
  if (deployment.serial != made.serial) deployment.serial.clear();
  if (photo.metadata.taken_source == core::TakenSource::upload) deployment.has_doubtful_times = true;
  return id;
}

void CamtrapTables::add_medium(const core::Photo& photo, const std::string& deployment) {
  CsvLine line(media_);
  const auto method = capture_method_of(photo, options_.study);
  capture_methods_.emplace(method);
  line.text(photo.id.to_string()).text(deployment).text(method);
  line.text(seconds_of(photo.taken_at));
  // Without the host there is no address, and the path says where the picture belongs.
  const bool is_linked = !options_.open_picture && !options_.address.empty();
  line.text(is_linked ? picture_address(options_, photo) : std::string(camtrap_media_folder) + picture_name(photo));
  line.boolean(false).text(photo.original_filename).text(core::mime_of(photo.media_type));
  line.text(exif_data_of(photo)).empty().text(photo.description).end();
}

void CamtrapTables::add_observation(const AnnotatedPhoto& one, const core::Finding& finding,
                                    const std::string& deployment) {
  const auto type = observation_type_of(finding.class_name);
  const auto taxon = type == "animal" || type == "human" ? taxon_of(finding.class_name) : std::nullopt;
  if (taxon) taxa_.try_emplace(taxon->scientific_name, *taxon);
  // An event is all that one visit made; a photo that stands alone is its own.
  const auto event = one.burst.empty() ? one.photo.id.to_string() : one.burst;
  const auto first = one.burst.empty() ? one.photo.taken_at : one.burst_span.first;
  const auto last = one.burst.empty() ? one.photo.taken_at : one.burst_span.last;
  CsvLine line(observations_);
  line.text(finding.id.to_string()).text(deployment).text(one.photo.id.to_string()).text(event);
  line.text(seconds_of(first))
      .text(seconds_of(last))
      .text("media")
      .text(type)
      .empty()
      .text(taxon ? taxon->scientific_name : "");
  if (finding.count >= 1 && type != "blank")
    line.integer(finding.count);
  else
    line.empty();
  line.empty().empty().empty().empty().empty().empty().empty();
  write_box(line, finding, one.upright);
  write_classification(line, finding);
  line.text(type == "blank" || finding.class_name.empty() ? "" : tag_of("class", finding.class_name));
  line.text(finding.notes).end();
}

std::string CamtrapTables::deployments_csv() const {
  std::string out;
  write_header(out, {"deploymentID",     "locationID",        "locationName",
                     "latitude",         "longitude",         "coordinateUncertainty",
                     "deploymentStart",  "deploymentEnd",     "setupBy",
                     "cameraID",         "cameraModel",       "cameraDelay",
                     "cameraHeight",     "cameraDepth",       "cameraTilt",
                     "cameraHeading",    "detectionDistance", "timestampIssues",
                     "baitUse",          "featureType",       "habitat",
                     "deploymentGroups", "deploymentTags",    "deploymentComments"});
  for (const auto& [id, deployment] : deployments_) {
    CsvLine line(out);
    line.text(id).text(deployment.location_id).text(deployment.location_name);
    line.number(deployment.position.latitude).number(deployment.position.longitude).empty();
    line.text(seconds_of(deployment.first)).text(seconds_of(deployment.last)).empty();
    line.text(deployment.serial).text(deployment.camera);
    line.empty().empty().empty().empty().empty().empty().boolean(deployment.has_doubtful_times);
    line.empty().empty().empty().empty().empty();
    line.text("Start and end are the times of its first and last photo.").end();
  }
  return out;
}

}  // namespace sightglass::exports
