#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "unit/vision/fake_network.hpp"
#include "unit/vision/test_rasters.hpp"
#include "vision/embedding/embedder.hpp"
#include "vision/embedding/embedding_bytes.hpp"
#include "vision/embedding/make_embedder.hpp"
#include "vision/embedding/valid_cells.hpp"

namespace sightglass::vision {
namespace {

using core::ErrorCode;

TEST(ValidCells, are_those_of_the_picture_and_not_of_the_border) {
  const auto wide = Letterbox::fit({1024, 512}, {512, 512});
  EXPECT_EQ(valid_cells(wide, {64, 64}), (CellRange{0, 16, 64, 48}));
  EXPECT_EQ(valid_cells(wide, {32, 32}), (CellRange{0, 8, 32, 24}));
  EXPECT_EQ(valid_cells(Letterbox::fit({100, 100}, {512, 512}), {64, 64}), (CellRange{0, 0, 64, 64}));
}

TEST(ValidCells, count_when_they_are_covered_by_half) {
  // 512 × 500: from y of 6 to 506. Cells of 8 pixels: the first has 2 of them.
  EXPECT_EQ(valid_cells(Letterbox::fit({512, 500}, {512, 512}), {64, 64}), (CellRange{0, 1, 64, 63}));
}

TEST(ValidCells, are_never_none) {
  for (const core::Size size : {core::Size{10'000, 3}, {3, 10'000}, {512, 1}}) {
    const auto range = valid_cells(Letterbox::fit(size, {512, 512}), {32, 32});
    EXPECT_GE(range.width(), 1);
    EXPECT_GE(range.height(), 1);
    EXPECT_EQ(std::max(range.width(), range.height()), 32);
  }
}

TEST(EmbeddingOf, is_mean_and_deviation_of_each_channel_over_the_pictures_cells) {
  BackbonePass pass{.letterbox = Letterbox::fit({4, 2}, {4, 4})};
  const float far = 1'000;  // in the border
  pass.fine = {.shape = {1, 2, 4, 4}, .values = {far, far, far, far, 1, 3, 1, 3, 1, 3, 1, 3, far, far, far, far,  //
                                                 far, far, far, far, 5, 5, 5, 5, 5, 5, 5, 5, far, far, far, far}};
  pass.coarse = {.shape = {1, 1, 2, 2}, .values = {2, 4, 6, 8}};
  const auto embedding = embedding_of(pass, "net@1");
  EXPECT_EQ(embedding.model, "net@1");
  ASSERT_EQ(embedding.values.size(), 6U);
  EXPECT_FLOAT_EQ(embedding.values[0], 2);
  EXPECT_FLOAT_EQ(embedding.values[1], 5);
  EXPECT_FLOAT_EQ(embedding.values[2], 1);
  EXPECT_FLOAT_EQ(embedding.values[3], 0);
  EXPECT_FLOAT_EQ(embedding.values[4], 5);
  EXPECT_NEAR(embedding.values[5], std::sqrt(5), 1e-6);
}

TEST(EmbeddingBytes, keep_what_halves_can_say) {
  const std::vector<float> values{0, -0.0F, 1, -2.5F, 65'504, 0x1p-14F, 0x1p-24F, -3 * 0x1p-24F, 0.333251953125F};
  const auto bytes = embedding_bytes(values);
  EXPECT_EQ(bytes.size(), 2 * values.size());
  EXPECT_EQ(*embedding_values(bytes, values.size()), values);
  EXPECT_EQ(bytes.substr(4, 2), std::string("\x00\x3c", 2)) << "1, little end first";
}

TEST(EmbeddingBytes, round_to_the_nearest_and_stop_at_the_largest) {
  const float step = 0x1p-10F;  // between halves from 1 on
  const auto back = *embedding_values(
      embedding_bytes(std::vector<float>{1 + 0.49F * step, 1 + 0.51F * step, 1 + 0.5F * step, 1 + 1.5F * step, 1e9F,
                                         -1e9F, 65'519, 0x1p-26F, 0.75F * 0x1p-24F, 0x1.ffep-15F}),
      10);
  EXPECT_EQ(back, (std::vector<float>{1, 1 + step, 1, 1 + 2 * step, 65'504, -65'504, 65'504, 0, 0x1p-24F, 0x1p-14F}));
}

TEST(EmbeddingBytes, refuse_other_lengths_and_numbers_that_are_none) {
  EXPECT_EQ(embedding_values("abc", 2).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(embedding_values("abcd", 1).error().code, ErrorCode::invalid_input);
  EXPECT_TRUE(embedding_values("", 0)->empty());
  EXPECT_EQ(embedding_values(std::string("\x00\x7c", 2), 1).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(embedding_values(std::string("\x01\xfe", 2), 1).error().code, ErrorCode::invalid_input);
}

ModelDescription backbone() {
  return {.name = "back",
          .version = "2",
          .input = ModelInput{.name = "in", .shape = {1, 3, 32, 32}},
          .output = ModelOutput{.layout = OutputLayout::centernet, .names = {"heat", "wh"}, .taps = {"fine", "coarse"}},
          .labels = {"thing"}};
}

std::vector<Tensor> backbone_outputs() {
  std::vector<Tensor> outputs{{{1, 1, 8, 8}, std::vector<float>(64, 0)},
                              {{1, 4, 8, 8}, std::vector<float>(256, 4)},
                              {{1, 2, 4, 4}, std::vector<float>(32, 1)},
                              {{1, 3, 2, 2}, std::vector<float>(12, 2)}};
  outputs[0].values[27] = 0.9F;  // y 3, x 3
  return outputs;
}

TEST(Embedder, gives_maps_and_detections_of_one_pass) {
  auto network = std::make_unique<test::FakeNetwork>(backbone_outputs());
  const auto* const counted = network.get();
  auto embedder = make_embedder(backbone(), std::move(network));
  ASSERT_TRUE(embedder) << embedder.error().message;
  EXPECT_EQ((*embedder)->model(), "back@2");
  const auto pass = (*embedder)->pass(test::plain({64, 64}, 1, 2, 3), 0.3);
  ASSERT_TRUE(pass) << pass.error().message;
  EXPECT_EQ(counted->runs, 1);
  EXPECT_EQ(pass->letterbox.scale, 0.5);
  EXPECT_EQ(pass->fine.shape, (std::vector<std::int64_t>{1, 2, 4, 4}));
  EXPECT_EQ(pass->coarse.shape, (std::vector<std::int64_t>{1, 3, 2, 2}));
  ASSERT_EQ(pass->detections.size(), 1U);
  EXPECT_EQ(pass->detections[0].box, (core::Box{16, 16, 16, 16}));
  EXPECT_EQ(embedding_of(*pass, "back@2").values.size(), 10U);
}

TEST(Embedder, refuses_pictures_that_are_too_small) {
  auto embedder = make_embedder(backbone(), std::make_unique<test::FakeNetwork>(backbone_outputs()));
  EXPECT_EQ((*embedder)->pass(test::plain({64, 7}, 1, 2, 3), 0.3).error().code, ErrorCode::invalid_input);
}

TEST(Embedder, is_not_made_without_two_maps_or_a_letterbox) {
  const auto make = [](const ModelDescription& description) {
    return make_embedder(description, std::make_unique<test::FakeNetwork>(backbone_outputs()));
  };
  auto description = backbone();
  description.output->taps.pop_back();
  EXPECT_EQ(make(description).error().field, "output.taps");
  description = backbone();
  description.input->fit = InputFit::stretch;
  EXPECT_EQ(make(description).error().field, "input.fit");
}

TEST(Embedder, hands_errors_of_the_network_on) {
  auto embedder = make_embedder(backbone(), std::make_unique<test::FakeNetwork>([](const Tensor&) {
                                  return core::Result<std::vector<Tensor>>(core::fail(core::internal_error("NaN")));
                                }));
  const auto pass = (*embedder)->pass(test::plain({64, 64}, 1, 2, 3), 0.3);
  ASSERT_FALSE(pass);
  EXPECT_EQ(pass.error().message, "NaN");
}

}  // namespace
}  // namespace sightglass::vision
