#include "care/trash.hpp"

#include <gtest/gtest.h>

#include "care/deletion.hpp"
#include "unit/ingest/house.hpp"

namespace sightglass::care {
namespace {

using namespace std::chrono_literals;

class Trash : public testing::Test {
 protected:
  core::Photo thrown_away(const char* picture, core::Instant at) {
    const auto photo = house.accept(picture)->photo;
    EXPECT_TRUE(
        house.database.write([&](database::Session& s) { return database::photos::set_trashed(s, photo.id, at); }));
    return photo;
  }
  core::Result<TrashReport> empty(core::Instant before) {
    return empty_trash(house.store, house.database, before,
                       {.also = [&](database::Session&, const core::Photo& photo) -> core::Result<void> {
                         told.push_back(photo.id);
                         return outcome;
                       }});
  }
  ingest::House house;
  core::Instant now = house.clock.now();
  std::vector<core::PhotoId> told;
  core::Result<void> outcome{};
};

TEST_F(Trash, is_emptied_of_what_lay_in_it_long_enough_with_its_files) {
  const auto old = thrown_away("PIC old", now - 48h);
  const auto young = thrown_away("PIC young", now - 1h);
  const auto kept = house.accept("PIC kept")->photo;
  const auto report = empty(now - 24h);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->deleted, 1);
  EXPECT_EQ(report->failed, 0);
  EXPECT_EQ(told, std::vector{old.id});
  ASSERT_EQ(house.rows().size(), 2U);
  EXPECT_EQ(house.files().size(), 8U);
  EXPECT_EQ(empty(now - 24h)->deleted, 0);
  EXPECT_EQ(empty(now)->deleted, 1);
  EXPECT_EQ(told.back(), young.id);
  EXPECT_EQ(house.rows().front().id, kept.id);
}

TEST_F(Trash, keeps_what_cannot_be_deleted_for_the_next_run) {
  const auto photo = thrown_away("PIC", now - 48h);
  outcome = core::fail(core::ErrorCode::unavailable, "busy");
  const auto report = empty(now);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->failed, 1);
  ASSERT_EQ(house.rows().size(), 1U);
  house.expect_whole(house.rows().front());
  outcome = {};
  EXPECT_EQ(empty(now)->deleted, 1);
}

TEST_F(Trash, keeps_a_photo_that_the_first_step_of_a_deletion_refuses) {
  const auto photo = house.accept("PIC")->photo;
  const auto restored = [](database::Session&) {
    return core::Result<void>(core::fail(core::ErrorCode::conflict, "restored"));
  };
  const auto refused = delete_photo(house.store, house.database, photo, {.first = restored});
  EXPECT_EQ(refused.error().code, core::ErrorCode::conflict);
  house.expect_whole(house.rows().front());
}

}  // namespace
}  // namespace sightglass::care
