#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "unit/vision/fake_network.hpp"
#include "vision/meters/cells.hpp"
#include "vision/meters/display_variants.hpp"
#include "vision/meters/make_meter_reader.hpp"

namespace sightglass::vision {
namespace {

using core::Raster;
using test::FakeNetwork;

ModelDescription description_of(std::vector<std::int64_t> shape, OutputLayout layout, std::vector<std::string> labels) {
  ModelDescription description{.name = "fake"};
  description.input = ModelInput{.name = "in", .shape = std::move(shape), .fit = InputFit::stretch};
  description.output = ModelOutput{.layout = layout, .names = {"out"}};
  description.labels = std::move(labels);
  return description;
}

// Each row of places knows the mean red of what it sees; displays say "42".
class FakeNetworks final : public MeterNetworks, public TextNetworks {
 public:
  core::Result<LoadedModel> wheels() override { return LoadedModel{&place_description, &places}; }
  core::Result<LoadedModel> needles() override {
    if (!has_needles) return core::fail(core::not_found("no model for needles is installed"));
    return LoadedModel{&place_description, &places};
  }
  core::Result<LoadedModel> display() override {
    if (!has_display) return core::fail(core::not_found("no model for displays is installed"));
    return LoadedModel{&line_description, &line};
  }
  TextNetworks& text() override { return *this; }
  core::Result<TextReader*> text_reader() override { return core::fail(core::not_found("no finder")); }

  core::Result<LoadedModel> finder() override { return core::fail(core::not_found("no finder")); }
  core::Result<std::vector<std::int32_t>> widths() override { return core::fail(core::not_found("no recogniser")); }
  core::Result<LoadedModel> recogniser(std::int32_t) override { return core::fail(core::not_found("none")); }
  core::Result<LoadedModel> direction() override { return core::fail(core::not_found("none")); }

  bool has_needles = false;
  bool has_display = true;
  std::size_t outputs = 100;
  ModelDescription place_description = description_of({1, 3, 32, 20}, OutputLayout::logits, {});
  ModelDescription line_description = description_of({1, 3, 32, 128}, OutputLayout::ctc, {"4", "2"});
  FakeNetwork places{[this](const Tensor& input) -> core::Result<std::vector<Tensor>> {
    const std::size_t plane = 32 * 20;
    const double red =
        std::accumulate(input.values.begin(), input.values.begin() + static_cast<std::ptrdiff_t>(plane), 0.0) / plane;
    Tensor logits{.shape = {1, static_cast<std::int64_t>(outputs)}, .values = std::vector<float>(outputs, 0)};
    logits.values[std::min(outputs - 1, static_cast<std::size_t>(std::lround(red)))] = 12;
    return std::vector{logits};
  }};
  FakeNetwork line{std::vector{Tensor{.shape = {1, 4, 3}, .values = {0, 1, 0, 1, 0, 0, 0, 0, 1, 0.9F, 0, 0.1F}}}};
};

// A row of plain fields of 40×60 pixels, each with its red.
Raster fields(const std::vector<int>& reds) {
  Raster picture{.size = {static_cast<std::int32_t>(40 * reds.size()), 60}};
  for (std::int32_t y = 0; y < 60; ++y)
    for (const int red : reds)
      for (int x = 0; x < 40; ++x) picture.rgb.insert(picture.rgb.end(), {static_cast<std::uint8_t>(red), 0, 0});
  return picture;
}

int likeliest(const PlaceShares& shares) { return static_cast<int>(std::ranges::max_element(shares) - shares.begin()); }

TEST(MeterReader, cuts_a_row_into_as_many_wheels_as_there_are) {
  FakeNetworks networks;
  const auto reader = make_meter_reader(networks);
  const auto seen =
      reader->read(fields({10, 50, 90}),
                   {.kind = PartKind::wheels, .corners = Quadrangle{0, 0, 120, 0, 120, 60, 0, 60}, .digits = 3});
  ASSERT_TRUE(seen) << seen.error().message;
  ASSERT_EQ(seen->places.size(), 3U);
  EXPECT_NEAR(likeliest(seen->places[0]), 10, 2);
  EXPECT_NEAR(likeliest(seen->places[1]), 50, 2);
  EXPECT_NEAR(likeliest(seen->places[2]), 90, 2);
  EXPECT_NEAR(std::accumulate(seen->places[1].begin(), seen->places[1].end(), 0.0), 1, 1e-4);
  EXPECT_EQ(networks.places.runs, 9) << "each wheel is looked at three times";
}

TEST(MeterReader, wheels_too_small_to_read_are_an_error) {
  FakeNetworks networks;
  const auto seen = make_meter_reader(networks)->read(
      fields({10}), {.kind = PartKind::wheels, .corners = Quadrangle{0, 0, 20, 0, 20, 60, 0, 60}, .digits = 5});
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, core::ErrorCode::invalid_input);
}

TEST(MeterReader, a_network_of_another_kind_is_an_error_that_names_it) {
  FakeNetworks networks;
  networks.outputs = 10;
  const auto seen = make_meter_reader(networks)->read(
      fields({10}), {.kind = PartKind::wheels, .corners = Quadrangle{0, 0, 40, 0, 40, 60, 0, 60}});
  ASSERT_FALSE(seen);
  EXPECT_NE(seen.error().message.find("fake"), std::string::npos);
}

TEST(MeterReader, says_when_no_model_reads_such_a_part) {
  FakeNetworks networks;
  const auto reader = make_meter_reader(networks);
  const auto seen =
      reader->read(fields({10}), {.kind = PartKind::needle, .corners = Quadrangle{0, 0, 40, 0, 40, 60, 0, 60}});
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, core::ErrorCode::not_found);
  EXPECT_FALSE(reader->read(fields({10}), {.kind = PartKind::wheels}));
}

