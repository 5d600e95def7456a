#include "stations/inspector.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <future>
#include <span>
#include <sstream>
#include <utility>
#include <vector>

#include "core/image_id.hpp"
#include "core/json_writer.hpp"
#include "runtime/unix_fd.hpp"
#include "stations/recipe.hpp"
#include "stations/results_json.hpp"
#include "telemetry/log.hpp"

namespace sightglass::stations {
namespace {

using core::Result;
using database::triggers::State;
using inspection::Judgement;
using Row = Inspector::Row;

constexpr std::int32_t original_quality = 95;

// Rows hold what recipe.hpp wrote.
Recipe recipe_of(const Row& row) {
  auto recipe = recipe_from_json(row.recipe);
  return recipe ? std::move(*recipe) : Recipe{};
}

std::optional<core::Box> region_of(const Recipe& recipe) {
  if (!recipe.region) return std::nullopt;
  const auto& region = *recipe.region;
  return core::Box{static_cast<double>(region.x), static_cast<double>(region.y), static_cast<double>(region.width),
                   static_cast<double>(region.height)};
}

std::string comment_of(const Row& row) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("station", row.station_name).member("trigger", row.id.to_string());
  json.member("camera", row.camera_name).member("frame", row.frame_number).member("simulated", row.is_simulated);
  json.end_object();
  return text;
}

std::string words_of(const Row& row) {
  if (row.score && row.threshold) return fmt::format("score {:.2f} of {:.2f}", *row.score, *row.threshold);
  return row.reason;
}

std::optional<std::string> read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) return std::nullopt;
  return std::move(text).str();
}

double late_after(const Recipe& recipe) { return recipe.late_after_ms; }

}  // namespace

Result<std::string> Inspector::develop(const Row& row, const core::RawImage& frame) {
  return parts_.decoder.develop(frame,
                                {.file = imaging::DevelopPlan::File::jpeg,
                                 .quality = original_quality,
                                 .model = row.camera_name,
                                 .serial = row.serial,
                                 .taken_at = row.triggered_at,
                                 .comment = comment_of(row)},
                                parts_.ingest.policy().limits);
}

Result<Judgement> Inspector::look(const Row& row, const core::RawImage& frame) {
  const auto recipe = recipe_of(row);
  const bool wants_code = recipe.read_code && !row.image_id;
  if (recipe.model.empty() && !wants_code) return Judgement{};
  return parts_.judge.judge({.frame = frame,
                             .region = region_of(recipe),
                             .model = recipe.model,
                             .threshold = recipe.threshold,
                             .align = recipe.align,
                             .read_code = wants_code});
}

void Inspector::give_verdict(Row& row, const Result<Judgement>& judgement) const {
  if (!judgement) {
    row.verdict = "NG";
    row.reason = "Not judged: " + judgement.error().message;
    return;
  }
  if (judgement->model.empty()) {
    row.verdict = "OK";
    row.reason = "Not judged: the recipe names no model.";
  } else {
    row.verdict = judgement->is_anomalous ? "NG" : "OK";
    row.score = judgement->score;
    row.threshold = judgement->threshold;
    row.model = judgement->model;
    if (judgement->is_unaligned) row.reason = "Not aligned: the part was not found near where good pictures have it.";
  }
  if (!row.image_id && core::check_image_id(judgement->code)) row.image_id = judgement->code;
}

void Inspector::warm(const std::string& recipe) {
  const auto wanted = recipe_from_json(recipe);
  if (wanted && !wanted->model.empty()) parts_.judge.warm(wanted->model);
}

Result<Judgement> Inspector::judge(Row& row, const core::RawImage& frame) {
  auto kept = std::async(std::launch::async, [&]() -> Result<void> {
    SG_ASSIGN(const auto jpeg, develop(row, frame));
    return parts_.folders.put_original(row.name, jpeg);
  });
  auto judgement = look(row, frame);
  const auto original = kept.get();
  const Row before = row;
  give_verdict(row, judgement);
  row.judged_at = parts_.clock.now();
  const std::chrono::duration<double, std::milli> took = *row.judged_at - row.triggered_at;
  row.is_late = took.count() > late_after(recipe_of(row));
  row.state = original ? State::judged : State::failed;
  if (!original) row.error = "The picture could not be kept: " + original.error().message;
  row.results = results_json(row, judgement ? *judgement : Judgement{});
  if (auto journaled = parts_.journal.judged(row); !journaled) {
    row = before;
    return core::fail(std::move(journaled.error()));
  }
  parts_.spill.remove(row.id);
  parts_.wake_outputs();
  return judgement ? std::move(*judgement) : Judgement{};
}

