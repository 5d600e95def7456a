#include "inspection/process_photo.hpp"

#include <fmt/format.h>

#include <bit>
#include <chrono>

#include "core/json_writer.hpp"
#include "core/lost_file.hpp"
#include "database/analyses.hpp"
#include "database/photos.hpp"
#include "filing/derived_images.hpp"
#include "filing/sidecar_files.hpp"

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

// A damaged original is measured on the display image that was made of what could be read; a turned one on the image
// that shows it turned, for the perceptual hash tells which way up a picture is.
Result<imaging::ImageProperties> measure(Workshop& workshop, const core::Photo& photo, queue::TaskLog& log) {
  const bool uses_original = !photo.files.original.empty() && !photo.is_damaged && photo.rotation == 0;
  log.say(fmt::format("Measuring the {} of {}.", uses_original ? "original" : "display image", photo.filename));
  const auto fd = workshop.blobs.open(uses_original ? photo.files.original : photo.files.display);
  if (!fd) return core::fail(lost_when_missing(fd.error()));
  return workshop.decoder.measure(fd->get(), workshop.limits);
}

Result<void> finish(Workshop& workshop, const core::Photo& photo, const database::analyses::Analysis& analysis) {
  return workshop.database.write([&](Session& session) -> Result<void> {
    SG_TRY(database::analyses::save(session, analysis));
    return database::photos::set_status(session, photo.id, core::ProcessingStatus::completed, "");
  });
}

}  // namespace

std::string properties_json(const imaging::ImageProperties& properties) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().key("dominant_colours").begin_array();
  for (const auto& colour : properties.dominant_colours) {
    const auto [red, green, blue] = colour.rgb;
    json.begin_object().member("hex", fmt::format("#{:02x}{:02x}{:02x}", red, green, blue));
    json.key("rgb").begin_array().integer(red).integer(green).integer(blue).end_array();
    json.member("share", colour.share).end_object();
  }
  json.end_array().member("perceptual_hash", fmt::format("{:016x}", properties.perceptual_hash));
  json.member("sharpness", properties.sharpness).key("exposure").begin_object();
  json.member("mean", properties.mean_luma).member("deviation", properties.luma_deviation);
  json.member("dark_share", properties.dark_share).member("bright_share", properties.bright_share);
  json.end_object().end_object();
  return text;
}

Result<std::string> process_photo(Workshop& workshop, const core::Task& task, queue::TaskLog& log) {
  const auto started = std::chrono::steady_clock::now();
  SG_ASSIGN(auto photo, begin(workshop, task));
  SG_TRY(ensure_derived(workshop, photo, log));
  SG_ASSIGN(const auto properties, measure(workshop, photo, log));
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - started;
  const auto now = workshop.clock.now();
  const database::analyses::Analysis analysis{
      .id = core::AnalysisId::make(now),
      .photo_id = photo.id,
      .model = std::string(properties_model),
      .version = std::string(properties_version),
      .provider = "sightglass",
      .properties = properties_json(properties),
      .perceptual_hash = std::bit_cast<std::int64_t>(properties.perceptual_hash),
      .duration_ms = took.count(),
      .created_at = now};
  SG_TRY(finish(workshop, photo, analysis));
  log.say(fmt::format("Colours, sharpness {:.1f} and exposure are recorded, after {:.0f} ms.", properties.sharpness,
                      took.count()));
  std::string result;
  core::JsonWriter json(result);
  json.begin_object().member("photo_id", photo.id.to_string()).member("model", analysis.model);
  json.member("duration_ms", analysis.duration_ms).end_object();
  return result;
}

}  // namespace sightglass::inspection
