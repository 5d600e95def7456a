#include "inspection/judging/judge_wire.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace sightglass::inspection::judging::wire {
namespace {

core::RawImage frame_of(core::Size size) {
  return {.size = size,
          .format = core::PixelFormat::bayer_rg8,
          .stride = size.width + 5,
          .bytes = std::make_shared<const std::vector<std::uint8_t>>(
              static_cast<std::size_t>((size.width + 5) * size.height))};
}

Judgement found() {
  return {.model = "belt@3",
          .score = 4.125,
          .threshold = 1.9,
          .is_anomalous = true,
          .rarity = 0.99,
          .peak = core::Box{31.5, 20, 0, 0},
          .boxes = {{1, 2, 3, 4}, {10.25, 11, 12, 13}},
          .map_size = {2, 3},
          .map = {1, 2, 3, 4, 5, -6.5F},
          .moved_x = 1.5,
          .moved_y = -2,
          .turned = 0.25,
          .code = "A-17 \"quoted\"",
          .convert_ms = 1,
          .network_ms = 90,
          .score_ms = 8};
}

TEST(JudgeWire, carries_an_order) {
  const JudgeOrder order{.frame = frame_of({64, 48}),
                         .region = core::Box{1, 2, 30, 40},
                         .model = "belt@3",
                         .threshold = 1.5,
                         .align = true,
                         .read_code = true};
  const auto read = decode_order(encode(order));
  ASSERT_TRUE(read) << read.error().cause;
  EXPECT_EQ(read->frame.size, order.frame.size);
  EXPECT_EQ(read->frame.format, order.frame.format);
  EXPECT_EQ(read->frame.stride, order.frame.stride);
  EXPECT_EQ(read->region, order.region);
  EXPECT_EQ(read->model, order.model);
  EXPECT_EQ(read->threshold, order.threshold);
  EXPECT_TRUE(read->align && read->read_code);
}

TEST(JudgeWire, carries_a_judgement_bit_for_bit) {
  const auto sent = found();
  const auto read = decode_judgement(encode(core::Result<Judgement>(sent)), {64, 48});
  ASSERT_TRUE(read) << read.error().cause;
  EXPECT_EQ(read->model, sent.model);
  EXPECT_EQ(read->score, sent.score);
  EXPECT_EQ(read->threshold, sent.threshold);
  EXPECT_EQ(read->is_anomalous, sent.is_anomalous);
  EXPECT_EQ(read->peak, sent.peak);
  EXPECT_EQ(read->boxes, sent.boxes);
  EXPECT_EQ(read->map_size, sent.map_size);
  EXPECT_EQ(read->map, sent.map);
  EXPECT_EQ(read->moved_y, sent.moved_y);
  EXPECT_EQ(read->turned, sent.turned);
  EXPECT_EQ(read->code, sent.code);
  EXPECT_EQ(read->network_ms, sent.network_ms);
}

TEST(JudgeWire, carries_a_drawing_and_texts_that_are_none) {
  const Drawing drawing{.frame = frame_of({64, 48}),
                        .judgement = found(),
                        .annotation = {.image_id = std::string(10'000, '\xff'), .verdict = "NG", .is_simulated = true}};
  const auto read = decode_drawing(encode(drawing));
  ASSERT_TRUE(read) << read.error().cause;
  EXPECT_EQ(read->judgement.map, drawing.judgement.map);
  EXPECT_EQ(read->annotation.verdict, "NG");
  EXPECT_FALSE(read->region);
  EXPECT_LT(encode(drawing).head.size(), most_head_bytes);
}

TEST(JudgeWire, carries_errors_with_their_field) {
  const core::Error error = core::invalid_input("recipe.region", "too large");
  const auto judged = decode_judgement(encode(core::Result<Judgement>(core::fail(error))), {64, 48});
  ASSERT_FALSE(judged);
  EXPECT_EQ(judged.error().code, core::ErrorCode::invalid_input);
  EXPECT_EQ(judged.error().field, "recipe.region");
  EXPECT_EQ(decode_jpeg(encode(core::Result<std::string>(core::fail(error)))).error().message, "too large");
  EXPECT_FALSE(decode_end(encode(core::Result<void>(core::fail(error)))));
  EXPECT_TRUE(decode_end(encode(core::Result<void>{})));
}

TEST(JudgeWire, refuses_answers_that_no_sound_process_sends) {
  const auto refused = [](const Judgement& judgement) {
    const auto read = decode_judgement(encode(core::Result<Judgement>(judgement)), {64, 48});
    return !read && read.error().code == core::ErrorCode::internal;
  };
  auto lie = found();
  lie.score = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(refused(lie));
  lie = found();
  lie.boxes[0].width = 64;
  EXPECT_TRUE(refused(lie));
  lie = found();
  lie.boxes[0].width = -1;
  EXPECT_TRUE(refused(lie));
  lie = found();
  lie.peak->x = -3;
  EXPECT_TRUE(refused(lie));
  lie = found();
  lie.map.pop_back();
  EXPECT_TRUE(refused(lie));
  lie = found();
  lie.map[2] = std::numeric_limits<float>::infinity();
  EXPECT_TRUE(refused(lie));
  lie = found();
  lie.map_size = {-1, -6};
  EXPECT_TRUE(refused(lie));
  lie = found();
  lie.rarity = 1.5;
  EXPECT_TRUE(refused(lie));
}

TEST(JudgeWire, refuses_heads_that_are_cut_or_of_another_kind) {
  const auto whole = encode(core::Result<Judgement>(found()));
  for (std::size_t length = 0; length < whole.head.size(); ++length)
    EXPECT_FALSE(decode_judgement({.head = whole.head.substr(0, length), .body = whole.body}, {64, 48})) << length;
  EXPECT_FALSE(decode_order({.head = R"({"frame":{"width":0,"height":1,"stride":1,"format":"Mono8"}})"}));
  EXPECT_FALSE(decode_order({.head = R"({"frame":{"width":1,"height":1,"stride":1,"format":"Mono99"}})"}));
  EXPECT_FALSE(decode_order({.head = "[]"}));
  EXPECT_FALSE(decode_jpeg({.head = R"({"is_error":false})", .body = "<script>"}));
  EXPECT_FALSE(decode_end({.head = R"({"is_error":true,"error":{"code":99,"message":"","field":"","cause":""}})"}));
}

TEST(JudgeWire, holds_sizes_against_their_bounds_before_memory_is_set_aside) {
  EXPECT_TRUE(is_plausible(AnswerFrame{.head_bytes = 10, .body_bytes = 24}, Operation::judge));
  EXPECT_FALSE(is_plausible(AnswerFrame{.magic = 1}, Operation::judge));
  EXPECT_FALSE(is_plausible(AnswerFrame{.head_bytes = most_head_bytes + 1}, Operation::judge));
  EXPECT_FALSE(is_plausible(AnswerFrame{.body_bytes = most_map_bytes + 1}, Operation::judge));
  EXPECT_TRUE(is_plausible(AnswerFrame{.body_bytes = most_map_bytes + 1}, Operation::annotate));
  EXPECT_FALSE(is_plausible(AnswerFrame{.body_bytes = 1}, Operation::warm));
  EXPECT_TRUE(is_plausible(RequestFrame{}));
  EXPECT_FALSE(is_plausible(RequestFrame{.operation = static_cast<Operation>(0)}));
  EXPECT_FALSE(is_plausible(RequestFrame{.operation = static_cast<Operation>(9)}));
  EXPECT_FALSE(is_plausible(RequestFrame{.map_bytes = most_map_bytes + 1}));
}

TEST(JudgeWire, names_regions_that_cannot_be) {
  const auto frame = frame_of({64, 48});
  const auto bytes = static_cast<std::int64_t>(frame.bytes->size());
  const auto is_refused = [&](core::Box region) {
    const auto outcome = check_places(frame, bytes, region);
    return !outcome && outcome.error().field == "recipe.region";
  };
  EXPECT_TRUE(check_places(frame, bytes, std::nullopt));
  EXPECT_TRUE(check_places(frame, bytes, core::Box{0, 0, 64, 48}));
  EXPECT_TRUE(is_refused({-1, 0, 10, 10}));
  EXPECT_TRUE(is_refused({0, 0, 65, 48}));
  EXPECT_TRUE(is_refused({0, 0, 0, 10}));
  EXPECT_TRUE(is_refused({0, 0, 10, 1e300}));
  EXPECT_TRUE(is_refused({0, std::nan(""), 10, 10}));
  const auto cut = check_places(frame, bytes - 1, std::nullopt);
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().field, "frame.bytes");
}

}  // namespace
}  // namespace sightglass::inspection::judging::wire