Result<void> Inspector::file(Row& row, const core::RawImage& frame, const Judgement& judgement) {
  const auto jpeg = parts_.judge.annotate(frame, region_of(recipe_of(row)), judgement,
                                          {.image_id = row.image_id.value_or(row.name),
                                           .verdict = row.verdict,
                                           .words = words_of(row),
                                           .time = core::to_iso8601(row.triggered_at),
                                           .is_simulated = row.is_simulated});
  const auto whole = jpeg
                         ? parts_.folders.finish(
                               row.name, {.verdict = row.verdict, .annotated_jpeg = *jpeg, .results_json = row.results})
                         : Result<std::string>(core::fail(jpeg.error()));
  if (!whole) {
    row.error = "The files are not whole yet: " + whole.error().message;
    return parts_.journal.note(row);
  }
  row.folder = *whole;
  SG_TRY(keep_photo(row));
  return put_in_place(row);
}

// A photo of its own, once: its row and the journal's are of one transaction.
Result<void> Inspector::keep_photo(Row& row) {
  const auto recipe = recipe_of(row);
  const auto keep = row.verdict == "OK" ? recipe.keep_ok : recipe.keep_ng;
  if (keep == Keep::files || row.photo_id) return {};
  const auto jpeg = read_text(parts_.folders.path_of(row.folder) / row.verdict / "original" / (row.name + ".jpg"));
  const auto kept = [&]() -> Result<void> {
    if (!jpeg) return core::fail(core::not_found("its original is gone"));
    SG_ASSIGN(auto room, parts_.admission.admit(static_cast<std::int64_t>(jpeg->size())));
    SG_ASSIGN(const auto incoming, parts_.blobs.begin_incoming());
    SG_TRY(incoming->write(std::as_bytes(std::span(*jpeg))));
    room.note_written(incoming->bytes());
    Row with_photo = row;
    ingest::Submission submission{.source = core::PhotoSource::trigger, .captured_at = row.triggered_at};
    submission.original_filename = row.image_id.value_or(row.name) + ".jpg";
    submission.also = [&](database::Session& session, const core::Photo& photo) -> Result<void> {
      with_photo.photo_id = photo.id;
      return database::triggers::update(session, with_photo);
    };
    SG_TRY(parts_.ingest.accept(*incoming, submission));
    row.photo_id = with_photo.photo_id;
    return {};
  }();
  // The inspection has its files all the same.
  if (!kept) row.error = "It could not be kept as a photo: " + kept.error().message;
  return {};
}

bool Inspector::is_behind_another(const Row& row) {
  const auto newest = parts_.journal.newest_of(*row.image_id);
  return newest && *newest && (*newest)->id != row.id && (*newest)->triggered_at > row.triggered_at;
}

Result<void> Inspector::put_in_place(Row& row) {
  const std::scoped_lock turn(places_);
  // Who named it and who goes on with what was left may both be here.
  SG_ASSIGN(auto known, parts_.journal.find(row.id));
  if (known && known->state == State::filed) {
    row = std::move(*known);
    return {};
  }
  std::string superseded_folder;
  row.state = State::filed;
  if (row.image_id && is_behind_another(row)) {
    const auto behind = parts_.folders.file_behind(row.folder, *row.image_id, row.name);
    if (behind) {
      row.folder = *behind;
      row.superseded_at = parts_.clock.now();
    } else {
      row.state = State::built;
      row.error = "It could not be moved to its place: " + behind.error().message;
    }
  } else if (row.image_id) {
    const auto moved = parts_.folders.file_under(row.folder, *row.image_id);
    if (moved) {
      row.folder = moved->folder;
      // What has a name lies behind under that name, whether it gave way now or before the program ended.
      if (moved->superseded.empty()) superseded_folder = moved->superseded_folder;
    } else {
      row.state = State::built;
      row.error = "It could not be moved to its place: " + moved.error().message;
    }
  }
  if (row.state == State::filed) {
    row.durable_at = parts_.clock.now();
    if (row.error.starts_with("It could not be moved") || row.error.starts_with("The files are not whole"))
      row.error.clear();
  }
  return parts_.journal.placed(row, superseded_folder);
}

