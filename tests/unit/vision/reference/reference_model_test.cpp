#include "vision/reference/reference_model.hpp"

#include <gtest/gtest.h>

#include "unit/vision/anomaly/painted_embedder.hpp"
#include "vision/reference/picture_judge.hpp"

namespace sightglass::vision {
namespace {

constexpr core::Size size{160, 120};

core::Raster label(bool is_smudged) {
  auto picture = noisy_picture(size, is_smudged ? 2 : 1);
  paint(picture, 20, 20, 40, 250);
  paint(picture, 100, 60, 30, 10);
  if (is_smudged) paint(picture, 70, 90, 9, 10);
  return picture;
}

ReferenceModel model() {
  return ReferenceModel::of({{.name = "first", .picture = grey_of(label(false)).value()}}).value();
}

TEST(ReferenceModel, judges_by_what_the_reference_does_not_show) {
  const auto good = model().score(label(false));
  ASSERT_TRUE(good.has_value()) << good.error().message;
  EXPECT_FALSE(good->is_anomalous);
  EXPECT_LT(good->score, good->threshold);
  EXPECT_TRUE(good->boxes.empty());
  const auto bad = model().score(label(true));
  ASSERT_TRUE(bad.has_value());
  EXPECT_TRUE(bad->is_anomalous);
  EXPECT_GT(bad->score, bad->threshold);
  ASSERT_EQ(bad->boxes.size(), 1U);
  EXPECT_NEAR(bad->peak.x, 74.5, 1);
  EXPECT_NEAR(bad->peak.y, 94.5, 1);
  EXPECT_EQ(bad->nearest_good, "first");
  EXPECT_EQ(bad->map.cells, (core::Size{64, 48}));
  EXPECT_EQ(bad->map.values.size(), 64U * 48U);
}

TEST(ReferenceModel, comes_back_from_its_file_and_refuses_any_other) {
  const std::string file = write_references(model());
  const auto judge = PictureJudge::read(file);
  ASSERT_TRUE(judge.has_value()) << judge.error().message;
  EXPECT_EQ(judge->anomaly_model(), nullptr);
  EXPECT_EQ(judge->backbone(), "");
  PaintedEmbedder embedder;
  EXPECT_EQ(judge->score(label(true), embedder)->score, model().score(label(true))->score);
  EXPECT_EQ(write_references(*read_references(file)), file);
  for (std::size_t length = 0; length < file.size(); length += 97)
    EXPECT_FALSE(PictureJudge::read(file.substr(0, length)).has_value()) << length;
  EXPECT_FALSE(read_references(file + 'x').has_value());
  const auto changed = [&](std::string_view from, std::string_view to) {
    std::string other = file;
    other.replace(other.find(from), from.size(), to);
    return read_references(other).has_value();
  };
  EXPECT_FALSE(changed("[160]", "[161]"));
  EXPECT_FALSE(changed("[160]", "[0.1]"));
  EXPECT_FALSE(changed("[120]", "[-20]"));
}

TEST(ReferenceModel, refuses_none_and_too_many) {
  EXPECT_EQ(ReferenceModel::of({}).error().field, "pictures");
  EXPECT_EQ(ReferenceModel::of(std::vector<Reference>(most_references + 1)).error().field, "pictures");
}

}  // namespace
}  // namespace sightglass::vision
