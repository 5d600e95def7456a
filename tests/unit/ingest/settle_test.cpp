#include "ingest/settle.hpp"

#include <gtest/gtest.h>

#include "filing/deletion_journal.hpp"
#include "filing/sidecar.hpp"
#include "queue/task_queue.hpp"
#include "unit/ingest/house.hpp"

namespace sightglass::ingest {
namespace {

using Kind = Fault::Kind;
constexpr auto durable = storage::BlobStore::Durability::durable;

core::Result<SettleReport> settle_soundly(House& house) {
  return settle(*house.sound_store, *house.sound_database, house.clock, &house.decoder);
}

// Every row whole, every file some row's, nothing half done.
void expect_settled(House& house) {
  const auto rows = house.rows();
  for (const auto& photo : rows) {
    house.expect_whole(photo);
    EXPECT_TRUE(photo.task_id);
  }
  EXPECT_EQ(house.files().size(), rows.size() * 4);
}

// Whether the upload was acknowledged. Sets `has_died` when the fault struck.
bool upload(House& house, const Submission& submission, bool& has_died) {
  try {
    return house.accept("TAK bytes", submission).has_value();
  } catch (const Killed&) {
    has_died = true;
    return false;
  }
}

struct Scenario {
  const char* name;
  bool has_first_copy;
  bool is_job_photo;
};

class KilledUpload : public testing::TestWithParam<Scenario> {};

TEST_P(KilledUpload, is_whole_or_absent_after_settling_whichever_step_was_the_last) {
  for (const Kind kind : {Kind::kill_before, Kind::kill_after}) {
    bool has_died = true;
    int step = 0;
    for (; has_died; ++step) {
      House house;
      const std::size_t before = GetParam().has_first_copy ? 1 : 0;
      if (before != 0) ASSERT_TRUE(house.accept("TAK bytes"));
      house.fault.steps = 0;
      house.fault.kind = kind;
      house.fault.at = step;
      has_died = false;
      const bool is_acknowledged = upload(house, GetParam().is_job_photo ? house.job_photo() : Submission{}, has_died);
      const auto report = settle_soundly(house);
      ASSERT_TRUE(report) << report.error().cause;
      EXPECT_EQ(report->unsettled, 0);
      EXPECT_EQ(report->without_derived, 0);
      expect_settled(house);
      if (is_acknowledged) EXPECT_EQ(house.rows().size(), before + 1);
      const auto again = settle_soundly(house);
      ASSERT_TRUE(again);
      EXPECT_EQ(again->finished + again->adopted + again->discarded, 0) << "settling twice changes nothing";
    }
    EXPECT_GE(step, 6) << "journal, claim, original, display, thumbnail, commit, journal gone";
  }
}

TEST_P(KilledUpload, survives_that_settling_is_killed_as_well) {
  for (int upload_step = 0; upload_step < 8; ++upload_step) {
    bool has_died = true;
    for (int step = 0; has_died; ++step) {
      House house;
      if (GetParam().has_first_copy) ASSERT_TRUE(house.accept("TAK bytes"));
      house.fault.steps = 0;
      house.fault.kind = Kind::kill_after;
      house.fault.at = upload_step;
      bool ignored = false;
      upload(house, GetParam().is_job_photo ? house.job_photo() : Submission{}, ignored);
      house.fault.steps = 0;
      house.fault.at = step;
      has_died = false;
      try {
        ASSERT_TRUE(settle(house.store, house.database, house.clock, &house.decoder));
      } catch (const Killed&) {
        has_died = true;
      }
      ASSERT_TRUE(settle_soundly(house));
      expect_settled(house);
    }
  }
}

TEST_P(KilledUpload, leaves_nothing_when_a_step_fails_instead) {
  for (const Kind kind : {Kind::fail_once, Kind::fail_from_there}) {
    bool has_failed = true;
    for (int step = 0; has_failed; ++step) {
      House house;
      const std::size_t before = GetParam().has_first_copy ? 1 : 0;
      if (before != 0) ASSERT_TRUE(house.accept("TAK bytes"));
      house.fault.steps = 0;
      house.fault.kind = kind;
      house.fault.at = step;
      const auto accepted = house.accept("TAK bytes", GetParam().is_job_photo ? house.job_photo() : Submission{});
      has_failed = house.fault.steps > step;
      EXPECT_EQ(house.rows().size(), before + (accepted ? 1 : 0));
      if (!accepted) EXPECT_EQ(accepted.error().code, core::ErrorCode::quota_exceeded);
      // A journal that could not be removed is the one thing that may be left, for settling.
      ASSERT_TRUE(settle_soundly(house));
      expect_settled(house);
      EXPECT_EQ(house.rows().size(), before + (accepted ? 1 : 0)) << "settling must not bring back a refused upload";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Ingest, KilledUpload,
                         testing::Values(Scenario{"fresh_field_photo", false, false},
                                         Scenario{"fresh_job_photo", false, true},
                                         Scenario{"duplicate_in_the_same_second", true, false},
                                         Scenario{"duplicate_in_a_job", true, true}),
                         [](const auto& parameter) { return parameter.param.name; });

TEST(Ingest, takes_a_picture_under_the_same_id_again_after_the_store_was_away) {
  bool was_away = true;
  for (int step = 0; was_away; ++step) {
    House house;
    auto submission = house.job_photo();
    submission.id = core::PhotoId::make(house.clock.now());
    house.fault.kind = Kind::away_from_there;
    house.fault.at = step;
    const auto first = house.accept("TAK bytes", submission);
    was_away = house.fault.steps > step;
    house.fault.kind = Kind::none;
    if (!first) {
      EXPECT_EQ(first.error().code, core::ErrorCode::unavailable) << "at step " << step;
      const auto again = house.accept("TAK bytes", submission);
      ASSERT_TRUE(again) << "at step " << step << ": " << again.error().message;
    }
    ASSERT_TRUE(settle_soundly(house));
    ASSERT_EQ(house.rows().size(), 1u) << "at step " << step;
    expect_settled(house);
  }
}

TEST(Settle, takes_nothing_for_lost_while_the_store_is_away) {
  bool has_died = true;
  for (int step = 0; has_died; ++step) {
    House house;
    house.fault.kind = Kind::kill_after;
    house.fault.at = step;
    has_died = false;
    upload(house, house.job_photo(), has_died);
    const auto files = house.files();
    // Listed, and then out of reach.
    house.fault.kind = Kind::away_from_there;
    house.fault.at = -1;
    house.fault.steps = 0;
    const auto settled = settle(house.store, *house.sound_database, house.clock, &house.decoder);
    EXPECT_EQ(house.files(), files) << "after step " << step;
    house.fault.kind = Kind::none;
    ASSERT_TRUE(settle_soundly(house));
    expect_settled(house);
  }
}

TEST(Settle, does_nothing_where_nothing_is_left) {
  House house;
  ASSERT_TRUE(house.accept("PIC"));
  const auto report = settle_soundly(house);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->finished + report->adopted + report->discarded + report->deletions + report->unsettled, 0);
  expect_settled(house);
}

TEST(Settle, never_touches_files_that_another_photo_owns) {
  House house;
  const auto accepted = house.accept("PIC");
  ASSERT_TRUE(accepted);
  // A journal that died before it could claim names whatever name it tried: here that of the photo above.
  core::Photo other = accepted->photo;
  other.id = core::PhotoId::make(house.clock.now());
  ASSERT_TRUE(house.sound_store->put(filing::upload_journal_key(other.id),
                                     filing::to_json(filing::Sidecar{.photo = other}), durable));
  ASSERT_TRUE(house.sound_store->put(filing::deletion_journal_key(other.id),
                                     filing::to_json(filing::DeletionJournal{.photo = other.id, .files = other.files}),
                                     durable));
  ASSERT_TRUE(settle_soundly(house));
  expect_settled(house);
  EXPECT_EQ(house.rows().size(), 1u);
}

TEST(Settle, keeps_and_counts_journals_it_cannot_read) {
  House house;
  ASSERT_TRUE(house.sound_store->put("incoming/broken.json", "{\"sightglass\":", durable));
  ASSERT_TRUE(house.sound_store->put("incoming/broken.delete.json", "[]", durable));
  const auto report = settle_soundly(house);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->unsettled, 2);
  EXPECT_EQ(house.files("incoming/").size(), 2u);
}

TEST(Settle, removes_an_upload_whose_original_is_cut_or_altered) {
  for (const std::string_view bytes : {"TAK b", "TAK bytez"}) {
    House house;
    house.fault.kind = Kind::kill_before;
    house.fault.at = 5;  // the commit
    bool has_died = false;
    upload(house, {}, has_died);
    ASSERT_TRUE(has_died);
    std::string original;
    for (const auto& key : house.files("photos/")) {
      if (key.contains("/originals/") && !key.ends_with(".json")) original = key;
    }
    ASSERT_FALSE(original.empty());
    ASSERT_TRUE(house.sound_store->put(original, bytes, durable));
    const auto report = settle_soundly(house);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->discarded, 1);
    EXPECT_TRUE(house.files().empty());
  }
}

TEST(Settle, adopts_without_a_decoder_and_says_what_is_still_to_be_made) {
  House house;
  house.fault.kind = Kind::kill_after;
  house.fault.at = 2;  // the original is placed, nothing derived
  bool has_died = false;
  upload(house, {}, has_died);
  ASSERT_TRUE(has_died);
  const auto report = settle(*house.sound_store, *house.sound_database, house.clock);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->adopted, 1);
  EXPECT_EQ(report->without_derived, 1);
  ASSERT_EQ(house.rows().size(), 1u);
  EXPECT_TRUE(house.rows().front().task_id);
}

