#include "inspection/bursts.hpp"

#include <algorithm>
#include <map>

#include "database/bursts.hpp"
#include "database/decisions.hpp"
#include "inspection/burst_decisions.hpp"
#include "inspection/decisions.hpp"
#include "inspection/undo.hpp"
#include "support/findings.hpp"

namespace sightglass::inspection {
namespace {

using core::Finding;
using core::FindingState;

class Bursts : public test::FindingsTest {
 protected:
  void SetUp() override {
    test::FindingsTest::SetUp();
    if (IsSkipped()) return;
    ann_ = {.id = add_user("ann"), .name = "ann"};
    place_ = add_place("creek");
  }
  core::LocationId add_place(const std::string& name) {
    const core::Location place{.id = core::LocationId::make(instant(0)), .name = name};
    test::must(write([&](auto& s) { return database::locations::insert(s, place); }));
    return place.id;
  }
  core::Photo taken(int second) {
    core::Photo photo{.location_id = place_, .taken_at = instant(second)};
    photo.metadata.taken_source = core::TakenSource::exif;
    photo.metadata.camera_make = "RECONYX";
    photo.metadata.camera_model = "HC500";
    return photo;
  }
  static std::vector<Sighting> seen(std::optional<double> confidence) {
    if (!confidence) return {};
    return {{.label = "dog", .confidence = *confidence, .box = {10, 10, 40, 40}, .detector = "net@1"}};
  }
  // As writing an analysis does.
  void analyse(core::PhotoId photo, std::optional<double> confidence) {
    test::must(write([&](database::Session& s) -> core::Result<void> {
      SG_ASSIGN(auto found, join_burst(s, photo, seen(confidence), instant(500)));
      SG_TRY(database::findings::replace_machine(s, photo, std::array{core::FindingKind::spotting}, std::move(found),
                                                 instant(500)));
      return {};
    }));
  }
  core::PhotoId add_seen(int second, std::optional<double> confidence) {
    const auto photo = add_photo(taken(second));
    analyse(photo, confidence);
    return photo;
  }
  std::string burst_of(core::PhotoId photo) {
    const auto frame = test::must(read([&](auto& s) { return database::bursts::find(s, photo); }));
    return frame ? frame->burst : "none";
  }
  void change(core::PhotoId id, const std::function<void(core::Photo&)>& how) {
    auto photo = photo_of(id);
    how(photo);
    test::must(write([&](database::Session& s) -> core::Result<void> {
      SG_TRY(database::photos::update(s, photo));
      return renew_burst(s, id, instant(600));
    }));
  }
  // What stands on a photo, as far as a burst has a say in it.
  std::string told(core::PhotoId photo) {
    std::string words;
    for (const auto& finding : all_of(photo))
      words += finding.class_name + std::to_string(finding.confidence) + std::string(core::name_of(finding.state)) +
               finding.details + finding.burst + ";";
    return words;
  }

