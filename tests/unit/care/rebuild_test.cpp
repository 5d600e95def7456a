#include "care/rebuild.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "care/catalogue_sidecars.hpp"
#include "care/check.hpp"
#include "database/photo_pairs.hpp"
#include "filing/deletion_journal.hpp"
#include "filing/layout.hpp"
#include "filing/sidecar.hpp"
#include "filing/sidecar_files.hpp"
#include "unit/ingest/house.hpp"

namespace sightglass::care {
namespace {

constexpr auto durable = storage::BlobStore::Durability::durable;

class Rebuilding : public testing::Test {
 protected:
  Rebuilding() {
    uploader.id = core::UserId::make(house.clock.now());
    uploader.name = "ada";
    location.id = core::LocationId::make(house.clock.now());
    location.name = "Plant";
    asset.id = core::AssetId::make(house.clock.now());
    asset.code = "P-1";
    asset.location_id = location.id;
    EXPECT_TRUE(house.sound_database->write([&](database::Session& session) -> core::Result<void> {
      SG_TRY(database::users::insert(session, uploader));
      SG_TRY(database::locations::insert(session, location));
      SG_TRY(database::assets::insert(session, asset));
      SG_ASSIGN(const auto job, database::jobs::find(session, house.job));
      SG_TRY(write_job_sidecar(*house.sound_store, *job));
      SG_TRY(write_asset_sidecar(*house.sound_store, asset));
      return write_location_sidecar(*house.sound_store, location);
    }));
    ingest::Submission submission = house.job_photo();
    submission.uploaded_by = uploader.id;
    submission.uploader_name = uploader.name;
    submission.asset_id = asset.id;
    submission.tags = {"pump", "leak"};
    EXPECT_TRUE(house.accept("TAK one", submission));
    house.clock.advance(std::chrono::seconds(2));
    EXPECT_TRUE(house.accept("TAK one"));
  }
  // The database as it would be after its loss: new and empty.
  database::Database& lose_database() {
    fresh = *database::sqlite::open_sqlite(house.directory.path() / "sightglass.db.new");
    EXPECT_TRUE(fresh->migrate());
    return *fresh;
  }
  std::vector<core::Photo> rows() {
    return *fresh->read([](database::Session& session) { return database::photos::scan(session, std::nullopt, 10); });
  }
  core::Result<RebuildReport> run(bool deep = false) {
    return rebuild(*house.sound_store, *fresh, house.clock, {.deep = deep});
  }
  ingest::House house;
  core::User uploader;
  core::Location location;
  core::Asset asset;
  std::unique_ptr<database::Database> fresh;
};

TEST_F(Rebuilding, brings_back_every_row_from_the_sidecars) {
  lose_database();
  const auto report = run(true);
  ASSERT_TRUE(report) << report.error().cause;
  EXPECT_TRUE(report->problems.empty());
  EXPECT_EQ(report->jobs, 1);
  EXPECT_EQ(report->assets, 1);
  EXPECT_EQ(report->locations, 1);
  EXPECT_EQ(report->users, 1);
  EXPECT_EQ(report->photos, 2);
  const auto before = house.rows();
  const auto after = rows();
  ASSERT_EQ(after.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_TRUE(filing::is_current(filing::to_json(filing::Sidecar{.photo = before[i]}), after[i]));
    EXPECT_EQ(after[i].duplicate_of, before[i].duplicate_of);
    EXPECT_EQ(after[i].status, core::ProcessingStatus::pending);
    EXPECT_TRUE(after[i].task_id);
  }
  const auto user =
      fresh->read([&](database::Session& session) { return database::users::find(session, uploader.id); });
  ASSERT_TRUE(user && *user);
  EXPECT_EQ((*user)->name, "ada");
  EXPECT_TRUE((*user)->is_disabled);
  const auto checked = check(*house.sound_store, *fresh, house.clock, {});
  ASSERT_TRUE(checked);
  EXPECT_TRUE(checked->is_clean()) << to_text(*checked);
}

TEST_F(Rebuilding, keeps_the_time_and_place_that_a_person_gave) {
  auto photo = house.rows().front();
  photo.taken_at = core::from_micros(1'500'000'000'000'000);
  photo.metadata.taken_source = core::TakenSource::person;
  photo.metadata.position = core::GeoPosition{.latitude = -1.5, .longitude = 100.25, .altitude = 7};
  ASSERT_TRUE(house.sound_database->write(
      [&](database::Session& session) { return database::photos::update(session, photo); }));
  ASSERT_TRUE(filing::refresh_sidecar(*house.sound_store, *house.sound_database, photo));
  lose_database();
  ASSERT_TRUE(run());
  const auto again = rows().front();
  EXPECT_EQ(again.taken_at, photo.taken_at);
  EXPECT_EQ(again.metadata.taken_source, core::TakenSource::person);
  EXPECT_EQ(again.metadata.taken_at, photo.metadata.taken_at) << "what the file says stays known";
  EXPECT_EQ(again.metadata.position, photo.metadata.position);
}

TEST_F(Rebuilding, brings_back_pairs_of_photos_after_the_photos) {
  ASSERT_TRUE(house.accept("TAK after", house.job_photo()));
  const auto photos = house.rows();
  const core::PhotoPair pair{.id = core::PairId::make(house.clock.now()),
                             .before = photos[0].id,
                             .after = photos[2].id,
                             .title = "Seal",
                             .created_by = uploader.id,
                             .created_at = house.clock.now()};
  ASSERT_TRUE(house.sound_database->write(
      [&](database::Session& session) { return database::photo_pairs::insert(session, house.job, pair); }));
  ASSERT_TRUE(refresh_job_sidecar(*house.sound_store, *house.sound_database, house.job));
  lose_database();
  ASSERT_EQ(run()->pairs, 1);
  EXPECT_EQ(run()->pairs, 0) << "once is enough";
  const auto job = fresh->read([&](database::Session& session) { return database::jobs::find(session, house.job); });
  ASSERT_EQ((*job)->pairs.size(), 1u);
  EXPECT_EQ((*job)->pairs[0].before, pair.before);
  EXPECT_EQ((*job)->pairs[0].after, pair.after);
  EXPECT_EQ((*job)->pairs[0].title, "Seal");
  EXPECT_EQ((*job)->pairs[0].created_by, uploader.id);
}

TEST_F(Rebuilding, goes_on_past_pairs_of_photos_that_are_gone) {
  const auto photos = house.rows();
  ASSERT_TRUE(house.accept("TAK after", house.job_photo()));
  const auto after = house.rows().back();
  ASSERT_TRUE(house.sound_database->write([&](database::Session& session) {
    return database::photo_pairs::insert(
        session, house.job, {.id = core::PairId::make(house.clock.now()), .before = photos[0].id, .after = after.id});
  }));
  ASSERT_TRUE(refresh_job_sidecar(*house.sound_store, *house.sound_database, house.job));
  ASSERT_TRUE(house.sound_store->remove(filing::sidecar_key(after.files)));
  lose_database();
  const auto report = run();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->photos, 2);
  EXPECT_EQ(report->pairs, 0);
  EXPECT_EQ(report->problems.size(), 1u) << to_json(*report);
}

TEST_F(Rebuilding, run_again_changes_nothing) {
  lose_database();
  ASSERT_TRUE(run());
  const auto again = run();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->photos + again->jobs + again->assets + again->locations + again->users, 0);
  EXPECT_EQ(again->were_there, 5);
}

TEST_F(Rebuilding, changes_nothing_in_a_database_that_is_whole) {
  const auto report = rebuild(*house.sound_store, *house.sound_database, house.clock, {});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->photos, 0);
  EXPECT_EQ(house.rows().size(), 2u);
}

