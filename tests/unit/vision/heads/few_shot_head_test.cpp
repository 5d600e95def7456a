#include "vision/heads/few_shot_head.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "vision/heads/head_file.hpp"
#include "vision/heads/severity.hpp"
#include "vision/heads/texture.hpp"
#include "vision/random.hpp"

namespace sightglass::vision {
namespace {

constexpr std::size_t columns = 60;

// Ten examples a class, five groups each; `apart` deviations between classes.
std::vector<LabelledEmbedding> examples_of(std::vector<std::string> classes, double apart, std::uint64_t seed,
                                           std::size_t each = 10) {
  RandomStream random(seed);
  RandomStream middles(99);  // the classes are the same whatever the seed
  std::vector<LabelledEmbedding> examples;
  for (const auto& name : classes) {
    std::vector<float> middle(columns);
    for (auto& value : middle) value = static_cast<float>(apart * middles.normal());
    for (std::size_t i = 0; i < each; ++i) {
      LabelledEmbedding example{.values = middle, .label = name, .group = name + std::to_string(i / 2)};
      for (auto& value : example.values) value += static_cast<float>(random.normal());
      examples.push_back(std::move(example));
    }
  }
  return examples;
}

double share_right(const FewShotHead& head, const std::vector<LabelledEmbedding>& examples) {
  double right = 0;
  for (const auto& example : examples) right += head.judge(example.values)->label == example.label ? 1 : 0;
  return right / static_cast<double>(examples.size());
}

TEST(FewShotHead, learns_classes_from_ten_examples) {
  const auto trained = train_head(examples_of({"crack", "dent", "rust"}, 1, 1), "net@1", {});
  ASSERT_TRUE(trained.has_value()) << trained.error().message;
  EXPECT_GE(share_right(trained->head, examples_of({"crack", "dent", "rust"}, 1, 2)), 0.97);
  EXPECT_GE(trained->measures.accuracy, 0.9);
  EXPECT_EQ(trained->measures.confusion.labels, (std::vector<std::string>{"crack", "dent", "rust"}));
  EXPECT_TRUE(trained->remarks.empty());
}

TEST(FewShotHead, says_that_it_does_not_know_what_it_cannot_tell) {
  const auto trained = train_head(examples_of({"a", "b"}, 0, 1, 60), "net@1", {});
  ASSERT_TRUE(trained.has_value());
  EXPECT_LE(trained->measures.known_and_wrong, 0.0101);
  double known = 0;
  for (const auto& example : examples_of({"a", "b"}, 0, 2, 60))
    known += trained->head.judge(example.values)->is_known ? 1 : 0;
  EXPECT_LE(known / 120, 0.1);
}

TEST(FewShotHead, gives_probabilities_that_add_up_and_come_true) {
  const auto trained = train_head(examples_of({"a", "b", "c"}, 0.25, 1, 60), "net@1", {});
  ASSERT_TRUE(trained.has_value());
  std::vector<Scored> judged;
  for (const auto& example : examples_of({"a", "b", "c"}, 0.25, 3, 300)) {
    const auto answer = trained->head.judge(example.values);
    double sum = 0;
    for (const auto& [label, probability] : answer->all) sum += probability;
    EXPECT_NEAR(sum, 1, 1e-5);
    EXPECT_EQ(answer->label, answer->all.front().first);
    judged.push_back({answer->probability, answer->label == example.label});
  }
  EXPECT_LE(expected_calibration_error(calibration_curve(judged, 10)), 0.08);
}

TEST(FewShotHead, is_the_same_each_time_and_comes_back_from_its_file_bit_for_bit) {
  const auto examples = examples_of({"a", "b"}, 1, 1);
  const auto first = train_head(examples, "net@1", {});
  const auto second = train_head(examples, "net@1", {});
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_TRUE(first->file == second->file);
  const auto back = read_head(first->file);
  ASSERT_TRUE(back.has_value());
  EXPECT_TRUE(write_head(back->parts()).value() == first->file);
  EXPECT_EQ(back->judge(examples[3].values)->probability, first->head.judge(examples[3].values)->probability);
}

TEST(FewShotHead, averages_the_views_of_one_thing) {
  const auto examples = examples_of({"a", "b"}, 1, 1);
  const auto trained = train_head(examples, "net@1", {});
  ASSERT_TRUE(trained.has_value());
  const std::vector<std::vector<float>> views{examples[0].values, examples[1].values};
  EXPECT_EQ(trained->head.judge_views(views)->label, "a");
}

TEST(FewShotHead, refuses_examples_that_teach_nothing_and_says_what_is_missing) {
  const auto refusal = [](std::vector<LabelledEmbedding> examples) {
    const auto trained = train_head(examples, "net@1", {});
    return trained ? std::string("trained") : trained.error().message;
  };
  EXPECT_EQ(refusal({}), "There are no examples to learn from.");
  EXPECT_EQ(refusal(examples_of({"rust"}, 1, 1)),
            "All examples are of the class rust; at least two classes are needed.");
  auto few = examples_of({"dent", "rust"}, 1, 1);
  few.resize(11);
  EXPECT_EQ(refusal(few), "The class rust has 1 example; at least 3 are needed.");
  auto equal = examples_of({"dent", "rust"}, 1, 1);
  for (auto& example : equal) example.values = equal[0].values;
  EXPECT_EQ(refusal(equal), "All examples are the same; there is nothing to learn from.");
  auto broken = examples_of({"dent", "rust"}, 1, 1);
  broken[4].values[7] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(refusal(broken), "The embedding of an example holds a number that is not finite.");
  auto mixed_lengths = examples_of({"dent", "rust"}, 1, 1);
  mixed_lengths[4].values.pop_back();
  EXPECT_EQ(refusal(mixed_lengths), "The embeddings of two examples have different lengths.");
}

TEST(FewShotHead, lets_a_short_block_count_as_much_as_its_weight_says) {
  // Sixty values of noise, then one that tells the classes apart.
  auto examples = examples_of({"a", "b"}, 0, 1, 20);
  RandomStream random(5);
  for (auto& example : examples)
    example.values.push_back((example.label == "a" ? 1.0F : -1.0F) + static_cast<float>(0.4 * random.normal()));
  HeadTraining weighed;
  weighed.blocks = {{columns, 1}, {1, 1}};
  const auto plain = train_head(examples, "net@1", {});
  const auto trained = train_head(examples, "net@1", weighed);
  ASSERT_TRUE(plain.has_value() && trained.has_value());
  EXPECT_GT(trained->measures.accuracy, plain->measures.accuracy);
  EXPECT_GE(trained->measures.accuracy, 0.95);
  weighed.blocks = {{columns, 1}};
  EXPECT_FALSE(train_head(examples, "net@1", weighed).has_value());
  weighed.blocks = {{columns, 1}, {1, 0}};
  EXPECT_FALSE(train_head(examples, "net@1", weighed).has_value());
}

TEST(Texture, tells_scratches_from_noise_and_a_flat_picture_is_calm) {
  RandomStream random(3);
  core::Raster flat{.size = {100, 80}, .rgb = std::vector<std::uint8_t>(24'000, 100)};
  core::Raster noisy = flat;
  for (std::size_t i = 0; i < noisy.rgb.size(); i += 3)
    noisy.rgb[i] = noisy.rgb[i + 1] = noisy.rgb[i + 2] = static_cast<std::uint8_t>(90 + random.below(20));
  core::Raster scratched = noisy;
  for (std::size_t x = 10; x < 90; ++x)
    for (std::size_t c = 0; c < 3; ++c) scratched.rgb[3 * (40 * 100 + x) + c] = 250;
  const auto a = texture_of(flat);
  const auto b = texture_of(noisy);
  const auto c = texture_of(scratched);
  ASSERT_TRUE(a.has_value() && b.has_value() && c.has_value());
  ASSERT_EQ(a->size(), texture_values);
  for (const auto* numbers : {&*a, &*b, &*c})
    for (const float number : *numbers) EXPECT_TRUE(std::isfinite(number));
  EXPECT_LT(a->at(0), b->at(0));      // deviation
  EXPECT_GT(c->at(1), b->at(1) + 1);  // skewness: bright tails
  EXPECT_FALSE(texture_of(core::Raster{}).has_value());
}

TEST(FewShotHead, notes_a_class_of_one_group) {
  auto examples = examples_of({"dent", "rust"}, 1, 1);
  for (auto& example : examples)
    if (example.label == "dent") example.group = "one asset";
  const auto trained = train_head(examples, "net@1", {});
  ASSERT_TRUE(trained.has_value());
  ASSERT_EQ(trained->remarks.size(), 1U);
  EXPECT_NE(trained->remarks[0].find("dent"), std::string::npos);
}

TEST(FewShotHead, stops_when_it_is_told_to) {
  const auto trained = train_head(examples_of({"a", "b"}, 1, 1), "net@1", {}, [] { return false; });
  ASSERT_FALSE(trained.has_value());
  EXPECT_EQ(trained.error().code, core::ErrorCode::cancelled);
}

TEST(FewShotHead, refuses_embeddings_of_another_length_or_without_numbers) {
  const auto trained = train_head(examples_of({"a", "b"}, 1, 1), "net@1", {});
  ASSERT_TRUE(trained.has_value());
  EXPECT_EQ(trained->head.judge(std::vector<float>(columns + 1)).error().code, core::ErrorCode::invalid_input);
  std::vector<float> broken(columns, std::numeric_limits<float>::infinity());
  EXPECT_EQ(trained->head.judge(broken).error().code, core::ErrorCode::internal);
}

TEST(HeadFile, refuses_every_way_of_being_cut_short_or_long) {
  const std::string file = train_head(examples_of({"a", "b"}, 1, 1), "net@1", {})->file;
  for (std::size_t length = 0; length < file.size(); length += 7)
    EXPECT_FALSE(read_head(file.substr(0, length)).has_value());
  EXPECT_FALSE(read_head(file + "x").has_value());
  std::string broken = file;
  broken.replace(broken.size() - 4, 4, "\xff\xff\xff\xff");  // NaN
  EXPECT_FALSE(read_head(broken).has_value());
}

TEST(Severity, follows_area_class_and_certainty) {
  using core::Severity;
  EXPECT_EQ(severity_of(0.001, 0.99, {}), Severity::none);
  EXPECT_EQ(severity_of(0.002, 0.99, {}), Severity::low);
  EXPECT_EQ(severity_of(0.01, 0.99, {}), Severity::medium);
  EXPECT_EQ(severity_of(0.5, 0.99, {}), Severity::high);
  EXPECT_EQ(severity_of(0.5, 0.99, {.raises = true}), Severity::high);
  EXPECT_EQ(severity_of(0.003, 0.99, {.raises = true}), Severity::medium);
  EXPECT_EQ(severity_of(0.003, 0.9, {.is_critical = true}), Severity::critical);
  EXPECT_EQ(severity_of(0.003, 0.89, {.is_critical = true}), Severity::low);
  EXPECT_EQ(severity_of(std::numeric_limits<double>::quiet_NaN(), 0.5, {}), Severity::none);
}

}  // namespace
}  // namespace sightglass::vision
