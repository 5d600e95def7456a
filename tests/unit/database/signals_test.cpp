#include "database/signals.hpp"

#include <condition_variable>
#include <set>
#include <string>

#include "database/postgres/signal_listener.hpp"
#include "support/stores.hpp"

namespace sightglass::database {
namespace {

TEST(Signals, are_heard_until_the_subscription_ends) {
  Signals signals;
  std::vector<std::string> heard;
  {
    const auto subscription =
        signals.subscribe([&](Channel, std::string_view payload) { heard.emplace_back(payload); });
    signals.tell(Channel::tasks, "normal");
  }
  signals.tell(Channel::tasks, "batch");
  EXPECT_EQ(heard, std::vector<std::string>{"normal"});
}

// Gathers what is heard, and waits for what a test expects.
class Ear {
 public:
  explicit Ear(Signals& signals)
      : subscription_(signals.subscribe([this](Channel channel, std::string_view payload) {
          const std::lock_guard lock(mutex_);
          heard_.insert(std::string(channel_names[static_cast<std::size_t>(channel)]) + " " + std::string(payload));
          news_.notify_all();
        })) {}
  bool hears(const std::string& what) {
    std::unique_lock lock(mutex_);
    return news_.wait_for(lock, std::chrono::seconds(30), [&] { return heard_.erase(what) > 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable news_;
  std::set<std::string> heard_;
  Signals::Subscription subscription_;
};

class PostgresSignals : public test::StoreTest {
 protected:
  postgres::Address address() { return test::must(postgres::Address::parse(url_)); }
  void enqueue_batch_task() {
    test::must(write([](Session& s) {
      return s.execute(
          "INSERT INTO tasks (id, kind, queue, priority, state, arguments, attempts, max_attempts, run_at, created_at, "
          "lease_owner, error, result, progress, request_id) VALUES (gen_random_uuid(), 'k', 'batch', 0, 'available', "
          "'{}', 0, 1, 0, 0, '', '', 'null', 0, '')");
    }));
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, PostgresSignals, testing::Values("postgres"));

TEST_P(PostgresSignals, tell_of_due_tasks_with_their_queue_and_of_changes) {
  Signals signals;
  Ear ear(signals);
  const postgres::SignalListener listener(address(), signals);
  ASSERT_TRUE(ear.hears("tasks ")) << "it begins to listen";
  ASSERT_TRUE(ear.hears("changes "));
  enqueue_batch_task();
  EXPECT_TRUE(ear.hears("tasks batch"));
  EXPECT_TRUE(ear.hears("changes "));
}

TEST_P(PostgresSignals, come_again_after_the_connection_was_lost) {
  Signals signals;
  Ear ear(signals);
  const postgres::SignalListener listener(address(), signals);
  ASSERT_TRUE(ear.hears("tasks "));
  test::must(write([](Session& s) {
    return s.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND "
        "datname = current_database()");
  }));
  ASSERT_TRUE(ear.hears("tasks ")) << "it listens again, and says that it may have missed something";
  enqueue_batch_task();
  EXPECT_TRUE(ear.hears("tasks batch"));
}

}  // namespace
}  // namespace sightglass::database