TEST_F(Rebuilding, goes_on_past_sidecars_and_originals_that_are_broken) {
  const auto photos = house.rows();
  ASSERT_TRUE(house.sound_store->put(photos[0].files.original, "TAK two", durable));
  ASSERT_TRUE(house.sound_store->put("images/job_1/originals/broken.json", "{", durable));
  ASSERT_TRUE(house.sound_store->put("images/job_1/originals/copied elsewhere.json",
                                     house.read(filing::sidecar_key(photos[1].files)), durable));
  ASSERT_TRUE(house.sound_store->put(filing::asset_key(asset.id), "[]", durable));
  lose_database();
  const auto report = run(true);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->photos, 1);
  EXPECT_EQ(report->problems.size(), 4u) << to_json(*report);
}

TEST_F(Rebuilding, keeps_photos_whose_job_or_asset_file_is_lost) {
  ASSERT_TRUE(house.sound_store->remove(filing::job_key(house.job)));
  ASSERT_TRUE(house.sound_store->remove(filing::asset_key(asset.id)));
  lose_database();
  const auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->photos, 2);
  EXPECT_EQ(rows().front().job_id, house.job);
  EXPECT_EQ(rows().front().asset_id, std::nullopt);
}

TEST_F(Rebuilding, does_not_take_over_an_account_that_has_the_name_by_now) {
  lose_database();
  core::User other;
  other.id = core::UserId::make(house.clock.now());
  other.name = "Ada";
  other.role = core::Role::administrator;
  ASSERT_TRUE(fresh->write([&](database::Session& session) { return database::users::insert(session, other); }));
  ASSERT_TRUE(run());
  const auto user =
      fresh->read([&](database::Session& session) { return database::users::find(session, uploader.id); });
  ASSERT_TRUE(user && *user);
  EXPECT_EQ((*user)->name, "lost-" + uploader.id.to_string());
}

