#include "accounts/audit_log.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "unit/accounts/house.hpp"

namespace sightglass::accounts {
namespace {

class Auditing : public testing::Test {
 protected:
  House house_;
  Caller ada_{.credential = Credential::access_token, .name = "ada"};

  void view(std::string_view id, std::string_view variant = "thumbnail") {
    house_.audit.note_view(ada_, house_.origin, "photo", id, variant);
  }
  std::vector<core::AuditEntry> flushed() {
    EXPECT_TRUE(house_.audit.flush().has_value());
    return house_.entries("photo.view");
  }
};

TEST_F(Auditing, writes_with_the_change_or_not_at_all) {
  const auto outcome = house_.database->write([&](database::Session& session) -> core::Result<void> {
    SG_TRY(house_.audit.append(session, ada_, house_.origin, {.action = "photo.update", .object_type = "photo"}));
    return core::fail(core::ErrorCode::conflict, "the change failed");
  });
  EXPECT_FALSE(outcome.has_value());
  EXPECT_EQ(house_.entries("photo.update").size(), 0U);
}

TEST_F(Auditing, bounds_what_an_entry_holds) {
  ASSERT_TRUE(house_.audit
                  .record({.name = std::string(1000, 'n')}, {.request_id = "r", .peer = "p"},
                          {.action = "a.b",
                           .object_type = "x",
                           .object_id = std::string(127, 'x') + "ä",
                           .details = "{\"a\":\"" + std::string(5000, 'd') + "\"}"})
                  .has_value());
  const auto entry = house_.entries("a.b").at(0);
  EXPECT_EQ(entry.actor.size(), 128U);
  EXPECT_EQ(entry.object_id, std::string(127, 'x')) << "cut between characters";
  EXPECT_LT(entry.details.size(), 100U);
}

TEST_F(Auditing, writes_a_first_view_with_the_next_flush) {
  view("1");
  view("2");
  const auto entries = flushed();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].actor, "ada");
  EXPECT_EQ(entries[0].request_id, house_.origin.request_id);
  EXPECT_EQ(entries[0].details, R"({"views":1,"variants":["thumbnail"]})");
}

TEST_F(Auditing, joins_the_views_of_one_picture_within_a_minute) {
  for (int i = 0; i < 5; ++i) view("1");
  view("1", "original");
  ASSERT_EQ(flushed().size(), 1U);
  EXPECT_EQ(flushed()[0].details, R"({"views":6,"variants":["thumbnail","original"]})");
  for (int i = 0; i < 3; ++i) view("1");
  EXPECT_EQ(flushed().size(), 1U) << "repeats wait for the end of the minute";
  house_.clock.advance(std::chrono::minutes(1));
  const auto entries = flushed();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].details, R"({"views":3,"variants":["thumbnail"]})");
  view("1");
  EXPECT_EQ(flushed().size(), 3U);
}

TEST_F(Auditing, keeps_callers_apart) {
  view("1");
  house_.audit.note_view({.credential = Credential::access_token, .name = "grace"}, house_.origin, "photo", "1",
                         "original");
  EXPECT_EQ(flushed().size(), 2U);
}

TEST_F(Auditing, counts_what_it_cannot_hold) {
  for (int i = 0; i < 20'050; ++i) view(std::to_string(i));
  ASSERT_TRUE(house_.audit.flush().has_value());
  const auto overflow = house_.entries("audit.overflow");
  ASSERT_EQ(overflow.size(), 1U);
  EXPECT_EQ(overflow[0].details, R"({"views_not_named":50})");
}

TEST_F(Auditing, writes_what_is_gathered_when_it_ends) {
  {
    AuditLog ending(*house_.database, house_.clock);
    ending.note_view(ada_, house_.origin, "photo", "1", "original");
  }
  EXPECT_EQ(house_.entries("photo.view").size(), 1U);
}

TEST_F(Auditing, loses_no_view_when_many_threads_look) {
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([this] {
        for (int i = 0; i < 500; ++i) view(std::to_string(i % 10));
      });
  }
  std::int64_t views = 0;
  for (const auto& entry : flushed())
    views += std::stoll(entry.details.substr(std::string_view(R"({"views":)").size()));
  EXPECT_EQ(views, 2000);
}

}  // namespace
}  // namespace sightglass::accounts
