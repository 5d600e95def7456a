#include "vision/text/ctc_beam.hpp"

#include <gtest/gtest.h>

#include <array>
#include <numeric>

namespace sightglass::vision {
namespace {

const std::array<std::string, 2> letters{"a", "b"};

double share_of(const std::vector<CtcGuess>& guesses, const std::string& text) {
  for (const auto& guess : guesses)
    if (guess.text == text) return guess.probability;
  return 0;
}

TEST(CtcBeam, counts_all_ways_that_spell_a_text_together) {
  // Two columns of blank, a, b: "a" is spelled by "a-", "-a" and "aa".
  const std::array<float, 6> columns{0.6F, 0.4F, 0, 0.6F, 0.4F, 0};
  const auto guesses = likeliest_texts(columns, 3, letters, 5);
  ASSERT_EQ(guesses.size(), 2U);
  EXPECT_EQ(guesses[0].text, "a") << "though the likeliest way through the columns is two blanks";
  EXPECT_NEAR(guesses[0].probability, 0.64, 1e-6);
  EXPECT_NEAR(share_of(guesses, ""), 0.36, 1e-6);
}

TEST(CtcBeam, a_character_is_repeated_behind_a_blank_alone) {
  const std::array<float, 9> joined{0, 1, 0, 0, 1, 0, 0, 0, 1};
  EXPECT_EQ(likeliest_texts(joined, 3, letters, 3).front().text, "ab");
  const std::array<float, 9> parted{0, 1, 0, 1, 0, 0, 0, 1, 0};
  EXPECT_EQ(likeliest_texts(parted, 3, letters, 3).front().text, "aa");
}

TEST(CtcBeam, gives_the_likeliest_first_and_no_more_than_were_asked_for) {
  const std::array<float, 9> columns{0.1F, 0.6F, 0.3F, 0.8F, 0.1F, 0.1F, 0.1F, 0.3F, 0.6F};
  const auto all = likeliest_texts(columns, 3, letters, 30);
  const double sum = std::accumulate(all.begin(), all.end(), 0.0,
                                     [](double before, const CtcGuess& guess) { return before + guess.probability; });
  EXPECT_NEAR(sum, 1, 1e-5);
  const auto two = likeliest_texts(columns, 3, letters, 2);
  ASSERT_EQ(two.size(), 2U);
  EXPECT_EQ(two[0].text, "ab");
  EXPECT_GT(two[0].probability, two[1].probability);
  EXPECT_NEAR(two[0].probability, share_of(all, "ab"), 1e-6);
}

TEST(CtcBeam, says_nothing_of_nothing) {
  EXPECT_TRUE(likeliest_texts({}, 0, letters, 3).empty());
  EXPECT_TRUE(likeliest_texts({}, 3, letters, 0).empty());
  const auto none = likeliest_texts({}, 3, letters, 3);
  ASSERT_EQ(none.size(), 1U);
  EXPECT_EQ(none[0].text, "");
  EXPECT_NEAR(none[0].probability, 1, 1e-9);
}

}  // namespace
}  // namespace sightglass::vision
