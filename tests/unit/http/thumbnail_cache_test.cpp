#include "http/thumbnail_cache.hpp"

#include <gtest/gtest.h>

namespace sightglass::http {
namespace {

std::shared_ptr<const Thumbnail> thumbnail(std::size_t bytes, core::Instant checked_at = {}) {
  return std::make_shared<Thumbnail>(
      Thumbnail{.bytes = std::make_shared<const std::string>(bytes, 'x'), .checked_at = checked_at});
}

TEST(ThumbnailCache, stays_within_its_bytes_and_keeps_the_latest) {
  ThumbnailCache cache(64U << 10);
  for (int i = 0; i < 1000; ++i) cache.put(std::to_string(i), thumbnail(1000));
  EXPECT_LE(cache.bytes(), 64U << 10);
  EXPECT_TRUE(cache.find("999"));
  EXPECT_FALSE(cache.find("0"));
}

TEST(ThumbnailCache, keeps_what_is_used_over_what_is_not) {
  ThumbnailCache cache(64U << 10);
  cache.put("used", thumbnail(1000));
  for (int i = 0; i < 1000; ++i) {
    cache.put(std::to_string(i), thumbnail(1000));
    EXPECT_TRUE(cache.find("used")) << i;
  }
}

TEST(ThumbnailCache, replaces_and_forgets) {
  ThumbnailCache cache;
  cache.put("a", thumbnail(10));
  cache.put("a", thumbnail(20));
  EXPECT_EQ(cache.find("a")->bytes->size(), 20U);
  cache.forget("a");
  cache.forget("never there");
  EXPECT_FALSE(cache.find("a"));
  EXPECT_EQ(cache.bytes(), 0U);
}

TEST(ThumbnailCache, holds_nothing_larger_than_a_shard) {
  ThumbnailCache cache(8U << 10);
  cache.put("a", thumbnail(10'000));
  EXPECT_FALSE(cache.find("a"));
  EXPECT_EQ(cache.bytes(), 0U);
}

TEST(ThumbnailCache, is_fresh_for_five_seconds_after_the_check) {
  ThumbnailCache cache;
  const core::Instant start{std::chrono::hours(1)};
  cache.put("a", thumbnail(10, start));
  EXPECT_TRUE(cache.find_fresh("a", start + ThumbnailCache::max_age));
  EXPECT_FALSE(cache.find_fresh("a", start + ThumbnailCache::max_age + std::chrono::microseconds(1)));
}

TEST(Audience, admits_by_the_rule_of_visibility) {
  const auto user = core::UserId::make({});
  const auto other = core::UserId::make({});
  EXPECT_TRUE((Audience{}.admits({.sees_all = true})));
  EXPECT_FALSE((Audience{}.admits({.user = user})));
  EXPECT_FALSE((Audience{}.admits({}))) << "nobody is not the uploader of a photo without one";
  EXPECT_TRUE((Audience{.uploader = user}.admits({.user = user})));
  EXPECT_TRUE((Audience{.uploader = other, .is_open = true}.admits({.user = user})));
  EXPECT_TRUE((Audience{.uploader = other, .assigned = {user}}.admits({.user = user})));
  EXPECT_FALSE((Audience{.uploader = other, .assigned = {other}}.admits({.user = user})));
}

}  // namespace
}  // namespace sightglass::http
