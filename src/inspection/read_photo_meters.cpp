#include "inspection/read_photo_meters.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

#include "core/json_writer.hpp"
#include "database/findings.hpp"
#include "database/photos.hpp"
#include "filing/json_fields.hpp"
#include "inspection/picture.hpp"

namespace sightglass::inspection {
namespace {

using core::Result;
using database::Session;

Picture::Source source_of(Workshop& workshop) {
  return {.blobs = workshop.blobs,
          .decoder = workshop.decoder,
          .limits = workshop.limits,
          .raster_side = workshop.raster_side};
}

Result<core::Photo> photo_of(Session& session, std::optional<core::PhotoId> id) {
  if (!id) return core::fail(core::not_found("the task names no photo"));
  SG_ASSIGN(auto photo, database::photos::find(session, *id));
  if (!photo) return core::fail(core::not_found("the photo was deleted"));
  return std::move(*photo);
}

Result<core::Raster> reference_of(Workshop& workshop, core::PhotoId id) {
  SG_ASSIGN(const auto photo, workshop.database.read([&](Session& session) { return photo_of(session, id); }));
  Picture picture(source_of(workshop), photo, workshop.instruments);
  SG_ASSIGN(const auto* image, picture.image());
  return image->raster;
}

struct Trial {
  core::MeterId meter{};
  std::string profile{};  // empty: the meter's own
};

Result<std::optional<Trial>> trial_of(const core::Task& task) {
  SG_ASSIGN(auto fields, filing::JsonFields::parse(task.arguments));
  const auto meter = fields.optional_id<core::MeterId>("meter_id");
  const auto profile = fields.optional_text("profile", 64 << 10);
  SG_TRY(fields.outcome());
  if (!meter) return std::optional<Trial>{};
  return std::optional(Trial{.meter = *meter, .profile = profile.value_or(std::string())});
}

Result<std::vector<MeterToRead>> tried(Session& session, const core::Photo& photo, const Trial& trial) {
  SG_ASSIGN(auto meter, database::meters::find(session, trial.meter));
  if (!meter) return core::fail(core::not_found("the meter was deleted"));
  if (!trial.profile.empty()) meter->profile = trial.profile;
  SG_ASSIGN(auto one, meter_to_read(session, std::move(*meter), photo));
  if (one.profile.parts.empty() && one.fault.empty()) one.fault = "nobody has taught where this meter is read";
  std::vector<MeterToRead> answer;
  answer.push_back(std::move(one));
  return answer;
}

void write_reading(core::JsonWriter& json, const core::Finding& finding) {
  json.begin_object().member("meter_id", finding.meter_id->to_string()).member("value", finding.value);
  json.member("value_text", finding.value_text).member("raw_text", finding.raw_text).member("unit", finding.unit);
  json.member("confidence", finding.confidence).member("reason", finding.reason).key("box");
  if (finding.box) {
    json.begin_object().member("x", finding.box->x).member("y", finding.box->y);
    json.member("width", finding.box->width).member("height", finding.box->height).end_object();
  } else {
    json.null();
  }
  json.end_object();
}

std::string result_json(const core::Photo& photo, bool is_trial, const std::vector<core::Finding>& findings) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("photo_id", photo.id.to_string()).member("is_trial", is_trial).key("readings");
  json.begin_array();
  for (const auto& finding : findings) write_reading(json, finding);
  json.end_array().end_object();
  return text;
}

}  // namespace

std::string trial_arguments(core::MeterId meter, std::string_view profile) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("meter_id", meter.to_string());
  if (!profile.empty()) json.member("profile", profile);
  json.end_object();
  return text;
}

Result<MetersAtHand> meters_at_hand(Workshop& workshop, const core::Photo& photo) {
  MetersAtHand at_hand{.reference = [&workshop](core::PhotoId id) { return reference_of(workshop, id); }};
  SG_ASSIGN(at_hand.meters, workshop.database.read([&](Session& session) { return meters_to_read(session, photo); }));
  return at_hand;
}

Result<std::string> read_photo_meters(Workshop& workshop, const core::Task& task, const Attempt& attempt) {
  SG_ASSIGN(const auto trial, trial_of(task));
  SG_ASSIGN(const auto photo, workshop.database.read([&](Session& s) { return photo_of(s, task.photo_id); }));
  SG_ASSIGN(auto at_hand, meters_at_hand(workshop, photo));
  if (trial) {
    SG_ASSIGN(at_hand.meters, workshop.database.read([&](Session& s) { return tried(s, photo, *trial); }));
  }
  Picture picture(source_of(workshop), photo, workshop.instruments);
  SG_ASSIGN(const auto findings, read_meters(picture, workshop.instruments, at_hand));
  for (const auto& finding : findings)
    attempt.log.say(finding.value ? fmt::format("Read {}.", finding.value_text)
                                  : fmt::format("Not read: {}.", finding.reason));
  if (!trial) {
    constexpr std::array kinds{core::FindingKind::reading};
    SG_TRY(workshop.database.write([&](Session& session) {
      return database::findings::replace_machine(session, photo.id, kinds, findings, workshop.clock.now());
    }));
  }
  return result_json(photo, trial.has_value(), findings);
}

}  // namespace sightglass::inspection
