// The one writing thread of a process: many callers' transactions become one durable commit.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/result.hpp"
#include "database/database.hpp"
#include "database/sqlite/connection.hpp"

namespace sightglass::database::sqlite {

// Thread-safe. Group commit: while one commit waits for the disk, the next group gathers. Each caller has a
// savepoint of its own; whoever fails is rolled back alone.
class Writer {
 public:
  explicit Writer(std::unique_ptr<Connection> connection);
  // Finishes what was handed in before.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Blocks until the commit is durable, or `work` failed. What `work` throws is thrown again here. `work` runs on
  // the writer's thread; calling perform() inside it is an error.
  core::Result<void> perform(const Database::Work& work);

 private:
  struct Request {
    const Database::Work* work = nullptr;
    core::Result<void> outcome{};
    std::exception_ptr thrown{};
    bool is_finished = false;
  };

  void loop();
  std::vector<Request*> next_group();
  void perform_group(const std::vector<Request*>& group);
  void perform_one(Request& request);
  void commit(const std::vector<Request*>& group);
  void finish(const std::vector<Request*>& group);
  void bound_log();

  std::unique_ptr<Connection> connection_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::condition_variable finished_;
  std::deque<Request*> waiting_;
  bool is_stopping_ = false;
  std::chrono::steady_clock::time_point next_truncation_{};  // of the log; read by the thread alone
  std::thread thread_;                                       // last: started when everything above is ready
};

}  // namespace sightglass::database::sqlite
