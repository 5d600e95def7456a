// A fresh, migrated store per test, by name, so that one suite runs on every implementation.
#pragma once

#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>

#include "core/records.hpp"
#include "database/catalogue.hpp"
#include "database/people.hpp"
#include "database/photos.hpp"
#include "database/postgres/postgres_database.hpp"
#include "database/sqlite/sqlite_database.hpp"
#include "support/postgres_server.hpp"
#include "support/temporary_directory.hpp"

namespace sightglass::test {

// The value of a Result that must hold one.
template <typename T>
T must(core::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message + " | " + result.error().cause);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// All that the suites run on.
inline auto all_stores() { return testing::Values("sqlite", "postgres"); }

// The parameter names the store. Skips, and says why, where there is no PostgreSQL to start.
class StoreTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (is_postgres()) {
      server_ = PostgresServer::instance();
      if (server_ == nullptr) GTEST_SKIP() << "NOT TESTED on PostgreSQL: " << PostgresServer::why_not();
      url_ = has_schema() ? server_->make_migrated() : server_->make_empty();
    }
    database_ = connect();
    if (has_schema()) must(database_->migrate());
  }
  void TearDown() override {
    database_.reset();
    if (server_ != nullptr) server_->drop(url_);
  }
  virtual bool has_schema() const { return true; }
  bool is_postgres() const { return GetParam() == "postgres"; }
  // A further connection to the same store, as another process would have.
  std::unique_ptr<database::Database> connect() {
    if (is_postgres()) return must(database::postgres::open_postgres(url_));
    return must(database::sqlite::open_sqlite(directory_.path() / "store.db"));
  }
  template <typename F>
  auto write(F&& work) {
    return database_->write(std::forward<F>(work));
  }
  template <typename F>
  auto read(F&& work) {
    return database_->read(std::forward<F>(work));
  }
  core::UserId add_user(const std::string& name) {
    const core::User user{.id = core::UserId::make(instant(0)), .name = name};
    must(write([&](database::Session& session) { return database::users::insert(session, user); }));
    return user.id;
  }
  core::JobId add_job(std::vector<core::UserId> assigned = {}) {
    return must(write([&](database::Session& session) {
      return database::jobs::insert(session, {.title = "a job", .assigned_to = assigned});
    }));
  }
  core::PhotoId add_photo(core::Photo photo = {}) {
    photo.id = core::PhotoId::make(instant(0));
    if (photo.filename.empty()) photo.filename = photo.id.to_string() + ".jpg";
    must(write([&](database::Session& session) { return database::photos::insert(session, photo); }));
    return photo.id;
  }
  core::Photo photo_of(core::PhotoId id) {
    return must(read([&](database::Session& session) { return database::photos::find(session, id); })).value();
  }
  static core::Instant instant(std::int64_t seconds) {
    return core::from_micros(1'700'000'000'000'000 + seconds * 1'000'000);
  }

  TemporaryDirectory directory_;
  PostgresServer* server_ = nullptr;
  std::string url_;
  std::unique_ptr<database::Database> database_;
};

}  // namespace sightglass::test
