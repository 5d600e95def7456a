#include "inspection/decisions.hpp"

#include "database/decisions.hpp"
#include "database/meters.hpp"
#include "database/photo_verdicts.hpp"
#include "inspection/undo.hpp"
#include "support/findings.hpp"

namespace sightglass::inspection {
namespace {

using core::FindingKind;
using core::FindingState;

class Deciding : public test::FindingsTest {
 protected:
  void SetUp() override {
    test::FindingsTest::SetUp();
    if (IsSkipped()) return;
    ann_ = {.id = add_user("ann"), .name = "ann"};
    bob_ = {.id = add_user("bob"), .name = "bob"};
    photo_ = add_photo();
  }
  core::Result<Decided> decide(core::FindingId id, Action action, const Word& word = {}) {
    return write([&](auto& s) { return inspection::decide(s, ann_, id, action, word, tick()); });
  }
  core::Result<Decided> undo(const Person& person, core::DecisionId id) {
    return write([&](auto& s) { return inspection::undo(s, person, id, tick()); });
  }
  core::Result<Decided> draw(FindingKind kind, const Word& word) {
    const auto photo = photo_of(photo_);
    return write([&](auto& s) { return inspection::draw(s, ann_, photo, kind, word, tick()); });
  }
  core::Instant tick() { return instant(++ticks_); }
  core::FindingId scratch() { return put(made(photo_, "scratch", core::Box{0, 0, 10, 10})); }
  core::FindingId of_kind(FindingKind kind) {
    auto finding = made(photo_, "x");
    finding.kind = kind;
    return put(finding);
  }
  static core::ErrorCode code_of(const core::Result<Decided>& outcome) {
    return outcome ? core::ErrorCode::internal : outcome.error().code;
  }
  static std::string field_of(const core::Result<Decided>& outcome) { return outcome ? "none" : outcome.error().field; }

