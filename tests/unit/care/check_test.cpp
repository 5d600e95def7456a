#include "care/check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "care/catalogue_sidecars.hpp"
#include "care/deletion.hpp"
#include "care/store_check.hpp"
#include "filing/layout.hpp"
#include "filing/sidecar.hpp"
#include "unit/ingest/house.hpp"

namespace sightglass::care {
namespace {

using testing::Contains;
using testing::ElementsAre;
constexpr auto durable = storage::BlobStore::Durability::durable;

class Check : public testing::Test {
 protected:
  Check() {
    const auto job = house.sound_database->read(
        [&](database::Session& session) { return database::jobs::find(session, house.job); });
    EXPECT_TRUE(write_job_sidecar(store, **job));
    photo = house.accept("PIC one", house.job_photo())->photo;
  }
  CheckReport run(CheckOptions options = {}) {
    auto report = check(store, *house.sound_database, house.clock, options);
    EXPECT_TRUE(report) << report.error().cause;
    return *report;
  }
  CheckReport repair() {
    CheckOptions options;
    options.repair = true;
    options.decoder = &house.decoder;
    return run(options);
  }
  static std::vector<std::string> codes(const CheckReport& report) {
    std::vector<std::string> found;
    for (const auto& finding : report.findings) found.push_back(finding.code);
    return found;
  }
  ingest::House house;
  storage::BlobStore& store = *house.sound_store;
  core::Photo photo;
};

TEST_F(Check, finds_nothing_where_everything_fits) {
  ASSERT_TRUE(house.accept("TAK field"));
  CheckOptions deep;
  deep.deep = true;
  const auto report = run(deep);
  EXPECT_TRUE(report.is_clean()) << to_text(report);
  EXPECT_EQ(report.photos, 2);
  EXPECT_EQ(report.files, 8);
}

TEST_F(Check, tells_missing_cut_and_altered_originals_apart) {
  ASSERT_TRUE(store.put(photo.files.original, "PIC two", durable));
  EXPECT_TRUE(run().is_clean()) << "the size fits; only a deep check reads the bytes";
  CheckOptions deep;
  deep.deep = true;
  EXPECT_THAT(codes(run(deep)), ElementsAre("original_altered"));
  ASSERT_TRUE(store.put(photo.files.original, "PIC", durable));
  EXPECT_THAT(codes(run()), ElementsAre("original_wrong_size"));
  ASSERT_TRUE(store.remove(photo.files.original));
  const auto report = run();
  EXPECT_THAT(codes(report), ElementsAre("original_missing"));
  EXPECT_EQ(report.errors, 1);
  EXPECT_EQ(report.findings.front().id, photo.id.to_string());
}

TEST_F(Check, makes_missing_derived_images_again) {
  ASSERT_TRUE(store.remove(photo.files.display));
  ASSERT_TRUE(store.put(photo.files.thumbnail, "cut", durable));
  EXPECT_THAT(codes(run()), ElementsAre("derived_missing", "derived_missing"));
  const auto repaired = repair();
  EXPECT_EQ(repaired.repaired, 2);
  EXPECT_TRUE(repaired.is_clean());
  house.expect_whole(house.rows().front());
  EXPECT_TRUE(run().is_clean());
}

TEST_F(Check, cannot_repair_derived_images_when_the_original_is_gone) {
  ASSERT_TRUE(store.remove(photo.files.display));
  ASSERT_TRUE(store.remove(photo.files.original));
  const auto report = repair();
  EXPECT_FALSE(report.is_clean());
  EXPECT_EQ(report.repaired, 0);
}

TEST_F(Check, writes_lost_and_stale_sidecars_again_but_only_when_asked) {
  const std::string sidecar = filing::sidecar_key(photo.files);
  ASSERT_TRUE(store.remove(sidecar));
  EXPECT_THAT(codes(run()), ElementsAre("sidecar_missing"));
  EXPECT_FALSE(store.info(sidecar));
  EXPECT_TRUE(repair().is_clean());
  EXPECT_TRUE(run().is_clean());
  photo.description = "edited, then the power went";
  ASSERT_TRUE(house.sound_database->write(
      [&](database::Session& session) { return database::photos::update(session, photo); }));
  EXPECT_THAT(codes(run()), ElementsAre("sidecar_stale"));
  EXPECT_TRUE(repair().is_clean());
  EXPECT_TRUE(filing::is_current(house.read(sidecar), house.rows().front()));
}

TEST_F(Check, quarantines_files_that_no_row_knows_and_never_deletes_them) {
  ASSERT_TRUE(store.put("images/job_1/stray.jpg", "stray", durable));
  ASSERT_TRUE(store.put("photos/2020/01/01/originals/odd name", "odd", durable));
  EXPECT_THAT(codes(run()), ElementsAre("file_without_row", "file_without_row"));
  EXPECT_TRUE(store.info("images/job_1/stray.jpg")) << "without --repair nothing moves";
  EXPECT_EQ(repair().repaired, 2);
  const std::string day = core::to_compact(house.clock.now()).substr(0, 8);
  EXPECT_EQ(house.read("quarantine/" + day + "/images/job_1/stray.jpg"), "stray");
  EXPECT_EQ(house.read("quarantine/" + day + "/photos/2020/01/01/originals/odd name"), "odd");
  EXPECT_TRUE(run().is_clean());
}

TEST_F(Check, never_replaces_what_lies_in_quarantine) {
  for (const char* bytes : {"first", "second"}) {
    ASSERT_TRUE(store.put("images/job_1/stray.jpg", bytes, durable));
    repair();
  }
  std::vector<std::string> kept;
  for (const auto& key : house.files("quarantine/")) kept.push_back(house.read(key));
  EXPECT_THAT(kept, testing::UnorderedElementsAre("first", "second"));
}

TEST_F(Check, leaves_young_files_and_those_of_uploads_under_way_alone) {
  CheckOptions options;
  options.repair = true;
  options.grace = std::chrono::hours(24);  // the files are young by that measure
  ASSERT_TRUE(store.put("images/job_1/arriving.jpg", "young", durable));
  EXPECT_TRUE(run(options).is_clean());
  core::Photo under_way = photo;
  under_way.id = core::PhotoId::make(house.clock.now());
  under_way.filename = "img_under_way.jpg";
  under_way.files = filing::files_for(under_way, "img_under_way", true);
  ASSERT_TRUE(store.remove("images/job_1/arriving.jpg"));
  ASSERT_TRUE(store.put(filing::upload_journal_key(under_way.id), filing::to_json(filing::Sidecar{.photo = under_way}),
                        durable));
  ASSERT_TRUE(store.put(under_way.files.original, "PIC", durable));
  const auto report = repair();
  EXPECT_THAT(codes(report), ElementsAre("incoming_leftover")) << "an hour old by the manual clock: reported";
  EXPECT_TRUE(store.info(under_way.files.original)) << "but not moved";
}

TEST_F(Check, finds_photos_that_wait_for_no_task) {
  const auto lost_task = core::TaskId::make(house.clock.now());
  ASSERT_TRUE(house.sound_database->write([&](database::Session& session) {
    return database::photos::set_task(session, photo.id, lost_task, core::ProcessingStatus::processing);
  }));
  EXPECT_THAT(codes(run()), ElementsAre("analysis_stuck"));
}

TEST_F(Check, finds_catalogue_files_that_are_missing) {
  ASSERT_TRUE(store.remove(filing::job_key(house.job)));
  CheckOptions no_grace;
  no_grace.grace = std::chrono::minutes(0);
  EXPECT_THAT(codes(run(no_grace)), ElementsAre("catalogue_missing"));
  EXPECT_TRUE(repair().is_clean());
  EXPECT_TRUE(store.info(filing::job_key(house.job)));
}

TEST_F(Check, reports_for_people_and_machines) {
  ASSERT_TRUE(store.remove(photo.files.original));
  const auto report = run();
  EXPECT_THAT(to_text(report), testing::HasSubstr("original_missing " + photo.files.original));
  EXPECT_THAT(to_json(report), testing::HasSubstr(R"("clean":false,"photos":1)"));
  EXPECT_THAT(to_json(report), testing::HasSubstr(R"("code":"original_missing")"));
  EXPECT_THAT(to_text(CheckReport{}), testing::HasSubstr("everything fits together"));
}

// What a check started before an upload meets: files without a row, old by their time, whose journal came later.
TEST_F(Check, leaves_files_alone_whose_upload_or_deletion_is_under_way) {
  ASSERT_TRUE(house.sound_database->write(
      [&](database::Session& session) { return database::photos::remove(session, photo.id); }));
  const std::string sidecar = house.read(filing::sidecar_key(photo.files));
  for (const std::string& journal : {filing::upload_journal_key(photo.id), filing::deletion_journal_key(photo.id)}) {
    ASSERT_TRUE(store.put(journal, sidecar, durable));
    CheckReport report;
    Findings findings(report);
    CheckOptions options;
    options.repair = true;
    KnownKeys none;
    none.seal();
    ASSERT_TRUE(StoreCheck(store, *house.sound_database, house.clock, options, findings).check_files(none, report));
    EXPECT_TRUE(report.findings.empty()) << journal;
    ASSERT_TRUE(store.remove(journal));
  }
  EXPECT_EQ(repair().repaired, 4) << "without a journal they are nobody's";
}

TEST_F(Check, leaves_no_files_of_a_photo_deleted_while_its_images_were_made_again) {
  class Deleting final : public imaging::Decoder {
   public:
    Deleting(ingest::House& house, const core::Photo& photo) : house_(house), photo_(photo) {}
    core::Result<imaging::DerivedImages> derive(int fd, const imaging::DerivePlan& plan,
                                                const imaging::Limits& limits) override {
      EXPECT_TRUE(delete_photo(*house_.sound_store, *house_.sound_database, photo_));
      return house_.decoder.derive(fd, plan, limits);
    }
    core::Result<imaging::ImageProperties> measure(int, const imaging::Limits&) override {
      return imaging::ImageProperties{};
    }

   private:
    ingest::House& house_;
    core::Photo photo_;
  };
  ASSERT_TRUE(store.remove(photo.files.thumbnail));
  Deleting decoder(house, photo);
  CheckOptions options;
  options.repair = true;
  options.decoder = &decoder;
  EXPECT_TRUE(run(options).is_clean());
  EXPECT_TRUE(house.files("images/").empty());
}

}  // namespace
}  // namespace sightglass::care
