#include "care/migrate_store.hpp"

#include <set>

#include "database/analyses.hpp"
#include "database/changes.hpp"
#include "database/outputs.hpp"
#include "database/photo_pairs.hpp"
#include "database/pull_files.hpp"
#include "database/pull_runs.hpp"
#include "database/pull_sources.hpp"
#include "database/saved_searches.hpp"
#include "database/stations.hpp"
#include "database/triggers.hpp"
#include "database/waiting_ids.hpp"
#include "queue/task_queue.hpp"
#include "support/stores.hpp"

namespace sightglass::care {
namespace {

using database::Session;

// The store under test is the target; what is moved there lies beside it.
class MigrateStore : public test::StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped()) return;
    embedded_ = test::must(database::sqlite::open_sqlite(directory_.path() / "embedded.db"));
    test::must(embedded_->migrate());
  }

  static core::Photo photo(core::PhotoId id, std::string filename) {
    core::Photo photo{.id = id, .filename = std::move(filename), .uploaded_at = instant(1), .taken_at = instant(2)};
    photo.sha256.bytes = {0, 255, 1};
    photo.metadata.position = core::GeoPosition{0.1, -179.999999, std::nullopt};
    photo.metadata.exposure_seconds = 1.0 / 3;
    photo.file_bytes = 5;
    return photo;
  }

  // A station that has worked, whose secrets are no text.
  static core::Result<void> fill_station(Session& s, core::PhotoId photo) {
    const auto station = core::StationId::make(instant(0));
    SG_TRY(database::stations::insert(s, {.id = station, .name = "press"}));
    SG_TRY(database::stations::count(s, station, {.day = "2026-11-21", .triggers = 1, .ng = 1}));
    const database::triggers::Trigger trigger{.id = core::TriggerId::make(instant(0)),
                                              .station_id = station,
                                              .name = "triggered_capture_1",
                                              .image_id = "A-1",
                                              .triggered_at = instant(1),
                                              .score = 1.0 / 3,
                                              .photo_id = photo};
    SG_TRY(database::triggers::insert(s, trigger));
    SG_TRY(database::waiting_ids::store(
        s, {.station_id = station, .image_id = "A-1", .stored_at = instant(0), .expires_at = instant(9)}));
    SG_TRY(database::waiting_ids::take(s, station, trigger.id, instant(1)));
    const auto output = core::OutputId::make(instant(0));
    SG_TRY(database::outputs::insert(
        s, database::outputs::Output{
               .id = output, .station_id = station, .name = "plc", .secret = std::string("\0\xff sealed", 9)}));
    return database::outputs::insert(
        s, database::outputs::Delivery{
               .id = core::DeliveryId::make(instant(0)), .output_id = output, .trigger_id = trigger.id});
  }

  // A source that has run, whose secret is no text.
  static core::Result<void> fill_source(Session& s, core::PhotoId photo) {
    const auto source = core::PullSourceId::make(instant(0));
    SG_TRY(
        database::pull_sources::insert(s, {.id = source, .name = "meadow", .secret = std::string("\0\xff sealed", 9)}));
    const database::pull_runs::Run run{.id = core::PullRunId::make(instant(0)), .source_id = source};
    SG_TRY(database::pull_runs::insert(s, run));
    return database::pull_files::insert(s, {.id = core::PullFileId::make(instant(0)),
                                            .source_id = source,
                                            .path = "IMG%201.JPG",
                                            .state = database::pull_files::State::stored,
                                            .sha256 = core::Sha256{.bytes = {0, 255, 1}},
                                            .photo_id = photo,
                                            .run_id = run.id});
  }

  // Something in every table that people and workers fill, and what would be lost by a careless copy: a reference that
  // leads forward, a number given out and deleted, bytes that are no text.
  void fill() {
    test::must(embedded_->write([](Session& s) -> core::Result<void> {
      const auto user = core::UserId::make(instant(0));
      SG_TRY(database::users::insert(s, {.id = user, .name = "ann", .password_hash = "hash"}));
      SG_TRY(database::sign_ins::insert(s, {.id = core::SessionId::make(instant(0)), .user_id = user}));
      SG_TRY(database::saved_searches::insert(
          s, {.id = core::SearchId::make(instant(0)), .user = user, .name = "mine", .query = "tag=a"}));
      SG_ASSIGN(const auto job, database::jobs::insert(s, {.title = "PÜMPE", .assigned_to = {user}}));
      SG_ASSIGN(const auto gone, database::jobs::insert(s, {.title = "gone"}));
      SG_TRY(database::jobs::remove(s, gone));
      SG_TRY(database::locations::insert(s, {.id = core::LocationId::make(instant(0)), .name = "hall"}));
      SG_TRY(database::audit::append(s, std::vector{core::AuditEntry{.action = "photo.create"}}));
      const auto group = core::TaskId::make(instant(0));
      for (int i = 0; i < 450; ++i) SG_TRY(queue::enqueue(s, {.kind = "k" + std::to_string(i % 3)}, instant(i)));
      auto first = photo(core::PhotoId::make(instant(0)), "first.jpg");
      auto second = photo(core::PhotoId::make(instant(0)), "second.jpg");
      second.job_id = job;
      second.tags = {"a", "b"};
      second.metadata.json = R"({"maker":"x"})";
      second.description = std::string("caf\xe9 \0 pump", 10);
      second.task_id = group;
      SG_TRY(database::photos::insert(s, second));
      first.job_id = job;
      first.duplicate_of = second.id;
      SG_TRY(database::photos::insert(s, first));
      // Leads to a row behind its own.
      SG_TRY(s.execute("UPDATE photos SET duplicate_of = $1 WHERE id = $2", {first.id, second.id}));
      SG_TRY(database::photos::set_labels(s, first.id, {{"rust", 0.25}}));
      SG_TRY(database::photo_pairs::insert(
          s, job, {.id = core::PairId::make(instant(0)), .before = first.id, .after = second.id}));
      SG_TRY(fill_station(s, first.id));
      SG_TRY(fill_source(s, first.id));
      return database::analyses::save(
          s, {.id = core::AnalysisId::make(instant(3)), .photo_id = first.id, .model = "m", .version = "1"});
    }));
  }

  std::unique_ptr<database::Database> embedded_;
};
INSTANTIATE_TEST_SUITE_P(Stores, MigrateStore, testing::Values("postgres"));

