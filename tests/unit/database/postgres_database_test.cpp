// What PostgreSQL adds to the conformance suites: meeting writers, lost connections, its limits and its types.
#include "database/postgres/postgres_database.hpp"

#include <algorithm>
#include <atomic>
#include <latch>
#include <limits>
#include <thread>

#include "database/valid_text.hpp"
#include "support/stores.hpp"

namespace sightglass::database::postgres {
namespace {

class Postgres : public test::StoreTest {
 protected:
  template <typename F>
  auto one(const std::string& expression, const Session::Parameters& parameters, F&& read_column) {
    return test::must(read([&](Session& s) { return s.first("SELECT " + expression, parameters, read_column); }))
        .value();
  }
  void end_other_sessions() {
    test::must(test::must(open_postgres(url_))->write([](Session& s) {
      return s.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND "
          "pid <> pg_backend_pid()");
    }));
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, Postgres, testing::Values("postgres"));

TEST_P(Postgres, runs_a_write_again_that_met_another_one) {
  test::must(write([](Session& s) { return s.execute("CREATE TABLE counters (id BIGINT, value BIGINT)"); }));
  test::must(write([](Session& s) { return s.execute("INSERT INTO counters VALUES (1, 0)"); }));
  std::latch begin(8);
  std::vector<std::jthread> threads;
  std::atomic<int> kept = 0;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      begin.arrive_and_wait();
      for (int i = 0; i < 10; ++i) {
        const auto done = write([](Session& s) -> core::Result<void> {
          SG_ASSIGN(const auto value, s.first("SELECT value FROM counters WHERE id = 1", {},
                                              [](const Row& row) { return row.integer(0); }));
          SG_TRY(s.execute("UPDATE counters SET value = $1 WHERE id = 1", {*value + 1}));
          return {};
        });
        if (done) ++kept;
      }
    });
  threads.clear();
  EXPECT_EQ(kept, 80);
  EXPECT_EQ(one("value FROM counters", {}, [](const Row& row) { return row.integer(0); }), 80);
}