TEST(Settle, discards_an_upload_whose_job_is_gone_meanwhile) {
  House house;
  house.fault.kind = Kind::kill_before;
  house.fault.at = 5;
  bool has_died = false;
  upload(house, house.job_photo(), has_died);
  ASSERT_TRUE(has_died);
  ASSERT_TRUE(house.sound_database->write(
      [&](database::Session& session) { return database::jobs::remove(session, house.job); }));
  const auto report = settle_soundly(house);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->discarded, 1);
  EXPECT_TRUE(house.files().empty());
}

TEST(Settle, goes_on_past_a_journal_that_resists_and_settles_it_at_the_next_start) {
  House house;
  for (const std::string_view bytes : {"TAK one", "TAK two"}) {
    house.fault.kind = Kind::kill_before;
    house.fault.steps = 0;
    house.fault.at = 5;  // the commit
    EXPECT_THROW(std::ignore = house.accept(bytes), Killed);
  }
  house.fault.kind = Kind::fail_once;
  house.fault.steps = 0;
  house.fault.at = 0;  // the first adoption's transaction
  const auto report = settle(house.store, house.database, house.clock, &house.decoder);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->unsettled, 1);
  EXPECT_EQ(report->adopted, 1);
  const auto again = settle_soundly(house);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->adopted, 1);
  expect_settled(house);
  EXPECT_EQ(house.rows().size(), 2u);
  const auto entries = house.sound_database->read(
      [](database::Session& session) { return database::audit::list(session, {.action = "photo.adopt"}); });
  ASSERT_TRUE(entries);
  EXPECT_EQ(entries->size(), 2u);
}

TEST(Settle, makes_derived_images_within_the_limits_it_is_given) {
  class Limited final : public imaging::Decoder {
   public:
    core::Result<imaging::DerivedImages> derive(int, const imaging::DerivePlan&,
                                                const imaging::Limits& limits) override {
      seen = limits.max_pixels;
      return core::fail(core::ErrorCode::too_large, "too large");
    }
    core::Result<imaging::ImageProperties> measure(int, const imaging::Limits&) override {
      return imaging::ImageProperties{};
    }
    std::int64_t seen = 0;
  };
  House house;
  house.fault.kind = Kind::kill_after;
  house.fault.at = 2;  // the original is placed, nothing derived
  EXPECT_THROW(std::ignore = house.accept("TAK bytes"), Killed);
  Limited decoder;
  const auto report =
      settle(*house.sound_store, *house.sound_database, house.clock, &decoder, imaging::Limits{.max_pixels = 4321});
  ASSERT_TRUE(report);
  EXPECT_EQ(decoder.seen, 4321);
}

}  // namespace
}  // namespace sightglass::ingest
