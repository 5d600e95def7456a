#include "database/findings.hpp"

#include <array>

#include "database/meters.hpp"
#include "support/findings.hpp"

namespace sightglass::database {
namespace {

using core::Finding;
using core::FindingKind;
using core::FindingState;

class Findings : public test::FindingsTest {
 protected:
  std::vector<core::FindingId> walk(findings::Filter filter,
                                    const photos::Visibility& visibility = {.sees_all = true}) {
    std::vector<core::FindingId> ids;
    std::optional<findings::PageKey> after;
    do {
      const auto page = test::must(read([&](Session& s) { return findings::list(s, filter, visibility, after); }));
      EXPECT_LE(page.findings.size(), static_cast<std::size_t>(filter.limit));
      for (const auto& listed : page.findings) ids.push_back(listed.finding.id);
      after = page.next;
    } while (after && ids.size() < 1'000);
    return ids;
  }
  std::int64_t total(FindingKind kind, FindingState state) {
    for (const auto& total : test::must(read([&](Session& s) { return findings::totals(s); })))
      if (total.kind == kind && total.state == state) return total.count;
    return 0;
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, Findings, test::all_stores());

TEST_P(Findings, come_back_as_they_were_put_in) {
  const auto photo = add_photo();
  Finding finding = made(photo, "scratch", core::Box{1.5, 2.25, 30, 40});
  finding.severity = core::Severity::critical;
  finding.score = 7.5;
  finding.threshold = 3.25;
  finding.model = "casting";
  finding.version = "1";
  finding.details = R"({"a":[1,2]})";
  finding.heat_map = "cache/heat/x";
  finding.value = -0.5;
  finding.value_text = "000.5";
  finding.raw_text = "OOO.5";
  finding.unit = "m³";
  finding.reason = "dark";
  finding.count = 3;
  finding.burst = "b";
  finding.decided_at = instant(9);
  finding.decided_by = "ann";
  finding.notes = "'quoted'";
  finding.revision = 4;
  put(finding);
  const auto found = find(finding.id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->photo_id, photo);
  EXPECT_EQ(found->class_name, "scratch");
  EXPECT_EQ(found->severity, core::Severity::critical);
  EXPECT_EQ(found->box, finding.box);
  EXPECT_EQ(found->confidence, finding.confidence);
  EXPECT_EQ(found->score, 7.5);
  EXPECT_EQ(found->threshold, 3.25);
  EXPECT_EQ(found->model + found->version, "casting1");
  EXPECT_EQ(found->details, finding.details);
  EXPECT_EQ(found->heat_map, finding.heat_map);
  EXPECT_EQ(found->value, -0.5);
  EXPECT_EQ(found->value_text + found->raw_text + found->unit + found->reason, "000.5OOO.5m³dark");
  EXPECT_EQ(found->meter_id, std::nullopt);
  EXPECT_EQ(found->count, 3);
  EXPECT_EQ(found->burst, "b");
  EXPECT_EQ(found->created_at, finding.created_at);
  EXPECT_EQ(found->decided_at, instant(9));
  EXPECT_EQ(found->decided_by + found->notes, "ann'quoted'");
  EXPECT_EQ(found->revision, 4);
}

TEST_P(Findings, are_changed_by_one_of_two_who_saw_the_same) {
  const auto id = put(made(add_photo(), "scratch"));
  auto first = *find(id);
  auto second = first;
  first.state = FindingState::confirmed;
  second.state = FindingState::rejected;
  const auto change = [&](const Finding& to) {
    return test::must(write([&](Session& s) { return findings::update(s, to); }));
  };
  EXPECT_TRUE(change(first));
  EXPECT_FALSE(change(second));
  EXPECT_EQ(find(id)->state, FindingState::confirmed);
  EXPECT_EQ(find(id)->revision, 2);
  EXPECT_FALSE(test::must(write([&](Session& s) { return findings::remove(s, id, 1); })));
  EXPECT_TRUE(test::must(write([&](Session& s) { return findings::remove(s, id, 2); })));
  EXPECT_FALSE(find(id));
}

TEST_P(Findings, of_a_photo_go_with_it_and_leave_the_totals) {
  const auto photo = add_photo();
  put(made(photo, "scratch"));
  auto decided = made(photo, "dent");
  decided.state = FindingState::confirmed;
  put(decided);
  EXPECT_EQ(total(FindingKind::anomaly, FindingState::open), 1);
  EXPECT_EQ(total(FindingKind::anomaly, FindingState::confirmed), 1);
  decided.state = FindingState::rejected;
  ASSERT_TRUE(test::must(write([&](Session& s) { return findings::update(s, decided); })));
  EXPECT_EQ(total(FindingKind::anomaly, FindingState::confirmed), 0);
  EXPECT_EQ(total(FindingKind::anomaly, FindingState::rejected), 1);
  test::must(write([&](Session& s) { return photos::remove(s, photo); }));
  EXPECT_EQ(total(FindingKind::anomaly, FindingState::open), 0);
  EXPECT_EQ(total(FindingKind::anomaly, FindingState::rejected), 0);
  EXPECT_TRUE(walk({}).empty());
}

TEST_P(Findings, are_listed_in_every_order_page_by_page) {
  const auto photo = add_photo();
  std::vector<core::FindingId> ids;
  const std::array confidences{0.9, 0.1, 0.5, 0.75, 0.45};
  for (std::size_t i = 0; i < confidences.size(); ++i) {
    auto finding = made(photo, "c" + std::to_string(i));
    finding.confidence = confidences.at(i);
    finding.created_at = instant(static_cast<std::int64_t>(i / 2));
    ids.push_back(put(finding));
  }
  const auto order = [&](findings::Sort sort) { return walk({.sort = sort, .limit = 2}); };
  const auto those = [&](std::initializer_list<int> places) {
    std::vector<core::FindingId> wanted;
    for (const int place : places) wanted.push_back(ids.at(static_cast<std::size_t>(place)));
    return wanted;
  };
  EXPECT_EQ(order(findings::Sort::oldest), those({0, 1, 2, 3, 4}));
  EXPECT_EQ(order(findings::Sort::newest), those({4, 3, 2, 1, 0}));
  EXPECT_EQ(order(findings::Sort::confidence), those({0, 3, 2, 4, 1}));
  EXPECT_EQ(order(findings::Sort::uncertain), those({2, 4, 3, 0, 1}));
}

TEST_P(Findings, pass_filters_of_their_own_and_of_their_photos) {
  const auto job = add_job();
  const auto in_job = add_photo({.job_id = job});
  const auto other = add_photo();
  const auto scratch = put(made(in_job, "scratch"));
  auto spotting = made(other, "fox");
  spotting.kind = FindingKind::spotting;
  spotting.state = FindingState::confirmed;
  spotting.burst = "b1";
  spotting.created_at = instant(500);
  spotting.model = "species";
  put(spotting);
  const std::vector one{scratch};
  const std::vector fox{spotting.id};
  EXPECT_EQ(walk({.kind = FindingKind::anomaly}), one);
  EXPECT_EQ(walk({.state = FindingState::confirmed}), fox);
  EXPECT_EQ(walk({.photo = in_job}), one);
  EXPECT_EQ(walk({.job = job}), one);
  EXPECT_EQ(walk({.class_name = "fox"}), fox);
  EXPECT_EQ(walk({.model = "species"}), fox);
  EXPECT_EQ(walk({.burst = "b1"}), fox);
  EXPECT_TRUE(walk({.burst = ""}).empty());
  EXPECT_TRUE(walk({.least_confidence = 0.99}).empty());
  EXPECT_EQ(walk({.from = instant(500)}), fox);
  EXPECT_EQ(walk({.to = instant(500)}), one);
  EXPECT_TRUE(walk({.asset = core::AssetId::make(instant(0))}).empty());
  EXPECT_TRUE(walk({.location = core::LocationId::make(instant(0))}).empty());
  EXPECT_TRUE(walk({.meter = core::MeterId::make(instant(0))}).empty());
  test::must(write([&](Session& s) { return photos::set_trashed(s, in_job, instant(1)); }));
  EXPECT_EQ(walk({}), fox);
}

TEST_P(Findings, are_seen_by_those_who_see_the_photo) {
  const auto ann = add_user("ann");
  const auto bob = add_user("bob");
  const auto own = put(made(add_photo({.uploaded_by = ann}), "scratch"));
  put(made(add_photo({.uploaded_by = bob}), "scratch"));
  EXPECT_EQ(walk({}, {.user = ann}), std::vector{own});
  EXPECT_TRUE(walk({}, {}).empty());
  const auto left = [&](const photos::Visibility& who) {
    return test::must(read([&](Session& s) { return findings::waiting(s, FindingKind::anomaly, who, 10); }));
  };
  EXPECT_EQ(left({.user = ann}).open, 1);
  EXPECT_EQ(left({.sees_all = true}).open, 2);
  EXPECT_EQ(left({.sees_all = true}).oldest, instant(0));
  EXPECT_EQ(left({}).open, 0);
  EXPECT_EQ(left({}).oldest, std::nullopt);
}

TEST_P(Findings, know_the_photo_before_a_person_turned_it) {
  const auto id = put(made(add_photo({.size = {300, 400}, .rotation = 90}), "scratch"));
  const auto listed = test::must(read([&](Session& s) { return findings::find_listed(s, id); }));
  ASSERT_TRUE(listed);
  EXPECT_EQ(listed->upright.width, 400);
  EXPECT_EQ(listed->upright.height, 300);
}

TEST_P(Findings, of_a_meter_tell_its_past) {
  const core::Asset asset{.id = core::AssetId::make(instant(0)), .code = "a", .name = "a"};
  const meters::Meter meter{.id = core::MeterId::make(instant(0)), .asset_id = asset.id, .name = "m", .kind = "wheels"};
  test::must(write([&](Session& s) -> core::Result<void> {
    SG_TRY(assets::insert(s, asset));
    return meters::insert(s, meter);
  }));
  const auto reading = [&](std::int64_t taken, FindingState state, double value) {
    auto one = made(add_photo({.taken_at = instant(taken)}), "");
    one.kind = FindingKind::reading;
    one.state = state;
    one.value = value;
    one.meter_id = meter.id;
    put(one);
  };
  reading(100, FindingState::confirmed, 10);
  reading(300, FindingState::corrected, 30);
  reading(200, FindingState::open, 999);
  reading(400, FindingState::confirmed, 40);
  const auto past = test::must(read([&](Session& s) { return findings::past_readings(s, meter.id, instant(400), 5); }));
  ASSERT_EQ(past.size(), 2U);
  EXPECT_EQ(past[0].value, 30);
  EXPECT_EQ(past[1].value, 10);
  EXPECT_EQ(walk({.meter = meter.id}).size(), 4U);
  test::must(write([&](Session& s) { return meters::remove(s, meter.id); }));
  EXPECT_TRUE(walk({.meter = meter.id}).empty());
  EXPECT_EQ(walk({}).size(), 4U);
}

TEST_P(Findings, found_again_keep_their_id_and_others_go) {
  const auto photo = add_photo();
  const auto before = replace(photo, {made(photo, "scratch", core::Box{0, 0, 100, 100}), made(photo, "dent")});
  ASSERT_EQ(before.added.size(), 2U);
  auto again = made(photo, "scratch", core::Box{2, 2, 100, 100});
  again.confidence = 0.9;
  const auto now = replace(photo, {again, made(photo, "hole", core::Box{500, 0, 10, 10})});
  EXPECT_EQ(now.removed, 1);
  ASSERT_EQ(now.open.size(), 2U);
  EXPECT_EQ(now.open[0].id, before.open[0].id);
  EXPECT_EQ(find(before.open[0].id)->confidence, 0.9);
  EXPECT_EQ(find(before.open[0].id)->box, again.box);
  EXPECT_EQ(now.added, std::vector{now.open[1].id});
  EXPECT_FALSE(find(before.open[1].id));
  const auto revision = find(now.open[0].id)->revision;
  EXPECT_TRUE(replace(photo, {again, made(photo, "hole", core::Box{500, 0, 10, 10})}).added.empty());
  EXPECT_EQ(find(now.open[0].id)->revision, revision) << "what did not change is not written";
}

TEST_P(Findings, of_another_kind_or_photo_are_left_alone) {
  const auto photo = add_photo();
  const auto other = add_photo();
  auto damage = made(photo, "rust");
  damage.kind = FindingKind::damage;
  put(damage);
  const auto elsewhere = put(made(other, "scratch"));
  replace(photo, {});
  EXPECT_TRUE(find(damage.id));
  EXPECT_TRUE(find(elsewhere));
  const auto refused = write([&](Session& s) {
    return findings::replace_machine(s, photo, std::array{FindingKind::anomaly}, {damage}, instant(1));
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::internal);
  const auto missing = write([&](Session& s) {
    return findings::replace_machine(s, core::PhotoId::make(instant(5)), std::array{FindingKind::anomaly}, {},
                                     instant(1));
  });
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, core::ErrorCode::not_found);
}

TEST_P(Findings, that_were_rejected_do_not_come_back_nor_are_confirmed_ones_doubled) {
  const auto photo = add_photo();
  const auto first = replace(photo, {made(photo, "scratch", core::Box{0, 0, 100, 100}), made(photo, "dent")});
  decide(first.open[0].id, FindingState::rejected);
  decide(first.open[1].id, FindingState::confirmed);
  const auto again = replace(photo, {made(photo, "scratch", core::Box{20, 0, 100, 100}), made(photo, "dent"),
                                     made(photo, "scratch", core::Box{400, 0, 100, 100})});
  EXPECT_EQ(again.covered, 2);
  ASSERT_EQ(again.added.size(), 1U);
  EXPECT_EQ(find(first.open[0].id)->state, FindingState::rejected);
  EXPECT_EQ(find(first.open[1].id)->state, FindingState::confirmed);
  EXPECT_EQ(walk({}).size(), 3U);
}

TEST_P(Findings, that_people_named_otherwise_are_known_by_what_the_machine_said) {
  const auto photo = add_photo();
  const auto first = replace(photo, {made(photo, "dog", core::Box{0, 0, 100, 100})});
  auto corrected = *find(first.open[0].id);
  corrected.state = FindingState::corrected;
  corrected.class_name = "fox";
  corrected.box = core::Box{40, 40, 60, 60};
  ASSERT_TRUE(test::must(write([&](Session& s) { return findings::update(s, corrected); })));
  EXPECT_EQ(replace(photo, {made(photo, "dog", core::Box{0, 0, 100, 100})}).covered, 1);
  EXPECT_EQ(replace(photo, {made(photo, "fox", core::Box{42, 40, 60, 60})}).covered, 1);
  EXPECT_EQ(replace(photo, {made(photo, "cat", core::Box{0, 0, 100, 100})}).covered, 0);
}

TEST_P(Findings, drawn_by_people_stay_and_cover) {
  const auto photo = add_photo();
  auto drawn = made(photo, "scratch", core::Box{0, 0, 10, 10});
  drawn.is_by_person = true;
  drawn.state = FindingState::confirmed;
  put(drawn);
  EXPECT_EQ(replace(photo, {made(photo, "scratch", core::Box{1, 0, 10, 10})}).covered, 1);
  EXPECT_EQ(replace(photo, {}).removed, 0);
  EXPECT_TRUE(find(drawn.id));
}

TEST_P(Findings, name_the_heat_maps_that_nobody_needs_any_more) {
  const auto photo = add_photo();
  auto one = made(photo, "scratch");
  one.heat_map = "cache/heat/1";
  auto other = made(photo, "dent");
  other.heat_map = "cache/heat/1";
  const auto first = replace(photo, {one, other});
  EXPECT_TRUE(first.lost_heat_maps.empty());
  decide(first.open[1].id, FindingState::confirmed);
  one.heat_map = "cache/heat/2";
  EXPECT_TRUE(replace(photo, {one}).lost_heat_maps.empty()) << "a decided one still shows it";
  EXPECT_EQ(replace(photo, {}).lost_heat_maps, std::vector<std::string>{"cache/heat/2"});
}

TEST_P(Findings, say_when_they_become_critical_and_only_then) {
  const auto photo = add_photo();
  auto finding = made(photo, "leak", core::Box{0, 0, 10, 10});
  finding.severity = core::Severity::high;
  EXPECT_TRUE(replace(photo, {finding}).turned_critical.empty());
  finding.severity = core::Severity::critical;
  const auto turned = replace(photo, {finding});
  ASSERT_EQ(turned.open.size(), 1U);
  EXPECT_EQ(turned.turned_critical, std::vector{turned.open[0].id});
  EXPECT_TRUE(replace(photo, {finding}).turned_critical.empty());
  finding.box = core::Box{100, 100, 10, 10};
  const auto elsewhere = replace(photo, {finding});
  EXPECT_EQ(elsewhere.turned_critical, elsewhere.added);
}

}  // namespace
}  // namespace sightglass::database