Result<core::RawImage> Inspector::frame_of_original(const Row& row) {
  const auto file = parts_.folders.unfinished_original(row.name);
  if (!file) return core::fail(core::not_found("its original is gone"));
  const runtime::UnixFd fd(::open(file->c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) return core::fail(core::unavailable("its original cannot be read"));
  SG_ASSIGN(auto image,
            parts_.decoder.inspect(fd.get(), {.max_side = imaging::most_raster_side}, parts_.ingest.policy().limits));
  auto& raster = image.raster;
  return core::RawImage{.size = raster.size,
                        .format = core::PixelFormat::rgb8,
                        .stride = raster.size.width * 3,
                        .bytes = std::make_shared<const std::vector<std::uint8_t>>(std::move(raster.rgb))};
}

Result<void> Inspector::settle(Row row) {
  switch (row.state) {
    case State::received: return settle_received(std::move(row));
    case State::judged: return settle_judged(std::move(row));
    case State::built: return settle_built(std::move(row));
    default: return {};
  }
}

Result<void> Inspector::lose(Row row, const std::string& why) {
  telemetry::log_warning("a trigger's picture was lost", {{"trigger", row.name}, {"why", why}});
  const auto id = row.id;
  SG_TRY(parts_.journal.lost(std::move(row), why));
  parts_.spill.remove(id);  // what is torn
  parts_.wake_outputs();
  return {};
}

Result<void> Inspector::give_ids_back(std::span<const Row> left) {
  std::vector<Row> gone;
  for (const auto& row : left) {
    const bool is_gone = row.state == State::received && !parts_.folders.unfinished_original(row.name) &&
                         !parts_.spill.get(row.id);  // there, and whole
    if (is_gone) gone.push_back(row);
  }
  SG_ASSIGN(const auto last, parts_.journal.last_of(gone));
  for (auto& row : gone) {
    if (std::ranges::find(last, row.id) != last.end()) {
      SG_TRY(parts_.journal.give_id_back(std::move(row),
                                         "The server ended before the picture was kept; the id waits again."));
    } else {
      SG_TRY(lose(std::move(row), "The server ended before the picture was kept."));
    }
  }
  return {};
}

Result<void> Inspector::settle_received(Row row) {
  auto frame = parts_.spill.get(row.id);
  if (!frame) frame = frame_of_original(row);
  if (!frame) return lose(std::move(row), "The picture was gone before it could be judged.");
  SG_ASSIGN(const auto judgement, judge(row, *frame));
  return row.state == State::judged ? file(row, *frame, judgement) : Result<void>{};
}

// Where the files are tells how far it was. Empty: nowhere, or not whole.
std::string Inspector::place_of(const Row& row) const {
  std::vector<std::string> places{InspectionFolders::folder_of_name(row.name)};
  if (row.image_id) {
    places.push_back(InspectionFolders::folder_of_id(*row.image_id));
    places.push_back(InspectionFolders::folder_behind(*row.image_id, row.name));
  }
  const auto found = std::ranges::find(places, row.name, [this](const auto& at) { return parts_.folders.name_at(at); });
  return found == places.end() ? std::string() : *found;
}

Result<void> Inspector::settle_judged(Row row) {
  const auto place = place_of(row);
  if (place.empty()) return draw_again(std::move(row));
  row.folder = place;
  if (place == InspectionFolders::folder_of_name(row.name)) SG_TRY(keep_photo(row));
  return put_in_place(row);
}

Result<void> Inspector::settle_built(Row row) {
  if (auto place = place_of(row); !place.empty()) {
    row.folder = std::move(place);
    // It may have got its id after its files were made.
    SG_TRY(parts_.folders.put_results(row.folder, row.results));
  }
  return put_in_place(row);
}

Result<void> Inspector::draw_again(Row row) {
  const auto frame = frame_of_original(row);
  if (!frame && frame.error().code == core::ErrorCode::not_found) {
    row.state = State::failed;
    row.error = "Its files are gone.";
    return parts_.journal.note(row);
  }
  if (!frame) {
    row.error = "The files are not whole yet: " + frame.error().message;
    return parts_.journal.note(row);
  }
  // The verdict holds: what is looked at again is only where to draw.
  const auto judgement = look(row, *frame);
  return file(row, *frame, judgement ? *judgement : Judgement{});
}

Result<Row> Inspector::name(core::TriggerId id, std::string_view image_id) {
  SG_TRY(core::check_image_id(image_id));
  SG_ASSIGN(const auto found, parts_.journal.find(id));
  if (!found) return core::fail(core::not_found("no such trigger"));
  if (found->node != parts_.journal.node())
    return core::fail(core::unavailable("The files of this inspection are at the node " + found->node + "."));
  SG_ASSIGN(const auto results, renamed_results(found->results, image_id));
  SG_ASSIGN(auto row, parts_.journal.rename(id, image_id, results));
  SG_TRY(parts_.folders.put_results(row.folder, row.results));
  SG_TRY(put_in_place(row));
  return row;
}

}  // namespace sightglass::stations
