#include "imaging/thumbhash.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace sightglass::imaging {

namespace {

std::vector<std::uint8_t> pattern(core::Size size) {
  std::vector<std::uint8_t> rgb;
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      rgb.push_back(static_cast<std::uint8_t>(x * 255 / size.width));
      rgb.push_back(static_cast<std::uint8_t>(y * 255 / size.height));
      rgb.push_back(static_cast<std::uint8_t>((x * 7 + y * 13) % 256));
    }
  }
  return rgb;
}

std::vector<std::uint8_t> bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

}  // namespace

// Expected texts come from the author's own JavaScript, given the same pixels with full opacity.
TEST(ThumbHash, equals_the_reference_for_landscape_portrait_and_near_square) {
  EXPECT_EQ(thumbhash_of(pattern({32, 24}), {32, 24}), "3wcKPZpwh3eBdndYh2eXiINwB/iH");
  EXPECT_EQ(thumbhash_of(pattern({24, 32}), {24, 32}), "n/cJNRpwd3B4iHZYlpZ4eJGABvd4");
  // Not quite square: this pattern's symmetry would put a frequency on a rounding tie, decided by summing order.
  EXPECT_EQ(thumbhash_of(pattern({50, 47}), {50, 47}), "3wcKP5pwhneAeHeHd3iId2h3CAmHgH8H");
  EXPECT_EQ(thumbhash_of(pattern({100, 3}), {100, 3}), "m1cKMZpwZpNxd3eHoYAH+Ic=");
}

TEST(ThumbHash, takes_a_single_pixel) {
  EXPECT_EQ(thumbhash_of(std::vector<std::uint8_t>{10, 200, 30}, {1, 1}), "VIoon14I9wiIh4hwj3CI+AiIgIAI94cP");
}

TEST(Base64, equals_the_vectors_of_rfc_4648) {
  EXPECT_EQ(base64_of({}), "");
  EXPECT_EQ(base64_of(bytes_of("f")), "Zg==");
  EXPECT_EQ(base64_of(bytes_of("fo")), "Zm8=");
  EXPECT_EQ(base64_of(bytes_of("foo")), "Zm9v");
  EXPECT_EQ(base64_of(bytes_of("foobar")), "Zm9vYmFy");
}

}  // namespace sightglass::imaging