TEST_F(Rebuilding, counts_photos_without_derived_images) {
  ASSERT_TRUE(house.sound_store->remove(house.rows().front().files.thumbnail));
  lose_database();
  const auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->without_derived, 1);
}

TEST_F(Rebuilding, does_not_bring_back_a_photo_whose_deletion_was_begun) {
  const auto photos = house.rows();
  ASSERT_TRUE(house.sound_store->put(
      filing::deletion_journal_key(photos[0].id),
      filing::to_json(filing::DeletionJournal{.photo = photos[0].id, .files = photos[0].files}), durable));
  lose_database();
  const auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->photos, 1);
  ASSERT_EQ(report->problems.size(), 1u);
  EXPECT_EQ(report->problems.front().path, filing::sidecar_key(photos[0].files));
  ASSERT_EQ(rows().size(), 1u);
  EXPECT_EQ(rows().front().id, photos[1].id);
}

// Two sidecars claim one code, in a batch with many others.
TEST_F(Rebuilding, keeps_every_other_row_of_a_batch_in_which_one_does_not_fit) {
  core::Asset twin = asset;
  twin.id = core::AssetId::make(house.clock.now());
  ASSERT_TRUE(write_asset_sidecar(*house.sound_store, twin));
  lose_database();
  const auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->assets, 1);
  EXPECT_EQ(report->jobs, 1);
  EXPECT_EQ(report->photos, 2);
  ASSERT_EQ(report->problems.size(), 1u) << to_json(*report);
  EXPECT_EQ(report->problems.front().path, filing::asset_key(twin.id));
}

TEST_F(Rebuilding, brings_back_more_rows_than_a_batch_holds_and_tells_its_progress) {
  constexpr int more = 600;
  for (int i = 0; i < more; ++i) {
    core::Location another = location;
    another.id = core::LocationId::make(house.clock.now());
    another.name = "Plant " + std::to_string(i);
    ASSERT_TRUE(write_location_sidecar(*house.sound_store, another));
  }
  lose_database();
  std::vector<std::int64_t> seen;
  const auto report = rebuild(*house.sound_store, *fresh, house.clock,
                              {.progress = [&](const RebuildReport& so_far) { seen.push_back(so_far.locations); }});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->locations, more + 1);
  EXPECT_EQ(report->photos, 2);
  EXPECT_THAT(seen, testing::ElementsAre(250, 500, more + 1));
}

}  // namespace
}  // namespace sightglass::care
