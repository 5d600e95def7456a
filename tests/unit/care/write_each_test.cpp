#include "care/write_each.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/stores.hpp"

namespace sightglass::care {
namespace {

class WriteEach : public test::StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped()) return;
    EXPECT_TRUE(database_->write([](database::Session& session) -> core::Result<void> {
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
    return *database_->read([](database::Session& session) {
      return session.all("SELECT text FROM word ORDER BY text", {},
                         [](const database::Row& row) { return std::string(row.text(0)); });
    });
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, WriteEach, test::all_stores());

TEST_P(WriteEach, undoes_a_part_that_conflicts_and_nothing_else) {
  const std::vector<WritePart> parts{insert("a"), insert("b", "a"), insert("c")};
  const auto outcomes = write_each(*database_, parts);
  ASSERT_TRUE(outcomes);
  EXPECT_TRUE((*outcomes)[0]);
  EXPECT_EQ((*outcomes)[1].error().code, core::ErrorCode::conflict);
  EXPECT_TRUE((*outcomes)[2]);
  EXPECT_THAT(words(), testing::ElementsAre("a", "c"));
}

TEST_P(WriteEach, lets_a_later_part_write_what_an_undone_one_had_written) {
  const std::vector<WritePart> parts{insert("a"), insert("b", "a"), insert("b")};
  ASSERT_TRUE(write_each(*database_, parts));
  EXPECT_THAT(words(), testing::ElementsAre("a", "b"));
}

TEST_P(WriteEach, keeps_nothing_when_the_store_fails_and_runs_no_later_part) {
  bool has_run_on = false;
  const std::vector<WritePart> parts{
      insert("a"), [](database::Session&) -> core::Result<void> { return core::fail(core::unavailable("gone")); },
      [&](database::Session&) -> core::Result<void> {
        has_run_on = true;
        return {};
      }};
  const auto outcomes = write_each(*database_, parts);
  ASSERT_FALSE(outcomes);
  EXPECT_EQ(outcomes.error().code, core::ErrorCode::unavailable);
  EXPECT_FALSE(has_run_on);
  EXPECT_TRUE(words().empty());
}

TEST_P(WriteEach, of_nothing_is_nothing) {
  const auto outcomes = write_each(*database_, {});
  ASSERT_TRUE(outcomes);
  EXPECT_TRUE(outcomes->empty());
}

}  // namespace
}  // namespace sightglass::care
