#include "inspection/bursts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <utility>

#include "database/bursts.hpp"
#include "database/findings.hpp"
#include "database/photos.hpp"
#include "inspection/burst_judgement.hpp"
#include "inspection/steps/steps.hpp"
#include "vision/model_bundle.hpp"

namespace sightglass::inspection {
namespace {

using core::Finding;
using core::Result;
using database::Session;
using database::bursts::Frame;
namespace stored = database::bursts;

// Where cameras write theirs, as exiv2 names them.
constexpr std::array<std::string_view, 3> serial_keys{"Exif.Photo.BodySerialNumber", "Exif.Image.CameraSerialNumber",
                                                      "Xmp.aux.SerialNumber"};
constexpr std::size_t longest_serial = 200;
// In a camera's key, before the event; no serial number has a line feed.
constexpr std::string_view event_mark = "\nevent ";

std::string serial_of(const core::Photo& photo) {
  // Makers' own notes are not among the keys.
  if (!photo.metadata.trap.serial.empty()) return photo.metadata.trap.serial;
  boost::system::error_code failed;
  const auto keys = boost::json::parse(photo.metadata.json, failed);
  if (failed || !keys.is_object()) return {};
  for (const std::string_view key : serial_keys) {
    const auto* serial = keys.get_object().if_contains(key);
    if (serial == nullptr || !serial->is_string() || serial->get_string().size() > longest_serial) continue;
    // Cameras that were never given one write zeros or blanks.
    const std::string_view text = serial->get_string();
    if (text.find_first_not_of(" 0") != std::string_view::npos) return std::string(text);
  }
  return {};
}

// Camera and event of a series that the camera numbers itself: none of another event is among them, whatever the
// clock says. Empty for others, as for pictures by the clock, which some cameras give all the same event.
std::string event_of(const core::Photo& photo) {
  const auto& trap = photo.metadata.trap;
  const bool is_series = trap.sequence && trap.sequence->event && trap.sequence->count > 1;
  if (!is_series || trap.serial.empty() || trap.trigger == core::TrapTrigger::time_lapse) return {};
  return fmt::format("{}{}", event_mark, *trap.sequence->event);
}

// A numbered series may have longer pauses: the camera waits as long as people told it between two pictures.
core::Instant::duration gap_of(const std::string& camera) {
  return camera.contains(event_mark) ? numbered_gap : burst_gap;
}

// As deployments are told apart in exports: four decimals are some ten metres.
std::string place_of(const core::Photo& photo) {
  if (photo.location_id) return photo.location_id->to_string();
  const auto& position = photo.metadata.position;
  return position ? fmt::format("{:.4f}/{:.4f}", position->latitude, position->longitude) : std::string();
}

// Of the camera and the first photo alone, so that nobody has to be asked for one.
std::string burst_id(const Frame& first) {
  constexpr std::size_t digits = 32;
  const auto words = fmt::format("{}\n{}", first.camera, core::to_micros(first.taken_at));
  return vision::sha256_of(words).to_hex().substr(0, digits);
}

// People said what is there, whatever a burst makes of its name since.
Result<void> leave_decided(Session& session, core::PhotoId photo, std::vector<Finding>& found) {
  if (found.empty()) return {};
  SG_ASSIGN(const auto there, database::findings::of_photo(session, photo));
  std::erase_if(found, [&](const Finding& one) {
    return std::ranges::any_of(there, [&](const Finding& other) {
      const bool is_decided = other.state != core::FindingState::open || other.is_by_person;
      return other.kind == one.kind && is_decided && one.box && other.box &&
             core::overlap(*one.box, *other.box) >= database::findings::decided_overlap;
    });
  });
  return {};
}

class Burst {
 public:
  Burst(Session& session, core::Instant now) : session_(session), now_(now) {}

