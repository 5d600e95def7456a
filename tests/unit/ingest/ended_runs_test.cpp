// Journals of several processes on one store: each is settled only when its run is over, and nothing slips through.
#include <gtest/gtest.h>

#include "database/current_run.hpp"
#include "filing/deletion_journal.hpp"
#include "filing/sidecar.hpp"
#include "ingest/settle.hpp"
#include "unit/ingest/house.hpp"

namespace sightglass::ingest {
namespace {

using database::RunId;
using database::Session;
using Kind = Fault::Kind;
namespace runs = database::runs;

// A house with two processes on its store: ours, of which every step can be its last, and another's.
class EndedRuns : public testing::Test {
 protected:
  RunId begin(database::CurrentRun& current, const std::string& name) {
    const auto id = RunId::make(house.clock.now());
    EXPECT_TRUE(house.sound_database->write([&](Session& session) {
      return runs::begin(session, {.id = id, .name = name, .role = "intake", .started_at = house.clock.now()});
    }));
    current.set(id);
    return id;
  }
  void fence(RunId id) {
    EXPECT_TRUE(*house.sound_database->write(
        [&](Session& session) { return runs::fence(session, id, std::nullopt, house.clock.now()); }));
  }
  SettleReport settle_as_another(Unnamed unnamed = Unnamed::left_alone) {
    return settle_ended_runs(*house.sound_store, *house.sound_database, house.clock, unnamed).value();
  }
  core::Result<Accepted> accept(Ingest& ingest, std::string_view bytes, const Submission& submission = {}) {
    const auto blob = house.incoming(bytes);
    return ingest.accept(*blob, submission);
  }
  // Whether it was acknowledged; every step from the first on may be the last.
  bool upload_until_killed(int step, Kind kind, const Submission& submission = {}) {
    house.fault.steps = 0;
    house.fault.kind = kind;
    house.fault.at = step;
    try {
      return accept(ours, "PIC of ours", submission).has_value();
    } catch (const Killed&) {
      return false;
    }
  }
  void expect_nothing_left_behind() {
    const auto rows = house.rows();
    for (const auto& photo : rows) house.expect_whole(photo);
    EXPECT_EQ(house.files().size(), rows.size() * 4);
  }

  House house;
  database::CurrentRun our_run;
  database::CurrentRun their_run;
  Ingest ours{house.store, house.database, house.decoder, house.clock, Policy{}, {}, &our_run};
  Ingest theirs{*house.sound_store, *house.sound_database, house.decoder, house.clock, Policy{}, {}, &their_run};
};

TEST_F(EndedRuns, leave_whole_photos_or_nothing_whichever_step_was_the_last) {
  for (const Kind kind : {Kind::kill_before, Kind::kill_after}) {
    bool has_died = true;
    for (int step = 0; has_died; ++step) {
      const auto run = begin(our_run, "ours");
      const auto before = house.rows().size();
      const bool is_acknowledged = upload_until_killed(step, kind);
      has_died = house.fault.steps > step;
      house.fault.kind = Kind::none;
      fence(run);
      EXPECT_EQ(settle_as_another().unsettled, 0);
      expect_nothing_left_behind();
      EXPECT_GE(house.rows().size(), before + (is_acknowledged ? 1 : 0));
      ASSERT_LT(step, 20);
    }
  }
}

TEST_F(EndedRuns, are_all_that_is_settled_while_others_take_pictures_in) {
  begin(our_run, "ours");
  upload_until_killed(4, Kind::kill_before);
  const auto journals = house.files("incoming/");
  ASSERT_EQ(journals.size(), 1U);
  const auto files = house.files();
  const auto report = settle_as_another(Unnamed::settled);
  EXPECT_EQ(report.finished + report.discarded + report.adopted, 0);
  EXPECT_EQ(house.files(), files) << "the run lives";
  EXPECT_EQ(filing::run_of_journal(journals[0]), our_run.take().value());
}

TEST_F(EndedRuns, record_nothing_although_their_process_lives_on_and_it_takes_back_what_it_had_begun) {
  const auto run = begin(our_run, "ours");
  Submission slow;
  // Everybody else took us for gone while we were just about to commit.
  house.decoder.calls = 0;
  fence(run);
  const auto refused = accept(ours, "PIC late");
  ASSERT_FALSE(refused);
  EXPECT_TRUE(runs::is_fenced(refused.error()));
  EXPECT_TRUE(house.rows().empty());
  EXPECT_TRUE(house.files().empty());
  EXPECT_TRUE(runs::is_fenced(accept(ours, "PIC later").error())) << "not even begun";
  begin(our_run, "ours again");
  EXPECT_TRUE(accept(ours, "PIC at last"));
}

TEST_F(EndedRuns, do_not_lose_what_was_sent_again_to_another_process) {
  for (int step = 0; step < 8; ++step) {
    const auto run = begin(our_run, "ours");
    begin(their_run, "theirs");
    Submission submission;
    submission.id = core::PhotoId::make(house.clock.now());
    const bool is_acknowledged = upload_until_killed(step, Kind::kill_before, submission);
    house.fault.kind = Kind::none;
    if (!is_acknowledged) {
      house.clock.advance(std::chrono::seconds(2));
      const auto again = accept(theirs, "PIC of ours", submission);
      ASSERT_TRUE(again) << again.error().message;
      EXPECT_EQ(again->photo.id, *submission.id);
    }
    fence(run);
    EXPECT_EQ(settle_as_another().unsettled, 0) << step;
    expect_nothing_left_behind();
  }
}

TEST_F(EndedRuns, of_deletions_are_brought_to_their_end_or_undone) {
  begin(their_run, "theirs");
  for (const bool is_row_gone : {false, true}) {
    const auto photo = accept(theirs, is_row_gone ? "PIC gone" : "PIC kept")->photo;
    const auto run = begin(our_run, "ours");
    ASSERT_TRUE(
        house.sound_store->put(filing::deletion_journal_key(photo.id, run),
                               filing::to_json(filing::DeletionJournal{.photo = photo.id, .files = photo.files}),
                               storage::BlobStore::Durability::durable));
    if (is_row_gone) {
      ASSERT_TRUE(
          *house.sound_database->write([&](Session& session) { return database::photos::remove(session, photo.id); }));
    }
    EXPECT_EQ(settle_as_another().deletions, 0) << "the run lives";
    fence(run);
    EXPECT_EQ(settle_as_another().deletions, is_row_gone ? 1 : 0);
    expect_nothing_left_behind();
  }
  EXPECT_EQ(house.rows().size(), 1U);
}

TEST_F(EndedRuns, of_an_earlier_version_are_settled_only_when_no_such_node_is_there) {
  const auto photo = house.accept("PIC without a run")->photo;
  const auto journal = filing::upload_journal_key(photo.id);
  ASSERT_TRUE(house.sound_store->put(journal, filing::to_json(filing::Sidecar{.photo = photo}),
                                     storage::BlobStore::Durability::durable));
  EXPECT_EQ(settle_as_another().finished, 0);
  EXPECT_EQ(settle_as_another(Unnamed::settled).finished, 1);
  expect_nothing_left_behind();
}

TEST_F(EndedRuns, with_a_journal_of_theirs_that_could_not_be_removed_are_to_be_followed_by_another) {
  begin(our_run, "ours");
  house.fault.kind = Kind::away_from_there;
  house.fault.at = 3;
  EXPECT_FALSE(accept(ours, "PIC"));
  EXPECT_TRUE(our_run.wait(std::chrono::steady_clock::now()).has_left);
}

}  // namespace
}  // namespace sightglass::ingest
