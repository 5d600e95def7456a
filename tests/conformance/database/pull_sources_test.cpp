#include "database/pull_sources.hpp"

#include <algorithm>
#include <chrono>

#include "database/changes.hpp"
#include "database/pull_clock.hpp"
#include "support/pull_rows.hpp"

namespace sightglass::database {
namespace {

using pull_sources::Source;
using pull_sources::Which;
using std::chrono::seconds;

class PullSources : public test::PullStoreTest {
 protected:
  Source source_of(core::PullSourceId id) {
    return test::must(read([&](Session& s) { return pull_sources::find(s, id); })).value();
  }
  std::vector<std::string> names(Which which) {
    std::vector<std::string> found;
    for (const auto& source : test::must(read([&](Session& s) { return pull_sources::list(s, which); })))
      found.push_back(source.name);
    return found;
  }
  // A photo of the source whose file and row say these times.
  core::PhotoId add_pulled(core::PullSourceId source, std::int64_t file_time, std::int64_t shown,
                           core::TakenSource from = core::TakenSource::exif) {
    core::Photo photo{.original_filename = "IMG.JPG", .taken_at = instant(shown)};
    photo.metadata.taken_at = instant(file_time);
    photo.metadata.taken_source = from;
    const auto id = add_photo(photo);
    auto file = file_at(source, id.to_string(), 1);
    file.state = pull_files::State::stored;
    file.photo_id = id;
    add_file(file);
    return id;
  }
  std::vector<pull_clock::Shifted> shifted(core::PullSourceId source, seconds offset) {
    return test::must(read([&](Session& s) { return pull_clock::shifted(s, source, offset, std::nullopt, 10); }));
  }
  std::int64_t count_shifted(core::PullSourceId source, seconds offset) {
    return test::must(read([&](Session& s) { return pull_clock::count_shifted(s, source, offset); }));
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, PullSources, test::all_stores());

TEST_P(PullSources, are_found_by_id_and_name_with_sealed_bytes_as_they_are) {
  const auto made = add_source("north", 5);
  const auto found = source_of(made.id);
  EXPECT_EQ(found.name, "north");
  EXPECT_EQ(found.base_url, made.base_url);
  EXPECT_EQ(found.kind, "http_index");
  EXPECT_EQ(found.sign_in, "basic");
  EXPECT_EQ(found.username, "ann");
  EXPECT_EQ(found.secret, made.secret);
  EXPECT_EQ(found.settings, R"({"depth":2})");
  EXPECT_TRUE(found.is_active);
  EXPECT_EQ(found.created_at, instant(5));
  EXPECT_FALSE(found.last_pull_at || found.last_new_file_at || found.last_error_at || found.paused_until);
  const auto named = test::must(read([&](Session& s) { return pull_sources::find_named(s, "north"); }));
  ASSERT_TRUE(named);
  EXPECT_EQ(named->id, made.id);
  EXPECT_FALSE(test::must(read([&](Session& s) { return pull_sources::find_named(s, "nort"); })));
}

TEST_P(PullSources, are_listed_by_name_active_ones_or_all) {
  auto south = add_source("south");
  add_source("north");
  add_source("east");
  south.is_active = false;
  test::must(write([&](Session& s) { return pull_sources::update(s, south); }));
  EXPECT_EQ(names(Which::active), (std::vector<std::string>{"east", "north"}));
  EXPECT_EQ(names(Which::all), (std::vector<std::string>{"east", "north", "south"}));
}

TEST_P(PullSources, have_names_of_their_own_and_locations_that_are_there) {
  auto twin = add_source("north");
  twin.id = core::PullSourceId::make(instant(1));
  const auto refused = write([&](Session& s) { return pull_sources::insert(s, twin); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::conflict);
  auto lost = add_source("south");
  lost.location_id = core::LocationId::make(instant(1));
  const auto nowhere = write([&](Session& s) { return pull_sources::update(s, lost); });
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, core::ErrorCode::conflict);
}

TEST_P(PullSources, keep_their_location) {
  auto source = add_source();
  const auto location = add_location();
  source.location_id = location;
  test::must(write([&](Session& s) { return pull_sources::update(s, source); }));
  const auto removed = write([&](Session& s) { return locations::remove(s, location); });
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().code, core::ErrorCode::conflict);
  EXPECT_EQ(source_of(source.id).location_id, location);
}

TEST_P(PullSources, are_changed_without_a_word_of_what_runs_found_out) {
  auto source = add_source();
  test::must(write([&](Session& s) { return pull_sources::note_pulled(s, source.id, "IMG_7.JPG", instant(7)); }));
  test::must(
      write([&](Session& s) { return pull_sources::note_run(s, source.id, "no answer", instant(90), instant(8)); }));
  test::must(write([&](Session& s) { return pull_sources::note_host_key(s, source.id, "SHA256:x"); }));
  EXPECT_EQ(source_of(source.id).host_key, "SHA256:x");
  source.name = "other";
  source.clock_offset_seconds = -3600;
  source.secret.clear();
  test::must(write([&](Session& s) { return pull_sources::update(s, source); }));
  const auto found = source_of(source.id);
  EXPECT_EQ(found.name, "other");
  EXPECT_EQ(found.clock_offset_seconds, -3600);
  EXPECT_TRUE(found.secret.empty());
  EXPECT_EQ(found.last_pulled_filename, "IMG_7.JPG");
  EXPECT_EQ(found.last_new_file_at, instant(7));
  EXPECT_EQ(found.last_pull_at, instant(8));
  EXPECT_EQ(found.last_error, "no answer");
  EXPECT_EQ(found.last_error_at, instant(8));
  EXPECT_EQ(found.paused_until, instant(90));
}

TEST_P(PullSources, forget_an_error_but_not_when_it_was_after_a_run_that_went_well) {
  const auto source = add_source();
  test::must(write([&](Session& s) { return pull_sources::note_run(s, source.id, "no answer", {}, instant(8)); }));
  test::must(write([&](Session& s) { return pull_sources::note_run(s, source.id, "", {}, instant(9)); }));
  const auto found = source_of(source.id);
  EXPECT_EQ(found.last_error, "");
  EXPECT_EQ(found.last_error_at, instant(8));
  EXPECT_EQ(found.last_pull_at, instant(9));
}

TEST_P(PullSources, take_their_ledger_and_runs_along_and_leave_their_photos) {
  const auto source = add_source();
  const auto photo = add_pulled(source.id, 1, 1);
  add_run(source.id, 1);
  test::must(write([&](Session& s) { return pull_sources::remove(s, source.id); }));
  EXPECT_FALSE(test::must(read([&](Session& s) { return pull_sources::find(s, source.id); })));
  EXPECT_EQ(test::must(read([&](Session& s) { return pull_files::count(s, source.id); })).stored, 0);
  EXPECT_TRUE(test::must(read([&](Session& s) { return pull_runs::list(s, source.id, {}, 5); })).empty());
  EXPECT_EQ(photo_of(photo).id, photo);
}

TEST_P(PullSources, tell_who_listens_of_each_change_and_of_what_their_runs_do) {
  const auto since = test::must(read([](Session& s) { return changes::range(s); }));
  const auto source = add_source();
  const auto run = add_run(source.id, 1);
  end(run, 2);
  test::must(write([&](Session& s) { return pull_sources::remove(s, source.id); }));
  const auto seen = test::must(read([&](Session& s) { return changes::after(s, since.newest, 100); }));
  std::vector<std::string> told;
  for (const auto& one : seen) {
    if (one.type != changes::Type::source) continue;
    EXPECT_EQ(one.id, source.id.to_string());
    told.emplace_back(changes::kind_names[static_cast<std::size_t>(one.kind)]);
  }
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.front(), "created");
  EXPECT_EQ(told.back(), "deleted");
  EXPECT_GE(std::ranges::count(told, "changed"), 2);
}

TEST_P(PullSources, know_which_photos_a_corrected_clock_would_show_at_another_time) {
  const auto source = add_source();
  const auto other = add_source("south");
  const auto first = add_pulled(source.id, 100, 100);
  const auto by_xmp = add_pulled(source.id, 200, 200, core::TakenSource::xmp);
  add_pulled(source.id, 100, 100, core::TakenSource::gps);
  add_pulled(source.id, 100, 777, core::TakenSource::person);
  const auto corrected = add_pulled(source.id, 300, 360);
  add_pulled(other.id, 100, 100);
  const auto hour = shifted(source.id, seconds(60));
  ASSERT_EQ(hour.size(), 2U);
  EXPECT_EQ(hour.front().photo_id, by_xmp) << "the newest first";
  EXPECT_EQ(hour.back().photo_id, first);
  EXPECT_EQ(hour.back().filename, "IMG.JPG");
  EXPECT_EQ(hour.back().taken_at, instant(100));
  EXPECT_EQ(hour.back().corrected_at, instant(160));
  EXPECT_EQ(count_shifted(source.id, seconds(60)), 2);
  const auto none = shifted(source.id, seconds(0));
  ASSERT_EQ(none.size(), 1U);
  EXPECT_EQ(none.front().photo_id, corrected);
  EXPECT_EQ(none.front().corrected_at, instant(300));
  EXPECT_EQ(count_shifted(source.id, seconds(-5)), 3);
}

TEST_P(PullSources, correct_photos_of_replaced_files_too) {
  const auto source = add_source();
  const auto first = add_pulled(source.id, 0, 0);
  auto file = test::must(read([&](Session& s) { return pull_files::list(s, {.source = source.id}, {}); })).files.at(0);
  file.state = pull_files::State::seen;  // it was replaced, and the new one is not here yet
  change(file);
  ASSERT_EQ(shifted(source.id, seconds(60)).size(), 1U);
  core::Photo next{.taken_at = instant(9)};
  next.metadata.taken_at = instant(9);
  next.metadata.taken_source = core::TakenSource::exif;
  file.photo_id = add_photo(next);
  file.state = pull_files::State::stored;
  change(file);
  EXPECT_EQ(count_shifted(source.id, seconds(60)), 2);
  test::must(write([&](Session& s) { return photos::remove(s, first); }));
  EXPECT_EQ(count_shifted(source.id, seconds(60)), 1);
}

TEST_P(PullSources, leave_photos_alone_on_whose_time_a_person_decided) {
  const auto source = add_source();
  const auto decided = add_pulled(source.id, 0, 0);
  const auto other = add_pulled(source.id, 5, 5);
  test::must(write([&](Session& s) { return pull_clock::leave_alone(s, decided); }));
  const auto sent = add_photo();
  test::must(write([&](Session& s) { return pull_clock::leave_alone(s, sent); }));
  const auto left = shifted(source.id, seconds(60));
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left.front().photo_id, other);
}

}  // namespace
}  // namespace sightglass::database
