#include <chrono>

#include "database/notices.hpp"
#include "unit/http/source_house.hpp"

namespace sightglass::http {
namespace {

using database::Session;
using database::pull_files::State;

const std::string inbox = "/api/v1/failures/files";

class FailedFiles : public SourceHouse {
 protected:
  std::string give_up(const std::string& source, const std::string& name, const std::string& reason) {
    clock.advance(std::chrono::seconds(1));
    return add_file(source, name, State::failed, reason).id.to_string();
  }
  std::vector<std::string> names(const std::string& query = "") {
    std::vector<std::string> found;
    for (const auto& one : json_of(get(reviewer, inbox + query)).at("results").as_array())
      found.push_back(text_of(one.at("source")) + "/" + text_of(one.at("file").at("name")));
    return found;
  }
  std::int64_t count() { return json_of(get(reviewer, inbox + "/counts")).at("files").as_int64(); }
  Response decide(const std::string& body) { return post(inbox + "/bulk", body); }
  std::string north = add();
  std::string south = add("", "south");
};

TEST_F(FailedFiles, are_listed_over_all_sources_page_by_page) {
  give_up(north, "a.jpg", "timeout");
  give_up(south, "b.jpg", "gone");
  give_up(north, "c.jpg", "gone");
  add_file(north, "left.txt", State::skipped, "not_a_picture");
  EXPECT_EQ(names(), (std::vector<std::string>{"north/c.jpg", "south/b.jpg", "north/a.jpg"}));
  const auto page = json_of(get(reviewer, inbox + "?limit=2"));
  EXPECT_EQ(names("?limit=2&cursor=" + text_of(page.at("next"))), std::vector<std::string>{"north/a.jpg"});
  EXPECT_TRUE(json_of(get(reviewer, inbox + "?limit=3")).at("next").is_null());
  EXPECT_EQ(names("?reason=gone"), (std::vector<std::string>{"north/c.jpg", "south/b.jpg"}));
  EXPECT_EQ(names("?source=" + south), std::vector<std::string>{"south/b.jpg"});
  EXPECT_EQ(text_of(page.at("results").at(0).at("source_id")), north);
  EXPECT_TRUE(page.at("results").at(0).at("file").at("is_given_up").as_bool());
  EXPECT_EQ(count(), 3);
  for (const auto* wrong : {"source=x", "reason=odd", "limit=501", "cursor=x", "odd=1"})
    EXPECT_EQ(field_of(get(reviewer, inbox + "?" + wrong)),
              std::string(wrong).substr(0, std::string_view(wrong).find('=')));
}

TEST_F(FailedFiles, are_told_by_their_causes) {
  give_up(north, "a.jpg", "timeout");
  give_up(north, "b.jpg", "timeout");
  give_up(south, "c.jpg", "timeout");
  const auto causes = json_of(get(reviewer, inbox + "/causes")).at("results").as_array();
  ASSERT_EQ(causes.size(), 2U);
  EXPECT_EQ(text_of(causes[0].at("source")), "south");
  EXPECT_EQ(causes[1].at("files").as_int64(), 2);
  EXPECT_EQ(text_of(causes[1].at("reason")), "timeout");
  EXPECT_LT(text_of(causes[1].at("first_at")), text_of(causes[1].at("last_at")));
  EXPECT_EQ(json_of(get(reviewer, inbox + "/causes?source=" + north)).at("results").as_array().size(), 1U);
  EXPECT_EQ(field_of(get(reviewer, inbox + "/causes?limit=1")), "limit");
}

TEST_F(FailedFiles, of_several_sources_are_tried_again_and_left_out) {
  const auto a = give_up(north, "a.jpg", "timeout");
  const auto b = give_up(south, "b.jpg", "gone");
  const auto c = give_up(south, "c.jpg", "gone");
  const auto named = [](const std::string& one, const std::string& other) {
    return R"("ids":[")" + one + R"(",")" + other + R"("])";
  };
  EXPECT_EQ(bytes_of(decide(R"({"action":"retry",)" + named(a, b) + "}")), R"({"changed":2})");
  EXPECT_EQ(audited("source.replay").size(), 2U) << "one for each source";
  EXPECT_EQ(bytes_of(decide(R"({"action":"skip",)" + named(c, nobody) + "}")), R"({"changed":1})");
  EXPECT_EQ(audited("source.skip").size(), 1U);
  EXPECT_EQ(count(), 0);
  EXPECT_EQ(SourceHouse::ids(reviewer, at(south, "/files?state=skipped")), std::vector{c});
}

TEST_F(FailedFiles, of_one_cause_are_changed_together) {
  give_up(north, "a.jpg", "timeout");
  give_up(north, "b.jpg", "timeout");
  give_up(north, "c.jpg", "gone");
  give_up(south, "d.jpg", "timeout");
  EXPECT_EQ(bytes_of(decide(R"({"action":"skip","filter":{"source":")" + north + R"(","reason":"timeout"}})")),
            R"({"changed":2})");
  EXPECT_EQ(bytes_of(decide(R"({"action":"retry","filter":{}})")), R"({"changed":2})");
  EXPECT_EQ(bytes_of(decide(R"({"action":"retry","filter":{}})")), R"({"changed":0})");
}

TEST_F(FailedFiles, name_the_member_that_is_wrong) {
  EXPECT_EQ(field_of(decide(R"({"ids":[]})")), "action");
  EXPECT_EQ(field_of(decide(R"({"action":"reopen","filter":{}})")), "action");
  EXPECT_EQ(field_of(decide(R"({"action":"skip"})")), "ids");
  EXPECT_EQ(field_of(decide(R"({"action":"skip","ids":["x"]})")), "ids");
  EXPECT_EQ(field_of(decide(R"({"action":"skip","ids":[")" + nobody + R"("],"filter":{}})")), "ids");
  EXPECT_EQ(field_of(decide(R"({"action":"skip","filter":{"reason":"odd"}})")), "filter");
  EXPECT_EQ(field_of(decide(R"({"action":"skip","filter":{"state":"failed"}})")), "filter");
}

TEST_F(FailedFiles, come_with_a_notice_that_names_their_source) {
  EXPECT_TRUE(database->write([&](Session& s) -> core::Result<void> {
    return database::notices::tell(s, {.user = operator_.user_id, .kind = "source_failing", .source = row(north).id},
                                   clock.now());
  }));
  const auto told = json_of(get(operator_, "/api/v1/notices")).at("results").at(0).at("parameters");
  EXPECT_EQ(text_of(told.at("source_id")), north);
  EXPECT_EQ(text_of(told.at("source")), "north");
}

}  // namespace
}  // namespace sightglass::http