TEST_P(Postgres, gives_up_a_write_that_always_meets_others) {
  const auto impatient = test::must(open_postgres(url_, {.repeat_time = std::chrono::milliseconds(100)}));
  int runs = 0;
  const auto refused = impatient->write([&](Session& s) -> core::Result<void> {
    ++runs;
    SG_TRY(s.execute("DO $$ BEGIN RAISE EXCEPTION 'met' USING ERRCODE = '40001'; END $$"));
    return {};
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::unavailable);
  EXPECT_GE(runs, 2);
}

TEST_P(Postgres, runs_a_write_again_though_the_work_hides_what_it_met) {
  int runs = 0;
  test::must(write([&](Session& s) -> core::Result<void> {
    if (++runs == 1) std::ignore = s.execute("DO $$ BEGIN RAISE EXCEPTION 'met' USING ERRCODE = '40P01'; END $$");
    return {};
  }));
  EXPECT_EQ(runs, 2);
}

TEST_P(Postgres, keeps_nothing_of_a_write_that_goes_on_behind_a_failed_statement) {
  const auto refused = write([](Session& s) -> core::Result<void> {
    SG_TRY(jobs::insert(s, {.title = "lost"}));
    std::ignore = s.execute("NONSENSE");
    return {};
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::internal);
  EXPECT_EQ(one("count(*) FROM jobs", {}, [](const Row& row) { return row.integer(0); }), 0);
}

TEST_P(Postgres, lets_guarded_writes_see_what_others_commit_meanwhile) {
  const auto seen = test::must(database_->write_guarded([&](Session& s) -> core::Result<std::int64_t> {
    const auto count = [&] {
      return s.first("SELECT count(*) FROM jobs", {}, [](const Row& row) { return row.integer(0); });
    };
    SG_ASSIGN(const auto before, count());
    std::jthread([&] { add_job(); }).join();
    SG_ASSIGN(const auto after, count());
    return *after - *before;
  }));
  EXPECT_EQ(seen, 1);
}

TEST_P(Postgres, opens_connections_anew_that_the_server_closed) {
  add_job();
  end_other_sessions();
  EXPECT_EQ(one("count(*) FROM jobs", {}, [](const Row& row) { return row.integer(0); }), 1);
  end_other_sessions();
  add_job();
}

TEST_P(Postgres, runs_a_write_again_whose_connection_broke_before_its_commit) {
  int runs = 0;
  test::must(write([&](Session& s) -> core::Result<void> {
    SG_TRY(jobs::insert(s, {.title = "once"}));
    if (++runs == 1) end_other_sessions();
    SG_TRY(s.execute("SELECT 1"));
    return {};
  }));
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(one("count(*) FROM jobs", {}, [](const Row& row) { return row.integer(0); }), 1);
}

TEST_P(Postgres, keeps_every_acknowledged_row_when_the_server_is_killed_and_goes_on_with_the_next) {
  std::atomic<int> acknowledged = 0;
  std::atomic<bool> is_over = false;
  std::latch begun(20);
  std::jthread writer([&] {
    while (!is_over) {
      const auto done = write([&](Session& s) { return jobs::insert(s, {.title = "a job"}); });
      if (!done) {
        EXPECT_EQ(done.error().code, core::ErrorCode::unavailable) << done.error().cause;
        std::this_thread::yield();
      } else if (++acknowledged <= 20) {
        begun.count_down();
      }
    }
  });
  begun.wait();
  server_->kill();
  EXPECT_FALSE(read([](Session& s) { return s.execute("SELECT 1"); }));
  server_->start();
  const int before = acknowledged;
  while (acknowledged == before) std::this_thread::yield();
  is_over = true;
  writer.join();
  const auto kept = one("count(*) FROM jobs", {}, [](const Row& row) { return row.integer(0); });
  EXPECT_GE(kept, acknowledged.load());
  EXPECT_LE(kept, acknowledged.load() + 1) << "at most one commit whose answer was lost";
}

TEST_P(Postgres, ends_a_statement_that_runs_too_long) {
  const auto hasty = test::must(open_postgres(url_, {.statement_time = std::chrono::milliseconds(5)}));
  const auto endless = hasty->read([](Session& s) { return s.execute("SELECT pg_sleep(600)"); });
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().code, core::ErrorCode::timeout);
  EXPECT_TRUE(hasty->read([](Session& s) { return s.execute("SELECT 1"); })) << "the connection goes on";
}

TEST_P(Postgres, gives_up_when_no_connection_comes_back) {
  const auto small =
      test::must(open_postgres(url_, {.connections = 1, .connection_wait = std::chrono::milliseconds(1)}));
  const auto outcome = small->read([&](Session&) -> core::Result<void> {
    const auto refused = small->read([](Session&) -> core::Result<void> { return {}; });
    EXPECT_EQ(refused.error().code, core::ErrorCode::unavailable);
    return {};
  });
  EXPECT_TRUE(outcome);
  EXPECT_TRUE(small->read([](Session&) -> core::Result<void> { return {}; })) << "the refusal took nothing";
}

TEST_P(Postgres, takes_and_gives_every_kind_of_value) {
  test::must(write([](Session& s) {
    return s.execute("CREATE TABLE kinds (id BIGINT PRIMARY KEY, real DOUBLE PRECISION, text TEXT, bytes BYTEA)");
  }));
  const std::string bytes("\0\x01\xff'\\", 5);
  const std::int64_t numbers[] = {0, -1, std::numeric_limits<std::int64_t>::min(),
                                  std::numeric_limits<std::int64_t>::max()};
  for (const auto number : numbers)
    test::must(write([&](Session& s) {
      return s.execute("INSERT INTO kinds VALUES ($1, $2, $3, $4)", {number, 0.1, "ü\n'", Bytes{bytes}});
    }));
  test::must(write([](Session& s) {
    return s.execute("INSERT INTO kinds VALUES ($1, $2, $3, $4)", {7, std::nullopt, std::nullopt, std::nullopt});
  }));
  int rows = 0;
  test::must(read([&](Session& s) {
    return s.run("SELECT id, real, text, bytes FROM kinds WHERE id <> $1 ORDER BY id", {7},
                 [&](const Row& row) -> core::Result<void> {
                   EXPECT_NE(std::ranges::find(numbers, row.integer(0)), std::end(numbers));
                   EXPECT_EQ(row.text(0), std::to_string(row.integer(0)));
                   EXPECT_EQ(row.real(1), 0.1);
                   EXPECT_EQ(row.text(2), "ü\n'");
                   EXPECT_EQ(row.bytes(3), bytes);
                   ++rows;
                   return {};
                 });
  }));
  EXPECT_EQ(rows, 4);
  const auto nothing = one("real, text, bytes FROM kinds WHERE id = $1", {7}, [](const Row& row) {
    return row.is_null(0) && row.is_null(1) && row.is_null(2) && row.real(0) == 0 && row.text(1).empty();
  });
  EXPECT_TRUE(nothing);
}

TEST_P(Postgres, reads_sums_and_truths_as_numbers) {
  const auto number = [](const Row& row) { return row.integer(0); };
  EXPECT_EQ(one("sum(n) FROM (VALUES (9223372036854775806), (1)) v (n)", {}, number),
            std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(one("-12345678.75::numeric", {}, number), -12345678);
  EXPECT_EQ(one("10000::numeric", {}, number), 10000);
  EXPECT_EQ(one("0.5::numeric", {}, number), 0);
  EXPECT_EQ(one("'NaN'::numeric", {}, number), 0);
  EXPECT_EQ(one("-12345678.75::numeric", {}, [](const Row& row) { return row.real(0); }), -12345678.75);
  EXPECT_EQ(one("3 > 2", {}, number), 1);
  EXPECT_EQ(one("7::smallint", {}, number), 7);
  EXPECT_EQ(one("-7::integer", {}, number), -7);
  EXPECT_EQ(one("'42'", {}, number), 42);
}

TEST_P(Postgres, mends_text_that_it_cannot_keep) {
  const auto id = add_photo({.original_filename = std::string("a\0b\xff.jpg", 8), .description = "\xed\xa0\x80"});
  EXPECT_EQ(photo_of(id).original_filename, "a\ufffdb\ufffd.jpg");
  EXPECT_EQ(photo_of(id).description, "\ufffd\ufffd\ufffd");
  EXPECT_EQ(valid_text("plain, Pümpe, \U0001F600"), "plain, Pümpe, \U0001F600");
}

TEST_P(Postgres, runs_statements_between_the_rows_of_another) {
  std::vector<std::int64_t> seen;
  test::must(read([&](Session& s) {
    return s.run("SELECT n FROM generate_series(1, $1) n", {5}, [&](const Row& row) -> core::Result<void> {
      SG_ASSIGN(const auto twice,
                s.first("SELECT $1 * 2", {row.integer(0)}, [](const Row& inner) { return inner.integer(0); }));
      seen.push_back(*twice);
      return {};
    });
  }));
  EXPECT_EQ(seen, (std::vector<std::int64_t>{2, 4, 6, 8, 10}));
}

TEST_P(Postgres, goes_on_after_a_visitor_that_stops_early) {
  const auto stopped = read([&](Session& s) -> core::Result<void> {
    const auto outcome = s.run("SELECT n FROM generate_series(1, 1000) n", {}, [](const Row&) -> core::Result<void> {
      return core::fail(core::ErrorCode::cancelled, "enough");
    });
    EXPECT_EQ(outcome.error().code, core::ErrorCode::cancelled);
    SG_TRY(s.execute("SELECT 1"));
    return {};
  });
  EXPECT_TRUE(stopped);
}

TEST_P(Postgres, forgets_statements_that_were_not_used_for_long) {
  for (int i = 0; i < 300; ++i)
    test::must(read([&](Session& s) {
      return s.first("SELECT $1 + " + std::to_string(i), {1}, [](const Row& row) { return row.integer(0); });
    }));
  const auto kept = one("count(*) FROM pg_prepared_statements", {}, [](const Row& row) { return row.integer(0); });
  EXPECT_LE(kept, 130);
}

TEST_P(Postgres, numbers_changes_in_the_order_of_their_commits) {
  const auto other = connect();
  std::latch inserted(2);
  std::latch second_is_done(1);
  const auto add = [](Session& s, const char* name) {
    return locations::insert(s, {.id = core::LocationId::make(instant(0)), .name = name});
  };
  std::jthread first([&] {
    test::must(database_->write_guarded([&](Session& s) -> core::Result<void> {
      SG_TRY(add(s, "begun first"));
      inserted.arrive_and_wait();
      second_is_done.wait();
      return {};
    }));
  });
  test::must(other->write_guarded([&](Session& s) -> core::Result<void> {
    inserted.arrive_and_wait();
    return add(s, "committed first");
  }));
  const auto early = one("max(seq) FROM changes", {}, [](const Row& row) { return row.integer(0); });
  second_is_done.count_down();
  first.join();
  const auto late = one("l.name FROM changes c JOIN locations l ON l.id = c.object_id WHERE c.seq > $1", {early},
                        [](const Row& row) { return row.string(0); });
  EXPECT_EQ(late, "begun first");
}

TEST_P(Postgres, folds_its_totals_without_changing_them) {
  const auto job = add_job();
  test::must(write([&](Session& s) -> core::Result<void> {
    for (int i = 0; i < 600; ++i) {
      core::Photo photo{.id = core::PhotoId::make(instant(0)), .job_id = job, .file_bytes = 2};
      photo.filename = photo.id.to_string();
      SG_TRY(photos::insert(s, photo));
    }
    return {};
  }));
  for (const char* fold : {"SELECT fold_photo_totals()", "SELECT fold_task_totals()"})
    test::must(write([&](Session& s) { return s.execute(fold); }));
  test::must(write(
      [&](Session& s) { return s.first("SELECT fold_job_photo_counts($1)", {job}, [](const Row&) { return true; }); }));
  const auto statistics = test::must(read([](Session& s) { return photos::statistics(s, {.sees_all = true}); }));
  EXPECT_EQ(statistics.total, 600);
  EXPECT_EQ(statistics.bytes, 1200);
  EXPECT_EQ(one("count(*) FROM photo_totals", {}, [](const Row& row) { return row.integer(0); }), 1);
  EXPECT_EQ(one("count(*) FROM job_photo_counts", {}, [](const Row& row) { return row.integer(0); }), 1);
  EXPECT_EQ(test::must(read([&](Session& s) { return jobs::find(s, job); }))->photo_count, 600);
}

TEST_P(Postgres, keeps_little_of_the_news_of_tasks_it_told) {
  for (int i = 0; i < 1'000; ++i)
    test::must(write([&](Session& s) {
      return s.execute(
          "INSERT INTO tasks (id, kind, queue, priority, state, arguments, attempts, max_attempts, run_at, created_at, "
          "lease_owner, error, result, progress, request_id) VALUES (CAST(gen_random_uuid() AS TEXT), 'k', 'normal', "
          "0, 'available', '{}', 0, 1, 0, 0, '', '', 'null', 0, '')");
    }));
  EXPECT_EQ(one("count(*) FROM changes WHERE type = 'task'", {}, [](const Row& row) { return row.integer(0); }), 1'000);
  // One of 64 statements forgets them.
  EXPECT_LT(one("count(*) FROM task_news", {}, [](const Row& row) { return row.integer(0); }), 900);
  test::must(write([&](Session& s) { return s.execute("SELECT forget_task_news()"); }));
  EXPECT_EQ(one("count(*) FROM task_news", {}, [](const Row& row) { return row.integer(0); }), 0);
}

TEST_P(Postgres, is_migrated_once_by_many_nodes_that_start_together) {
  const std::string url = server_->make_empty();
  std::atomic<int> failures = 0;
  {
    std::vector<std::jthread> nodes;
    for (int i = 0; i < 6; ++i)
      nodes.emplace_back([&] {
        if (!test::must(open_postgres(url))->migrate()) ++failures;
      });
  }
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(test::must(test::must(open_postgres(url))->verify()), std::vector<std::string>{});
  server_->drop(url);
}

TEST_P(Postgres, refuses_a_database_whose_text_is_in_another_order) {
  const std::string url = server_->make_empty("ENCODING 'SQL_ASCII' LOCALE 'C'");
  const auto refused = open_postgres(url);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::unsupported_format);
  EXPECT_NE(refused.error().message.find("--locale=C.UTF-8"), std::string::npos);
  server_->drop(url);
}

TEST(PostgresAddress, is_never_quoted_with_its_password) {
  for (const char* url :
       {"", "sqlite.db", "http://u:hunter2@h/d", "postgres://u:hunter2@h:port/d", "postgres://u:hunter2@h/d?nonsense=1",
        "postgres://u:hunter2@[::1/d", "postgres://u:hunter2@127.0.0.1:1/d"}) {
    const auto refused = open_postgres(url);
    ASSERT_FALSE(refused) << url;
    const auto text = refused.error().message + refused.error().cause + refused.error().field;
    EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
  }
  EXPECT_EQ(open_postgres("postgres://u:hunter2@127.0.0.1:1/d").error().code, core::ErrorCode::unavailable);
  EXPECT_EQ(open_postgres("nonsense").error().code, core::ErrorCode::invalid_input);
}

}  // namespace
}  // namespace sightglass::database::postgres
