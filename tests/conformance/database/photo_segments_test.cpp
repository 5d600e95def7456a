#include "database/photo_segments.hpp"

#include "support/stores.hpp"

namespace sightglass::database {
namespace {

constexpr std::int64_t first_day = 19'675;  // of instant(0): 2023-11-14, 22:13:20 UTC

class PhotoSegments : public test::StoreTest {
 protected:
  void add(int count, std::int64_t taken_seconds, core::Size shown = {400, 300}) {
    for (int i = 0; i < count; ++i) add_photo({.taken_at = instant(taken_seconds + i % 3), .display_size = shown});
  }
  std::vector<photo_segments::Segment> cut(const photos::Filter& filter = {}, std::int32_t offset_minutes = 0) {
    return test::must(
        read([&](Session& s) { return photo_segments::list(s, filter, {.sees_all = true}, offset_minutes); }));
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, PhotoSegments, test::all_stores());

TEST_P(PhotoSegments, of_nothing_are_none) { EXPECT_TRUE(cut().empty()); }

TEST_P(PhotoSegments, hold_at_most_200_photos_of_one_day_and_lead_to_exactly_those) {
  add(401, 0);
  add(3, 86'400);
  for (const auto sort : {photos::Sort::newest_taken, photos::Sort::oldest_taken}) {
    const auto segments = cut({.sort = sort});
    std::vector<std::int32_t> counts;
    for (const auto& segment : segments) {
      counts.push_back(segment.count);
      const auto page = test::must(read([&](Session& s) {
        return photos::list(s, {.sort = sort, .limit = segment.count}, {.sees_all = true}, segment.after);
      }));
      ASSERT_EQ(page.photos.size(), static_cast<std::size_t>(segment.count));
      for (const auto& photo : page.photos) EXPECT_EQ(core::to_micros(photo.taken_at) / 86'400'000'000, segment.day);
    }
    EXPECT_EQ(segments.front().after, std::nullopt);
    const bool is_newest_first = sort == photos::Sort::newest_taken;
    EXPECT_EQ(counts, (is_newest_first ? std::vector{3, 200, 200, 1} : std::vector{200, 200, 1, 3}));
    EXPECT_EQ(segments.front().day, is_newest_first ? first_day + 1 : first_day);
  }
}

TEST_P(PhotoSegments, cut_days_where_they_begin_in_the_readers_zone) {
  add(1, 0);      // 22:13 UTC
  add(1, 3'600);  // 23:13
  add(1, 7'200);  // 00:13 of the next day
  EXPECT_EQ(cut().size(), 2U);
  EXPECT_EQ(cut({}, 120).size(), 1U);
  EXPECT_EQ(cut({}, 60).front().count, 2);
  EXPECT_EQ(cut({}, -180).front().day, first_day);
}

TEST_P(PhotoSegments, tell_how_wide_their_pictures_are) {
  add(2, 0, {400, 300});
  add(1, 0, {300, 400});
  add(1, 0, {9000, 300});  // shown no wider than 3 : 1
  add(1, 0, {});           // not known
  EXPECT_EQ(cut().front().ratio, 1333 * 2 + 750 + 3000 + 1000);
}

TEST_P(PhotoSegments, follow_the_filter_the_order_and_the_trash) {
  add(2, 0);
  const auto tagged = add_photo({.tags = {"pump"}, .uploaded_at = instant(86'400 * 9), .taken_at = instant(5)});
  EXPECT_EQ(cut({.tag = "pump"}).front().count, 1);
  EXPECT_EQ(cut({.sort = photos::Sort::newest_uploaded}).front().day, first_day + 9);
  EXPECT_EQ(cut({.sort = photos::Sort::oldest_taken}).front().count, 3);
  test::must(write([&](Session& s) { return photos::set_trashed(s, tagged, instant(0)); }));
  EXPECT_EQ(cut().front().count, 2);
  EXPECT_EQ(cut({.trash = photos::Trash::alone}).front().count, 1);
}

}  // namespace
}  // namespace sightglass::database
