#include "database/migrations/migrate.hpp"

#include <array>

#include "support/stores.hpp"

namespace sightglass::database {
namespace {

constexpr std::array<std::string_view, 1> one{"CREATE TABLE things (id BIGINT)"};
constexpr std::array<std::string_view, 2> broken{"CREATE TABLE more (id BIGINT)", "CREATE NONSENSE"};

class Migrations : public testing::Test {
 protected:
  core::Result<void> apply(std::vector<Migration> migrations) {
    return apply_migrations(*database_, core::SystemClock{}, migrations);
  }
  test::TemporaryDirectory directory_;
  std::unique_ptr<Database> database_ = test::must(sqlite::open_sqlite(directory_.path() / "a.db"));
};

TEST_F(Migrations, are_applied_once) {
  test::must(apply({{1, "one", one}}));
  test::must(apply({{1, "one", one}}));
  const auto rows = database_->read([](Session& s) {
    return s.all("SELECT name FROM schema_migrations", {}, [](const Row& row) { return row.string(0); });
  });
  EXPECT_EQ(test::must(rows), std::vector<std::string>{"one"});
}

TEST_F(Migrations, refuse_a_schema_newer_than_the_program) {
  test::must(apply({{1, "one", one}, {2, "two", {}}}));
  const auto refused = apply({{1, "one", one}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::conflict);
  EXPECT_NE(refused.error().message.find("schema version 2"), std::string::npos);
}

TEST_F(Migrations, refuse_a_schema_made_by_other_statements) {
  test::must(apply({{1, "one", one}}));
  EXPECT_EQ(apply({{1, "one", {}}}).error().code, core::ErrorCode::conflict);
}

TEST_F(Migrations, that_fail_leave_nothing_of_themselves) {
  EXPECT_FALSE(apply({{1, "one", one}, {2, "broken", broken}}));
  EXPECT_FALSE(database_->read([](Session& s) { return s.execute("SELECT * FROM more"); }));
  test::must(apply({{1, "one", one}}));
}

}  // namespace
}  // namespace sightglass::database
