#include "inspection/meter_readings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "database/findings.hpp"

namespace sightglass::inspection {
namespace {

using core::ErrorCode;
using core::Finding;
using core::Result;
using vision::Quadrangle;

// Below this the photo does not show what the reference photo shows: the least of ten public photos of two meters was
// 0.55; drawings with nothing in common stay below.
constexpr double least_likeness = 0.3;

Quadrangle scaled(const Quadrangle& shares, core::Size size) {
  Quadrangle pixels{};
  for (std::size_t i = 0; i < 8; i += 2) {
    pixels[i] = shares[i] * size.width;
    pixels[i + 1] = shares[i + 1] * size.height;
  }
  return pixels;
}

core::Box box_around(const Quadrangle& corners) {
  const auto [left, right] = std::minmax({corners[0], corners[2], corners[4], corners[6]});
  const auto [top, bottom] = std::minmax({corners[1], corners[3], corners[5], corners[7]});
  return {left, top, right - left, bottom - top};
}

core::Box both(const core::Box& a, const core::Box& b) {
  const double left = std::min(a.x, b.x);
  const double top = std::min(a.y, b.y);
  return {left, top, std::max(a.right(), b.right()) - left, std::max(a.bottom(), b.bottom()) - top};
}

// Whether nearly all of it lies on the picture.
bool is_in_frame(const Quadrangle& corners, core::Size size) {
  constexpr double least_inside = 0.9;
  const auto box = box_around(corners);
  return box.area() > 0 && core::clipped(box, size).area() >= least_inside * box.area();
}

auto unreadable(std::string why) { return core::fail(core::invalid_input("profile", std::move(why))); }

// The profile's parts where they are on this photo; the same share of it where there is no reference photo.
// invalid_input: they cannot be told.
Result<std::vector<vision::MeterPart>> placed(const MeterToRead& one, const core::Raster& raster,
                                              vision::MeterReader& reader, const MetersAtHand& at_hand) {
  auto parts = one.profile.parts;
  const bool has_places = std::ranges::any_of(parts, [](const auto& part) { return part.corners.has_value(); });
  core::Size taught = raster.size;
  vision::FaceMove move;
  if (has_places && one.meter.reference_photo && at_hand.reference) {
    const auto reference = at_hand.reference(*one.meter.reference_photo);
    if (!reference && reference.error().code != ErrorCode::not_found) return core::fail(reference.error());
    if (reference) {
      SG_ASSIGN(move, reader.find_face(*reference, raster));
      if (move.likeness < least_likeness) return unreadable("the meter was not found on this photo");
      taught = reference->size;
    }
  }
  for (auto& part : parts) {
    if (!part.corners) continue;
    part.corners = vision::moved(scaled(*part.corners, taught), move);
    if (!is_in_frame(*part.corners, raster.size)) return unreadable("a part of the meter is out of the frame");
  }
  return parts;
}

// The models that read its parts, each once.
std::string models_of(const std::vector<vision::MeterPart>& parts, vision::Instruments& instruments) {
  std::string models;
  for (const auto& part : parts) {
    using enum vision::PartKind;
    const auto* task = part.kind == wheels ? "wheels" : part.kind == needle ? "needles" : "display";
    auto model = instruments.model_of(task);
    // Without a network of their own displays are read as text.
    if (model.empty() && part.kind == display) model = instruments.model_of("text-recogniser");
    if (model.empty() || models.find(model) != std::string::npos) continue;
    models += (models.empty() ? "" : "+") + model;
  }
  return models;
}

Result<void> read_into(Finding& finding, const MeterToRead& one, Picture& picture, vision::Instruments& instruments,
                       const MetersAtHand& at_hand) {
  if (!one.fault.empty()) return unreadable(one.fault);
  SG_ASSIGN(const auto* image, picture.image());
  SG_ASSIGN(auto* reader, instruments.meter_reader());
  SG_ASSIGN(const auto parts, placed(one, image->raster, *reader, at_hand));
  std::optional<core::Box> around;
  std::vector<vision::PartSeen> seen;
  for (const auto& part : parts) {
    if (part.corners) around = around ? both(*around, box_around(*part.corners)) : box_around(*part.corners);
    SG_ASSIGN(seen.emplace_back(), reader->read(image->raster, part));
  }
  if (around) finding.box = picture.on_original(*around);
  auto judged = vision::judge_reading(seen,
                                      {.digits = one.meter.digits,
                                       .decimals = one.meter.decimals,
                                       .rolls_over = one.meter.rolls_over,
                                       .largest_rate = one.meter.largest_rate},
                                      one.last);
  finding.value = judged.value;
  finding.value_text = std::move(judged.value_text);
  finding.raw_text = std::move(judged.raw_text);
  finding.confidence = judged.confidence;
  finding.reason = std::move(judged.reason);
  return {};
}

Finding finding_of(const MeterToRead& one, vision::Instruments& instruments) {
  Finding finding{.kind = core::FindingKind::reading, .unit = one.meter.unit, .meter_id = one.meter.id};
  const auto models = models_of(one.profile.parts, instruments);
  const auto at = models.find('@');
  finding.model = models.substr(0, at);
  finding.version = at == std::string::npos ? std::string() : models.substr(at + 1);
  return finding;
}

}  // namespace

Result<MeterToRead> meter_to_read(database::Session& session, database::meters::Meter meter, const core::Photo& photo) {
  MeterToRead one{.meter = std::move(meter)};
  auto profile = vision::read_meter_profile(one.meter.profile);
  if (profile) {
    one.profile = std::move(*profile);
  } else {
    one.fault = profile.error().message;
  }
  SG_ASSIGN(const auto past, database::findings::past_readings(session, one.meter.id, photo.taken_at, 1));
  if (!past.empty()) {
    const std::chrono::duration<double, std::ratio<3600>> since = photo.taken_at - past.front().taken_at;
    one.last = {.value = past.front().value, .hours = since.count()};
  }
  return one;
}

Result<std::vector<MeterToRead>> meters_to_read(database::Session& session, const core::Photo& photo) {
  constexpr std::int32_t most_meters = 20;
  std::vector<MeterToRead> answer;
  if (!photo.asset_id) return answer;
  SG_ASSIGN(const auto meters, database::meters::list(session, *photo.asset_id, std::nullopt, most_meters));
  for (const auto& meter : meters) {
    SG_ASSIGN(auto one, meter_to_read(session, meter, photo));
    if (!one.profile.parts.empty() || !one.fault.empty()) answer.push_back(std::move(one));
  }
  return answer;
}

Result<std::vector<Finding>> read_meters(Picture& picture, vision::Instruments& instruments,
                                         const MetersAtHand& at_hand) {
  std::vector<Finding> findings;
  for (const auto& one : at_hand.meters) {
    auto& finding = findings.emplace_back(finding_of(one, instruments));
    const auto outcome = read_into(finding, one, picture, instruments, at_hand);
    if (outcome) continue;
    if (outcome.error().code != ErrorCode::invalid_input) return core::fail(outcome.error());
    finding.reason = outcome.error().message;
  }
  return findings;
}

}  // namespace sightglass::inspection
