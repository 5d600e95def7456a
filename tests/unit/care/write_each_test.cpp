#include "care/write_each.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "database/sqlite/sqlite_database.hpp"
#include "unit/storage/temporary_directory.hpp"

namespace sightglass::care {
namespace {

class WriteEach : public testing::Test {
 protected:
  WriteEach() {
    EXPECT_TRUE(database->write([](database::Session& session) -> core::Result<void> {
      SG_TRY(session.execute("CREATE TABLE word (text TEXT PRIMARY KEY)"));
      return {};
    }));
  }
  static WritePart insert(const std::string& first, const std::string& second = {}) {
    return [=](database::Session& session) -> core::Result<void> {
      SG_TRY(session.execute("INSERT INTO word VALUES ($1)", {first}));
      if (!second.empty()) SG_TRY(session.execute("INSERT INTO word VALUES ($1)", {second}));
      return {};
    };
  }
  std::vector<std::string> words() {
    return *database->read([](database::Session& session) {
      return session.all("SELECT text FROM word ORDER BY text", {},
                         [](const database::Row& row) { return std::string(row.text(0)); });
    });
  }
  storage::TemporaryDirectory directory;
  std::unique_ptr<database::Database> database = *database::sqlite::open_sqlite(directory.path() / "words.db");
};

TEST_F(WriteEach, undoes_a_part_that_conflicts_and_nothing_else) {
  const std::vector<WritePart> parts{insert("a"), insert("b", "a"), insert("c")};
  const auto outcomes = write_each(*database, parts);
  ASSERT_TRUE(outcomes);
  EXPECT_TRUE((*outcomes)[0]);
  EXPECT_EQ((*outcomes)[1].error().code, core::ErrorCode::conflict);
  EXPECT_TRUE((*outcomes)[2]);
  EXPECT_THAT(words(), testing::ElementsAre("a", "c"));
}

TEST_F(WriteEach, lets_a_later_part_write_what_an_undone_one_had_written) {
  const std::vector<WritePart> parts{insert("a"), insert("b", "a"), insert("b")};
  ASSERT_TRUE(write_each(*database, parts));
  EXPECT_THAT(words(), testing::ElementsAre("a", "b"));
}

TEST_F(WriteEach, keeps_nothing_when_the_store_fails_and_runs_no_later_part) {
  bool has_run_on = false;
  const std::vector<WritePart> parts{
      insert("a"), [](database::Session&) -> core::Result<void> { return core::fail(core::unavailable("gone")); },
      [&](database::Session&) -> core::Result<void> {
        has_run_on = true;
        return {};
      }};
  const auto outcomes = write_each(*database, parts);
  ASSERT_FALSE(outcomes);
  EXPECT_EQ(outcomes.error().code, core::ErrorCode::unavailable);
  EXPECT_FALSE(has_run_on);
  EXPECT_TRUE(words().empty());
}

TEST_F(WriteEach, of_nothing_is_nothing) {
  const auto outcomes = write_each(*database, {});
  ASSERT_TRUE(outcomes);
  EXPECT_TRUE(outcomes->empty());
}

}  // namespace
}  // namespace sightglass::care
