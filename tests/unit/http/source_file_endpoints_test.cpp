#include "unit/http/source_house.hpp"

namespace sightglass::http {
namespace {

using database::pull_files::State;

class SourceFileEndpoints : public SourceHouse {};

TEST_F(SourceFileEndpoints, show_their_ledger_and_take_files_up_again) {
  const auto id = add();
  const auto failed = add_file(id, "a.jpg", State::failed, "timeout");
  add_file(id, "b.txt", State::skipped, "not_a_picture");
  const auto seen = add_file(id, "c.jpg", State::seen);
  const auto page = json_of(get(reviewer, at(id, "/files?limit=2")));
  EXPECT_EQ(page.at("results").as_array().size(), 2U);
  EXPECT_EQ(page.at("counts").at("given_up").as_int64(), 1);
  EXPECT_EQ(ids(reviewer, at(id, "/files?cursor=" + text_of(page.at("next")))), std::vector{failed.id.to_string()});
  EXPECT_EQ(ids(reviewer, at(id, "/files?given_up=true")), std::vector{failed.id.to_string()});
  EXPECT_EQ(ids(reviewer, at(id, "/files?reason=not_a_picture")).size(), 1U);
  for (const auto* wrong : {"state=lost", "reason=odd", "run=x", "given_up=perhaps", "limit=501", "cursor=x", "odd=1"})
    EXPECT_EQ(field_of(get(reviewer, at(id, "/files?") + wrong)),
              std::string(wrong).substr(0, std::string_view(wrong).find('=')));
  EXPECT_EQ(bytes_of(post(at(id, "/files/skip"), R"({"ids":[")" + seen.id.to_string() + R"("]})")), R"({"skipped":1})");
  EXPECT_EQ(bytes_of(post(at(id, "/files/replay"), R"({"ids":[")" + failed.id.to_string() + R"("]})")),
            R"({"replayed":1})");
  EXPECT_EQ(bytes_of(post(at(id, "/files/replay"), R"({"state":"skipped"})")), R"({"replayed":2})");
  EXPECT_EQ(audited("source.replay").size(), 2U);
  EXPECT_EQ(audited("source.skip").size(), 1U);
  for (const auto* wrong : {"{}", R"({"ids":[]})", R"({"ids":["x"]})", R"({"ids":["x"],"state":"failed"})"})
    EXPECT_EQ(field_of(post(at(id, "/files/replay"), wrong)), "ids") << wrong;
  EXPECT_EQ(field_of(post(at(id, "/files/replay"), R"({"state":"stored"})")), "state");
  EXPECT_EQ(field_of(post(at(id, "/files/skip"), "{}")), "ids");
}

}  // namespace
}  // namespace sightglass::http
