#include "vision/heads/head_input.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "vision/heads/head_file.hpp"
#include "vision/heads/texture.hpp"

#include "../test_rasters.hpp"

namespace sightglass::vision {
namespace {

TEST(HeadInput, takes_signed_roots_of_length_one) {
  const std::vector<float> embedding{4, -9, 0, 3};
  const auto values = head_input(HeadInput::embedding, embedding, nullptr);
  ASSERT_TRUE(values.has_value());
  EXPECT_NEAR(values->at(0), 2 / 4.0, 1e-6);
  EXPECT_NEAR(values->at(1), -3 / 4.0, 1e-6);
  EXPECT_EQ(values->at(2), 0);
  EXPECT_NEAR(values->at(3), std::sqrt(3) / 4.0, 1e-6);
}

TEST(HeadInput, puts_the_texture_behind_the_embedding) {
  const auto picture = test::painted({64, 48});
  const std::vector<float> embedding{1, 2};
  const auto values = head_input(HeadInput::embedding_and_texture, embedding, &picture);
  ASSERT_TRUE(values.has_value());
  ASSERT_EQ(values->size(), 2 + texture_values);
  EXPECT_EQ(values->back(), texture_of(picture)->back());
  const auto blocks = head_blocks(HeadInput::embedding_and_texture, 2);
  ASSERT_EQ(blocks.size(), 2U);
  EXPECT_EQ(blocks[0].values + blocks[1].values, values->size());
  EXPECT_EQ(blocks[1].weight, texture_weight);
  EXPECT_EQ(head_blocks(HeadInput::embedding, 2).size(), 1U);
}

TEST(HeadInput, refuses_what_it_can_make_nothing_of) {
  const std::vector<float> embedding{1, 2};
  EXPECT_EQ(head_input(HeadInput::embedding, {}, nullptr).error().field, "embedding");
  EXPECT_EQ(head_input(HeadInput::embedding_and_texture, embedding, nullptr).error().field, "picture");
  const std::vector<float> broken{1, std::numeric_limits<float>::quiet_NaN()};
  EXPECT_EQ(head_input(HeadInput::embedding, broken, nullptr).error().code, core::ErrorCode::internal);
  EXPECT_EQ(head_input(HeadInput::embedding, std::vector<float>(3), nullptr).value(), std::vector<float>(3));
}

TEST(HeadInput, is_stated_in_the_head_and_its_file) {
  for (const auto input : {HeadInput::embedding, HeadInput::embedding_and_texture})
    EXPECT_EQ(head_input_from_name(name_of(input)), input);
  EXPECT_FALSE(head_input_from_name("smell").has_value());
  std::vector<LabelledEmbedding> examples;
  for (int i = 0; i < 6; ++i)
    examples.push_back({.values = {i < 3 ? 0.1F : 0.9F, static_cast<float>(i % 3)},
                        .label = i < 3 ? "a" : "b",
                        .group = std::to_string(i)});
  const auto trained = train_head(examples, "net@1", {.input = HeadInput::embedding_and_texture});
  ASSERT_TRUE(trained.has_value()) << trained.error().message;
  EXPECT_EQ(read_head(trained->file)->parts().input, HeadInput::embedding_and_texture);
}

}  // namespace
}  // namespace sightglass::vision
