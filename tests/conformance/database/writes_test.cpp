#include <atomic>
#include <chrono>
#include <latch>
#include <thread>

#include "support/stores.hpp"

namespace sightglass::database {
namespace {

class Writes : public test::StoreTest {
 protected:
  std::size_t count_locations() {
    return test::must(read([](Session& s) { return locations::list(s, {.limit = 10'000}); })).size();
  }
  static core::Result<void> add_location(Session& session, const std::string& name) {
    return locations::insert(session, {.id = core::LocationId::make(instant(0)), .name = name});
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, Writes, test::all_stores());

TEST_P(Writes, of_one_caller_are_undone_alone_inside_a_shared_commit) {
  constexpr int callers = 24;
  std::latch begin(callers);
  std::atomic<int> kept = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < callers; ++i)
    threads.emplace_back([&, i] {
      begin.arrive_and_wait();
      const auto done = write([&](Session& session) -> core::Result<void> {
        SG_TRY(add_location(session, "place " + std::to_string(i)));
        if (i % 3 == 0) return core::fail(core::ErrorCode::cancelled, "changed my mind");
        return {};
      });
      if (done) ++kept;
    });
  threads.clear();
  EXPECT_EQ(kept, 16);
  EXPECT_EQ(count_locations(), 16U);
}

TEST_P(Writes, of_a_function_that_throws_are_undone_and_the_exception_reaches_the_caller) {
  EXPECT_THROW(std::ignore = write([&](Session& session) -> core::Result<void> {
                 SG_TRY(add_location(session, "lost"));
                 throw std::runtime_error("a bug");
               }),
               std::runtime_error);
  EXPECT_EQ(count_locations(), 0U);
  test::must(write([&](Session& session) { return add_location(session, "kept"); }));
  EXPECT_EQ(count_locations(), 1U);
}

TEST_P(Writes, of_two_connections_at_once_all_succeed) {
  const auto other = connect();
  std::atomic<int> failures = 0;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      Database& database = t % 2 == 0 ? *database_ : *other;
      for (int i = 0; i < 25; ++i)
        if (!database.write([&](Session& s) { return add_location(s, std::to_string(t) + "/" + std::to_string(i)); }))
          ++failures;
    });
  threads.clear();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(count_locations(), 100U);
  EXPECT_EQ(test::must(database_->verify()), std::vector<std::string>{});
}

TEST_P(Writes, of_many_uploads_into_one_job_all_succeed_and_are_counted) {
  constexpr int callers = 8;
  constexpr int each = 15;
  const auto job = add_job();
  std::latch begin(callers);
  std::atomic<int> failures = 0;
  std::vector<std::jthread> threads;
  for (int t = 0; t < callers; ++t)
    threads.emplace_back([&, t] {
      begin.arrive_and_wait();
      for (int i = 0; i < each; ++i) {
        core::Photo photo{.id = core::PhotoId::make(instant(0)), .job_id = job, .file_bytes = 1};
        photo.filename = photo.id.to_string();
        photo.sha256.bytes = {static_cast<std::uint8_t>(t), static_cast<std::uint8_t>(i)};
        // As ingest does: look for the same bytes, then record.
        const auto done = write([&](Session& s) -> core::Result<void> {
          SG_TRY(photos::find_by_hash(s, photo.sha256));
          SG_TRY(photos::insert(s, photo));
          return photos::set_status(s, photo.id, core::ProcessingStatus::completed, "");
        });
        if (!done) ++failures;
      }
    });
  threads.clear();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(test::must(read([&](Session& s) { return jobs::find(s, job); }))->photo_count, callers * each);
  const auto statistics = test::must(read([](Session& s) { return photos::statistics(s, {.sees_all = true}); }));
  EXPECT_EQ(statistics.total, callers * each);
  ASSERT_EQ(statistics.by_status.size(), 1U);
  EXPECT_EQ(statistics.by_status[0].count, callers * each);
}

TEST_P(Writes, are_refused_in_a_read_and_inside_another_write) {
  EXPECT_FALSE(read([](Session& session) { return add_location(session, "no"); }));
  EXPECT_FALSE(write([&](Session&) { return write([](Session& inner) { return add_location(inner, "no"); }); }));
  EXPECT_EQ(count_locations(), 0U);
}

TEST_P(Writes, whose_parameters_do_not_match_the_statement_are_refused) {
  for (const Session::Parameters& parameters : {Session::Parameters{}, Session::Parameters{1, 2}})
    EXPECT_EQ(write([&](Session& s) { return s.execute("DELETE FROM jobs WHERE id = $1", parameters); }).error().code,
              core::ErrorCode::internal);
  EXPECT_FALSE(write([](Session& s) { return s.execute("DELETE FROM jobs; DELETE FROM users"); }));
}

TEST_P(Writes, of_user_names_differing_in_case_conflict) {
  const auto ann = add_user("Ann");
  const auto again =
      write([](Session& s) { return users::insert(s, {.id = core::UserId::make(instant(1)), .name = "aNN"}); });
  EXPECT_EQ(again.error().code, core::ErrorCode::conflict);
  EXPECT_EQ(test::must(read([](Session& s) { return users::find_by_name(s, "ANN"); }))->id, ann);
}

TEST_P(Writes, rotate_a_refresh_token_for_one_of_two_requests) {
  const core::SignInSession sign_in{
      .id = core::SessionId::make(instant(0)), .user_id = add_user("ann"), .expires_at = instant(60)};
  test::must(write([&](Session& s) { return sign_ins::insert(s, sign_in); }));
  const auto rotate = [&] {
    return test::must(write([&](Session& s) { return sign_ins::rotate(s, sign_in.id, 0, {}, instant(90)); }));
  };
  EXPECT_TRUE(rotate());
  EXPECT_FALSE(rotate());
  test::must(write([&](Session& s) { return sign_ins::revoke(s, sign_in.id, instant(1)); }));
  EXPECT_FALSE(test::must(write([&](Session& s) { return sign_ins::rotate(s, sign_in.id, 1, {}, instant(90)); })));
}

TEST_P(Writes, of_the_audit_log_are_listed_by_action_prefix_newest_first) {
  std::vector<core::AuditEntry> entries;
  for (const char* action : {"photo.create", "photo.view", "photos", "job.update"})
    entries.push_back({.action = action});
  test::must(write([&](Session& s) { return audit::append(s, entries); }));
  const auto listed = test::must(read([](Session& s) { return audit::list(s, {.action = "photo."}); }));
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].action, "photo.view");
  EXPECT_EQ(test::must(read([&](Session& s) { return audit::list(s, {.before = listed[0].id}); })).size(), 1U);
  for (const auto& entry :
       test::must(read([](Session& s) { return audit::list(s, {.except_action = "photo.create"}); })))
    EXPECT_NE(entry.action, "photo.create");
}

TEST_P(Writes, never_give_the_number_of_a_deleted_job_to_another) {
  const auto first = add_job();
  const auto second = add_job();
  ASSERT_TRUE(test::must(write([&](Session& s) { return jobs::remove(s, second); })));
  EXPECT_EQ(add_job().value, second.value + 1);
  // As rebuild does: the number comes from the job's file.
  test::must(write([&](Session& s) { return jobs::insert(s, {.id = core::JobId{second.value}, .title = "again"}); }));
  test::must(write([&](Session& s) { return jobs::insert(s, {.id = core::JobId{40}, .title = "later"}); }));
  EXPECT_EQ(add_job().value, 41);
  EXPECT_LT(first.value, second.value);
}

TEST_P(Writes, do_not_wait_for_a_long_reader_however_long_the_log_has_grown) {
  test::must(write([](Session& s) { return s.execute("CREATE TABLE filler (bytes TEXT NOT NULL)"); }));
  const std::string megabyte(1 << 20, 'x');
  const auto fill = [&](Session& s) { return s.execute("INSERT INTO filler (bytes) VALUES ($1)", {megabyte}); };
  test::must(write(fill));
  const auto began = std::chrono::steady_clock::now();
  int written = 0;
  const auto read_whole = read([&](Session& session) -> core::Result<void> {
    // The row holds a snapshot open, and with it everything that is written meanwhile in the log.
    SG_TRY(session.run("SELECT length(bytes) FROM filler", {}, [&](const Row&) -> core::Result<void> {
      for (; written < 36; ++written) SG_TRY(write(fill));
      return {};
    }));
    return {};
  });
  ASSERT_TRUE(read_whole) << read_whole.error().message;
  EXPECT_EQ(written, 36);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(8)) << "SQLite's wait is 10 s at a time";
}

TEST_P(Writes, of_jobs_are_found_by_text_in_any_case_with_wildcards_taken_literally) {
  test::must(write([](Session& s) { return jobs::insert(s, {.number = "A_1", .title = "PÜMPE 100%"}); }));
  test::must(write([](Session& s) { return jobs::insert(s, {.number = "AB1"}); }));
  const auto found = [&](const char* text) {
    return test::must(read([&](Session& s) { return jobs::list(s, {.text = text}, {.sees_all = true}); })).size();
  };
  EXPECT_EQ(found("pümpe"), 1U);
  EXPECT_EQ(found("a_1"), 1U);
  EXPECT_EQ(found("%"), 1U);
  EXPECT_EQ(found("zzz"), 0U);
}

}  // namespace
}  // namespace sightglass::database
