#include "filing/naming.hpp"

#include <gtest/gtest.h>

#include <set>

#include "storage/hashing.hpp"

namespace sightglass::filing {
namespace {

const core::Instant moment = *core::parse_iso8601("2026-11-21T04:12:33.999999Z");

TEST(Naming, says_when_a_photo_came_and_what_it_is) {
  const auto hash = storage::sha256_of("abc");  // ba7816bf8f01…
  EXPECT_EQ(stem_for(moment, hash, 0), "img_20261121_041233_ba7816");
  EXPECT_EQ(stem_for(moment, hash, 1), "img_20261121_041233_bf8f01");
}

TEST(Naming, takes_ten_groups_from_the_hash_and_then_hashes_on) {
  const auto hash = storage::sha256_of("abc");
  const std::string digits = hash.to_hex();
  EXPECT_EQ(stem_for(moment, hash, 9), "img_20261121_041233_" + digits.substr(54, 6));
  std::string input(reinterpret_cast<const char*>(hash.bytes.data()), 32);
  input.append(7, '\0').push_back(10);
  EXPECT_EQ(stem_for(moment, hash, 10), "img_20261121_041233_" + storage::sha256_of(input).to_hex().substr(0, 6));
}

TEST(Naming, goes_on_finding_names_in_one_second) {
  std::set<std::string> names;
  for (std::uint64_t attempt = 0; attempt < 1000; ++attempt) names.insert(stem_for(moment, core::Sha256{}, attempt));
  // The first ten of an all-zero hash are one name; of the rest hardly two of 2^24 meet.
  EXPECT_GT(names.size(), 985u);
}

TEST(Naming, says_when_a_camera_took_it_and_goes_on_by_milliseconds) {
  const auto early = *core::parse_iso8601("2026-11-21T04:12:33Z");
  const auto late = early + std::chrono::microseconds(998'900);
  EXPECT_EQ(capture_stem_for(early, 0), "capture_20261121_041233_000");
  EXPECT_EQ(capture_stem_for(late, 0), "capture_20261121_041233_998");
  EXPECT_EQ(capture_stem_for(late, 1), "capture_20261121_041233_999");
  EXPECT_EQ(capture_stem_for(late, 2), "capture_20261121_041234_000");
}

}  // namespace
}  // namespace sightglass::filing
