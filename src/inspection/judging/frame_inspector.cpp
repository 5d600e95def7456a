#include "inspection/judging/frame_inspector.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "imaging/opencv/mark_frame.hpp"
#include "imaging/pipeline/frame_raster.hpp"
#include "imaging/turbojpeg/encode_samples.hpp"
#include "telemetry/log.hpp"

namespace sightglass::inspection::judging {
namespace {

using core::Result;
using Clock = std::chrono::steady_clock;

// How old the answer to "which is the newest?" may be.
constexpr std::chrono::seconds lookup_age{2};
// Models in memory with the thresholds of their orders: more than a node has stations.
constexpr std::size_t most_chosen = 8;
constexpr std::int32_t jpeg_quality = 90;
// Below this nothing of a heat map is shown, in shares of what is as red as it gets: else all of a good part would be
// tinted.
constexpr float coolest_share = 0.3F;
constexpr float hottest_deviations = 10;  // as heat maps of photos are shown

double milliseconds_since(Clock::time_point began) {
  return std::chrono::duration<double, std::milli>(Clock::now() - began).count();
}

// Another embedder, with the time that its passes took.
class TimedEmbedder final : public vision::Embedder {
 public:
  explicit TimedEmbedder(vision::Embedder& embedder) : embedder_(embedder) {}
  std::string_view model() const override { return embedder_.model(); }
  Result<vision::BackbonePass> pass(const core::Raster& picture, double least_confidence) override {
    const auto began = Clock::now();
    auto pass = embedder_.pass(picture, least_confidence);
    milliseconds += milliseconds_since(began);
    return pass;
  }
  double milliseconds = 0;

