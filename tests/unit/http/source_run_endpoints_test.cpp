#include "unit/http/source_house.hpp"

namespace sightglass::http {
namespace {

using database::Session;
using database::pull_files::State;

class SourceRunEndpoints : public SourceHouse {};

TEST_F(SourceRunEndpoints, run_when_asked_and_tell_what_became_of_files) {
  const auto id = add(R"("settings":{"max_files":7})");
  const auto done = post(at(id, "/process"));
  EXPECT_EQ(done.status, 200) << bytes_of(done);
  EXPECT_EQ(json_of(done).at("max_files").as_int64(), 7) << "as its settings say";
  EXPECT_EQ(text_of(json_of(done).at("outcome")), "done");
  EXPECT_EQ(text_of(json_of(done).at("requested_by")), "olga");
  pulls.ends_runs = false;
  const auto under_way = post(at(id, "/process?max_files=3"));
  EXPECT_EQ(under_way.status, 202);
  const auto run = text_of(json_of(under_way).at("id"));
  EXPECT_EQ(json_of(under_way).at("max_files").as_int64(), 3);
  EXPECT_EQ(text_of(json_of(post(at(id, "/process?max_files=9"))).at("id")), run) << "the one that is under way";
  EXPECT_EQ(text_of(shown(id).at("run").at("id")), run);
  auto file = add_file(id, "a.jpg", State::failed, "timeout");
  file.run_id = core::PullRunId::parse(run);
  EXPECT_TRUE(database->write([&](Session& s) { return database::pull_files::update(s, file); }));
  const auto report = json_of(get(reviewer, at(id, "/runs/" + run)));
  EXPECT_EQ(text_of(report.at("files").at("failed").at(0).at("reason")), "timeout");
  EXPECT_EQ(audited("source.run").size(), 3U);
  EXPECT_EQ(ids(reviewer, at(id, "/runs?limit=1")), std::vector{run});
  EXPECT_EQ(ids(reviewer, at(id, "/runs")).size(), 2U);
  for (const auto* wrong : {"0", "100001", "many"})
    EXPECT_EQ(field_of(post(at(id, "/process?max_files=") + wrong)), "max_files");
  EXPECT_EQ(post(at(nobody, "/process")).status, 404);
  EXPECT_EQ(get(reviewer, at(add("", "south"), "/runs/" + run)).status, 404) << "it is another's";
}

TEST_F(SourceRunEndpoints, fetch_all_there_is_when_their_settings_say_so) {
  const auto id = add(R"("settings":{"until_drained":true})");
  EXPECT_TRUE(json_of(post(at(id, "/process"))).at("max_files").is_null());
}

TEST_F(SourceRunEndpoints, say_why_a_run_is_not_begun) {
  const auto id = add();
  pulls.refusal = core::Error{.code = core::ErrorCode::conflict, .message = "the source is switched off"};
  EXPECT_EQ(post(at(id, "/process")).status, 409);
  EXPECT_TRUE(audited("source.run").empty());
}

TEST_F(SourceRunEndpoints, stop_a_run_and_are_deleted_when_it_has_ended) {
  const auto id = add();
  pulls.ends_runs = false;
  const auto run = text_of(json_of(post(at(id, "/process"))).at("id"));
  const auto should_stop = [&] {
    return database->read([&](Session& s) { return database::pull_runs::unended(s, row(id).id); }).value()->should_stop;
  };
  EXPECT_EQ(send(operator_, Method::delete_, at(id)).status, 409);
  EXPECT_TRUE(should_stop());
  EXPECT_EQ(post(at(id, "/runs/" + run + "/stop")).status, 200);
  pulls.ends_runs = true;
  EXPECT_EQ(post(at(id, "/process")).status, 200);
  EXPECT_EQ(post(at(id, "/runs/" + run + "/stop")).status, 200) << "one that has ended stays as it is";
  EXPECT_EQ(send(operator_, Method::delete_, at(id)).status, 204);
  EXPECT_EQ(get(reviewer, at(id)).status, 404);
  EXPECT_EQ(audited("source.delete").size(), 1U);
}

}  // namespace
}  // namespace sightglass::http
