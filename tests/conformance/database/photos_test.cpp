#include <algorithm>
#include <array>
#include <random>

#include "database/analyses.hpp"
#include "support/stores.hpp"

namespace sightglass::database {
namespace {

using photos::Filter;
using photos::Sort;
using photos::Visibility;

class Photos : public test::StoreTest {
 protected:
  // Walks every page and returns the ids in the order they came.
  std::vector<core::PhotoId> walk(Filter filter, const Visibility& visibility) {
    std::vector<core::PhotoId> ids;
    std::optional<photos::PageKey> after;
    do {
      const auto page =
          test::must(read([&](Session& session) { return photos::list(session, filter, visibility, after); }));
      EXPECT_LE(page.photos.size(), static_cast<std::size_t>(filter.limit));
      for (const auto& photo : page.photos) ids.push_back(photo.id);
      after = page.next;
    } while (after && ids.size() < 10'000);
    return ids;
  }
  std::size_t count(Filter filter) { return walk(std::move(filter), {.sees_all = true}).size(); }
};
INSTANTIATE_TEST_SUITE_P(Stores, Photos, test::all_stores());

core::TrapFacts noted() {
  core::TrapFacts facts;
  facts.temperature = -12.5;
  facts.humidity = 81.5;
  facts.pressure = 1013.25;
  facts.moon_phase = core::MoonPhase::full_moon;
  facts.trigger = core::TrapTrigger::external;
  facts.sequence = core::TrapSequence{.position = 2, .count = 5, .event = core::last_trap_event};
  facts.battery_volts = 8.15;
  facts.is_lit = true;
  facts.serial = "H550HH12223408";
  facts.label = "CREEK";
  return facts;
}

TEST_P(Photos, keep_what_their_camera_noted) {
  core::Photo photo;
  EXPECT_TRUE(photo_of(add_photo(photo)).metadata.trap.is_empty());
  photo.metadata.trap = noted();
  const auto id = add_photo(photo);
  EXPECT_EQ(photo_of(id).metadata.trap, noted());
  core::TrapFacts anew;
  anew.is_lit = false;
  anew.sequence = core::TrapSequence{.position = 1, .count = 3};
  test::must(write([&](Session& session) { return photos::set_trap_facts(session, id, anew); }));
  EXPECT_EQ(photo_of(id).metadata.trap, anew);
  const auto nobody = core::PhotoId::make(instant(1));
  const auto refused = write([&](Session& session) { return photos::set_trap_facts(session, nobody, anew); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::not_found);
}

TEST_P(Photos, are_found_by_temperature_and_moon) {
  const auto add = [&](std::optional<double> temperature, std::optional<core::MoonPhase> moon) {
    core::Photo photo;
    photo.metadata.trap.temperature = temperature;
    photo.metadata.trap.moon_phase = moon;
    return add_photo(photo);
  };
  const auto cold = add(-12.5, core::MoonPhase::full_moon);
  const auto zero = add(0, core::MoonPhase::new_moon);
  add(std::nullopt, std::nullopt);
  const Visibility everybody{.sees_all = true};
  EXPECT_EQ(walk({.temperature_to = -12.5}, everybody), std::vector{cold});
  EXPECT_EQ(walk({.temperature_from = 0}, everybody), std::vector{zero});
  EXPECT_EQ(count({.temperature_from = -80, .temperature_to = 80}), 2U);
  EXPECT_EQ(count({.temperature_from = -12, .temperature_to = -1}), 0U);
  EXPECT_EQ(walk({.moon_phase = core::MoonPhase::full_moon}, everybody), std::vector{cold});
  EXPECT_EQ(count({.temperature_to = 80, .moon_phase = core::MoonPhase::first_quarter}), 0U);
}

TEST_P(Photos, come_back_as_they_were_put_in) {
  const auto user = add_user("ann");
  core::Photo photo{.kind = core::PhotoKind::job,
                    .source = core::PhotoSource::camera,
                    .filename = "img.jpg",
                    .original_filename = "../\xf0\x9f\x98\x80.jpg",
                    .description = "a 'quoted' <b>",
                    .tags = {"red", "two words"},
                    .job_id = add_job(),
                    .uploaded_by = user,
                    .uploaded_at = instant(5),
                    .taken_at = instant(1)};
  photo.metadata = {.taken_at = instant(1),
                    .taken_local = "2017",
                    .taken_offset_minutes = -90,
                    .iso = 200,
                    .orientation = core::Orientation::rotated_90,
                    .position = core::GeoPosition{1.5, -2.5, 3.5},
                    .json = R"({"a":1})"};
  photo.size = {4000, 3000};
  photo.file_bytes = 1LL << 40;
  photo.sha256.bytes[31] = 7;
  photo.is_damaged = true;
  photo.rotation = 270;
  photo.trashed_at = instant(7);
  const core::Photo found = photo_of(add_photo(photo));
  EXPECT_EQ(found.original_filename, photo.original_filename);
  EXPECT_EQ(found.tags, photo.tags);
  EXPECT_EQ(found.job_id, photo.job_id);
  EXPECT_EQ(found.uploaded_by, photo.uploaded_by);
  EXPECT_EQ(found.taken_at, photo.taken_at);
  EXPECT_EQ(found.metadata.taken_offset_minutes, -90);
  EXPECT_EQ(found.metadata.iso, 200);
  EXPECT_EQ(found.metadata.orientation, core::Orientation::rotated_90);
  EXPECT_EQ(found.metadata.position, photo.metadata.position);
  EXPECT_EQ(found.metadata.json, photo.metadata.json);
  EXPECT_EQ(found.metadata.f_number, std::nullopt);
  EXPECT_EQ(found.size, photo.size);
  EXPECT_EQ(found.file_bytes, photo.file_bytes);
  EXPECT_EQ(found.sha256, photo.sha256);
  EXPECT_TRUE(found.is_damaged);
  EXPECT_EQ(found.rotation, 270);
  EXPECT_EQ(found.trashed_at, instant(7));
  EXPECT_EQ(found.source, core::PhotoSource::camera);
}

TEST_P(Photos, pages_show_every_row_once_in_order_for_every_sort_and_filter) {
  std::mt19937 random(7);
  const std::array jobs{add_job(), add_job()};
  std::vector<core::Photo> all;
  for (int i = 0; i < 150; ++i) {
    core::Photo photo{.source = i % 3 == 0 ? core::PhotoSource::camera : core::PhotoSource::upload,
                      .job_id = jobs[random() % 2],
                      .uploaded_at = instant(static_cast<std::int64_t>(random() % 20)),  // many ties
                      .taken_at = instant(static_cast<std::int64_t>(random() % 20)),
                      .status = i % 4 == 0 ? core::ProcessingStatus::failed : core::ProcessingStatus::completed};
    photo.id = add_photo(photo);
    all.push_back(photo);
  }
  for (const Sort sort : {Sort::newest_taken, Sort::oldest_taken, Sort::newest_uploaded, Sort::oldest_uploaded}) {
    for (int filters = 0; filters < 16; ++filters) {
      Filter filter{.sort = sort, .limit = 7};
      if (filters & 1) filter.job = jobs[0];
      if (filters & 2) filter.taken_from = instant(4), filter.taken_to = instant(15);
      if (filters & 4) filter.status = core::ProcessingStatus::failed;
      if (filters & 8) filter.source = core::PhotoSource::camera;
      const bool is_by_taken = sort == Sort::newest_taken || sort == Sort::oldest_taken;
      std::vector<std::pair<core::Instant, core::PhotoId>> expected;
      for (const core::Photo& photo : all)
        if ((!filter.job || photo.job_id == filter.job) && (!filter.status || photo.status == *filter.status) &&
            (!filter.source || photo.source == *filter.source) &&
            (!filter.taken_from || (photo.taken_at >= *filter.taken_from && photo.taken_at < *filter.taken_to)))
          expected.emplace_back(is_by_taken ? photo.taken_at : photo.uploaded_at, photo.id);
      std::ranges::sort(expected);
      if (sort == Sort::newest_taken || sort == Sort::newest_uploaded) std::ranges::reverse(expected);
      std::vector<core::PhotoId> ids;
      for (const auto& [at, id] : expected) ids.push_back(id);
      EXPECT_EQ(walk(filter, {.sees_all = true}), ids) << "sort " << static_cast<int>(sort) << " filters " << filters;
    }
  }
}

TEST_P(Photos, technicians_see_their_own_and_those_of_open_or_assigned_jobs) {
  const auto ann = add_user("ann");
  const auto bob = add_user("bob");
  const auto own = add_photo({.uploaded_by = ann});
  const auto of_bob = add_photo({.uploaded_by = bob});
  const auto open = add_photo({.job_id = add_job(), .uploaded_by = bob});
  const auto assigned = add_photo({.job_id = add_job({ann}), .uploaded_by = bob});
  const auto hidden = add_photo({.job_id = add_job({bob}), .uploaded_by = bob});
  auto seen = walk({}, {.user = ann});
  std::ranges::sort(seen);
  EXPECT_EQ(seen, (std::vector{own, open, assigned}));
  EXPECT_EQ(walk({}, {}), std::vector<core::PhotoId>{});
  EXPECT_EQ(walk({}, {.sees_all = true}).size(), 5U);
  for (const auto id : {of_bob, hidden})
    EXPECT_FALSE(test::must(read([&](Session& s) { return photos::may_see(s, {.user = ann}, photo_of(id)); })));
  EXPECT_TRUE(test::must(read([&](Session& s) { return photos::may_see(s, {.user = ann}, photo_of(assigned)); })));
  const auto statistics = test::must(read([&](Session& s) { return photos::statistics(s, {.user = ann}); }));
  EXPECT_EQ(statistics.total, 3);
}

TEST_P(Photos, are_found_by_words_and_word_beginnings_and_never_by_query_syntax) {
  core::Photo photo{
      .original_filename = "DSC_0042.JPG", .description = "Rusty Pümp by the gate", .tags = {"north side"}};
  const auto id = add_photo(photo);
  add_photo({.description = "another thing"});
  for (const char* text : {"rust", "PUMP gate", "north", "0042", "rusty dsc", "\"rusty\"", "rusty*"})
    EXPECT_EQ(count({.text = text}), 1U) << text;
  for (const char* text :
       {"rusty OR another", "usty", "", "\"", "*", "NOT thing", "description:rusty zzz", "(((", "'; --"})
    EXPECT_EQ(count({.text = text}), 0U) << text;
  photo = photo_of(id);
  photo.description = "clean";
  photo.tags = {"south"};
  test::must(write([&](Session& session) { return photos::update(session, photo); }));
  EXPECT_EQ(count({.text = "rusty"}), 0U);
  EXPECT_EQ(count({.text = "clean south"}), 1U);
  EXPECT_EQ(count({.tag = "south"}), 1U);
  EXPECT_EQ(count({.tag = "north side"}), 0U);
}

TEST_P(Photos, are_found_in_boxes_that_cross_the_180th_meridian) {
  for (const double longitude : {179.0, -179.0, 0.0, 90.0}) {
    core::Photo photo;
    photo.metadata.position = core::GeoPosition{10, longitude, {}};
    add_photo(photo);
  }
  add_photo();  // no position: in no box
  EXPECT_EQ(count({.bbox = core::GeoBox{.west = 170, .south = 0, .east = -170, .north = 20}}), 2U);
  EXPECT_EQ(count({.bbox = core::GeoBox{.west = -10, .south = 0, .east = 100, .north = 20}}), 2U);
  EXPECT_EQ(count({.bbox = core::GeoBox{.west = -180, .south = 11, .east = 180, .north = 20}}), 0U);
}

TEST_P(Photos, with_a_name_taken_in_their_job_or_an_unknown_job_are_refused) {
  const auto job = add_job();
  add_photo({.kind = core::PhotoKind::job, .filename = "a.jpg", .job_id = job});
  core::Photo twin{
      .id = core::PhotoId::make(instant(1)), .kind = core::PhotoKind::job, .filename = "a.jpg", .job_id = job};
  const auto insert = [&] { return write([&](Session& session) { return photos::insert(session, twin); }); };
  EXPECT_EQ(insert().error().code, core::ErrorCode::conflict);
  twin.job_id = core::JobId{999};
  EXPECT_EQ(insert().error().code, core::ErrorCode::conflict);
  twin.job_id = job;
  twin.filename = "b.jpg";
  twin.tags = {""};
  EXPECT_EQ(insert().error().field, "tags");
}

TEST_P(Photos, are_counted_in_totals_through_every_change) {
  const auto job = add_job();
  const auto id = add_photo({.job_id = job, .uploaded_at = instant(0), .file_bytes = 10});
  add_photo({.uploaded_at = instant(86'400), .file_bytes = 5});
  test::must(write([&](Session& s) { return photos::set_status(s, id, core::ProcessingStatus::failed, "why"); }));
  const auto statistics = [&] {
    return test::must(read([](Session& s) { return photos::statistics(s, {.sees_all = true}); }));
  };
  EXPECT_EQ(statistics().total, 2);
  EXPECT_EQ(statistics().bytes, 15);
  EXPECT_EQ(statistics().by_status.size(), 2U);
  ASSERT_EQ(statistics().by_day.size(), 2U);
  EXPECT_EQ(statistics().by_day[0].name, "2023-11-15");
  EXPECT_EQ(statistics().latency_p50, std::nullopt);
  EXPECT_EQ(test::must(read([&](Session& s) { return jobs::find(s, job); }))->photo_count, 1);
  EXPECT_EQ(write([&](Session& s) { return jobs::remove(s, job); }).error().code, core::ErrorCode::conflict);
  EXPECT_TRUE(test::must(write([&](Session& s) { return photos::remove(s, id); })));
  EXPECT_FALSE(test::must(write([&](Session& s) { return photos::remove(s, id); })));
  EXPECT_EQ(statistics().total, 1);
  EXPECT_TRUE(test::must(write([&](Session& s) { return jobs::remove(s, job); })));
}

TEST_P(Photos, in_the_trash_are_listed_and_counted_nowhere_else_until_they_are_restored) {
  const auto job = add_job();
  const auto id = add_photo({.job_id = job, .uploaded_at = instant(0), .file_bytes = 10});
  const auto other = add_photo({.job_id = job, .uploaded_at = instant(0), .file_bytes = 5});
  const auto total = [&] {
    return test::must(read([](Session& s) { return photos::statistics(s, {.sees_all = true}); })).total;
  };
  const auto job_count = [&] { return test::must(read([&](Session& s) { return jobs::find(s, job); }))->photo_count; };
  const auto set_trashed = [&](std::optional<core::Instant> at) {
    return test::must(write([&](Session& s) { return photos::set_trashed(s, id, at); }));
  };
  EXPECT_FALSE(set_trashed(std::nullopt));  // it is in no trash
  EXPECT_TRUE(set_trashed(instant(9)));
  EXPECT_FALSE(set_trashed(instant(20)));
  EXPECT_EQ(photo_of(id).trashed_at, instant(9));
  EXPECT_EQ(walk({}, {.sees_all = true}), std::vector{other});
  EXPECT_EQ(walk({.trash = photos::Trash::alone}, {.sees_all = true}), std::vector{id});
  EXPECT_EQ(count({.job = job, .trash = photos::Trash::included}), 2U);
  EXPECT_EQ(total(), 1);
  EXPECT_EQ(job_count(), 1);
  // What changes while it lies there counts when it comes back.
  test::must(write([&](Session& s) { return photos::set_status(s, id, core::ProcessingStatus::failed, "why"); }));
  EXPECT_EQ(total(), 1);
  EXPECT_EQ(write([&](Session& s) { return jobs::remove(s, job); }).error().code, core::ErrorCode::conflict);
  EXPECT_TRUE(set_trashed(std::nullopt));
  EXPECT_EQ(total(), 2);
  EXPECT_EQ(job_count(), 2);
  EXPECT_EQ(count({.status = core::ProcessingStatus::failed}), 1U);
  EXPECT_TRUE(set_trashed(instant(9)));
  test::must(write([&](Session& s) { return photos::remove(s, id); }));
  EXPECT_EQ(total(), 1);
  EXPECT_EQ(job_count(), 1);
}

TEST_P(Photos, thrown_away_long_enough_ago_are_found_longest_ago_first) {
  std::vector<core::PhotoId> ids;
  for (const int at : {30, 10, 20}) {
    ids.push_back(add_photo());
    test::must(write([&](Session& s) { return photos::set_trashed(s, ids.back(), instant(at)); }));
  }
  add_photo();
  const auto due = test::must(read([&](Session& s) { return photos::list_trashed(s, instant(30), 10); }));
  ASSERT_EQ(due.size(), 2U);
  EXPECT_EQ(due[0].id, ids[1]);
  EXPECT_EQ(due[1].id, ids[2]);
}

TEST_P(Photos, are_found_by_their_labels) {
  const auto id = add_photo({.description = "pump"});
  add_photo({.description = "pump"});
  const auto set = [&](std::vector<photos::Label> labels) {
    return write([&](Session& s) { return photos::set_labels(s, id, labels); });
  };
  test::must(set({{"corrosion", 0.9}, {"leak", 0.4}, {"leak", 0.2}}));
  EXPECT_EQ(count({.text = "pump corro"}), 1U);
  EXPECT_EQ(count({.label = "leak"}), 1U);
  test::must(set({{"clean", 0.9}}));
  EXPECT_EQ(count({.text = "corrosion"}), 0U);
  EXPECT_EQ(count({.label = "leak"}), 0U);
  EXPECT_EQ(count({.text = "clean"}), 1U);
  EXPECT_EQ(set({{"", 1.0}}).error().field, "labels");
  EXPECT_TRUE(test::must(write([&](Session& s) { return photos::remove(s, id); })));
  EXPECT_EQ(count({.text = "clean"}), 0U);
}

TEST_P(Photos, keep_one_analysis_per_model_and_the_latency_of_the_first) {
  const auto id = add_photo({.uploaded_at = instant(0)});
  analyses::Analysis analysis{
      .id = core::AnalysisId::make(instant(2)), .photo_id = id, .model = "m", .version = "1", .created_at = instant(2)};
  const auto save = [&] { return write([&](Session& s) { return analyses::save(s, analysis); }); };
  test::must(save());
  const auto first = analysis.id;
  analysis.id = core::AnalysisId::make(instant(900));
  analysis.created_at = instant(900);
  analysis.properties = R"({"x":1})";
  test::must(save());
  const auto latest = test::must(read([&](Session& s) { return analyses::latest_of(s, id); }));
  ASSERT_TRUE(latest);
  EXPECT_EQ(latest->id, first);
  EXPECT_EQ(latest->properties, analysis.properties);
  EXPECT_EQ(test::must(read([](Session& s) { return photos::statistics(s, {.sees_all = true}); })).latency_p50, 2000.0);
  analysis.photo_id = core::PhotoId::make(instant(0));
  EXPECT_EQ(save().error().code, core::ErrorCode::not_found);
}

}  // namespace
}  // namespace sightglass::database