 private:
  vision::Embedder& embedder_;
};

core::Box moved(core::Box box, const std::optional<core::Box>& region) {
  if (region) box.x += region->x, box.y += region->y;
  return box;
}

core::Box whole_of(core::Size size) {
  return {0, 0, static_cast<double>(size.width), static_cast<double>(size.height)};
}

// By how much the part lies otherwise than on the reference, in pixels.
void note_move(const vision::AnomalyResult& result, core::Size size, Judgement& judgement) {
  judgement.is_unaligned = result.is_unaligned;
  if (!result.moved) return;
  const double side = std::max(size.width, size.height);
  judgement.moved_x = result.moved->x * side;
  judgement.moved_y = result.moved->y * side;
  judgement.turned = result.moved->degrees;
}

void note(const vision::AnomalyResult& result, const JudgeOrder& order, Judgement& judgement) {
  judgement.score = result.score;
  judgement.threshold = order.threshold.value_or(result.threshold);
  judgement.is_anomalous = result.score > judgement.threshold;
  judgement.rarity = result.rarity;
  const auto inside = core::clipped({result.peak.x, result.peak.y, 0, 0}, order.frame.size);
  judgement.peak = moved({inside.x, inside.y, 0, 0}, order.region);
  if (judgement.is_anomalous)
    for (const auto& box : result.boxes) judgement.boxes.push_back(moved(box, order.region));
  judgement.map_size = result.map.cells;
  judgement.map = result.map.values;
}

// What made a part bad is seen, also on the map of references, whose values are smaller.
float hottest_of(const Judgement& judgement) {
  if (!judgement.is_anomalous || judgement.map.empty()) return hottest_deviations;
  return std::clamp(std::ranges::max(judgement.map), 1.0F, hottest_deviations);
}

std::int64_t bytes_of(const core::RawImage& frame) {
  return frame.bytes ? static_cast<std::int64_t>(frame.bytes->size()) : 0;
}

}  // namespace

Result<void> FrameInspector::look_up(const Key& key, Chosen& entry) {
  const auto now = clock_.now();
  if (entry.judge && now - entry.looked_at < lookup_age && now >= entry.looked_at) return {};
  auto row = models_.anomaly_named(key.first);
  if (!row) {
    // A part waits: what judged the last one still knows how, while the store is away.
    const bool is_away =
        row.error().code == core::ErrorCode::unavailable || row.error().code == core::ErrorCode::timeout;
    if (!entry.judge || !is_away) return core::fail(std::move(row).error());
    telemetry::log_warning("the model of a station could not be looked up", {{"message", row.error().message}});
    entry.looked_at = now;
    return {};
  }
  if (!entry.judge || entry.row.row.id != row->row.id) {
    SG_ASSIGN(const auto* model, models_.anomaly(*row));
    entry.judge = key.second ? model->with_threshold(*key.second) : *model;
    entry.row = std::move(*row);
  }
  entry.looked_at = now;
  return {};
}

Result<const FrameInspector::Chosen*> FrameInspector::chosen(const Key& key) {
  auto& entry = chosen_[key];
  entry.used = ++calls_;
  if (auto looked = look_up(key, entry); !looked) {
    chosen_.erase(key);
    return core::fail(std::move(looked).error());
  }
  if (chosen_.size() > most_chosen)
    chosen_.erase(std::ranges::min_element(chosen_, {}, [](const auto& one) { return one.second.used; }));
  return &entry;
}

Result<void> FrameInspector::score(const core::Raster& picture, const JudgeOrder& order, Judgement& judgement) {
  const auto began = Clock::now();
  SG_ASSIGN(const auto* entry, chosen({order.model, order.threshold}));
  judgement.model = entry->row.label();
  // References move themselves onto the picture, and models that were learnt aligned move the picture, whatever is
  // asked.
  const auto* model = entry->judge->anomaly_model();
  if (order.align && model != nullptr && !model->aligns())
    return core::fail(core::invalid_input(
        "recipe.align", entry->row.label() + " was not learnt aligned and keeps no picture to align frames to"));
  SG_ASSIGN(auto* embedder, instruments_.embedder());
  TimedEmbedder timed(*embedder);
  SG_ASSIGN(const auto result, entry->judge->score(picture, timed));
  note(result, order, judgement);
  note_move(result, picture.size, judgement);
  judgement.network_ms = timed.milliseconds;
  judgement.score_ms = milliseconds_since(began) - timed.milliseconds;
  return {};
}

// Of the whole frame: where the code is has nothing to do with what is judged.
Result<std::string> FrameInspector::read_code(const JudgeOrder& order) {
  SG_ASSIGN(auto* reader, instruments_.code_reader());
  SG_ASSIGN(const auto picture, imaging::pipeline::frame_raster(order.frame, std::nullopt));
  SG_ASSIGN(const auto codes, reader->read(picture, vision::CodeEffort::quick));
  for (const auto& code : codes)
    if (!code.is_binary && !code.text.empty()) return code.text;
  return std::string();
}

Result<Judgement> FrameInspector::judge(const JudgeOrder& order) {
  SG_TRY(wire::check_places(order.frame, bytes_of(order.frame), order.region));
  Judgement judgement;
  if (order.read_code) {
    SG_ASSIGN(judgement.code, read_code(order));
  }
  if (order.model.empty()) return judgement;
  const auto began = Clock::now();
  SG_ASSIGN(const auto picture, imaging::pipeline::frame_raster(order.frame, order.region));
  judgement.convert_ms = milliseconds_since(began);
  SG_TRY(score(picture, order, judgement));
  return judgement;
}

Result<std::string> FrameInspector::annotate(const wire::Drawing& drawing) {
  SG_TRY(wire::check_places(drawing.frame, bytes_of(drawing.frame), drawing.region));
  SG_ASSIGN(const auto picture, imaging::pipeline::frame_raster(drawing.frame, std::nullopt));
  const auto& judgement = drawing.judgement;
  const auto& said = drawing.annotation;
  imaging::opencv::FrameMarks marks{.region = drawing.region.value_or(whole_of(drawing.frame.size)),
                                    .map_size = judgement.map_size,
                                    .map = judgement.map,
                                    .hottest = hottest_of(judgement),
                                    .boxes = judgement.boxes,
                                    .is_good = said.verdict == "OK",
                                    .lines = {said.verdict + "  " + said.image_id, said.words + "  " + said.time},
                                    .warning = said.is_simulated ? "SIMULATED" : ""};
  marks.coolest = coolest_share * marks.hottest;
  SG_ASSIGN(const auto drawn, imaging::opencv::marked(picture, marks));
  const imaging::pipeline::Samples samples{.size = drawn.size,
                                           .order = imaging::pipeline::SampleOrder::rgb,
                                           .first = drawn.rgb.data(),
                                           .pitch = 3 * static_cast<std::size_t>(drawn.size.width)};
  return imaging::turbojpeg::encode_samples(samples, jpeg_quality);
}

Result<void> FrameInspector::warm(const std::string& model) {
  // Of the size that the backbone sees: what is judged does not matter, and references may find it too unlike them.
  constexpr std::int32_t side = 512;
  core::Raster grey{.size = {side, side}};
  grey.rgb.assign(3 * static_cast<std::size_t>(grey.size.pixels()), 128);
  Judgement judgement;
  auto scored = score(grey, {.frame = {.size = grey.size}, .model = model}, judgement);
  if (!scored && scored.error().code != core::ErrorCode::invalid_input) return scored;
  return {};
}

}  // namespace sightglass::inspection::judging
