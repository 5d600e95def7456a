#include <gtest/gtest.h>

#include <map>

#include "unit/vision/fake_network.hpp"
#include "unit/vision/test_rasters.hpp"
#include "vision/text/ctc.hpp"
#include "vision/text/make_text_reader.hpp"
#include "vision/text/text_recogniser.hpp"

namespace sightglass::vision {
namespace {

using core::ErrorCode;
using test::FakeNetwork;
using test::plain;

const std::vector<std::string> characters{"a", "b", "ü"};

// Columns of 4 classes, the blank first, in which the classes named are likely.
std::vector<float> columns(std::initializer_list<int> classes, float likely = 0.9F) {
  std::vector<float> values;
  for (const int chosen : classes) {
    for (int each = 0; each < 4; ++each) values.push_back(each == chosen ? likely : (1 - likely) / 3);
  }
  return values;
}

TEST(Ctc, collapses_repetitions_and_drops_blanks) {
  EXPECT_EQ(read_columns(columns({0, 1, 1, 0, 1, 2, 2, 3, 0}), 4, characters).text, "aabü");
  EXPECT_NEAR(read_columns(columns({0, 1, 1, 0}), 4, characters).confidence, 0.9, 1e-6);
}

TEST(Ctc, says_nothing_of_blanks_and_of_nothing) {
  for (const auto& values : {columns({0, 0, 0}), std::vector<float>{}, std::vector<float>{0.5F, 0.1F}}) {
    const auto text = read_columns(values, 4, characters);
    EXPECT_TRUE(text.text.empty());
    EXPECT_EQ(text.confidence, 0);
  }
  EXPECT_TRUE(read_columns(columns({1}), 0, characters).text.empty());
  EXPECT_TRUE(read_columns(columns({3}), 4, {}).text.empty()) << "a class without a character";
}

TEST(ReadingOrder, goes_by_rows) {
  std::vector<TextLine> lines(5);
  const core::Box boxes[] = {{50, 42, 10, 10}, {0, 40, 10, 10}, {0, 0, 10, 10}, {20, 4, 10, 10}, {80, 38, 10, 12}};
  for (std::size_t index = 0; index < 5; ++index) {
    lines[index].text = std::to_string(index);
    lines[index].box = boxes[index];
  }
  sort_by_reading_order(lines);
  std::string order;
  for (const auto& line : lines) order += line.text;
  EXPECT_EQ(order, "23104");
}

TEST(Recogniser, chooses_the_least_width_that_holds_the_line) {
  const std::vector<std::int32_t> widths{96, 160, 320, 640};
  EXPECT_EQ(width_for({20, 20}, widths), 96);
  EXPECT_EQ(width_for({96, 48}, widths), 96);
  EXPECT_EQ(width_for({97, 48}, widths), 160);
  EXPECT_EQ(width_for({5000, 10}, widths), 640);
  EXPECT_EQ(width_for({5000, 0}, widths), 640);
}

// Finds what `mask` says and reads every line as `columns_read`.
class FakeTextNetworks final : public TextNetworks {
 public:
  FakeTextNetworks() {
    finder_description.input = ModelInput{.name = "in", .shape = {1, 3, 64, 64}};
    finder_description.name = "finder";
    recogniser_description.input = ModelInput{.name = "in", .shape = {1, 3, 48, 96}, .fill = 127.5};
    recogniser_description.name = "recogniser";
    recogniser_description.labels = characters;
    direction_description.input = ModelInput{.name = "in", .shape = {1, 3, 48, 192}};
    direction_description.name = "direction";
  }
  core::Result<LoadedModel> finder() override {
    if (!has_finder) return core::fail(core::not_found("no finder"));
    return LoadedModel{&finder_description, &finder_network};
  }
  core::Result<std::vector<std::int32_t>> widths() override { return std::vector<std::int32_t>{96}; }
  core::Result<LoadedModel> recogniser(std::int32_t width) override {
    EXPECT_EQ(width, 96);
    return LoadedModel{&recogniser_description, &recogniser_network};
  }
  core::Result<LoadedModel> direction() override {
    if (!has_direction) return core::fail(core::not_found("no direction"));
    return LoadedModel{&direction_description, &direction_network};
  }

  void add_text(std::size_t x, std::size_t y, float probability = 0.9F) {
    for (std::size_t v = y; v < y + 6; ++v) {
      for (std::size_t u = x; u < x + 20; ++u) mask[v * 64 + u] = probability;
    }
  }

