#include "database/sqlite/reader_pool.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sightglass::database::sqlite {
namespace {

class ReaderPoolTest : public ::testing::Test {
 protected:
  ReaderPoolTest() {
    std::filesystem::create_directory(folder_);
    EXPECT_TRUE(Connection::open(file_, {.may_write = true}));
  }
  ~ReaderPoolTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("sightglass-readers-" + std::to_string(::getpid()));
  std::filesystem::path file_ = folder_ / "sightglass.db";
};

TEST_F(ReaderPoolTest, gives_up_when_no_reader_comes_back) {
  ReaderPool pool(file_, {}, 1, std::chrono::milliseconds(1));
  auto held = pool.take();
  ASSERT_TRUE(held);
  const auto refused = pool.take();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::unavailable);
  pool.give_back(std::move(*held));
  EXPECT_TRUE(pool.take()) << "the refusal took nothing";
}

TEST_F(ReaderPoolTest, makes_room_for_a_reader_that_was_lost) {
  ReaderPool pool(file_, {}, 1, std::chrono::milliseconds(1));
  ASSERT_TRUE(pool.take());
  pool.give_back(nullptr);
  EXPECT_TRUE(pool.take());
}

TEST_F(ReaderPoolTest, serves_first_who_waits_longest) {
  ReaderPool pool(file_, {}, 1, std::chrono::minutes(1));
  auto held = pool.take();
  ASSERT_TRUE(held);
  std::mutex mutex;
  std::vector<int> order;
  std::vector<std::jthread> callers;
  for (int caller = 0; caller < 8; ++caller) {
    callers.emplace_back([&, caller] {
      auto reader = pool.take();
      {
        const std::lock_guard lock(mutex);
        order.push_back(reader ? caller : -1);
      }
      pool.give_back(std::move(*reader));
    });
    while (pool.waiting() != callers.size()) std::this_thread::yield();
  }
  pool.give_back(std::move(*held));
  callers.clear();
  EXPECT_EQ(order, (std::vector{0, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_TRUE(pool.take()) << "the connection is back";
}

TEST_F(ReaderPoolTest, gives_the_place_of_a_lost_reader_to_who_waits) {
  ReaderPool pool(file_, {}, 1, std::chrono::minutes(1));
  ASSERT_TRUE(pool.take());
  std::jthread caller([&] {
    auto reader = pool.take();
    EXPECT_TRUE(reader && (*reader)->run("SELECT 1", {}, {}));
    pool.give_back(std::move(*reader));
  });
  while (pool.waiting() != 1) std::this_thread::yield();
  pool.give_back(nullptr);
}

TEST_F(ReaderPoolTest, ends_a_statement_that_runs_too_long) {
  ReaderPool pool(file_, {.statement_time = std::chrono::milliseconds(5)}, 1, std::chrono::milliseconds(1));
  auto reader = pool.take();
  ASSERT_TRUE(reader);
  const auto endless =
      (*reader)->run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", {}, {});
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().code, core::ErrorCode::timeout);
  EXPECT_TRUE((*reader)->run("SELECT 1", {}, {})) << "the connection goes on";
}

}  // namespace
}  // namespace sightglass::database::sqlite
