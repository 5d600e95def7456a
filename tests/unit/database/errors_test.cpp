#include "database/sqlite/errors.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "core/no_room.hpp"

namespace sightglass::database::sqlite {
namespace {

using Handle = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;

Handle open_in_memory() {
  sqlite3* opened = nullptr;
  EXPECT_EQ(sqlite3_open(":memory:", &opened), SQLITE_OK);
  return {opened, &sqlite3_close};
}

TEST(SqliteErrors, tell_a_full_disk_from_a_database_that_is_down_and_say_what_to_do) {
  const auto connection = open_in_memory();
  ASSERT_EQ(sqlite3_exec(connection.get(), "PRAGMA max_page_count = 2; CREATE TABLE t (x)", nullptr, nullptr, nullptr),
            SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(connection.get(), "INSERT INTO t VALUES (zeroblob(100000))", nullptr, nullptr, nullptr),
            SQLITE_FULL);
  const auto error = last_error(connection.get());
  EXPECT_TRUE(core::is_no_room(error));
  EXPECT_NE(error.message.find("nothing of this was kept"), std::string::npos);
  EXPECT_NE(error.message.find("Make room on that disk"), std::string::npos);
}

TEST(SqliteErrors, take_no_other_failure_for_a_full_disk) {
  const auto connection = open_in_memory();
  ASSERT_NE(sqlite3_exec(connection.get(), "SELECT nothing", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_EQ(last_error(connection.get()).code, core::ErrorCode::internal);
}

}  // namespace
}  // namespace sightglass::database::sqlite