  std::vector<float> mask = std::vector<float>(64 * 64, 0);
  std::vector<std::vector<float>> columns_read{columns({1, 0, 2})};  // line by line; the last again and again
  std::vector<float> direction_said{0.05F, 0.95F};
  bool has_finder = true;
  bool has_direction = false;
  std::size_t lines_read = 0;
  Tensor last_line{};
  ModelDescription finder_description{}, recogniser_description{}, direction_description{};
  FakeNetwork finder_network{
      [this](const Tensor&) { return core::Result<std::vector<Tensor>>(std::vector<Tensor>{{{1, 1, 64, 64}, mask}}); }};
  FakeNetwork recogniser_network{[this](const Tensor& input) {
    last_line = input;
    const auto& values = columns_read[std::min(lines_read++, columns_read.size() - 1)];
    return core::Result<std::vector<Tensor>>(
        std::vector<Tensor>{{{1, static_cast<std::int64_t>(values.size() / 4), 4}, values}});
  }};
  FakeNetwork direction_network{[this](const Tensor&) {
    return core::Result<std::vector<Tensor>>(std::vector<Tensor>{{{1, 2}, direction_said}});
  }};
};

class TextReading : public ::testing::Test {
 protected:
  core::Result<TextFound> read(const TextWish& wish = {}, const TextBudget& budget = {}) {
    return make_text_reader(networks, budget)->read(plain({128, 128}, 200, 200, 200), wish);
  }
  FakeTextNetworks networks{};
};

TEST_F(TextReading, finds_nothing_on_an_empty_mask) {
  const auto found = read();
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->lines.empty());
  EXPECT_EQ(networks.lines_read, 0U) << "no recogniser is needed";
}

TEST_F(TextReading, tells_what_it_says_and_where_on_the_picture) {
  networks.add_text(20, 30);
  const auto found = read();
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->lines.size(), 1U);
  const auto& line = found->lines[0];
  EXPECT_EQ(line.text, "ab");
  EXPECT_NEAR(line.confidence.value(), 0.9, 1e-6);
  EXPECT_NEAR(line.box.x + line.box.width / 2, 60, 0.5) << "the picture is twice the mask";
  EXPECT_NEAR(line.box.y + line.box.height / 2, 66, 0.5);
  EXPECT_NEAR(line.corners[0], line.box.x, 1e-6);
}

TEST_F(TextReading, fills_the_line_behind_the_text) {
  networks.add_text(20, 30);
  networks.recogniser_description.input->shape[3] = 96;
  ASSERT_TRUE(read());
  ASSERT_EQ(networks.last_line.shape, (std::vector<std::int64_t>{1, 3, 48, 96}));
  EXPECT_EQ(networks.last_line.values.front(), 200);
}

TEST_F(TextReading, leaves_out_what_is_read_poorly) {
  networks.add_text(20, 30);
  networks.columns_read = {columns({1, 2}, 0.45F)};
  const auto found = read();
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->lines.empty());
  EXPECT_EQ(read({.least_confidence = 0.4})->lines.size(), 1U);
}

TEST_F(TextReading, does_not_take_a_railing_for_text) {
  networks.add_text(20, 30);
  networks.columns_read = {columns({2, 0, 1, 0, 1, 0, 1, 0, 1, 0})};
  EXPECT_TRUE(read()->lines.empty()) << "baaaa";
  networks.lines_read = 0;
  networks.columns_read = {columns({2, 0, 2, 0, 1, 0, 1, 0, 1, 0})};
  EXPECT_EQ(read()->lines.at(0).text, "bbaaa");
}

TEST_F(TextReading, tries_poor_lines_upside_down) {
  networks.add_text(20, 30);
  networks.has_direction = true;
  networks.columns_read = {columns({1}, 0.4F), columns({2}, 0.95F)};
  const auto found = read();
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->lines.size(), 1U);
  EXPECT_EQ(found->lines[0].text, "b");
  EXPECT_NEAR(found->lines[0].corners[0], found->lines[0].box.right(), 1e-6) << "reading begins at the right bottom";
  networks.lines_read = 0;
  networks.direction_said = {0.2F, 0.8F};
  EXPECT_TRUE(read()->lines.empty()) << "not sure that it stands on its head";
}

TEST_F(TextReading, stops_when_the_time_is_spent_and_counts_the_rest) {
  for (const std::size_t y : {5U, 20U, 35U, 50U}) networks.add_text(20, y, 0.6F + 0.005F * static_cast<float>(y));
  auto found = read({}, {.widths = 200});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->lines.size(), 2U);
  EXPECT_EQ(found->left_out, 2);
  EXPECT_GT(found->lines[0].box.y, 60) << "the surest were read";
  EXPECT_LT(found->lines[0].box.y, found->lines[1].box.y);
  EXPECT_EQ(read({}, {.widths = 1})->lines.size(), 1U) << "one line is read whatever it costs";
  EXPECT_EQ(read({.most_lines = 3})->left_out, 1);
}

TEST_F(TextReading, gives_up_where_nothing_is_legible) {
  for (const std::size_t y : {5U, 20U, 35U, 50U}) networks.add_text(20, y);
  networks.columns_read = {columns({1}, 0.4F)};
  const auto found = read({}, {.most_illegible = 2});
  ASSERT_TRUE(found);
  EXPECT_EQ(networks.lines_read, 2U);
  EXPECT_EQ(found->left_out, 2);
}

TEST_F(TextReading, hands_errors_on_and_names_networks_that_do_not_fit) {
  networks.has_finder = false;
  EXPECT_EQ(read().error().code, ErrorCode::not_found);
  networks.has_finder = true;
  networks.add_text(20, 30);
  networks.recogniser_description.labels.pop_back();
  auto found = read();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::internal);
  EXPECT_NE(found.error().message.find("recogniser"), std::string::npos);
  networks.mask.resize(100);
  found = read();
  ASSERT_FALSE(found);
  EXPECT_NE(found.error().message.find("finder"), std::string::npos);
}

TEST_F(TextReading, refuses_pictures_that_are_too_small) {
  const auto found = make_text_reader(networks, {})->read(plain({100, 5}, 1, 1, 1), {});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::invalid_input);
}

}  // namespace
}  // namespace sightglass::vision
