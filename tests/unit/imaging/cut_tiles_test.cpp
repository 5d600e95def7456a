#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "imaging/pipeline/picture_decoder.hpp"
#include "imaging/tile_grid.hpp"
#include "unit/imaging/test_pictures.hpp"

namespace sightglass::imaging {
namespace {

using core::Size;

// Keeps what it is given.
class Album final : public TileSink {
 public:
  core::Result<void> begin(Size told) override {
    size = told;
    tiles.clear();
    return {};
  }
  core::Result<void> add(std::string_view jpeg) override {
    tiles.emplace_back(jpeg);
    return {};
  }
  Size size{};
  std::vector<std::string> tiles{};
};

// One level of the pyramid put together again.
test::Decoded whole(const Album& album, std::size_t index) {
  const TileGrid grid(album.size);
  const auto& level = grid.levels().at(index);
  test::Decoded picture{.size = level.size};
  picture.rgb.resize(static_cast<std::size_t>(level.size.pixels()) * 3);
  for (std::int32_t row = 0; row < level.rows; ++row) {
    for (std::int32_t column = 0; column < level.columns; ++column) {
      const auto place = grid.place_of({static_cast<std::int64_t>(index), column, row});
      const auto tile = test::decode_jpeg(album.tiles.at(static_cast<std::size_t>(place.value())));
      EXPECT_EQ(tile.size.width, std::min(tile_side, level.size.width - column * tile_side));
      EXPECT_EQ(tile.size.height, std::min(tile_side, level.size.height - row * tile_side));
      for (std::int32_t y = 0; y < tile.size.height; ++y) {
        const auto from = tile.rgb.begin() + std::ptrdiff_t{y} * tile.size.width * 3;
        const auto to = (std::int64_t{row} * tile_side + y) * level.size.width + std::int64_t{column} * tile_side;
        std::copy_n(from, tile.size.width * 3, picture.rgb.begin() + to * 3);
      }
    }
  }
  return picture;
}

struct Difference {
  double mean = 0;
  int largest = 0;
};
Difference between(const test::Decoded& a, const test::Decoded& b) {
  Difference difference;
  if (a.size != b.size || a.rgb.size() != b.rgb.size()) return {.mean = 255, .largest = 255};
  std::int64_t sum = 0;
  for (std::size_t index = 0; index < a.rgb.size(); ++index) {
    const int distance = std::abs(int{a.rgb[index]} - int{b.rgb[index]});
    sum += distance;
    difference.largest = std::max(difference.largest, distance);
  }
  difference.mean = static_cast<double>(sum) / static_cast<double>(a.rgb.size());
  return difference;
}

// Smooth with a fine pattern in one corner, so that a tile in a wrong place or a shift by a pixel shows.
std::string patterned(Size size, std::string_view suffix) {
  std::vector<std::uint8_t> pixels;
  for (std::int32_t y = 0; y < size.height; ++y) {
    for (std::int32_t x = 0; x < size.width; ++x) {
      const int wave = (x / 32 + y / 48) % 2 * 60;
      pixels.push_back(static_cast<std::uint8_t>(x * 190 / size.width + wave));
      pixels.push_back(static_cast<std::uint8_t>(y * 190 / size.height + wave));
      pixels.push_back(static_cast<std::uint8_t>((x + y) * 190 / (size.width + size.height) + wave));
    }
  }
  return test::write_pixels(pixels, size, 3, 8, suffix);
}

// The same picture by the other way: resampled and encoded as one.
test::Decoded display_of(int file, std::int32_t rotation, Size box) {
  const DerivePlan plan{.display_box = box, .display_quality = 95, .rotation = rotation};
  const auto derived = pipeline::PictureDecoder().derive(file, plan, {});
  if (!derived) return {};
  return test::decode_jpeg(derived->display_jpeg);
}

TEST(TileGrid, halves_until_one_tile_is_enough) {
  const TileGrid grid({1025, 513});
  ASSERT_EQ(grid.levels().size(), 3U);
  EXPECT_EQ(grid.levels()[0].size, (Size{257, 129}));
  EXPECT_EQ(grid.levels()[1].size, (Size{513, 257}));
  EXPECT_EQ(grid.levels()[1].columns, 2);
  EXPECT_EQ(grid.levels()[2].columns, 3);
  EXPECT_EQ(grid.levels()[2].rows, 2);
  EXPECT_EQ(grid.count(), 6 + 2 + 1);
  EXPECT_EQ(grid.place_of({2, 0, 0}), 0);
  EXPECT_EQ(grid.place_of({2, 2, 1}), 5);
  EXPECT_EQ(grid.place_of({0, 0, 0}), 8);
  for (const TileAddress outside : {TileAddress{3, 0, 0}, {-1, 0, 0}, {2, 3, 0}, {2, 0, 2}, {2, -1, 0}, {2, 0, -1}})
    EXPECT_FALSE(grid.place_of(outside));
}

TEST(TileGrid, has_one_tile_for_a_single_pixel) { EXPECT_EQ(TileGrid({1, 1}).count(), 1); }

class CutTiles : public ::testing::TestWithParam<std::string_view> {};

TEST_P(CutTiles, give_the_picture_back_pixel_by_pixel_however_it_is_turned) {
  const Size size{1031, 777};  // odd, so that halved chroma must not slip when it is mirrored
  const auto bytes = patterned(size, GetParam());
  if (bytes.empty()) GTEST_SKIP() << "libvips here writes no " << GetParam();
  const auto file = test::file_of(bytes);
  for (const std::int32_t rotation : {0, 90, 180, 270}) {
    Album album;
    const auto outcome = pipeline::PictureDecoder().cut_tiles(file.get(), {.rotation = rotation}, {}, album);
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(album.size, rotation % 180 == 0 ? size : size.transposed());
    ASSERT_EQ(static_cast<std::int64_t>(album.tiles.size()), TileGrid(album.size).count());
    const auto full = between(whole(album, 2), display_of(file.get(), rotation, {4000, 4000}));
    EXPECT_LT(full.mean, 1.5) << GetParam() << " turned by " << rotation;
    const auto half = between(whole(album, 1), display_of(file.get(), rotation, halved(album.size)));
    // Half of an odd side is rounded up here, where the other way spreads the picture over it: up to a pixel apart.
    EXPECT_LT(half.mean, 4) << GetParam() << " turned by " << rotation;
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, CutTiles,
                         ::testing::Values(".jpg[Q=95]", ".jpg[Q=95,subsample_mode=off]", ".png", ".tif",
                                           ".tif[tile,compression=deflate]", ".webp[Q=95]", ".heic[Q=95]",
                                           ".avif[Q=95]"));

TEST(CutTilesOfOrientation, follow_what_the_file_says) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    for (const char* suffix : {".jpg", ".tif", ".webp[Q=95]"}) {
      const auto bytes = test::make_file(
          {.upright = {620, 530}, .orientation = static_cast<core::Orientation>(orientation), .suffix = suffix});
      const auto file = test::file_of(bytes);
      Album album;
      ASSERT_TRUE(pipeline::PictureDecoder().cut_tiles(file.get(), {}, {}, album));
      EXPECT_EQ(album.size, (Size{620, 530})) << suffix << orientation;
      const auto picture = whole(album, 1);
      EXPECT_LT(test::difference(picture.near(0.2, 0.2), test::top_left), 12) << suffix << orientation;
      EXPECT_LT(test::difference(picture.near(0.8, 0.2), test::top_right), 12) << suffix << orientation;
      EXPECT_LT(test::difference(picture.near(0.2, 0.8), test::bottom_left), 12) << suffix << orientation;
      EXPECT_LT(test::difference(picture.near(0.8, 0.8), test::bottom_right), 12) << suffix << orientation;
    }
  }
}

TEST(CutTilesOf, a_cut_file_are_refused_unless_damage_is_allowed) {
  auto bytes = patterned({900, 700}, ".jpg[Q=90]");
  bytes.resize(bytes.size() / 2);
  const auto file = test::file_of(bytes);
  Album album;
  const auto strict = pipeline::PictureDecoder().cut_tiles(file.get(), {}, {}, album);
  ASSERT_FALSE(strict);
  EXPECT_EQ(strict.error().code, core::ErrorCode::corrupt_image);
  EXPECT_TRUE(pipeline::PictureDecoder().cut_tiles(file.get(), {.allow_damaged = true}, {}, album));
  EXPECT_EQ(static_cast<std::int64_t>(album.tiles.size()), TileGrid({900, 700}).count());
}

TEST(CutTilesOf, a_picture_that_needs_too_much_memory_are_refused_before_it_is_decoded) {
  const auto file = test::file_of(patterned({900, 700}, ".png"));
  Album album;
  const auto outcome = pipeline::PictureDecoder().cut_tiles(file.get(), {}, {.max_decode_bytes = 1 << 20}, album);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, core::ErrorCode::too_large);
  EXPECT_EQ(album.size, (Size{}));
}

}  // namespace
}  // namespace sightglass::imaging