TEST(MeterReader, all_looks_at_a_display_vote) {
  FakeNetworks networks;
  const auto seen = make_meter_reader(networks)->read(
      fields({10, 200, 10}), {.kind = PartKind::display, .corners = Quadrangle{0, 0, 120, 0, 120, 60, 0, 60}});
  ASSERT_TRUE(seen) << seen.error().message;
  ASSERT_EQ(seen->guesses.size(), 1U);
  EXPECT_EQ(seen->guesses[0].text, "42");
  EXPECT_NEAR(seen->guesses[0].weight, 1, 1e-6);
}

TEST(MeterReader, a_display_network_with_other_labels_than_outputs_is_an_error) {
  FakeNetworks networks;
  networks.line_description.labels = {"4", "2", "7"};
  const auto seen = make_meter_reader(networks)->read(
      fields({10, 200}), {.kind = PartKind::display, .corners = Quadrangle{0, 0, 80, 0, 80, 60, 0, 60}});
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, core::ErrorCode::internal);
  EXPECT_NE(seen.error().message.find("fake"), std::string::npos);
}

TEST(MeterReader, a_display_that_nobody_showed_is_found_on_its_plate) {
  FakeNetworks networks;
  Raster picture{.size = {400, 200}, .rgb = std::vector<std::uint8_t>(std::size_t{3} * 400 * 200, 210)};
  for (std::size_t y = 70; y < 130; ++y)
    for (std::size_t x = 100; x < 300; ++x)
      for (std::size_t channel = 0; channel < 3; ++channel) picture.rgb[3 * (y * 400 + x) + channel] = 40;
  const auto reader = make_meter_reader(networks);
  const auto seen = reader->read(picture, {.kind = PartKind::display});
  ASSERT_TRUE(seen) << seen.error().message;
  ASSERT_FALSE(seen->guesses.empty());
  EXPECT_EQ(seen->guesses[0].text, "42");
}

TEST(DisplayVariants, little_contrast_is_spread_in_each_channel) {
  Raster line{.size = {100, 1}};
  for (int x = 0; x < 100; ++x)
    line.rgb.insert(line.rgb.end(), {static_cast<std::uint8_t>(x < 50 ? 100 : 140), 200, 7});
  const auto spread = spread_channels(line);
  EXPECT_EQ(spread.rgb[0], 0);
  EXPECT_EQ(spread.rgb[297], 255);
  EXPECT_EQ(spread.rgb[1], 0) << "a channel that is the same everywhere stays so";
  EXPECT_EQ(spread.rgb[298], 0);
  EXPECT_TRUE(spread_channels({}).rgb.empty());
}

TEST(MeterReader, without_any_network_a_display_says_nothing) {
  FakeNetworks networks;
  networks.has_display = false;
  const auto seen = make_meter_reader(networks)->read(
      fields({10, 200}), {.kind = PartKind::display, .corners = Quadrangle{0, 0, 80, 0, 80, 60, 0, 60}});
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, core::ErrorCode::not_found);
}

TEST(Cells, parts_lie_side_by_side_and_grow) {
  const Quadrangle row{0, 0, 100, 0, 100, 20, 0, 20};
  EXPECT_EQ(part_of(row, 0.2, 0.4), (Quadrangle{20, 0, 40, 0, 40, 20, 20, 20}));
  const auto larger = grown(row, 0.1, 0.5);
  EXPECT_NEAR(larger[0], -10, 1e-9);
  EXPECT_NEAR(larger[5], 30, 1e-9);
  EXPECT_EQ(cell_size(row)->width, 100);
  EXPECT_FALSE(cell_size(part_of(row, 0, 0.05)));
  EXPECT_FALSE(cell_size({0, 0, 9000, 0, 9000, 20, 0, 20}));
}

}  // namespace
}  // namespace sightglass::vision
