// A PostgreSQL server of the test program's own, on a socket that nobody else knows.
#pragma once

#include <memory>
#include <string>

#include "database/database.hpp"
#include "runtime/child_process.hpp"
#include "support/temporary_directory.hpp"

namespace sightglass::test {

// Started with the first test that asks, ended with the program, by the kernel if need be. Not thread-safe.
class PostgresServer {
 public:
  // Null when the server's programs are not there or it does not start; why_not() says which.
  static PostgresServer* instance();
  static const std::string& why_not();

  // Makes a database and returns its address: empty, or a copy of one that was migrated once, which is quicker.
  // `options` are those of CREATE DATABASE.
  std::string make_empty(const std::string& options = "");
  std::string make_migrated();
  void drop(const std::string& url);
  // As a machine that fails: no goodbye to anybody. start() brings it back with what was committed.
  void kill();
  void start();

  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

 private:
  PostgresServer();
  std::string url_of(const std::string& name) const;
  std::string make(const std::string& name, const std::string& original, const std::string& options = "");
  void command(const std::string& sql);

  TemporaryDirectory directory_;
  std::unique_ptr<runtime::ChildProcess> process_;
  int made_ = 0;
  bool has_original_ = false;
};

}  // namespace sightglass::test
