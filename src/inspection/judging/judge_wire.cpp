#include "inspection/judging/judge_wire.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <span>
#include <utility>

#include "core/json_writer.hpp"
#include "filing/json_fields.hpp"
#include "imaging/decoder.hpp"
#include "imaging/raw_frame.hpp"

namespace sightglass::inspection::judging::wire {
namespace {

using core::JsonWriter;
using core::Result;
using filing::JsonFields;

static_assert(std::endian::native == std::endian::little);

constexpr double largest = std::numeric_limits<double>::max();
constexpr std::int32_t most_side = 65'500;
// Sides of boxes are sums of real numbers.
constexpr double slack = 1e-3;
constexpr std::size_t longest_code = 4096;
// Bytes that are no UTF-8 travel as U+FFFD, which takes three.
constexpr std::size_t most_read = 3 * longest_words;

std::string_view cut(std::string_view text, std::size_t most) { return text.substr(0, most); }

// As a list, of which there are readers: of none when it is absent.
void write(JsonWriter& json, core::JsonKey name, std::span<const core::Box> boxes) {
  json.key(name).begin_array();
  for (const auto& box : boxes) {
    json.begin_object().member("x", box.x).member("y", box.y);
    json.member("width", box.width).member("height", box.height).end_object();
  }
  json.end_array();
}

void write(JsonWriter& json, core::JsonKey name, const std::optional<core::Box>& box) {
  if (box) write(json, name, std::span(&*box, 1));
}

void write_frame(JsonWriter& json, const core::RawImage& frame) {
  json.key("frame").begin_object().member("width", frame.size.width).member("height", frame.size.height);
  json.member("stride", frame.stride).member("format", core::name_of(frame.format)).end_object();
}

void write_judgement(JsonWriter& json, const Judgement& judgement) {
  json.key("judgement").begin_object().member("model", cut(judgement.model, longest_model));
  json.member("score", judgement.score).member("threshold", judgement.threshold);
  json.member("is_anomalous", judgement.is_anomalous).member("rarity", judgement.rarity);
  write(json, "peak", judgement.peak);
  write(json, "boxes", std::span(judgement.boxes).first(std::min(judgement.boxes.size(), most_boxes)));
  json.member("map_width", judgement.map_size.width).member("map_height", judgement.map_size.height);
  json.member("moved_x", judgement.moved_x).member("moved_y", judgement.moved_y).member("turned", judgement.turned);
  json.member("is_unaligned", judgement.is_unaligned);
  json.member("code", cut(judgement.code, longest_code)).member("convert_ms", judgement.convert_ms);
  json.member("network_ms", judgement.network_ms).member("score_ms", judgement.score_ms).end_object();
}

void write_error(JsonWriter& json, const core::Error& error) {
  json.key("error").begin_object().member("code", static_cast<std::int32_t>(error.code));
  json.member("message", cut(error.message, longest_words)).member("field", cut(error.field, longest_words));
  json.member("cause", cut(error.cause, longest_words)).end_object();
}

std::string bytes_of(const std::vector<float>& values) {
  std::string bytes(values.size() * sizeof(float), '\0');
  if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

double number(JsonFields& fields, std::string_view name, double least = -largest, double most = largest) {
  const auto value = fields.optional_number(name, least, most);
  if (!value) fields.complain(name, "is missing");
  return value.value_or(0);
}

std::int32_t whole(JsonFields& fields, std::string_view name, std::int32_t least, std::int32_t most) {
  return static_cast<std::int32_t>(fields.integer(name, least, most));
}

std::vector<core::Box> boxes_of(JsonFields& fields, std::string_view name, std::size_t most) {
  std::vector<core::Box> boxes;
  for (auto& item : fields.optional_objects(name, most))
    boxes.push_back({.x = number(item, "x"),
                     .y = number(item, "y"),
                     .width = number(item, "width", 0),
                     .height = number(item, "height", 0)});
  return boxes;
}

std::optional<core::Box> box_of(JsonFields& fields, std::string_view name) {
  const auto boxes = boxes_of(fields, name, 1);
  return boxes.empty() ? std::nullopt : std::optional(boxes.front());
}

core::RawImage frame_of(JsonFields fields) {
  core::RawImage frame;
  frame.size = {whole(fields, "width", 1, most_side), whole(fields, "height", 1, most_side)};
  frame.stride = whole(fields, "stride", 1, std::numeric_limits<std::int32_t>::max());
  frame.format = fields.parsed("format", core::pixel_format_from_name);
  return frame;
}

// "map" stands for the values behind the head.
void read_map(JsonFields& fields, std::string_view bytes, Judgement& judgement) {
  judgement.map_size = {whole(fields, "map_width", 0, most_map_cells), whole(fields, "map_height", 0, most_map_cells)};
  const auto cells = static_cast<std::size_t>(judgement.map_size.pixels());
  if (bytes.size() != cells * sizeof(float)) return fields.complain("map", "has not a value for each cell");
  judgement.map.resize(cells);
  if (cells > 0) std::memcpy(judgement.map.data(), bytes.data(), bytes.size());
  const bool is_finite = std::ranges::all_of(judgement.map, [](float value) { return std::isfinite(value); });
  if (!is_finite) fields.complain("map", "holds what is no number");
}

Judgement judgement_of(JsonFields fields, std::string_view map) {
  Judgement judgement{.model = fields.text("model", 3 * longest_model),
                      .score = number(fields, "score"),
                      .threshold = number(fields, "threshold"),
                      .is_anomalous = fields.boolean("is_anomalous"),
                      .rarity = number(fields, "rarity", 0, 1),
                      .peak = box_of(fields, "peak"),
                      .boxes = boxes_of(fields, "boxes", most_boxes)};
  read_map(fields, map, judgement);
  judgement.moved_x = fields.optional_number("moved_x", -largest, largest);
  judgement.moved_y = fields.optional_number("moved_y", -largest, largest);
  judgement.turned = fields.optional_number("turned", -largest, largest);
  judgement.is_unaligned = fields.boolean("is_unaligned");
  judgement.code = fields.text("code", 3 * longest_code);
  judgement.convert_ms = number(fields, "convert_ms", 0);
  judgement.network_ms = number(fields, "network_ms", 0);
  judgement.score_ms = number(fields, "score_ms", 0);
  return judgement;
}

core::Error error_of(JsonFields fields) {
  return {.code = static_cast<core::ErrorCode>(
              fields.integer("code", 0, static_cast<std::int64_t>(core::ErrorCode::internal))),
          .message = fields.text("message", most_read),
          .field = fields.text("field", most_read),
          .cause = fields.text("cause", most_read)};
}

core::Error not_understood(const core::Error& why) {
  return core::internal_error("the process that judges frames does not keep to its protocol", why.message);
}

Result<void> check(const JsonFields& fields) {
  if (const auto outcome = fields.outcome(); !outcome) return core::fail(not_understood(outcome.error()));
  return {};
}

Result<JsonFields> parse(std::string_view head) {
  auto fields = JsonFields::parse(head);
  if (!fields) return core::fail(not_understood(fields.error()));
  return fields;
}

// Of an answer, whose error, if it tells one, is the outcome.
Result<JsonFields> parse_answer(std::string_view head) {
  SG_ASSIGN(auto fields, parse(head));
  if (fields.boolean("is_error")) {
    auto error = error_of(fields.object("error"));
    SG_TRY(check(fields));
    return core::fail(std::move(error));
  }
  SG_TRY(check(fields));
  return fields;
}

std::string head_of_error(const core::Error& error) {
  std::string head;
  JsonWriter json(head);
  json.begin_object().member("is_error", true);
  write_error(json, error);
  json.end_object();
  return head;
}

bool is_inside(const core::Box& box, core::Size frame) {
  return box.x >= -slack && box.y >= -slack && box.right() <= frame.width + slack &&
         box.bottom() <= frame.height + slack;
}

bool is_whole(double value) { return std::trunc(value) == value; }

}  // namespace

bool is_plausible(const RequestFrame& frame) {
  const bool is_known = frame.operation >= Operation::judge && frame.operation <= Operation::warm;
  return frame.magic == magic && is_known && frame.head_bytes <= most_head_bytes && frame.map_bytes <= most_map_bytes;
}

bool is_plausible(const AnswerFrame& frame, Operation operation) {
  const auto most = operation == Operation::judge      ? most_map_bytes
                    : operation == Operation::annotate ? most_jpeg_bytes
                                                       : 0U;
  return frame.magic == magic && frame.head_bytes <= most_head_bytes && frame.body_bytes <= most;
}

Request encode(const JudgeOrder& order) {
  Request request{.operation = Operation::judge};
  JsonWriter json(request.head);
  json.begin_object();
  write_frame(json, order.frame);
  write(json, "region", order.region);
  json.member("model", cut(order.model, longest_model)).member("threshold", order.threshold);
  json.member("align", order.align).member("read_code", order.read_code).end_object();
  return request;
}

Request encode(const Drawing& drawing) {
  Request request{.operation = Operation::annotate, .map = bytes_of(drawing.judgement.map)};
  JsonWriter json(request.head);
  const auto& said = drawing.annotation;
  json.begin_object();
  write_frame(json, drawing.frame);
  write(json, "region", drawing.region);
  write_judgement(json, drawing.judgement);
  json.member("image_id", cut(said.image_id, longest_words)).member("verdict", cut(said.verdict, longest_words));
  json.member("words", cut(said.words, longest_words)).member("time", cut(said.time, longest_words));
  json.member("is_simulated", said.is_simulated).end_object();
  return request;
}

Request encode_warming(std::string_view model) {
  Request request{.operation = Operation::warm};
  JsonWriter(request.head).begin_object().member("model", cut(model, longest_model)).end_object();
  return request;
}

Result<JudgeOrder> decode_order(const Request& request) {
  SG_ASSIGN(auto fields, parse(request.head));
  JudgeOrder order{.frame = frame_of(fields.object("frame")),
                   .region = box_of(fields, "region"),
                   .model = fields.text("model", 3 * longest_model),
                   .threshold = fields.optional_number("threshold", -largest, largest),
                   .align = fields.boolean("align"),
                   .read_code = fields.boolean("read_code")};
  SG_TRY(check(fields));
  return order;
}

Result<Drawing> decode_drawing(const Request& request) {
  SG_ASSIGN(auto fields, parse(request.head));
  Drawing drawing{.frame = frame_of(fields.object("frame")),
                  .region = box_of(fields, "region"),
                  .judgement = judgement_of(fields.object("judgement"), request.map)};
  drawing.annotation = {.image_id = fields.text("image_id", most_read),
                        .verdict = fields.text("verdict", most_read),
                        .words = fields.text("words", most_read),
                        .time = fields.text("time", most_read),
                        .is_simulated = fields.boolean("is_simulated")};
  SG_TRY(check(fields));
  return drawing;
}

Result<std::string> decode_warming(const Request& request) {
  SG_ASSIGN(auto fields, parse(request.head));
  auto model = fields.text("model", 3 * longest_model);
  SG_TRY(check(fields));
  return model;
}

Answer encode(const Result<Judgement>& outcome) {
  if (!outcome) return {.head = head_of_error(outcome.error())};
  Answer answer{.body = bytes_of(outcome->map)};
  JsonWriter json(answer.head);
  json.begin_object().member("is_error", false);
  write_judgement(json, *outcome);
  json.end_object();
  return answer;
}

Answer encode(Result<std::string> jpeg) {
  if (!jpeg) return {.head = head_of_error(jpeg.error())};
  return {.head = R"({"is_error":false})", .body = std::move(*jpeg)};
}

Answer encode(const Result<void>& outcome) {
  return {.head = outcome ? R"({"is_error":false})" : head_of_error(outcome.error())};
}

Result<Judgement> decode_judgement(const Answer& answer, core::Size frame) {
  SG_ASSIGN(auto fields, parse_answer(answer.head));
  auto judgement = judgement_of(fields.object("judgement"), answer.body);
  const auto fits = [&](const core::Box& box) { return is_inside(box, frame); };
  if (!std::ranges::all_of(judgement.boxes, fits)) fields.complain("boxes", "lie outside of the frame");
  if (judgement.peak && !fits(*judgement.peak)) fields.complain("peak", "lies outside of the frame");
  SG_TRY(check(fields));
  return judgement;
}

Result<std::string> decode_jpeg(Answer answer) {
  SG_ASSIGN(auto fields, parse_answer(answer.head));
  if (!answer.body.starts_with("\xff\xd8\xff")) fields.complain("body", "is no JPEG");
  SG_TRY(check(fields));
  return std::move(answer.body);
}

Result<void> decode_end(const Answer& answer) {
  SG_TRY(parse_answer(answer.head));
  return {};
}

Result<void> check_places(const core::RawImage& frame, std::int64_t byte_count,
                          const std::optional<core::Box>& region) {
  // JPEG is what is made of it.
  if (auto sound = imaging::check_frame(frame, byte_count, {}, {}); !sound) {
    auto error = std::move(sound).error();
    if (!error.field.empty()) error.field.insert(0, "frame.");
    return core::fail(std::move(error));
  }
  if (!region) return {};
  const bool is_pixels =
      is_whole(region->x) && is_whole(region->y) && is_whole(region->width) && is_whole(region->height);
  if (!is_pixels) return core::fail(core::invalid_input("recipe.region", "A region is of whole pixels"));
  if (region->width < 1 || region->height < 1)
    return core::fail(core::invalid_input("recipe.region", "A region has at least one pixel"));
  if (region->x >= 0 && region->y >= 0 && region->right() <= frame.size.width && region->bottom() <= frame.size.height)
    return {};
  return core::fail(
      core::invalid_input("recipe.region", fmt::format("The region reaches beyond the frame, which is {} × {} pixels",
                                                       frame.size.width, frame.size.height)));
}

}  // namespace sightglass::inspection::judging::wire
