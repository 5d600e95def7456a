// A fresh, migrated store per test, by name, so that one suite runs on every implementation.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "core/records.hpp"
#include "database/catalogue.hpp"
#include "database/people.hpp"
#include "database/photos.hpp"
#include "database/sqlite/sqlite_database.hpp"

namespace sightglass::test {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sightglass-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = pattern;
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// The value of a Result that must hold one.
template <typename T>
T must(core::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message + " | " + result.error().cause);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// The parameter names the store; PostgreSQL becomes a second name here.
class StoreTest : public testing::TestWithParam<std::string> {
 protected:
  StoreTest() : database_(connect()) { must(database_->migrate()); }
  // A further connection to the same store, as another process would have.
  std::unique_ptr<database::Database> connect() {
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
      return database::jobs::insert(session, {.title = "a job", .assigned_to = std::move(assigned)});
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
  std::unique_ptr<database::Database> database_;
};

}  // namespace sightglass::test