  Person ann_{}, bob_{};
  core::PhotoId photo_{};
  int ticks_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Stores, Deciding, test::all_stores());

TEST_P(Deciding, tells_who_said_what_and_when) {
  const auto id = scratch();
  const auto decided = test::must(decide(id, Action::confirm, {.notes = "deep", .seconds = 1.5}));
  EXPECT_EQ(decided.finding.state, FindingState::confirmed);
  EXPECT_EQ(decided.finding.revision, 2);
  const auto found = find(id).value();
  EXPECT_EQ(found.state, FindingState::confirmed);
  EXPECT_EQ(found.decided_by + found.notes, "anndeep");
  EXPECT_EQ(found.decided_at, instant(1));
  const auto kept = test::must(read([&](auto& s) { return database::decisions::find(s, decided.decision); }));
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->action, "confirm");
  EXPECT_EQ(kept->seconds, 1.5);
  EXPECT_NE(kept->before.find("\"open\""), std::string::npos);
  EXPECT_NE(kept->after.find("\"confirmed\""), std::string::npos);
}

TEST_P(Deciding, refuses_what_somebody_changed_meanwhile) {
  const auto id = scratch();
  test::must(decide(id, Action::confirm, {.revision = 1}));
  const auto late = decide(id, Action::reject, {.revision = 1});
  EXPECT_EQ(code_of(late), core::ErrorCode::conflict);
  EXPECT_EQ(field_of(late), "revision");
  EXPECT_EQ(find(id)->state, FindingState::confirmed);
  EXPECT_EQ(test::must(decide(id, Action::reject, {.revision = 2})).finding.state, FindingState::rejected);
  EXPECT_EQ(code_of(decide(core::FindingId::make(instant(0)), Action::confirm)), core::ErrorCode::not_found);
}

TEST_P(Deciding, twice_under_one_client_id_counts_once) {
  const auto id = scratch();
  const auto first = test::must(decide(id, Action::confirm, {.client_id = "1"}));
  const auto again = test::must(decide(id, Action::confirm, {.client_id = "1", .revision = 1}));
  EXPECT_TRUE(again.is_repeat);
  EXPECT_EQ(again.decision, first.decision);
  EXPECT_EQ(find(id)->revision, 2);
  EXPECT_EQ(field_of(decide(scratch(), Action::confirm, {.client_id = "1"})), "client_id");
  EXPECT_EQ(field_of(draw(FindingKind::anomaly, {.class_name = "dent", .client_id = "1"})), "client_id");
}

TEST_P(Deciding, corrects_only_what_is_said_to_be_otherwise) {
  const auto id = scratch();
  EXPECT_EQ(field_of(decide(id, Action::correct)), "action");
  EXPECT_EQ(field_of(decide(id, Action::confirm, {.class_name = "dent"})), "action");
  EXPECT_EQ(field_of(decide(id, Action::correct, {.value = 3})), "value");
  EXPECT_EQ(field_of(decide(id, Action::correct, {.count = 3})), "count");
  EXPECT_EQ(field_of(decide(id, Action::correct, {.class_name = ""})), "class");
  EXPECT_EQ(field_of(decide(id, Action::correct, {.box = core::Box{1, 1, 0, 5}})), "box");
  EXPECT_EQ(find(id)->state, FindingState::open);
  const auto decided = test::must(decide(id, Action::correct, {.class_name = "dent", .box = core::Box{1, 1, 5, 5}}));
  EXPECT_EQ(decided.finding.state, FindingState::corrected);
  EXPECT_EQ(find(id)->class_name, "dent");
}

TEST_P(Deciding, resolves_damage_and_anomalies_alone) {
  EXPECT_TRUE(decide(of_kind(FindingKind::damage), Action::resolve));
  EXPECT_TRUE(decide(of_kind(FindingKind::anomaly), Action::resolve));
  EXPECT_EQ(field_of(decide(of_kind(FindingKind::spotting), Action::resolve)), "action");
  EXPECT_EQ(field_of(decide(of_kind(FindingKind::reading), Action::resolve)), "action");
}

TEST_P(Deciding, takes_readings_as_their_meter_can_show_them) {
  const core::Asset asset{.id = core::AssetId::make(instant(0)), .code = "a", .name = "a"};
  const database::meters::Meter meter{.id = core::MeterId::make(instant(0)),
                                      .asset_id = asset.id,
                                      .name = "m",
                                      .kind = "wheels",
                                      .unit = "m³",
                                      .digits = 3,
                                      .decimals = 2};
  test::must(write([&](auto& s) -> core::Result<void> {
    SG_TRY(database::assets::insert(s, asset));
    return database::meters::insert(s, meter);
  }));
  const auto id = of_kind(FindingKind::reading);
  EXPECT_EQ(field_of(decide(id, Action::confirm)), "action") << "nothing was read";
  EXPECT_EQ(field_of(decide(id, Action::correct, {.meter = core::MeterId::make(instant(0))})), "meter_id");
  for (const double wrong : {1000.0, -1.0, 1.234})
    EXPECT_EQ(field_of(decide(id, Action::correct, {.value = wrong, .meter = meter.id})), "value") << wrong;
  const auto decided = test::must(decide(id, Action::correct, {.value = 7.25, .meter = meter.id}));
  EXPECT_EQ(decided.finding.value_text, "007.25");
  EXPECT_EQ(find(id)->unit, "m³");
  EXPECT_EQ(find(id)->value, 7.25);
  const auto free = of_kind(FindingKind::reading);
  EXPECT_EQ(test::must(decide(free, Action::correct, {.value = -1.5})).finding.value_text, "-1.5");
  EXPECT_TRUE(decide(id, Action::confirm));
  EXPECT_EQ(field_of(decide(free, Action::correct, {.meter = meter.id})), "meter_id") << "it cannot show what was read";
  auto read = find(of_kind(FindingKind::reading)).value();
  read.value = 3.5;
  read.value_text = "3.5";
  ASSERT_TRUE(test::must(write([&](auto& s) { return database::findings::update(s, read); })));
  EXPECT_EQ(test::must(decide(read.id, Action::correct, {.meter = meter.id})).finding.value_text, "003.50");
}

TEST_P(Deciding, is_not_what_notes_on_an_open_one_do) {
  const auto id = scratch();
  const auto noted =
      test::must(write([&](auto& s) { return inspection::change(s, ann_, id, {.notes = "ask the welder"}, tick()); }));
  EXPECT_EQ(noted.finding.state, FindingState::open);
  EXPECT_FALSE(noted.finding.decided_at);
  const auto again = replace(photo_, {made(photo_, "scratch", core::Box{0, 0, 10, 8})});
  ASSERT_EQ(again.open.size(), 1U);
  EXPECT_EQ(again.open[0].id, id) << "nearly there is there, for what was written about";
  EXPECT_EQ(find(id)->notes, "ask the welder");
  EXPECT_TRUE(find(id)->decided_by.empty());
  const auto gone = replace(photo_, {});
  EXPECT_EQ(gone.removed, 0);
  ASSERT_EQ(gone.open.size(), 1U);
  EXPECT_EQ(find(id)->notes, "ask the welder");
  test::must(decide(id, Action::reject));
  EXPECT_EQ(find(id)->decided_by, "ann");
}

TEST_P(Deciding, draws_moves_and_removes) {
  EXPECT_EQ(field_of(draw(FindingKind::anomaly, {.box = core::Box{1, 2, 3, 4}})), "class");
  EXPECT_EQ(field_of(draw(FindingKind::reading, {})), "value");
  const auto drawn = test::must(draw(FindingKind::anomaly, {.class_name = "dent", .box = core::Box{1, 2, 3, 4}}));
  EXPECT_TRUE(find(drawn.finding.id)->is_by_person);
  EXPECT_EQ(photo_of(photo_).verdict, "NG");
  EXPECT_TRUE(drawn.has_changed_verdict);
  const auto change = [&](core::FindingId id, const Word& word) {
    return test::must(write([&](auto& s) { return inspection::change(s, ann_, id, word, tick()); }));
  };
  const auto moved = change(drawn.finding.id, {.box = core::Box{5, 5, 3, 4}});
  EXPECT_EQ(find(drawn.finding.id)->box, (core::Box{5, 5, 3, 4}));
  EXPECT_EQ(moved.finding.state, FindingState::confirmed);
  const auto machine = scratch();
  EXPECT_EQ(change(machine, {.class_name = "stain"}).finding.state, FindingState::corrected);
  const auto untouched = scratch();
  EXPECT_EQ(change(untouched, {.notes = "?"}).finding.state, FindingState::open);
  const auto remove = [&](core::FindingId id) {
    return test::must(write([&](auto& s) { return inspection::remove(s, ann_, id, {}, tick()); }));
  };
  remove(drawn.finding.id);
  EXPECT_FALSE(find(drawn.finding.id));
  remove(machine);
  EXPECT_EQ(find(machine)->state, FindingState::rejected) << "so that it is not found again";
}

TEST_P(Deciding, follows_in_the_photos_verdict) {
  test::must(write([&](auto& s) { return database::photo_verdicts::note_model(s, photo_, true); }));
  const auto id = scratch();
  EXPECT_TRUE(test::must(decide(id, Action::confirm)).has_changed_verdict);
  EXPECT_EQ(photo_of(photo_).verdict, "NG");
  EXPECT_FALSE(test::must(decide(id, Action::confirm)).has_changed_verdict);
  const auto rejected = test::must(decide(id, Action::reject));
  EXPECT_EQ(photo_of(photo_).verdict, "OK");
  EXPECT_TRUE(test::must(undo(ann_, rejected.decision)).has_changed_verdict);
  EXPECT_EQ(photo_of(photo_).verdict, "NG");
}

TEST_P(Deciding, can_be_taken_back_by_who_decided_while_nobody_else_did) {
  const auto id = scratch();
  const auto first = test::must(decide(id, Action::confirm, {.notes = "x"})).decision;
  EXPECT_EQ(code_of(undo(bob_, first)), core::ErrorCode::not_found);
  const auto second = test::must(decide(id, Action::reject)).decision;
  EXPECT_EQ(code_of(undo(ann_, first)), core::ErrorCode::conflict);
  EXPECT_EQ(test::must(undo(ann_, second)).finding.state, FindingState::confirmed);
  EXPECT_EQ(code_of(undo(ann_, second)), core::ErrorCode::conflict);
  const auto back = test::must(undo(ann_, first));
  EXPECT_EQ(back.finding.state, FindingState::open);
  EXPECT_EQ(find(id)->state, FindingState::open);
  EXPECT_EQ(find(id)->notes, "");
  EXPECT_EQ(find(id)->decided_at, std::nullopt);
  EXPECT_EQ(code_of(undo(ann_, back.decision)), core::ErrorCode::conflict);
  const auto third = test::must(decide(id, Action::confirm)).decision;
  test::must(write([&](auto& s) { return inspection::decide(s, bob_, id, Action::reject, {}, tick()); }));
  EXPECT_EQ(code_of(undo(ann_, third)), core::ErrorCode::conflict);
}

TEST_P(Deciding, can_be_taken_back_for_what_was_drawn_or_removed) {
  const auto drawn = test::must(draw(FindingKind::damage, {.class_name = "rust", .severity = core::Severity::high}));
  const auto removed =
      test::must(write([&](auto& s) { return inspection::remove(s, ann_, drawn.finding.id, {}, tick()); }));
  test::must(undo(ann_, removed.decision));
  EXPECT_EQ(find(drawn.finding.id)->class_name, "rust");
  EXPECT_EQ(find(drawn.finding.id)->severity, core::Severity::high);
  test::must(undo(ann_, drawn.decision));
  EXPECT_FALSE(find(drawn.finding.id));
}

TEST_P(Deciding, can_be_taken_back_for_the_last_fifty_only) {
  const auto id = scratch();
  const auto first = test::must(decide(id, Action::confirm)).decision;
  const auto other = scratch();
  for (int i = 0; i < most_undone; ++i) test::must(decide(other, i % 2 == 0 ? Action::confirm : Action::reject));
  EXPECT_EQ(code_of(undo(ann_, first)), core::ErrorCode::conflict);
}

}  // namespace
}  // namespace sightglass::inspection
