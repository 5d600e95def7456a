// Kills a writing process at arbitrary moments: whatever was acknowledged must be there afterwards.
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <random>
#include <thread>

#include "support/stores.hpp"

namespace sightglass::database {
namespace {

// Writes numbered rows from four threads, and each number into `acknowledge` once its commit returned.
[[noreturn]] void write_until_killed(const std::filesystem::path& path, int acknowledge, std::int32_t round) {
  const auto database = test::must(sqlite::open_sqlite(path));
  std::vector<std::jthread> threads;
  for (std::int32_t t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (std::int32_t i = 0;; ++i) {
        const std::int32_t number = round * 1'000'000 + t * 100'000 + i;
        const auto done =
            database->write([&](Session& s) { return s.execute("INSERT INTO acknowledged VALUES ($1)", {number}); });
        if (!done || ::write(acknowledge, &number, sizeof number) != sizeof number) ::_exit(1);
      }
    });
  for (;;) ::pause();
}

TEST(SqliteDatabase, keeps_every_acknowledged_row_when_its_process_is_killed) {
  const test::TemporaryDirectory directory;
  const auto path = directory.path() / "a.db";
  test::must(test::must(sqlite::open_sqlite(path))->write([](Session& s) {
    return s.execute("CREATE TABLE acknowledged (number BIGINT PRIMARY KEY)");
  }));
  std::mt19937 random(11);
  std::vector<std::int32_t> acknowledged;
  for (std::int32_t round = 0; round < 12; ++round) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) write_until_killed(path, ends[1], round);
    ::close(ends[1]);
    // Killed after a random number of acknowledgements: a moment chosen by events, not by a clock.
    std::int32_t number = 0;
    for (auto left = 1 + random() % 60; left > 0 && ::read(ends[0], &number, sizeof number) == sizeof number; --left)
      acknowledged.push_back(number);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(ends[0], &number, sizeof number) == sizeof number) acknowledged.push_back(number);
    ::close(ends[0]);
  }
  const auto database = test::must(sqlite::open_sqlite(path));
  EXPECT_EQ(test::must(database->verify()), std::vector<std::string>{});
  EXPECT_GT(acknowledged.size(), 12U);
  for (const std::int32_t number : acknowledged) {
    const auto found = database->read([&](Session& s) {
      return s.first("SELECT 1 FROM acknowledged WHERE number = $1", {number}, [](const Row&) { return true; });
    });
    EXPECT_TRUE(test::must(found)) << number;
  }
}

}  // namespace
}  // namespace sightglass::database