TEST_P(MigrateStore, moves_every_row_of_every_table_and_says_how_they_compare) {
  fill();
  std::set<std::string> steps;
  const auto report =
      test::must(migrate_store(*embedded_, *database_, [&](auto step, auto, auto) { steps.emplace(step); }));
  EXPECT_EQ(steps, (std::set<std::string>{"copying", "linking", "comparing"}));
  EXPECT_EQ(report.mended_texts, 1);
  std::int64_t rows = 0;
  std::set<std::string> names;
  for (const auto& table : report.tables) {
    names.insert(table.name);
    rows += table.rows;
    EXPECT_EQ(table.sha256.size(), 64U) << table.name;
    if (table.name == "tasks") EXPECT_EQ(table.rows, 450);
  }
  EXPECT_EQ(report.rows, rows);
  for (const char* name :
       {"users",          "sign_ins",   "service_tokens", "audit_entries",  "jobs",        "job_assignees",
        "locations",      "assets",     "photos",         "photo_metadata", "photo_tags",  "photo_labels",
        "photo_totals",   "analyses",   "tasks",          "task_failures",  "task_totals", "photo_pairs",
        "saved_searches", "changes",    "stations",       "triggers",       "waiting_ids", "station_days",
        "outputs",        "deliveries", "pull_sources",   "pull_runs",      "pull_files"})
    EXPECT_TRUE(names.contains(name)) << name;
  EXPECT_FALSE(names.contains("schema_migrations"));
  EXPECT_NE(to_json(report).find(R"("name":"tasks","rows":450)"), std::string::npos);
}

TEST_P(MigrateStore, leaves_a_store_that_works_on_where_the_other_one_stood) {
  fill();
  test::must(migrate_store(*embedded_, *database_));
  const auto both = [&](auto&& look) {
    EXPECT_EQ(test::must(embedded_->read(look)), test::must(database_->read(look)));
  };
  both([](Session& s) -> core::Result<std::int64_t> {
    SG_ASSIGN(const auto statistics, database::photos::statistics(s, {.sees_all = true}));
    return statistics.total * 1000 + statistics.bytes;
  });
  both([](Session& s) -> core::Result<std::int64_t> {
    SG_ASSIGN(const auto found, database::photos::count(s, {.text = "pump"}, {.sees_all = true}, 100));
    return found;
  });
  both([](Session& s) -> core::Result<std::int64_t> {
    SG_ASSIGN(const auto job, database::jobs::find(s, core::JobId{1}));
    return job->photo_count;
  });
  both([](Session& s) -> core::Result<std::int64_t> {
    SG_ASSIGN(const auto range, database::changes::range(s));
    return range.newest;
  });
  EXPECT_EQ(add_job().value, 3) << "the deleted job's number is not given out again";
  const auto newest = test::must(read(database::changes::range)).newest;
  const auto added = add_photo({.job_id = core::JobId{1}});
  EXPECT_EQ(test::must(read(database::changes::range)).newest, newest + 1) << "triggers are at work again";
  EXPECT_EQ(test::must(read([](Session& s) { return database::jobs::find(s, core::JobId{1}); }))->photo_count, 3);
  EXPECT_EQ(photo_of(added).job_id, core::JobId{1});
}

TEST_P(MigrateStore, refuses_a_target_that_is_not_empty_and_changes_nothing) {
  fill();
  add_user("somebody");
  const auto refused = migrate_store(*embedded_, *database_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::conflict);
  EXPECT_NE(refused.error().message.find("users"), std::string::npos);
  EXPECT_TRUE(test::must(read([](Session& s) { return database::jobs::list(s, {}, {.sees_all = true}); })).empty());
}

TEST_P(MigrateStore, keeps_nothing_when_a_row_comes_out_otherwise) {
  fill();
  // As a faulty server would: what is written is not what is read.
  test::must(write([](Session& s) -> core::Result<void> {
    SG_TRY(s.execute("CREATE RULE spoiled AS ON INSERT TO locations DO ALSO UPDATE locations SET name = name || '!'"));
    return {};
  }));
  const auto refused = migrate_store(*embedded_, *database_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::internal);
  EXPECT_NE(refused.error().message.find("locations"), std::string::npos) << refused.error().message;
  test::must(write([](Session& s) { return s.execute("DROP RULE spoiled ON locations"); }));
  EXPECT_TRUE(test::must(read([](Session& s) { return database::users::list(s); })).empty());
  test::must(migrate_store(*embedded_, *database_));
}

TEST_P(MigrateStore, of_an_empty_installation_moves_its_queues_and_nothing_else) {
  const auto report = test::must(migrate_store(*embedded_, *database_));
  EXPECT_EQ(report.rows, 4);
  for (const auto& table : report.tables) EXPECT_EQ(table.rows, table.name == "task_queues" ? 4 : 0) << table.name;
}

}  // namespace
}  // namespace sightglass::care
