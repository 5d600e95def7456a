#include "database/node_locks.hpp"

#include <atomic>
#include <thread>

#include "support/stores.hpp"

namespace sightglass::database {
namespace {

using namespace std::chrono_literals;

class Locks : public test::StoreTest {};
INSTANTIATE_TEST_SUITE_P(Stores, Locks, test::all_stores());

TEST_P(Locks, are_one_holders_at_a_time_and_free_when_it_ends) {
  auto& locks = database_->locks();
  {
    const auto held = test::must(locks.try_take("upload/a"));
    ASSERT_TRUE(held);
    EXPECT_TRUE(held->is_ours());
    EXPECT_FALSE(test::must(locks.try_take("upload/a"))) << "another thread of this process";
    EXPECT_TRUE(test::must(locks.try_take("upload/b"))) << "another thing";
  }
  EXPECT_TRUE(test::must(locks.try_take("upload/a")));
}

TEST_P(Locks, hold_back_who_waits_until_the_holder_ends_and_no_longer_than_its_patience) {
  auto& locks = database_->locks();
  std::optional<NodeLocks::Held> held(test::must(locks.take("content/a", 0ms)));
  EXPECT_EQ(locks.take("content/a", 1ms).error().code, core::ErrorCode::unavailable);
  std::atomic<bool> is_freed = false;
  std::jthread waiting([&] {
    const auto got = locks.take("content/a", 60s);
    EXPECT_TRUE(got);
    EXPECT_TRUE(is_freed);
  });
  is_freed = true;
  held.reset();
}

TEST_P(Locks, let_one_of_many_threads_in) {
  auto& locks = database_->locks();
  std::atomic<int> inside = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&] {
        for (int turn = 0; turn < 20; ++turn) {
          const auto held = locks.take("samples", 60s);
          ASSERT_TRUE(held);
          EXPECT_EQ(++inside, 1);
          --inside;
        }
      });
  }
  EXPECT_TRUE(test::must(locks.try_take("samples")));
}

// What follows is of several processes: a further connection stands for one.
class LocksOfNodes : public test::StoreTest {};
INSTANTIATE_TEST_SUITE_P(Stores, LocksOfNodes, testing::Values("postgres"));

TEST_P(LocksOfNodes, are_held_against_other_nodes) {
  const auto other = connect();
  {
    const auto held = test::must(database_->locks().try_take("upload/a"));
    EXPECT_FALSE(test::must(other->locks().try_take("upload/a")));
    EXPECT_EQ(other->locks().take("upload/a", 30ms).error().code, core::ErrorCode::unavailable);
    EXPECT_TRUE(test::must(other->locks().try_take("upload/b")));
  }
  EXPECT_TRUE(test::must(other->locks().try_take("upload/a")));
}

TEST_P(LocksOfNodes, wait_for_one_another) {
  const auto other = connect();
  std::optional<NodeLocks::Held> held(test::must(database_->locks().take("content/a", 0ms)));
  std::jthread waiting([&] { EXPECT_TRUE(other->locks().take("content/a", 60s)); });
  held.reset();
}

TEST_P(LocksOfNodes, are_free_when_their_node_is_gone) {
  auto other = connect();
  auto held = test::must(other->locks().try_take("upload/a"));
  // As the server sees a process that died.
  test::must(database_->write([](Session& session) -> core::Result<void> {
    SG_TRY(
        session.run("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted", {}, {}));
    return {};
  }));
  EXPECT_TRUE(test::must(database_->locks().take("upload/a", 10s)).is_ours());
  EXPECT_FALSE(held->is_ours()) << "and whoever held it knows";
}

TEST_P(LocksOfNodes, are_taken_again_over_a_new_connection) {
  {
    const auto lost = test::must(database_->locks().try_take("upload/a"));
    const auto other = connect();
    test::must(other->write([](Session& session) -> core::Result<void> {
      SG_TRY(session.run("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted", {},
                         {}));
      return {};
    }));
    const auto next = test::must(database_->locks().try_take("upload/b"));
    EXPECT_TRUE(next->is_ours());
    EXPECT_FALSE(lost->is_ours());
  }
  EXPECT_TRUE(test::must(database_->locks().try_take("upload/a")));
}

}  // namespace
}  // namespace sightglass::database
