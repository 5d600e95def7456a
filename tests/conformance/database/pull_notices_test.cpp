#include "database/pull_notices.hpp"

#include <chrono>

#include "database/notices.hpp"
#include "support/pull_rows.hpp"

namespace sightglass::database {
namespace {

using pull_sources::Source;

class PullNotices : public test::PullStoreTest {
 protected:
  core::UserId add_person(const std::string& name, core::Role role, bool is_disabled = false) {
    const core::User user{.id = core::UserId::make(instant(0)), .name = name, .role = role, .is_disabled = is_disabled};
    test::must(write([&](Session& s) { return users::insert(s, user); }));
    return user.id;
  }
  std::vector<std::string> told(core::UserId user) {
    std::vector<std::string> kinds;
    for (const auto& notice : test::must(read([&](Session& s) { return notices::list(s, user, {}); })))
      kinds.push_back(notice.kind);
    return kinds;
  }
  static core::Instant after_days(int days) { return instant(0) + std::chrono::days(days); }
};
INSTANTIATE_TEST_SUITE_P(Stores, PullNotices, test::all_stores());

TEST_P(PullNotices, go_to_operators_and_to_who_made_the_source) {
  const auto operator_ = add_person("olga", core::Role::operator_);
  const auto gone = add_person("otto", core::Role::operator_, true);
  const auto creator = add_person("ada", core::Role::administrator);
  const auto other = add_person("rita", core::Role::reviewer);
  auto source = add_source();
  source.created_by = creator;
  EXPECT_EQ(test::must(write([&](Session& s) { return pull_notices::tell_failing(s, source, instant(1)); })), 2);
  for (const auto user : {operator_, creator}) EXPECT_EQ(told(user), std::vector<std::string>{"source_failing"});
  for (const auto user : {gone, other}) EXPECT_TRUE(told(user).empty());
}

TEST_P(PullNotices, go_to_administrators_where_there_is_no_operator) {
  const auto administrator = add_person("ada", core::Role::administrator);
  const auto source = add_source();
  const auto tell = [&](std::int64_t files) {
    return test::must(
        write([&](Session& s) { return pull_notices::tell_given_up(s, source, files, "timeout", instant(1)); }));
  };
  EXPECT_EQ(tell(0), 0) << "nothing was given up";
  EXPECT_EQ(tell(3), 1);
  EXPECT_EQ(told(administrator), std::vector<std::string>{"source_gave_up"});
}

TEST_P(PullNotices, tell_once_that_a_source_fails) {
  add_person("olga", core::Role::operator_);
  auto source = add_source();
  source.last_error = "no answer";
  EXPECT_EQ(test::must(write([&](Session& s) { return pull_notices::tell_failing(s, source, instant(1)); })), 0);
  source.last_error.clear();
  EXPECT_EQ(test::must(write([&](Session& s) { return pull_notices::tell_failing(s, source, instant(1)); })), 1);
}

TEST_P(PullNotices, are_of_one_source_each_and_name_it) {
  const auto user = add_person("olga", core::Role::operator_);
  const auto north = add_source("north", 1);
  const auto south = add_source("south", 2);
  const auto tell = [&](const Source& source, int second) {
    test::must(write([&](Session& s) { return pull_notices::tell_failing(s, source, instant(second)); }));
  };
  tell(north, 1);
  tell(south, 2);
  tell(north, 3);
  const auto all = test::must(read([&](Session& s) { return notices::list(s, user, {}); }));
  ASSERT_EQ(all.size(), 2U) << "what comes again soon is gathered";
  EXPECT_EQ(all[0].source, north.id);
  EXPECT_EQ(all[0].source_name, "north");
  EXPECT_EQ(all[1].source_name, "south");
  test::must(write([&](Session& s) { return pull_sources::remove(s, north.id); }));
  const auto after = test::must(read([&](Session& s) { return notices::list(s, user, {}); }));
  ASSERT_EQ(after.size(), 2U);
  EXPECT_EQ(after[0].source_name, "");
}

TEST_P(PullNotices, tell_once_that_a_source_is_quiet) {
  const auto user = add_person("olga", core::Role::operator_);
  auto source = add_source();
  const auto tell = [&](int days, int quiet_days = 3) {
    return test::must(
        write([&](Session& s) { return pull_notices::tell_quiet(s, source, quiet_days, after_days(days)); }));
  };
  source.last_pull_at = after_days(2);
  EXPECT_EQ(tell(2), 0) << "it is too early";
  EXPECT_EQ(tell(3, 0), 0) << "0: never";
  EXPECT_EQ(tell(3), 1);
  source.last_pull_at = after_days(3);
  EXPECT_EQ(tell(4), 0) << "it was told";
  source.last_new_file_at = after_days(4);
  source.last_pull_at = after_days(6);
  EXPECT_EQ(tell(7), 1) << "it had woken, and is quiet again";
  EXPECT_EQ(told(user).size(), 2U);
}

TEST_P(PullNotices, follow_from_a_run_that_ended) {
  const auto user = add_person("olga", core::Role::operator_);
  const auto source = add_source();
  auto run = add_run(source.id, 1);
  const auto tell = [&](int days) {
    test::must(write([&](Session& s) { return pull_notices::tell_of_run(s, run, 3, after_days(days)); }));
  };
  auto file = file_at(source.id, "a.jpg", 1);
  file.state = pull_files::State::failed;
  file.run_id = run.id;
  add_file(file);
  tell(1);
  EXPECT_TRUE(told(user).empty()) << "the file is tried again";
  file.next_at.reset();
  change(file);
  tell(1);
  EXPECT_EQ(told(user), std::vector<std::string>{"source_gave_up"});
  run = run_at(source.id, 2);
  run.error = "no answer";
  tell(4);
  EXPECT_EQ(told(user).front(), "source_failing");
  run.error.clear();
  run.pulled = 1;
  tell(5);
  EXPECT_EQ(told(user).size(), 2U) << "something new came";
  run.pulled = 0;
  tell(6);
  EXPECT_EQ(told(user).front(), "source_quiet");
  run.source_id = core::PullSourceId::make(instant(9));
  tell(7);
  EXPECT_EQ(told(user).size(), 3U);
}

}  // namespace
}  // namespace sightglass::database
