// Photos with their findings, as exports walk them.
#include "database/annotations.hpp"

#include <gmock/gmock.h>

#include "support/findings.hpp"

namespace sightglass::database {
namespace {

using core::FindingKind;
using core::FindingState;

class Annotations : public test::FindingsTest {
 protected:
  std::vector<annotations::AnnotatedPhoto> list(const annotations::Filter& filter,
                                                const photos::Visibility& visibility = {.sees_all = true},
                                                std::optional<core::PhotoId> after = {}, std::int32_t limit = 100) {
    return test::must(read([&](Session& s) { return annotations::list(s, filter, visibility, after, limit); }));
  }
  std::vector<core::PhotoId> ids(const annotations::Filter& filter,
                                 const photos::Visibility& visibility = {.sees_all = true}) {
    std::vector<core::PhotoId> found;
    for (const auto& one : list(filter, visibility)) found.push_back(one.photo.id);
    const auto count = test::must(read([&](Session& s) { return annotations::count(s, filter, visibility, 100); }));
    EXPECT_EQ(count, static_cast<std::int64_t>(found.size()));
    return found;
  }
  core::FindingId put_of(core::PhotoId photo, FindingKind kind, const std::string& class_name,
                         FindingState state = FindingState::open) {
    auto finding = made(photo, class_name);
    finding.kind = kind;
    finding.state = state;
    return put(finding);
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, Annotations, test::all_stores());

TEST_P(Annotations, come_photo_by_photo_with_place_and_size_before_a_turn) {
  const core::Location forest{
      .id = core::LocationId::make(instant(0)), .name = "forest", .position = core::GeoPosition{48.5, 11.25, {}}};
  test::must(write([&](Session& s) { return locations::insert(s, forest); }));
  const auto turned = add_photo({.location_id = forest.id, .size = {300, 400}, .rotation = 90});
  const auto first = put_of(turned, FindingKind::spotting, "fox");
  const auto second = put_of(turned, FindingKind::damage, "rust");
  const auto other = add_photo({.size = {10, 20}});
  put_of(other, FindingKind::spotting, "dog");
  add_photo();
  const auto found = list({});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].photo.id, turned);
  EXPECT_EQ(found[0].upright, (core::Size{400, 300}));
  ASSERT_EQ(found[0].findings.size(), 2U);
  EXPECT_EQ(found[0].findings[0].id, first);
  EXPECT_EQ(found[0].findings[1].id, second);
  ASSERT_TRUE(found[0].location && found[0].location->position);
  EXPECT_EQ(found[0].location->position->latitude, 48.5);
  EXPECT_FALSE(found[1].location);
  const auto page = list({}, {.sees_all = true}, turned, 1);
  ASSERT_EQ(page.size(), 1U);
  EXPECT_EQ(page[0].photo.id, other);
}

TEST_P(Annotations, pass_the_filters_and_leave_out_what_was_rejected_or_thrown_away) {
  const auto job = add_job();
  const auto walls = add_photo({.job_id = job, .taken_at = instant(10)});
  const auto field = add_photo({.taken_at = instant(20)});
  const auto thrown = add_photo();
  const auto rejected = add_photo({.taken_at = instant(30)});
  put_of(walls, FindingKind::damage, "crack", FindingState::confirmed);
  put_of(field, FindingKind::spotting, "fox");
  put_of(thrown, FindingKind::damage, "crack");
  put_of(rejected, FindingKind::anomaly, "shade", FindingState::rejected);
  test::must(write([&](Session& s) { return photos::set_trashed(s, thrown, instant(1)); }));
  EXPECT_THAT(ids({}), testing::ElementsAre(walls, field));
  EXPECT_THAT(ids({.states = {FindingState::rejected}}), testing::ElementsAre(rejected));
  EXPECT_THAT(ids({.states = {FindingState::rejected, FindingState::confirmed}}),
              testing::ElementsAre(walls, rejected));
  EXPECT_THAT(ids({.kind = FindingKind::damage}), testing::ElementsAre(walls));
  EXPECT_THAT(ids({.class_name = "fox"}), testing::ElementsAre(field));
  EXPECT_THAT(ids({.job = job}), testing::ElementsAre(walls));
  EXPECT_THAT(ids({.taken_from = instant(20)}), testing::ElementsAre(field));
  EXPECT_THAT(ids({.taken_to = instant(20)}), testing::ElementsAre(walls));
  EXPECT_THAT(ids({.asset = core::AssetId::make(instant(0))}), testing::IsEmpty());
  EXPECT_THAT(ids({.location = core::LocationId::make(instant(0))}), testing::IsEmpty());
  const auto bare = add_photo();
  EXPECT_THAT(ids({.kind = FindingKind::spotting, .has_field_photos = true}),
              testing::ElementsAre(field, rejected, bare));
  EXPECT_THAT(list({.kind = FindingKind::spotting, .has_field_photos = true})[1].findings, testing::IsEmpty());
}

TEST_P(Annotations, and_their_classes_are_those_one_may_see) {
  const auto ann = add_user("ann");
  const auto bob = add_user("bob");
  const auto of_ann = add_photo({.uploaded_by = ann});
  const auto of_bob = add_photo({.uploaded_by = bob});
  put_of(of_ann, FindingKind::spotting, "fox");
  put_of(of_ann, FindingKind::spotting, "fox");
  put_of(of_ann, FindingKind::damage, "rust");
  put_of(of_bob, FindingKind::damage, "mould");
  const auto classes = [&](const photos::Visibility& visibility) {
    return test::must(read([&](Session& s) { return annotations::classes(s, {}, visibility); }));
  };
  using annotations::Class;
  EXPECT_THAT(classes({.user = ann}),
              testing::ElementsAre(Class{FindingKind::damage, "rust"}, Class{FindingKind::spotting, "fox"}));
  EXPECT_EQ(classes({.sees_all = true}).size(), 3U);
  EXPECT_THAT(ids({}, {.user = bob}), testing::ElementsAre(of_bob));
  EXPECT_THAT(ids({}, {}), testing::IsEmpty());
}

}  // namespace
}  // namespace sightglass::database
