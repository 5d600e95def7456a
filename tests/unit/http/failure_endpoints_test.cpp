// The failure inbox and notices over HTTP: who sees what, who may do what, and what is refused by name.
#include "queue/task_queue.hpp"
#include "unit/http/handler_house.hpp"

namespace sightglass::http {
namespace {

class FailureEndpoints : public HandlerHouse {
 protected:
  // The photo of a task that failed for good.
  std::string failed_photo(const accounts::Caller& uploader, std::string_view code = "corrupt_image") {
    const auto photo = add_photo(uploader, "PIC " + std::to_string(++made_));
    let_fail(code);
    return photo;
  }
  // Claims what is due and fails it.
  void let_fail(std::string_view code) {
    const auto done = database->write([&](database::Session& session) -> core::Result<void> {
      SG_ASSIGN(const auto tasks,
                queue::claim(session, core::TaskQueue::normal, "host:1", 1, std::chrono::seconds(60), clock.now()));
      for (const auto& task : tasks)
        SG_TRY(queue::fail(session, task.id, "host:1",
                           {.message = "it is broken", .code = code, .retry = queue::Retry::pointless}, clock.now()));
      return {};
    });
    EXPECT_TRUE(done.has_value()) << done.error().message;
  }
  std::string only_id(const accounts::Caller& caller, std::string_view query = {}) {
    const auto found = ids(caller, "/api/v1/failures" + std::string(query));
    EXPECT_EQ(found.size(), 1U);
    return found.empty() ? "" : found.front();
  }
  Response act(const accounts::Caller& caller, std::string_view action, const std::string& id) {
    return send(caller, Method::post, "/api/v1/failures/bulk",
                R"({"action":")" + std::string(action) + R"(","failures":[")" + id + R"("]})");
  }
  static std::int64_t changed(const Response& response) {
    EXPECT_EQ(response.status, 200) << bytes_of(response);
    return response.status == 200 ? json_of(response).at("changed").as_int64() : -1;
  }
  static std::string problem_of(const Response& response) {
    EXPECT_EQ(response.status, 200) << bytes_of(response);
    return text_of(json_of(response).at("refused").at(0).at("problem"));
  }
  std::string counts(const accounts::Caller& caller) {
    const auto body = json_of(get(caller, "/api/v1/failures/counts"));
    return text_of(body.at("open")) + " " + text_of(body.at("retrying")) + " " + text_of(body.at("resolved"));
  }
  std::int64_t unread(const accounts::Caller& caller) {
    return json_of(get(caller, "/api/v1/notices/counts")).at("unread").as_int64();
  }