  // Names the burst around a moment and finds what its photos show.
  Result<void> judge(const std::string& camera, core::Instant at) {
    SG_ASSIGN(frames_, stored::around(session_, camera, at, gap_of(camera), most_of_burst + 1));
    const bool is_one = frames_.size() > 1 && frames_.size() <= most_of_burst;
    const auto name = is_one ? burst_id(frames_.front()) : std::string();
    for (auto& frame : frames_) SG_TRY(rename(frame, name));
    found_.clear();
    return is_one ? judge_together() : judge_alone();
  }

  // On a photo that is among others; nullopt for one that stands alone.
  std::optional<std::vector<Finding>> found_on(core::PhotoId photo) const {
    for (std::size_t i = 0; i < found_.size(); ++i)
      if (frames_[i].photo_id == photo) return found_[i];
    return std::nullopt;
  }

  // The machine's spottings of all of them but `left_out`.
  Result<void> write(std::optional<core::PhotoId> left_out) {
    constexpr std::array kinds{core::FindingKind::spotting};
    for (std::size_t i = 0; i < found_.size(); ++i) {
      const auto photo = frames_[i].photo_id;
      if (photo == left_out || !is_changed_[i]) continue;
      SG_TRY(database::findings::replace_machine(session_, photo, kinds, found_[i], now_));
    }
    return {};
  }

 private:
  Result<void> rename(Frame& frame, const std::string& name) {
    is_renamed_ = is_renamed_ || frame.burst != name;
    if (frame.burst != name) SG_TRY(stored::set_burst(session_, frame.photo_id, name));
    frame.burst = name;
    return {};
  }

  Result<void> judge_together() {
    SG_ASSIGN(const auto full,
              stored::between(session_, frames_.front().camera, frames_.front().taken_at, frames_.back().taken_at));
    std::vector<std::vector<Sighting>> seen;
    for (const auto& frame : full) {
      SG_ASSIGN(auto sightings, sightings_from_json(frame.sightings));
      seen.push_back(std::move(sightings));
    }
    found_ = judge_burst(seen);
    for (std::size_t i = 0; i < frames_.size(); ++i) {
      // Where nothing was seen there is nothing that the others could bear out.
      is_changed_.push_back(!seen[i].empty());
      for (auto& finding : found_[i]) finding.burst = frames_[i].burst;
      SG_TRY(leave_decided(session_, frames_[i].photo_id, found_[i]));
    }
    return {};
  }

  // Of pictures that are no burst each is judged by itself; those that were in one are judged anew.
  Result<void> judge_alone() {
    if (!is_renamed_) frames_.clear();
    for (const auto& frame : frames_) {
      SG_ASSIGN(const auto whole, stored::find(session_, frame.photo_id));
      SG_ASSIGN(const auto sightings, sightings_from_json(whole ? whole->sightings : "[]"));
      found_.push_back(judge_burst(std::array{sightings})[0]);
      is_changed_.push_back(!sightings.empty());
      SG_TRY(leave_decided(session_, frame.photo_id, found_.back()));
    }
    return {};
  }

