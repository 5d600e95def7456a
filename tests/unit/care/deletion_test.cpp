#include "care/deletion.hpp"

#include <gtest/gtest.h>

#include "care/catalogue_sidecars.hpp"
#include "database/findings.hpp"
#include "database/photo_pairs.hpp"
#include "filing/layout.hpp"
#include "ingest/settle.hpp"
#include "unit/ingest/house.hpp"

namespace sightglass::care {
namespace {

using Kind = ingest::Fault::Kind;

TEST(Deletion, removes_the_row_and_every_file) {
  ingest::House house;
  const auto photo = house.accept("PIC")->photo;
  ASSERT_TRUE(delete_photo(house.store, house.database, photo));
  EXPECT_TRUE(house.rows().empty());
  EXPECT_TRUE(house.files().empty());
}

TEST(Deletion, leaves_other_photos_with_the_same_bytes_whole) {
  ingest::House house;
  const auto first = house.accept("PIC same")->photo;
  const auto second = house.accept("PIC same")->photo;
  ASSERT_TRUE(delete_photo(house.store, house.database, first));
  ASSERT_EQ(house.rows().size(), 1u);
  house.expect_whole(house.rows().front());
  EXPECT_EQ(house.rows().front().id, second.id);
}

TEST(Deletion, takes_the_pairs_of_a_photo_out_of_its_jobs_file) {
  ingest::House house;
  const auto before = house.accept("PIC before", house.job_photo())->photo;
  const auto after = house.accept("PIC after", house.job_photo())->photo;
  const core::PhotoPair pair{.id = core::PairId::make(house.clock.now()), .before = before.id, .after = after.id};
  ASSERT_TRUE(house.sound_database->write(
      [&](database::Session& session) { return database::photo_pairs::insert(session, house.job, pair); }));
  ASSERT_TRUE(refresh_job_sidecar(house.store, house.database, house.job));
  EXPECT_TRUE(house.read(filing::job_key(house.job)).contains(pair.id.to_string()));
  ASSERT_TRUE(delete_photo(house.store, house.database, after));
  EXPECT_FALSE(house.read(filing::job_key(house.job)).contains("pairs"));
}

TEST(Deletion, takes_the_heat_maps_of_what_was_found_on_the_photo) {
  ingest::House house;
  const auto photo = house.accept("PIC")->photo;
  const core::Finding finding{.id = core::FindingId::make(house.clock.now()),
                              .photo_id = photo.id,
                              .class_name = "anomaly",
                              .heat_map = "cache/heat/x"};
  ASSERT_TRUE(house.sound_database->write(
      [&](database::Session& session) { return database::findings::insert(session, finding); }));
  ASSERT_TRUE(house.store.put(finding.heat_map, "map", storage::BlobStore::Durability::rebuildable));
  ASSERT_TRUE(delete_photo(house.store, house.database, photo));
  EXPECT_TRUE(house.files().empty());
}

TEST(Deletion, keeps_everything_when_the_callers_part_fails) {
  ingest::House house;
  const auto photo = house.accept("PIC")->photo;
  const auto no = [](database::Session&) {
    return core::Result<void>(core::fail(core::ErrorCode::permission_denied, "no"));
  };
  const auto refused = delete_photo(house.store, house.database, photo, {.also = no});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::permission_denied);
  house.expect_whole(house.rows().front());
  EXPECT_EQ(house.files().size(), 4u);
}

TEST(Deletion, says_that_a_photo_is_gone_already) {
  ingest::House house;
  const auto photo = house.accept("PIC")->photo;
  ASSERT_TRUE(delete_photo(house.store, house.database, photo));
  const auto again = delete_photo(house.store, house.database, photo);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, core::ErrorCode::not_found);
  ASSERT_TRUE(ingest::settle(*house.sound_store, *house.sound_database, house.clock));
  EXPECT_TRUE(house.files().empty());
}

TEST(Deletion, is_finished_or_undone_by_settling_whichever_step_was_the_last) {
  for (const Kind kind : {Kind::kill_before, Kind::kill_after, Kind::fail_once}) {
    bool is_hit = true;
    for (int step = 0; is_hit; ++step) {
      ingest::House house;
      const auto kept = house.accept("PIC same")->photo;
      const auto photo = house.accept("PIC same")->photo;
      house.fault.kind = kind;
      house.fault.at = step;
      house.fault.steps = 0;
      bool is_acknowledged = false;
      try {
        is_acknowledged = delete_photo(house.store, house.database, photo).has_value();
      } catch (const ingest::Killed&) {
      }
      is_hit = house.fault.steps > step;
      ASSERT_TRUE(ingest::settle(*house.sound_store, *house.sound_database, house.clock));
      const auto rows = house.rows();
      if (is_acknowledged) EXPECT_EQ(rows.size(), 1u);
      for (const auto& row : rows) house.expect_whole(row);
      EXPECT_EQ(house.files().size(), rows.size() * 4);
      EXPECT_EQ(rows.front().id, kept.id);
    }
  }
}

}  // namespace
}  // namespace sightglass::care
