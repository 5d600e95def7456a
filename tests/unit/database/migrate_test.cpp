#include "database/migrations/migrate.hpp"

#include <array>

#include "support/stores.hpp"

namespace sightglass::database {
namespace {

constexpr std::array<std::string_view, 1> one{"CREATE TABLE things (id BIGINT)"};
constexpr std::array<std::string_view, 2> broken{"CREATE TABLE more (id BIGINT)", "CREATE NONSENSE"};

class Migrations : public test::StoreTest {
 protected:
  bool has_schema() const override { return false; }
  core::Result<void> apply(std::vector<Migration> migrations) {
    return apply_migrations(*database_, core::SystemClock{}, migrations);
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, Migrations, test::all_stores());

TEST_P(Migrations, are_applied_once) {
  test::must(apply({{1, "one", one}}));
  test::must(apply({{1, "one", one}}));
  const auto rows = database_->read([](Session& s) {
    return s.all("SELECT name FROM schema_migrations", {}, [](const Row& row) { return row.string(0); });
  });
  EXPECT_EQ(test::must(rows), std::vector<std::string>{"one"});
}

TEST_P(Migrations, refuse_a_schema_newer_than_the_program) {
  test::must(apply({{1, "one", one}, {2, "two", {}}}));
  const auto refused = apply({{1, "one", one}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::conflict);
  EXPECT_NE(refused.error().message.find("schema version 2"), std::string::npos);
}

TEST_P(Migrations, refuse_a_schema_made_by_other_statements) {
  test::must(apply({{1, "one", one}}));
  EXPECT_EQ(apply({{1, "one", {}}}).error().code, core::ErrorCode::conflict);
}

TEST_P(Migrations, that_fail_leave_nothing_of_themselves) {
  EXPECT_FALSE(apply({{1, "one", one}, {2, "broken", broken}}));
  EXPECT_FALSE(database_->read([](Session& s) { return s.execute("SELECT * FROM more"); }));
  test::must(apply({{1, "one", one}}));
}

// A data directory of the first release: its photos are found, counted and listed by the new schema.
TEST_P(Migrations, bring_a_first_schema_with_photos_up_to_date) {
  if (is_postgres()) GTEST_SKIP() << "no release left a PostgreSQL database at the first schema";
  test::must(apply_migrations(*database_, core::SystemClock{}, all_migrations().first(1)));
  test::must(database_->write([](Session& s) -> core::Result<void> {
    SG_TRY(s.execute("INSERT INTO jobs VALUES (1, '', 'a job', '', '', 'open', '', NULL, 0, 0, 0)"));
    SG_TRY(s.execute(
        "INSERT INTO photos (id, kind, source, filename, original_filename, description, tags, job_id, "
        "uploaded_at, taken_at, taken_source, taken_local, camera_make, camera_model, lens, orientation, "
        "media_type, width, height, display_width, display_height, file_bytes, display_bytes, thumbnail_bytes, "
        "sha256, original_key, display_key, thumbnail_key, thumbhash, is_damaged, damage, status, verdict, error) "
        "VALUES ('0190163d-8694-739b-aea5-966c26f8ad90', 'job', 'upload', 'a.jpg', 'DSC_1.JPG', 'Rusty Pümp', '', "
        "1, 5, 5, 'upload', '', '', '', '', 1, 'image/jpeg', 4, 3, 4, 3, 7, 1, 1, x'00', '', 'd', 't', '', 0, '', "
        "'COMPLETED', '', '')"));
    return {};
  }));
  test::must(database_->migrate());
  const auto found = test::must(database_->read(
      [](Session& s) { return photos::list(s, {.text = "pump rust"}, {.sees_all = true}, std::nullopt); }));
  ASSERT_EQ(found.photos.size(), 1U);
  EXPECT_EQ(found.photos[0].rotation, 0);
  EXPECT_EQ(found.photos[0].trashed_at, std::nullopt);
  const auto id = found.photos[0].id;
  EXPECT_TRUE(
      test::must(database_->write([&](Session& s) { return photos::set_trashed(s, id, core::from_micros(9)); })));
  const auto statistics =
      test::must(database_->read([](Session& s) { return photos::statistics(s, {.sees_all = true}); }));
  EXPECT_EQ(statistics.total, 0);
  EXPECT_EQ(test::must(database_->verify()), std::vector<std::string>{});
}

}  // namespace
}  // namespace sightglass::database