  Session& session_;
  core::Instant now_;
  std::vector<Frame> frames_{};
  bool is_renamed_ = false;
  // In the frames' order.
  std::vector<std::vector<Finding>> found_{};
  std::vector<bool> is_changed_{};  // whether there may be something to write
};

// What a photo leaves behind where it was: it may have held together those on both sides of it.
Result<void> judge_the_rest(Session& session, const Frame& before, core::Instant now) {
  SG_ASSIGN(const auto nearest, stored::around(session, before.camera, before.taken_at, gap_of(before.camera), 1));
  for (const auto& frame : nearest) {
    Burst rest(session, now);
    SG_TRY(rest.judge(frame.camera, frame.taken_at));
    SG_TRY(rest.write(std::nullopt));
  }
  return {};
}

bool is_moved(const std::optional<Frame>& before, const Frame& after) {
  return before && (before->camera != after.camera || before->taken_at != after.taken_at);
}

// Moves the photo, and judges what it leaves and where it comes to. The photo's own findings are written but for
// `left_out`. Nullopt: it stands alone.
Result<std::optional<std::vector<Finding>>> move(Session& session, const std::optional<Frame>& before, Frame after,
                                                 core::Instant now, std::optional<core::PhotoId> left_out) {
  const auto photo = after.photo_id;
  // Its burst is the one it had until that is named anew; without a camera it has none.
  if (before) after.burst = before->burst;
  SG_TRY(stored::put(session, after));
  if (is_moved(before, after) && !before->camera.empty()) SG_TRY(judge_the_rest(session, *before, now));
  if (after.camera.empty()) {
    SG_TRY(stored::set_burst(session, photo, ""));
    return std::optional<std::vector<Finding>>{};
  }
  Burst burst(session, now);
  SG_TRY(burst.judge(after.camera, after.taken_at));
  SG_TRY(burst.write(left_out));
  return burst.found_on(photo);
}

Frame frame_of(const core::Photo& photo, std::string sightings) {
  return {.photo_id = photo.id,
          .camera = steps::may_show_animals(photo) ? camera_key(photo) : std::string(),
          .taken_at = photo.taken_at,
          .sightings = std::move(sightings)};
}

}  // namespace

std::string camera_key(const core::Photo& photo) {
  const auto& metadata = photo.metadata;
  if (metadata.taken_source == core::TakenSource::upload) return {};
  if (const auto serial = serial_of(photo); !serial.empty())
    return fmt::format("serial {}|{}|{}{}", metadata.camera_make, metadata.camera_model, serial, event_of(photo));
  const auto place = place_of(photo);
  if (place.empty()) return {};
  return fmt::format("place {}|{}|{}", place, metadata.camera_make, metadata.camera_model);
}

Result<std::vector<Finding>> join_burst(Session& session, core::PhotoId id, const std::vector<Sighting>& sightings,
                                        core::Instant now) {
  SG_ASSIGN(const auto photo, database::photos::find(session, id));
  if (!photo) return core::fail(core::not_found("There is no such photo."));
  SG_ASSIGN(const auto before, stored::find(session, id));
  SG_ASSIGN(auto found, move(session, before, frame_of(*photo, sightings_json(sightings)), now, id));
  return found ? std::move(*found) : judge_burst(std::array{sightings})[0];
}

Result<void> place_in_burst(Session& session, core::PhotoId id, core::Instant now) {
  SG_ASSIGN(const auto photo, database::photos::find(session, id));
  if (!photo) return core::fail(core::not_found("There is no such photo."));
  SG_ASSIGN(const auto before, stored::find(session, id));
  if (before) return renew_burst(session, id, now);
  SG_TRY(move(session, before, frame_of(*photo, "[]"), now, std::nullopt));
  return {};
}

Result<void> renew_burst(Session& session, core::PhotoId id, core::Instant now) {
  SG_ASSIGN(const auto before, stored::find(session, id));
  SG_ASSIGN(const auto photo, database::photos::find(session, id));
  if (!before || !photo) return {};
  auto after = frame_of(*photo, before->sightings);
  if (!is_moved(before, after)) return {};
  SG_ASSIGN(const auto sightings, sightings_from_json(before->sightings));
  SG_ASSIGN(const auto found, move(session, before, std::move(after), now, std::nullopt));
  // What its burst made of it goes with the burst, as long as it is a picture of animals at all.
  if (found || sightings.empty() || before->burst.empty() || !steps::may_show_animals(*photo)) return {};
  constexpr std::array kinds{core::FindingKind::spotting};
  auto alone = judge_burst(std::array{sightings})[0];
  SG_TRY(leave_decided(session, id, alone));
  SG_TRY(database::findings::replace_machine(session, id, kinds, std::move(alone), now));
  return {};
}

}  // namespace sightglass::inspection
