#include "database/photo_clusters.hpp"

#include <algorithm>

#include "support/stores.hpp"

namespace sightglass::database {
namespace {

class PhotoClusters : public test::StoreTest {
 protected:
  core::PhotoId add(double latitude, double longitude) {
    return add_photo({.metadata = {.position = core::GeoPosition{.latitude = latitude, .longitude = longitude}}});
  }
  std::vector<photo_clusters::Cluster> gather(std::int32_t zoom, const photos::Filter& filter = {},
                                              const photos::Visibility& visibility = {.sees_all = true}) {
    return test::must(read([&](Session& s) { return photo_clusters::list(s, filter, visibility, zoom); }));
  }
  static std::int64_t total(const std::vector<photo_clusters::Cluster>& clusters) {
    std::int64_t sum = 0;
    for (const auto& cluster : clusters) sum += cluster.count;
    return sum;
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, PhotoClusters, test::all_stores());

TEST_P(PhotoClusters, leave_photos_without_a_position_out) {
  add_photo();
  EXPECT_TRUE(gather(0).empty());
}

TEST_P(PhotoClusters, hold_the_mean_the_box_and_the_newest_of_their_photos) {
  add(10, 20);
  add(11, 22);
  const auto newest = add(12, 24);
  const auto clusters = gather(1);
  ASSERT_EQ(clusters.size(), 1U);
  EXPECT_DOUBLE_EQ(clusters[0].centre.latitude, 11);
  EXPECT_DOUBLE_EQ(clusters[0].centre.longitude, 22);
  EXPECT_EQ(clusters[0].photo, newest);
  EXPECT_EQ(clusters[0].box.west, 20);
  EXPECT_EQ(clusters[0].box.south, 10);
  EXPECT_EQ(clusters[0].box.east, 24);
  EXPECT_EQ(clusters[0].box.north, 12);
}

TEST_P(PhotoClusters, take_every_corner_of_the_world) {
  for (const double latitude : {-90.0, 0.0, 90.0})
    for (const double longitude : {-180.0, 0.0, 180.0}) add(latitude, longitude);
  for (std::int32_t zoom = -1; zoom <= photo_clusters::closest_zoom + 1; ++zoom) {
    const auto clusters = gather(zoom);
    EXPECT_EQ(total(clusters), 9) << zoom;
    EXPECT_TRUE(std::ranges::is_sorted(clusters, std::ranges::greater{}, [](const auto& cluster) {
      return cluster.centre.latitude;
    })) << zoom;
  }
  EXPECT_EQ(gather(22).size(), 9U);
}

TEST_P(PhotoClusters, lie_in_the_box_also_when_it_crosses_the_180th_meridian) {
  add(0, 179.5);
  add(0, -179.5);
  add(0, 0);
  EXPECT_EQ(gather(5, {.bbox = core::GeoBox{.west = 179, .south = -1, .east = -179, .north = 1}}).size(), 2U);
  EXPECT_EQ(gather(5, {.bbox = core::GeoBox{.west = -1, .south = -1, .east = 1, .north = 1}}).size(), 1U);
}

TEST_P(PhotoClusters, are_a_thousand_at_most_and_lose_nobody) {
  test::must(write([&](Session& session) -> core::Result<void> {
    for (int row = 0; row < 40; ++row) {
      for (int column = 0; column < 40; ++column) {
        core::Photo photo{
            .metadata = {.position = core::GeoPosition{.latitude = row * 2.0 - 40, .longitude = column * 4.0 - 80}}};
        photo.id = core::PhotoId::make(instant(0));
        photo.filename = photo.id.to_string();
        SG_TRY(photos::insert(session, photo));
      }
    }
    return {};
  }));
  for (const std::int32_t zoom : {3, 10, 22}) {
    const auto clusters = gather(zoom);
    EXPECT_LE(clusters.size(), photo_clusters::most_clusters);
    EXPECT_GT(clusters.size(), 100U);
    EXPECT_EQ(total(clusters), 1600);
  }
}

TEST_P(PhotoClusters, count_only_what_may_be_seen_and_is_not_thrown_away) {
  const auto ada = add_user("ada");
  const auto own =
      add_photo({.uploaded_by = ada, .metadata = {.position = core::GeoPosition{.latitude = 1, .longitude = 1}}});
  add(1, 1);
  EXPECT_EQ(total(gather(3)), 2);
  EXPECT_EQ(total(gather(3, {}, {.user = ada})), 1);
  EXPECT_EQ(total(gather(3, {}, {})), 0);
  test::must(write([&](Session& s) { return photos::set_trashed(s, own, instant(1)); }));
  EXPECT_EQ(total(gather(3)), 1);
  EXPECT_EQ(total(gather(3, {.trash = photos::Trash::alone})), 1);
}

}  // namespace
}  // namespace sightglass::database
