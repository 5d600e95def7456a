#include "database/changes.hpp"

#include "database/migrations/migrate.hpp"
#include "support/stores.hpp"

namespace sightglass::database {
namespace {

using changes::Change;
using changes::Kind;
using changes::Type;

class Changes : public test::StoreTest {
 protected:
  changes::Range range() { return test::must(read(changes::range)); }
  std::vector<Change> after(std::int64_t seq) {
    return test::must(read([&](Session& session) { return changes::after(session, seq, 100'000); }));
  }
};

TEST_P(Changes, are_noted_in_the_transaction_of_the_change) {
  const auto before = range().newest;
  const auto refused = write([&](Session& session) -> core::Result<void> {
    SG_TRY(jobs::insert(session, {.title = "undone"}));
    return core::fail(core::ErrorCode::conflict, "no");
  });
  EXPECT_FALSE(refused);
  EXPECT_EQ(range().newest, before);
  const auto job = add_job();
  const auto found = after(before);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].type, Type::job);
  EXPECT_EQ(found[0].kind, Kind::created);
  EXPECT_EQ(found[0].job, job.value);
}

TEST_P(Changes, of_another_process_are_seen) {
  const auto before = range().newest;
  const auto worker = connect();
  test::must(worker->write([&](Session& session) -> core::Result<void> {
    SG_TRY(jobs::insert(session, {.title = "a job"}));
    return {};
  }));
  EXPECT_EQ(after(before).size(), 1U);
}

TEST_P(Changes, say_which_job_a_photo_is_in) {
  const auto job = add_job();
  const auto before = range().newest;
  const auto photo = add_photo({.kind = core::PhotoKind::job, .job_id = job});
  test::must(write([&](Session& session) -> core::Result<void> {
    SG_TRY(photos::set_trashed(session, photo, instant(1)));
    return {};
  }));
  const auto found = after(before);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].kind, Kind::created);
  EXPECT_EQ(found[1].kind, Kind::changed);
  for (const auto& change : found) {
    EXPECT_EQ(change.id, photo.to_string());
    EXPECT_EQ(change.job, job.value);
  }
}

TEST_P(Changes, are_kept_to_a_bound_and_numbered_on) {
  constexpr int halls = 1'000;
  test::must(write([&](Session& session) -> core::Result<void> {
    for (int i = 0; i < halls; ++i)
      SG_TRY(locations::insert(session, {.id = core::LocationId::make(instant(0)), .name = std::to_string(i)}));
    return {};
  }));
  const auto before = range().newest;
  constexpr int many = 21 * halls;
  for (int i = 0; i < many / halls; ++i)
    test::must(write([&](Session& session) { return session.execute("UPDATE locations SET description = 'big'"); }));
  const auto kept = range();
  EXPECT_EQ(kept.newest, before + many);
  EXPECT_GE(kept.newest - kept.oldest, 19'999);
  EXPECT_LE(kept.newest - kept.oldest, 20'300);
}

INSTANTIATE_TEST_SUITE_P(Stores, Changes, test::all_stores());

// Tasks of an older schema are counted when it is brought up to date.
TEST(TaskTotals, count_the_tasks_that_were_there_before) {
  const test::TemporaryDirectory directory;
  const auto database = test::must(sqlite::open_sqlite(directory.path() / "a.db"));
  test::must(apply_migrations(*database, core::SystemClock{}, all_migrations().first(3)));
  test::must(database->write([](Session& session) -> core::Result<void> {
    for (const char* const state : {"available", "completed", "completed"}) {
      SG_TRY(session.execute(
          "INSERT INTO tasks (id, kind, queue, priority, state, arguments, attempts, max_attempts, run_at, created_at, "
          "lease_owner, error, result, progress, request_id) VALUES (hex(randomblob(16)), 'k', 'normal', 0, $1, '{}', "
          "0, 1, 0, 0, '', '', 'null', 0, '')",
          {state}));
    }
    return {};
  }));
  test::must(database->migrate());
  const auto totals = test::must(database->read([](Session& session) {
    return session.all("SELECT state || ' ' || tasks FROM task_totals ORDER BY state", {},
                       [](const Row& row) { return row.string(0); });
  }));
  EXPECT_EQ(totals, (std::vector<std::string>{"available 1", "completed 2"}));
}

}  // namespace
}  // namespace sightglass::database