 private:
  int made_ = 0;
};

TEST_F(FailureEndpoints, tells_why_a_picture_failed_and_whose_it_is) {
  const auto photo = failed_photo(technician);
  const auto page = json_of(get(viewer, "/api/v1/failures"));
  ASSERT_EQ(page.at("results").as_array().size(), 1U);
  const auto& failure = page.at("results").at(0);
  EXPECT_EQ(text_of(failure.at("state")), "open");
  EXPECT_EQ(text_of(failure.at("code")), "corrupt_image");
  EXPECT_EQ(text_of(failure.at("error")), "it is broken");
  EXPECT_EQ(failure.at("attempts").as_int64(), 1);
  EXPECT_EQ(text_of(failure.at("photo").at("id")), photo);
  EXPECT_EQ(text_of(failure.at("photo").at("original_filename")), "photo.jpg");
  EXPECT_EQ(text_of(failure.at("photo").at("uploader")), "tom");
  EXPECT_TRUE(failure.at("resolution").is_null());
}

TEST_F(FailureEndpoints, shows_technicians_their_own_uploads_alone) {
  failed_photo(technician);
  const auto foreign = only_id(technician);
  EXPECT_TRUE(ids(colleague, "/api/v1/failures").empty());
  EXPECT_TRUE(json_of(get(colleague, "/api/v1/failures/groups")).at("results").as_array().empty());
  EXPECT_EQ(counts(colleague), "0 0 0");
  EXPECT_EQ(counts(technician), "1 0 0");
  EXPECT_EQ(problem_of(act(colleague, "skip", foreign)), "no such failure");
  EXPECT_EQ(problem_of(act(colleague, "retry", foreign)), "no such failure");
  // Nor through a filter that names it.
  const auto by_filter = send(colleague, Method::post, "/api/v1/failures/bulk", R"({"action":"skip","filter":{}})");
  EXPECT_EQ(changed(by_filter), 0);
  EXPECT_EQ(counts(technician), "1 0 0");
  // Also a photo of a job that the colleague sees is for its uploader to decide on.
  const auto job = add_job(operator_, R"({"title":"for everybody"})");
  upload(technician, "/job/" + job + "/add_image", {picture("PIC of the job")});
  let_fail("timeout");
  EXPECT_EQ(counts(colleague), "0 0 0");
  EXPECT_EQ(counts(technician), "2 0 0");
}

// Everybody × own and foreign objects, named in the body: who may not change it changes nothing. What roles are kept
// from the row altogether is the access matrix's.
TEST_F(FailureEndpoints, lets_each_role_change_its_own_and_reviewers_those_of_all) {
  for (const auto* owner : {&technician, &colleague, &reviewer}) {
    for (const auto* caller : {&technician, &colleague, &reviewer, &operator_}) {
      const auto where = caller->name + " on a photo of " + owner->name;
      clock.advance(std::chrono::hours(2));  // a notice of its own
      const auto photo = failed_photo(*owner);
      const auto id = only_id(operator_, "?photo=" + photo);
      const auto notice = ids(*owner, "/api/v1/notices").at(0);
      const bool may_change = caller == owner || caller->role >= core::Role::reviewer;
      for (const auto* action : {"skip", "reopen", "retry"})
        EXPECT_EQ(changed(act(*caller, action, id)), may_change ? 1 : 0) << where << ": " << action;
      EXPECT_EQ(ids(*caller, "/api/v1/failures?photo=" + photo).size(), may_change ? 1U : 0U) << where;
      send(*caller, Method::post, "/api/v1/notices/read", R"({"notices":[")" + notice + R"("]})");
      const auto left = ids(*owner, "/api/v1/notices?unread=true");
      EXPECT_EQ(std::ranges::find(left, notice) == left.end(), caller == owner) << where;
      // What waits would be claimed in the next round's place.
      if (may_change) let_fail("timeout");
    }
  }
}

TEST_F(FailureEndpoints, tries_again_and_resolves_nothing_before_it_succeeds) {
  failed_photo(technician);
  const auto id = only_id(technician);
  const auto before = wakes;
  EXPECT_EQ(changed(act(technician, "retry", id)), 1);
  EXPECT_GT(wakes, before);
  EXPECT_EQ(counts(technician), "0 1 0");
  EXPECT_EQ(problem_of(act(technician, "retry", id)), "The picture is being tried again; wait for how that ends.");
  EXPECT_EQ(problem_of(act(technician, "skip", id)), "The picture is being tried again; wait for how that ends.");
  let_fail("timeout");
  EXPECT_EQ(only_id(technician, "?state=open&code=timeout"), id);
  const auto entries = audited("failure.retry");
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries.front().actor, "tom");
  EXPECT_EQ(entries.front().object_type, "photo");
}

TEST_F(FailureEndpoints, skips_with_a_name_and_takes_that_back) {
  failed_photo(technician);
  const auto id = only_id(reviewer);
  EXPECT_EQ(problem_of(act(reviewer, "reopen", id)),
            "Only a failure that was skipped, and is still one, can be taken up again.");
  EXPECT_EQ(changed(act(reviewer, "skip", id)), 1);
  EXPECT_EQ(counts(reviewer), "0 0 1");
  const auto resolved = json_of(get(technician, "/api/v1/failures?state=resolved")).at("results").at(0);
  EXPECT_EQ(text_of(resolved.at("resolution")), "skipped");
  EXPECT_EQ(text_of(resolved.at("resolved_by")), "rita");
  EXPECT_EQ(problem_of(act(reviewer, "skip", id)), "The failure is resolved already.");
  EXPECT_EQ(problem_of(act(reviewer, "retry", id)), "The failure is resolved already.");
  EXPECT_EQ(changed(act(technician, "reopen", id)), 1);
  EXPECT_EQ(counts(reviewer), "1 0 0");
  EXPECT_EQ(audited("failure.skip").size(), 1U);
  EXPECT_EQ(audited("failure.reopen").size(), 1U);
}

TEST_F(FailureEndpoints, has_a_photo_analysed_anew_whose_task_was_forgotten) {
  const auto photo = failed_photo(technician);
  EXPECT_TRUE(database->write(
      [&](database::Session& s) { return queue::prune_finished(s, clock.now() + std::chrono::hours(1), 100); }));
  EXPECT_EQ(changed(act(technician, "retry", only_id(technician))), 1);
  EXPECT_EQ(counts(technician), "0 1 0");
  EXPECT_EQ(text_of(json_of(get(technician, "/api/v1/images/photos/" + photo)).at("processing_status")), "PENDING");
}

TEST_F(FailureEndpoints, changes_all_that_a_filter_finds_page_by_page) {
  constexpr int total = 230;  // more than one call changes
  for (int i = 0; i < total; ++i) failed_photo(technician);
  failed_photo(technician, "timeout");
  EXPECT_EQ(counts(reviewer), "231 0 0");
  const auto groups = json_of(get(reviewer, "/api/v1/failures/groups")).at("results").as_array();
  ASSERT_EQ(groups.size(), 2U);
  const auto& large = groups.at(0).at("failures").as_int64() > 1 ? groups.at(0) : groups.at(1);
  EXPECT_EQ(large.at("failures").as_int64(), total);
  EXPECT_EQ(large.at("newest").as_array().size(), 4U);
  const std::string filter = R"("filter":{"group":")" + text_of(large.at("group")) + R"("})";
  const auto first = send(reviewer, Method::post, "/api/v1/failures/bulk", R"({"action":"skip",)" + filter + "}");
  EXPECT_EQ(changed(first), 200);
  const auto next = text_of(json_of(first).at("next"));
  const auto second = send(reviewer, Method::post, "/api/v1/failures/bulk",
                           R"({"action":"skip",)" + filter + R"(,"cursor":")" + next + R"("})");
  EXPECT_EQ(changed(second), total - 200);
  EXPECT_TRUE(json_of(second).at("next").is_null());
  EXPECT_EQ(counts(reviewer), "1 0 230");
}

TEST_F(FailureEndpoints, pages_and_narrows) {
  for (int i = 0; i < 3; ++i) {
    clock.advance(std::chrono::minutes(30));  // bursts of their own
    failed_photo(technician);
  }
  const auto all = ids(viewer, "/api/v1/failures");
  const auto first = json_of(get(viewer, "/api/v1/failures?limit=2"));
  const auto rest = ids(viewer, "/api/v1/failures?limit=2&cursor=" + text_of(first.at("next")));
  EXPECT_EQ(rest, std::vector{all.at(2)});
  const auto groups = json_of(get(viewer, "/api/v1/failures/groups?limit=2"));
  EXPECT_EQ(groups.at("results").as_array().size(), 2U);
  const auto last = json_of(get(viewer, "/api/v1/failures/groups?limit=2&cursor=" + text_of(groups.at("next"))));
  ASSERT_EQ(last.at("results").as_array().size(), 1U);
  EXPECT_EQ(text_of(last.at("results").at(0).at("newest").at(0).at("id")), all.at(2));
  EXPECT_EQ(ids(viewer, "/api/v1/failures?uploader=" + technician.user_id.to_string()).size(), 3U);
  EXPECT_TRUE(ids(viewer, "/api/v1/failures?uploader=" + colleague.user_id.to_string()).empty());
  for (const auto* query :
       {"state=lost", "job=0", "uploader=x", "group=x", "photo=x", "limit=0", "cursor=x", "order=up"})
    EXPECT_EQ(get(viewer, "/api/v1/failures?" + std::string(query)).status, 422) << query;
  // A cursor of another list.
  EXPECT_EQ(get(viewer, "/api/v1/failures/groups?cursor=" + text_of(first.at("next"))).status, 422);
}

TEST_F(FailureEndpoints, refuses_by_name_what_means_nothing) {
  const auto bulk = [&](std::string body) {
    return field_of(send(reviewer, Method::post, "/api/v1/failures/bulk", std::move(body)));
  };
  EXPECT_EQ(bulk(R"({"failures":[]})"), "action");
  EXPECT_EQ(bulk(R"({"action":"delete","failures":[]})"), "action");
  EXPECT_EQ(bulk(R"({"action":"skip"})"), "failures");
  EXPECT_EQ(bulk(R"({"action":"skip","failures":[],"filter":{}})"), "failures");
  EXPECT_EQ(bulk(R"({"action":"skip","failures":["x"]})"), "failures");
  EXPECT_EQ(bulk(R"({"action":"skip","filter":{"state":"lost"}})"), "filter");
  EXPECT_EQ(bulk(R"({"action":"skip","filter":{},"cursor":"x"})"), "cursor");
  EXPECT_EQ(bulk(R"({"action":"skip","filter":{},"why":"x"})"), "why");
  std::string many = R"({"action":"skip","failures":[)";
  for (int i = 0; i < 501; ++i) many += (i > 0 ? ",\"" : "\"") + core::TaskId::make(clock.now()).to_string() + "\"";
  EXPECT_EQ(bulk(many + "]}"), "failures");
}

TEST_F(FailureEndpoints, keeps_a_lost_file_that_somebody_asked_for) {
  const auto photo = add_photo(technician, "PIC soon gone");
  std::filesystem::remove_all(folder.path() / "data" / "photos");
  EXPECT_EQ(get(viewer, "/api/v1/images/photos/" + photo + "/original").status, 410);
  const auto failure = json_of(get(viewer, "/api/v1/failures?code=file_lost")).at("results").at(0);
  EXPECT_EQ(text_of(failure.at("photo").at("id")), photo);
  EXPECT_TRUE(failure.at("task_id").is_null());
  EXPECT_EQ(text_of(json_of(get(technician, "/api/v1/notices")).at("results").at(0).at("kind")), "photo_lost");
  // Its task waits still: that is the one to try.
  EXPECT_EQ(problem_of(act(technician, "retry", text_of(failure.at("id")))),
            "A task of this photo waits or runs already.");
}

TEST_F(FailureEndpoints, tells_the_uploader_and_nobody_else) {
  failed_photo(technician);
  failed_photo(technician);
  EXPECT_EQ(unread(technician), 1);
  EXPECT_EQ(unread(colleague), 0);
  EXPECT_EQ(unread(reviewer), 0);
  const auto notice = json_of(get(technician, "/api/v1/notices?unread=true")).at("results").at(0);
  EXPECT_EQ(text_of(notice.at("kind")), "photo_failed");
  EXPECT_EQ(notice.at("parameters").at("photos").as_int64(), 2);
  EXPECT_EQ(text_of(notice.at("parameters").at("code")), "corrupt_image");
  const auto body = R"({"notices":[")" + text_of(notice.at("id")) + R"("]})";
  EXPECT_EQ(send(colleague, Method::post, "/api/v1/notices/read", body).status, 200);
  EXPECT_EQ(unread(technician), 1);
  EXPECT_EQ(send(technician, Method::post, "/api/v1/notices/read", body).status, 200);
  EXPECT_EQ(unread(technician), 0);
  EXPECT_TRUE(ids(technician, "/api/v1/notices?unread=true").empty());
  EXPECT_EQ(ids(technician, "/api/v1/notices").size(), 1U);
  failed_photo(technician);
  EXPECT_EQ(send(technician, Method::post, "/api/v1/notices/read", R"({"all":true})").status, 200);
  EXPECT_EQ(unread(technician), 0);
  const auto first = json_of(get(technician, "/api/v1/notices?limit=1"));
  EXPECT_EQ(ids(technician, "/api/v1/notices?limit=1&cursor=" + text_of(first.at("next"))).size(), 1U);
  for (const auto* wrong : {R"({})", R"({"all":false})", R"({"all":true,"notices":[]})"})
    EXPECT_EQ(field_of(send(technician, Method::post, "/api/v1/notices/read", wrong)), "notices") << wrong;
}

}  // namespace
}  // namespace sightglass::http