  Person ann_{};
  core::LocationId place_{};
};
INSTANTIATE_TEST_SUITE_P(Stores, Bursts, test::all_stores());

TEST_P(Bursts, are_of_photos_with_at_most_a_minute_between_them) {
  const auto first = add_seen(0, 0.7);
  EXPECT_EQ(burst_of(first), "") << "it stands alone";
  const auto second = add_seen(60, std::nullopt);
  const auto later = add_seen(121, 0.7);
  EXPECT_EQ(burst_of(first).size(), 32U);
  EXPECT_EQ(burst_of(second), burst_of(first));
  EXPECT_EQ(burst_of(later), "");
  EXPECT_EQ(all_of(first)[0].burst, burst_of(first));
  EXPECT_TRUE(all_of(second).empty()) << "what is empty stays empty";
  const auto span = test::must(read([&](auto& s) { return database::bursts::span_of(s, burst_of(first)); }));
  ASSERT_TRUE(span);
  EXPECT_EQ(span->first, instant(0));
  EXPECT_EQ(span->last, instant(60));
}

TEST_P(Bursts, come_out_the_same_in_whatever_order_photos_arrive) {
  const std::vector<std::pair<int, std::optional<double>>> frames{{0, 0.35},           {50, 0.7},   {90, 0.15},
                                                                  {140, std::nullopt}, {140, 0.65}, {400, 0.35}};
  std::vector<core::PhotoId> photos;
  for (const auto& [second, confidence] : frames) photos.push_back(add_photo(taken(second)));
  std::vector<std::size_t> order{0, 1, 2, 3, 4, 5};
  std::optional<std::string> expected;
  // Each order begins where the one before ended, as when all of them are analysed again.
  for (int i = 0; i < 24; ++i) {
    for (const auto place : order) analyse(photos[place], std::nullopt);
    for (const auto place : order) analyse(photos[place], frames[place].second);
    std::string all;
    for (const auto photo : photos) all += burst_of(photo) + " " + told(photo) + "\n";
    if (!expected) expected = all;
    EXPECT_EQ(all, *expected);
    for (int step = 0; step < 30; ++step) std::next_permutation(order.begin(), order.end());
  }
}

TEST_P(Bursts, are_joined_by_a_photo_that_comes_late_and_parted_when_it_goes) {
  const auto one = add_seen(0, 0.7);
  const auto two = add_seen(100, 0.15);
  EXPECT_TRUE(all_of(two).empty());
  const auto between = add_seen(50, 0.7);
  EXPECT_EQ(burst_of(one), burst_of(two));
  ASSERT_EQ(all_of(two).size(), 1U) << "borne out by its neighbours";
  const auto joined = burst_of(one);
  change(between, [&](core::Photo& photo) { photo.taken_at = instant(9'000); });
  for (const auto photo : {one, two, between}) EXPECT_EQ(burst_of(photo), "");
  EXPECT_TRUE(all_of(two).empty());
  EXPECT_EQ(all_of(one)[0].confidence, 0.7);
  EXPECT_EQ(all_of(between)[0].burst, "");
  change(between, [&](core::Photo& photo) { photo.taken_at = instant(50); });
  EXPECT_EQ(burst_of(two), joined);
  EXPECT_EQ(all_of(two).size(), 1U);
}

TEST_P(Bursts, are_of_one_camera) {
  const auto here = add_seen(0, 0.7);
  auto other = taken(5);
  other.metadata.camera_model = "PC800";
  auto uploaded = taken(6);
  uploaded.metadata.taken_source = core::TakenSource::upload;
  auto nowhere = taken(7);
  nowhere.location_id.reset();
  for (const auto& photo : {other, uploaded, nowhere}) {
    const auto id = add_photo(photo);
    analyse(id, 0.7);
    EXPECT_EQ(burst_of(id), "");
  }
  EXPECT_EQ(burst_of(here), "");
  const auto lost = add_photo(nowhere);
  analyse(lost, 0.7);
  change(lost, [&](core::Photo& photo) { photo.location_id = place_; });
  EXPECT_NE(burst_of(lost), "") << "as soon as its place is known";
  EXPECT_EQ(burst_of(lost), burst_of(here));
  change(lost, [&](core::Photo& photo) { photo.job_id = add_job(); });
  EXPECT_EQ(burst_of(lost), "");
  EXPECT_EQ(all_of(lost).size(), 1U) << "what was found on it before it became a job's stays";
}

TEST_P(Bursts, know_a_camera_by_its_serial_number_wherever_it_stands) {
  auto one = taken(0);
  auto two = taken(10);
  one.metadata.json = R"({"Exif.Photo.BodySerialNumber":"H500HF07123456"})";
  two.metadata.json = one.metadata.json;
  two.location_id = add_place("hill");
  auto blank = taken(20);
  blank.metadata.json = R"({"Exif.Photo.BodySerialNumber":"0000000"})";
  EXPECT_EQ(camera_key(one), camera_key(two));
  EXPECT_EQ(camera_key(blank), camera_key(taken(0))) << "no number at all";
  EXPECT_NE(camera_key(one), camera_key(blank));
  two.metadata.json = "[";
  EXPECT_NE(camera_key(two), "");
}

core::Photo numbered(core::Photo photo, std::int64_t event, std::int32_t position) {
  photo.metadata.trap.serial = "H500HF07123456";
  photo.metadata.trap.trigger = core::TrapTrigger::motion;
  photo.metadata.trap.sequence = core::TrapSequence{.position = position, .count = 3, .event = event};
  return photo;
}

TEST_P(Bursts, are_the_series_that_the_camera_numbers_whatever_its_clock_says) {
  const auto add = [&](int second, std::int64_t event, std::int32_t position) {
    const auto id = add_photo(numbered(taken(second), event, position));
    analyse(id, 0.7);
    return id;
  };
  // Out of order, with minutes between those of one event and none between two events.
  const std::array sevens{add(400, 7, 3), add(0, 7, 1), add(200, 7, 2)};
  const std::array eights{add(401, 8, 1), add(402, 8, 2)};
  EXPECT_NE(burst_of(sevens[0]), "");
  for (const auto photo : sevens) EXPECT_EQ(burst_of(photo), burst_of(sevens[0]));
  for (const auto photo : eights) EXPECT_EQ(burst_of(photo), burst_of(eights[0]));
  EXPECT_NE(burst_of(eights[0]), burst_of(sevens[0]));
  EXPECT_EQ(burst_of(add(40'000, 7, 1)), "") << "the same number on an empty card";
}

TEST_P(Bursts, go_by_the_clock_where_a_number_says_nothing) {
  const auto series = numbered(taken(0), 7, 1);
  auto lapse = series, nameless = series;
  lapse.metadata.trap.trigger = core::TrapTrigger::time_lapse;
  nameless.metadata.trap.serial.clear();
  EXPECT_EQ(camera_key(lapse) + "\nevent 7", camera_key(series));
  EXPECT_EQ(camera_key(nameless), camera_key(taken(0)));
}

TEST_P(Bursts, leave_alone_what_people_decided) {
  const auto one = add_seen(0, 0.4);
  const auto id = all_of(one)[0].id;
  test::must(write([&](auto& s) { return inspection::decide(s, ann_, id, Action::confirm, {}, instant(501)); }));
  add_seen(10, 0.9);
  add_seen(20, 0.9);
  const auto found = all_of(one);
  ASSERT_EQ(found.size(), 1U) << "though the others give it another name";
  EXPECT_EQ(found[0].state, FindingState::confirmed);
  EXPECT_EQ(found[0].class_name, "animal");
  EXPECT_EQ(found[0].confidence, 0.4);
  EXPECT_EQ(found[0].burst, burst_of(one));
  EXPECT_EQ(found[0].revision, 2) << "nobody else changed it";
  analyse(one, 0.4);
  EXPECT_EQ(all_of(one).size(), 1U);
}

TEST_P(Bursts, do_not_bring_back_what_people_rejected) {
  const auto one = add_seen(0, 0.4);
  const auto id = all_of(one)[0].id;
  test::must(write([&](auto& s) { return inspection::decide(s, ann_, id, Action::reject, {}, instant(501)); }));
  add_seen(10, 0.9);
  analyse(one, 0.4);
  ASSERT_EQ(all_of(one).size(), 1U);
  EXPECT_EQ(all_of(one)[0].state, FindingState::rejected);
}

TEST_P(Bursts, are_not_pictures_by_the_clock) {
  std::vector<core::PhotoId> photos;
  const auto most = static_cast<int>(most_of_burst);
  for (int i = 0; i < most; ++i) {
    photos.push_back(add_photo(taken(30 * i)));
    test::must(write([&](database::Session& s) {
      return database::bursts::put(s, {.photo_id = photos.back(),
                                       .camera = camera_key(taken(0)),
                                       .taken_at = instant(30 * i),
                                       .sightings = sightings_json(seen(i == 0 ? 0.35 : 0.0))});
    }));
  }
  analyse(photos.back(), std::nullopt);
  EXPECT_NE(burst_of(photos.front()), "") << "this many are one";
  EXPECT_TRUE(all_of(photos.front()).empty());
  const auto last = add_seen(30 * most, 0.5);
  EXPECT_EQ(burst_of(last), "");
  EXPECT_EQ(all_of(last)[0].confidence, 0.5);
  EXPECT_EQ(burst_of(photos.front()), "");
  ASSERT_EQ(all_of(photos.front()).size(), 1U) << "judged by itself again";
  EXPECT_EQ(all_of(photos.front())[0].confidence, 0.35);
}

TEST_P(Bursts, go_with_their_photos) {
  const auto one = add_seen(0, 0.7);
  const auto two = add_seen(10, 0.7);
  test::must(write([&](auto& s) { return database::photos::remove(s, two); }));
  EXPECT_EQ(burst_of(two), "none");
  analyse(one, 0.7);
  EXPECT_EQ(burst_of(one), "");
}

TEST_P(Bursts, show_the_photos_that_somebody_may_see) {
  const auto one = add_seen(0, 0.7);
  const auto two = add_seen(10, std::nullopt);
  const auto three = add_seen(20, 0.7);
  test::must(write([&](auto& s) { return database::photos::set_trashed(s, three, instant(9)); }));
  const auto seen_by = [&](const database::photos::Visibility& visibility) {
    std::vector<core::PhotoId> photos;
    for (const auto& frame : test::must(
             read([&](auto& s) { return database::bursts::of_burst(s, burst_of(one), visibility, most_of_burst); })))
      photos.push_back(frame.photo_id);
    return photos;
  };
  EXPECT_EQ(seen_by({.sees_all = true}), (std::vector{one, two}));
  EXPECT_TRUE(seen_by({.user = ann_.id}).empty());
}

struct Together {
  Decided lead{};
  std::vector<Decided> followers{};
};

class BurstDecisions : public Bursts {
 protected:
  Together decide_all(core::FindingId id, Action action, const Word& word = {},
                      const database::photos::Visibility& visibility = {.sees_all = true}) {
    return test::must(write([&](database::Session& s) -> core::Result<Together> {
      Together together;
      SG_ASSIGN(together.lead, inspection::decide(s, ann_, id, action, word, instant(700)));
      SG_ASSIGN(together.followers, follow(s, ann_, together.lead, visibility, instant(700)));
      return together;
    }));
  }
  std::size_t undo_all(core::DecisionId id) {
    return test::must(write([&](database::Session& s) -> core::Result<std::size_t> {
      SG_ASSIGN(const auto undone, undo_followers(s, ann_, id, {.sees_all = true}, instant(800)));
      SG_TRY(inspection::undo(s, ann_, id, instant(800)));
      return undone.size();
    }));
  }
  Finding only(core::PhotoId photo) { return all_of(photo).at(0); }
};
INSTANTIATE_TEST_SUITE_P(Stores, BurstDecisions, test::all_stores());

TEST_P(BurstDecisions, hold_for_all_that_is_open_and_are_taken_back_as_one) {
  const auto one = add_seen(0, 0.9);
  const auto two = add_seen(10, 0.9);
  const auto three = add_seen(20, 0.9);
  const auto elsewhere = add_seen(500, 0.9);
  const auto decided = decide_all(only(two).id, Action::correct, {.class_name = "fox", .count = 2});
  EXPECT_EQ(decided.followers.size(), 2U);
  for (const auto photo : {one, two, three}) {
    EXPECT_EQ(only(photo).class_name, "fox");
    EXPECT_EQ(only(photo).state, FindingState::corrected);
    EXPECT_EQ(only(photo).decided_by, "ann");
  }
  EXPECT_EQ(only(two).count, 2);
  EXPECT_EQ(only(one).count, 1) << "how many there are is of each photo";
  EXPECT_EQ(only(elsewhere).state, FindingState::open);
  const auto own = test::must(
      read([&](auto& s) { return database::decisions::standing_of_user(s, ann_.id, inspection::most_undone); }));
  EXPECT_EQ(own.size(), 1U) << "one decision of a person";
  EXPECT_EQ(undo_all(decided.lead.decision), 2U);
  for (const auto photo : {one, two, three}) {
    EXPECT_EQ(only(photo).state, FindingState::open);
    EXPECT_EQ(only(photo).class_name, "dog");
  }
}

TEST_P(BurstDecisions, leave_what_somebody_decided_before_or_since) {
  const auto one = add_seen(0, 0.9);
  const auto two = add_seen(10, 0.9);
  const auto three = add_seen(20, 0.9);
  decide(only(three).id, FindingState::confirmed);
  const auto decided = decide_all(only(one).id, Action::reject);
  ASSERT_EQ(decided.followers.size(), 1U);
  EXPECT_EQ(only(two).state, FindingState::rejected);
  EXPECT_EQ(only(three).state, FindingState::confirmed);
  test::must(
      write([&](auto& s) { return inspection::decide(s, ann_, only(two).id, Action::confirm, {}, instant(750)); }));
  EXPECT_EQ(undo_all(decided.lead.decision), 0U);
  EXPECT_EQ(only(one).state, FindingState::open);
  EXPECT_EQ(only(two).state, FindingState::confirmed);
}

TEST_P(BurstDecisions, confirm_what_is_alike_and_empty_all_that_is_empty) {
  const auto one = add_seen(0, 0.9);
  const auto two = add_seen(10, 0.9);
  decide_all(only(one).id, Action::confirm);
  EXPECT_EQ(only(two).state, FindingState::confirmed);
  const auto three = add_seen(900, 0.9);
  const auto four = add_seen(910, 0.9);
  decide_all(only(three).id, Action::correct, {.class_name = "empty", .count = 0});
  EXPECT_EQ(only(four).class_name, "empty");
  EXPECT_EQ(only(four).count, 0);
}

TEST_P(BurstDecisions, hold_for_nothing_that_the_person_does_not_see) {
  const auto one = add_seen(0, 0.9);
  const auto two = add_seen(10, 0.9);
  EXPECT_TRUE(decide_all(only(one).id, Action::confirm, {}, {.user = ann_.id}).followers.empty());
  EXPECT_EQ(only(two).state, FindingState::open);
}

TEST_P(BurstDecisions, are_of_spottings_alone) {
  const auto damage = [&] {
    auto finding = made(add_photo(), "rust");
    finding.kind = core::FindingKind::damage;
    return put(finding);
  }();
  const auto outcome = write([&](database::Session& s) -> core::Result<std::vector<Decided>> {
    SG_ASSIGN(const auto lead, inspection::decide(s, ann_, damage, Action::confirm, {}, instant(700)));
    return follow(s, ann_, lead, {.sees_all = true}, instant(700));
  });
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().field, "burst");
  EXPECT_EQ(find(damage)->state, FindingState::open);
}

TEST_P(BurstDecisions, what_people_draw_is_of_the_photos_burst) {
  const auto one = add_photo(taken(0));
  const auto two = add_photo(taken(10));
  for (const auto photo : {one, two}) test::must(write([&](auto& s) { return place_in_burst(s, photo, instant(5)); }));
  const auto drawn = test::must(write([&](auto& s) {
    return inspection::draw(s, ann_, photo_of(one), core::FindingKind::spotting, {.class_name = "fox"}, instant(6));
  }));
  EXPECT_NE(drawn.finding.burst, "");
  EXPECT_EQ(drawn.finding.burst, burst_of(two));
  change(two, [&](core::Photo& photo) { photo.taken_at = instant(5'000); });
  EXPECT_EQ(only(one).burst, "");
  EXPECT_EQ(only(one).state, FindingState::confirmed);
}

}  // namespace
}  // namespace sightglass::inspection
