#include "database/pull_files.hpp"
#include "database/pull_runs.hpp"
#include "database/pull_sources.hpp"
#include "http/source_input.hpp"
#include "queue/schedules/built_in.hpp"
#include "unit/http/handler_house.hpp"

namespace sightglass::http {
namespace {

using database::Session;
using database::pull_files::File;
using database::pull_files::State;

const std::string sources_path = "/image-pull-sources";
const std::string nobody = "01930000-0000-7000-8000-000000000000";

class SourceEndpoints : public HandlerHouse {
 protected:
  SourceEndpoints() { root.role = core::Role::administrator; }

  std::string add_location(const std::string& name = "meadow") {
    const core::Location made{.id = core::LocationId::make(clock.now()), .name = name};
    EXPECT_TRUE(database->write([&](Session& s) { return database::locations::insert(s, made); }));
    return made.id.to_string();
  }
  // A body with these members beside name, location and address.
  std::string body(const std::string& more = "", const std::string& name = "north",
                   const std::string& url = "https://192.0.2.1/cards/") {
    return R"({"name":")" + name + R"(","location_id":")" + location + R"(","base_url":")" + url + "\"" +
           (more.empty() ? "" : "," + more) + "}";
  }
  Response create(const std::string& text) { return send(operator_, Method::post, sources_path, text); }
  std::string add(const std::string& more = "", const std::string& name = "north") {
    const auto answer = create(body(more, name));
    EXPECT_EQ(answer.status, 201) << bytes_of(answer);
    return answer.status == 201 ? text_of(json_of(answer).at("id")) : nobody;
  }
  std::string add_with_password() { return add(R"("auth_username":"ann","auth_password":"hush-hush")"); }
  static std::string at(const std::string& id, const std::string& rest = "") { return sources_path + "/" + id + rest; }
  Response patch(const std::string& id, const std::string& text) {
    return send(operator_, Method::patch, at(id), text);
  }
  Response post(const std::string& path, const std::string& text = "") {
    return send(operator_, Method::post, path, text);
  }
  boost::json::value shown(const std::string& id) { return json_of(get(reviewer, at(id))); }
  database::pull_sources::Source row(const std::string& id) {
    return database
        ->read([&](Session& s) { return database::pull_sources::find(s, core::PullSourceId::parse(id).value()); })
        .value()
        .value();
  }
  File add_file(const std::string& source, const std::string& name, State state, const std::string& reason = "") {
    File file{.id = core::PullFileId::make(clock.now()),
              .source_id = core::PullSourceId::parse(source).value(),
              .path = name,
              .name = name,
              .state = state,
              .reason = reason,
              .first_seen_at = clock.now(),
              .changed_at = clock.now()};
    EXPECT_TRUE(database->write([&](Session& s) { return database::pull_files::insert(s, file); }));
    return file;
  }
  accounts::Caller root = operator_;
  std::string location = add_location();
};

TEST_F(SourceEndpoints, make_a_source_with_what_holds_when_nothing_is_said) {
  const auto source = shown(add());
  EXPECT_EQ(text_of(source.at("source_type")), "http_index");
  EXPECT_EQ(text_of(source.at("auth_type")), "none");
  EXPECT_EQ(text_of(source.at("health")), "new");
  EXPECT_EQ(text_of(source.at("location_id")), location);
  EXPECT_EQ(text_of(source.at("created_by")), operator_.user_id.to_string());
  EXPECT_TRUE(source.at("is_active").as_bool());
  EXPECT_FALSE(source.at("has_secret").as_bool());
  EXPECT_EQ(source.at("settings").at("max_files").as_int64(), 10);
  EXPECT_EQ(source.at("counts").at("seen").as_int64(), 0);
  EXPECT_TRUE(source.at("run").is_null());
  EXPECT_TRUE(source.at("next_pull_at").is_null()) << "there is no schedule";
  EXPECT_EQ(audited("source.create").size(), 1U);
}

TEST_F(SourceEndpoints, are_the_same_at_both_addresses) {
  const auto id = add();
  EXPECT_EQ(ids(reviewer, "/api/v1/image-pull-sources"), std::vector{id});
  EXPECT_EQ(json_of(get(reviewer, "/api/v1/image-pull-sources/" + id)), shown(id));
}

TEST_F(SourceEndpoints, never_show_a_secret_that_was_given) {
  const auto id = add_with_password();
  const auto answer = bytes_of(get(reviewer, at(id)));
  EXPECT_TRUE(answer.contains(R"("has_secret":true)"));
  EXPECT_TRUE(answer.contains(R"("auth_type":"basic")"));
  EXPECT_FALSE(answer.contains("hush"));
  EXPECT_FALSE(row(id).secret.contains("hush")) << "it is sealed";
  EXPECT_EQ(secrets.unseal(row(id).secret, pulls::secret_purpose(core::PullSourceId::parse(id).value())).value(),
            "hush-hush");
  EXPECT_EQ(patch(id, R"({"auth_password":"psst-psst"})").status, 200);
  const auto entries = audited("source.update");
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries.front().details, R"({"changed":["secret"]})");
  for (const auto* word : {"hush", "psst"})
    EXPECT_FALSE(bytes_of(get(reviewer, sources_path + "?all=true")).contains(word));
}

TEST_F(SourceEndpoints, keep_a_secret_for_the_server_it_was_given_for) {
  const auto id = add_with_password();
  const auto sealed = row(id).secret;
  EXPECT_EQ(patch(id, R"({"name":"other","base_url":"https://192.0.2.1/more/"})").status, 200);
  EXPECT_EQ(row(id).secret, sealed);
  for (const auto* other : {R"({"base_url":"https://192.0.2.2/cards/"})", R"({"base_url":"https://192.0.2.1:8443/"})",
                            R"({"base_url":"http://192.0.2.1/","settings":{"allow_plain_transport":true}})",
                            R"({"source_type":"webdav"})"}) {
    const auto answer = patch(id, other);
    EXPECT_EQ(answer.status, 422) << other;
    EXPECT_EQ(field_of(answer), "auth_password") << other;
  }
  EXPECT_EQ(field_of(patch(id, R"({"auth_type":"header"})")), "auth_header");
  EXPECT_EQ(row(id).base_url, "https://192.0.2.1/more/");
  EXPECT_EQ(patch(id, R"({"base_url":"https://192.0.2.2/","auth_password":"anew"})").status, 200);
  EXPECT_NE(row(id).secret, sealed);
  EXPECT_EQ(patch(id, R"({"base_url":"https://192.0.2.3/","auth_type":"none"})").status, 200);
  EXPECT_TRUE(row(id).secret.empty());
}

TEST_F(SourceEndpoints, use_a_kept_secret_in_a_trial_of_the_same_server_alone) {
  const auto id = add_with_password();
  pulls.trial = {.style = "nginx", .files = 45, .entries = {{.path = "a%20b.jpg", .name = "a b.jpg", .bytes = 7}}};
  const auto answer = post(sources_path + "/test", R"({"id":")" + id + R"(","base_url":"https://192.0.2.1/other/"})");
  EXPECT_EQ(answer.status, 200) << bytes_of(answer);
  ASSERT_TRUE(pulls.tried);
  EXPECT_EQ(pulls.tried->secret, "hush-hush");
  EXPECT_EQ(pulls.tried->base_url, "https://192.0.2.1/other/");
  EXPECT_EQ(row(id).base_url, "https://192.0.2.1/cards/") << "nothing is kept";
  const auto trial = json_of(answer);
  EXPECT_EQ(text_of(trial.at("style")), "nginx");
  EXPECT_EQ(text_of(trial.at("would_pull").at(0).at("path")), "a%20b.jpg");
  EXPECT_EQ(deferrals, 1) << "it waits among those who wait anyway";
  const auto stolen = post(sources_path + "/test", R"({"id":")" + id + R"(","base_url":"https://evil.example/"})");
  EXPECT_EQ(field_of(stolen), "auth_password");
  EXPECT_EQ(pulls.tried->base_url, "https://192.0.2.1/other/");
  EXPECT_EQ(post(sources_path + "/test", R"({"id":")" + nobody + R"("})").status, 404);
  EXPECT_EQ(field_of(post(sources_path + "/test", "{}")), "base_url");
  pulls.refusal = core::invalid_input("base_url", "nobody is there");
  EXPECT_EQ(field_of(post(sources_path + "/test", R"({"base_url":"https://192.0.2.9/"})")), "base_url");
}

TEST_F(SourceEndpoints, name_the_member_that_is_wrong) {
  EXPECT_EQ(field_of(create("{}")), "name");
  EXPECT_EQ(field_of(create(R"({"name":"north"})")), "location_id");
  EXPECT_EQ(field_of(create(R"({"name":"north","location_id":")" + location + R"("})")), "base_url");
  EXPECT_EQ(field_of(create(R"({"name":"n","location_id":")" + nobody + R"(","base_url":"https://192.0.2.1/"})")),
            "location_id");
  EXPECT_EQ(field_of(create(body("", ""))), "name");
  EXPECT_EQ(field_of(create(body("", std::string(101, 'n')))), "name");
  EXPECT_EQ(field_of(create(body("", "n", "https://ann:hush@192.0.2.1/"))), "base_url");
  EXPECT_EQ(field_of(create(body("", "n", "https://" + std::string(2000, 'a')))), "base_url");
  EXPECT_EQ(field_of(create(body("", "n", "http://192.0.2.1/"))), "settings.allow_plain_transport");
  EXPECT_EQ(field_of(create(body(R"("source_type":"gopher")"))), "source_type");
  EXPECT_EQ(field_of(create(body(R"("auth_type":"magic")"))), "auth_type");
  EXPECT_EQ(field_of(create(body(R"("auth_password":"a","auth_header":"X: a")"))), "auth_header");
  EXPECT_EQ(field_of(create(body(R"("auth_type":"none","auth_password":"a")"))), "auth_password");
  EXPECT_EQ(field_of(create(body(R"("is_active":"yes")"))), "is_active");
  EXPECT_EQ(field_of(create(body(R"("settings":[])"))), "settings");
  EXPECT_EQ(field_of(create(body(R"("settings":{"depth":17})"))), "settings.depth");
  EXPECT_EQ(field_of(create(body(R"("settings":{"odd":1})"))), "settings.odd");
  EXPECT_EQ(field_of(create(body(R"("id":")" + nobody + "\""))), "id");
  EXPECT_EQ(field_of(create(body(R"("odd":1)"))), "odd");
  EXPECT_TRUE(ids(reviewer, sources_path + "?all=true").empty());
}

TEST_F(SourceEndpoints, leave_private_addresses_and_folders_to_administrators) {
  const std::string inside = R"("settings":{"allow_private_addresses":true})";
  const auto refused = create(body(inside));
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(field_of(refused), "settings.allow_private_addresses");
  const auto folder = create(body("", "cards", "/srv/cards/a"));
  EXPECT_EQ(folder.status, 403);
  EXPECT_EQ(field_of(folder), "source_type");
  const auto made = send(root, Method::post, sources_path, body(inside));
  EXPECT_EQ(made.status, 201) << bytes_of(made);
  const auto id = text_of(json_of(made).at("id"));
  EXPECT_EQ(patch(id, R"({"name":"other","settings":{"depth":1}})").status, 200) << "what was allowed stays";
  EXPECT_EQ(patch(id, R"({"base_url":"https://10.0.0.7/"})").status, 403) << "it would look around inside";
  EXPECT_EQ(patch(id, R"({"base_url":"https://192.0.2.7/","settings":{"allow_private_addresses":false}})").status, 200);
  EXPECT_EQ(post(sources_path + "/test", R"({"base_url":"https://10.0.0.7/",)" + inside + "}").status, 403);
  EXPECT_EQ(send(root, Method::post, sources_path, body("", "cards", "/srv/cards/a")).status, 201);
}

TEST_F(SourceEndpoints, have_names_of_their_own) {
  add();
  const auto id = add("", "south");
  for (const auto& twin : {create(body()), patch(id, R"({"name":"north"})")}) {
    EXPECT_EQ(twin.status, 409);
    EXPECT_EQ(field_of(twin), "name");
  }
}

TEST_F(SourceEndpoints, are_switched_off_and_on_and_listed_when_they_are_on) {
  const auto id = add();
  EXPECT_EQ(field_of(send(operator_, Method::patch, at(id, "/toggle"))), "is_active");
  const auto off = send(operator_, Method::patch, at(id, "/toggle?is_active=false"));
  EXPECT_EQ(off.status, 200);
  EXPECT_EQ(text_of(json_of(off).at("health")), "off");
  EXPECT_TRUE(ids(reviewer, sources_path).empty());
  EXPECT_EQ(ids(reviewer, sources_path + "?all=true"), std::vector{id});
  EXPECT_EQ(send(operator_, Method::patch, at(id, "/toggle?is_active=false")).status, 200);
  EXPECT_EQ(audited("source.toggle").size(), 1U) << "nothing was changed the second time";
  EXPECT_EQ(send(operator_, Method::patch, at(nobody, "/toggle?is_active=true")).status, 404);
}

TEST_F(SourceEndpoints, can_be_renamed_and_switched_off_when_their_secret_cannot_be_opened_any_more) {
  const auto id = add_with_password();
  auto broken = row(id);
  broken.secret = "sealed with another key";
  EXPECT_TRUE(database->write([&](Session& s) { return database::pull_sources::update(s, broken); }));
  EXPECT_EQ(patch(id, R"({"name":"other","is_active":false})").status, 200);
  EXPECT_EQ(patch(id, R"({"base_url":"https://192.0.2.1/b/"})").status, 409);
  EXPECT_EQ(patch(id, R"({"base_url":"https://192.0.2.1/b/","auth_password":"anew"})").status, 200);
}

TEST_F(SourceEndpoints, forget_the_key_of_another_server) {
  const auto first_key = "SHA256:" + std::string(43, 'a');
  const auto id = add();
  EXPECT_TRUE(database->write(
      [&](Session& s) { return database::pull_sources::note_host_key(s, row(id).id, first_key); }));
  EXPECT_EQ(patch(id, R"({"base_url":"https://192.0.2.1/b/"})").status, 200);
  EXPECT_EQ(row(id).host_key, first_key);
  EXPECT_EQ(patch(id, R"({"base_url":"https://192.0.2.2/b/"})").status, 200);
  EXPECT_EQ(row(id).host_key, "");
}

TEST_F(SourceEndpoints, tell_how_they_fare) {
  const auto id = add();
  const auto note = [&](const std::string& error, std::optional<core::Instant> paused = {}) {
    EXPECT_TRUE(database->write(
        [&](Session& s) { return database::pull_sources::note_run(s, row(id).id, error, paused, clock.now()); }));
  };
  note("");
  EXPECT_EQ(text_of(shown(id).at("health")), "ok");
  note("no answer");
  EXPECT_EQ(text_of(shown(id).at("health")), "failing");
  EXPECT_EQ(text_of(shown(id).at("last_error")), "no answer");
  clock.advance(std::chrono::days(3));
  note("");
  EXPECT_EQ(text_of(shown(id).at("health")), "quiet") << "no file came since it was made";
  EXPECT_TRUE(database->write(
      [&](Session& s) { return database::pull_sources::note_pulled(s, row(id).id, "a.jpg", clock.now()); }));
  EXPECT_EQ(text_of(shown(id).at("health")), "ok");
  clock.advance(std::chrono::days(300));
  EXPECT_EQ(patch(id, R"({"settings":{"quiet_days":0}})").status, 200);
  EXPECT_EQ(text_of(shown(id).at("health")), "ok") << "0: never";
}

TEST_F(SourceEndpoints, tell_when_they_are_fetched_next) {
  const auto id = add();
  EXPECT_TRUE(queue::schedules::register_built_in(*database, clock));
  EXPECT_EQ(text_of(shown(id).at("next_pull_at")), "2026-11-21T04:05:00.000000Z");
  const auto later = clock.now() + std::chrono::hours(2);
  EXPECT_TRUE(database->write(
      [&](Session& s) { return database::pull_sources::note_run(s, row(id).id, "", later, clock.now()); }));
  EXPECT_EQ(text_of(shown(id).at("next_pull_at")), core::to_iso8601(later));
  send(operator_, Method::patch, at(id, "/toggle?is_active=false"));
  EXPECT_TRUE(shown(id).at("next_pull_at").is_null());
}

TEST_F(SourceEndpoints, run_when_asked_and_tell_what_became_of_files) {
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

TEST_F(SourceEndpoints, fetch_all_there_is_when_their_settings_say_so) {
  const auto id = add(R"("settings":{"until_drained":true})");
  EXPECT_TRUE(json_of(post(at(id, "/process"))).at("max_files").is_null());
}

TEST_F(SourceEndpoints, say_why_a_run_is_not_begun) {
  const auto id = add();
  pulls.refusal = core::Error{.code = core::ErrorCode::conflict, .message = "the source is switched off"};
  EXPECT_EQ(post(at(id, "/process")).status, 409);
  EXPECT_TRUE(audited("source.run").empty());
}

TEST_F(SourceEndpoints, stop_a_run_and_are_deleted_when_it_has_ended) {
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

TEST_F(SourceEndpoints, show_their_ledger_and_take_files_up_again) {
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

TEST_F(SourceEndpoints, keep_their_location) {
  const auto id = add();
  const auto refused = send(operator_, Method::delete_, "/locations/" + location);
  EXPECT_EQ(refused.status, 409);
  EXPECT_TRUE(bytes_of(refused).contains("north"));
  EXPECT_EQ(patch(id, R"({"location_id":")" + add_location("hill") + "\"}").status, 200);
  EXPECT_EQ(send(operator_, Method::delete_, "/locations/" + location).status, 204);
}

class SourceClock : public SourceEndpoints {
 protected:
  std::string pulled(const std::string& bytes) {
    auto photo = add_photo(technician, bytes);
    auto file = add_file(source, bytes, State::stored);
    file.photo_id = core::PhotoId::parse(photo);
    EXPECT_TRUE(database->write([&](Session& s) { return database::pull_files::update(s, file); }));
    return photo;
  }
  std::string taken_at(const std::string& photo) {
    return text_of(json_of(get(reviewer, "/api/v1/images/photos/" + photo)).at("taken_at"));
  }
  Response set(std::int64_t seconds) {
    return send(operator_, Method::put, at(source, "/clock"), R"({"offset_seconds":)" + std::to_string(seconds) + "}");
  }
  std::string source = add();
};

TEST_F(SourceClock, shows_photos_at_corrected_times_and_again_at_those_of_their_files) {
  const auto photo = pulled("PIC 2020-05-01");
  const auto by_person = pulled("PIC 2020-05-02");
  const auto unknown = pulled("PIC");
  const auto before = taken_at(unknown);
  EXPECT_EQ(
      send(technician, Method::patch, "/api/v1/images/photos/" + by_person, R"({"taken_at":"2021-01-01"})").status,
      200);
  const auto preview = json_of(get(reviewer, at(source, "/clock?offset_seconds=3600")));
  EXPECT_EQ(preview.at("count").as_int64(), 1);
  EXPECT_EQ(text_of(preview.at("photos").at(0).at("photo_id")), photo);
  EXPECT_EQ(text_of(preview.at("photos").at(0).at("corrected_at")), "2020-05-01T01:00:00.000000Z");
  EXPECT_EQ(taken_at(photo), "2020-05-01T00:00:00.000000Z") << "a preview changes nothing";
  EXPECT_EQ(bytes_of(set(3600)), R"({"offset_seconds":3600,"corrected":1})");
  EXPECT_EQ(taken_at(photo), "2020-05-01T01:00:00.000000Z");
  EXPECT_EQ(taken_at(by_person), "2021-01-01T00:00:00.000000Z");
  EXPECT_EQ(taken_at(unknown), before);
  EXPECT_EQ(shown(source).at("clock_offset_seconds").as_int64(), 3600);
  EXPECT_EQ(bytes_of(set(3600)), R"({"offset_seconds":3600,"corrected":0})") << "it is not added again";
  EXPECT_EQ(bytes_of(set(-60)), R"({"offset_seconds":-60,"corrected":1})");
  EXPECT_EQ(taken_at(photo), "2020-04-30T23:59:00.000000Z");
  EXPECT_EQ(bytes_of(set(0)), R"({"offset_seconds":0,"corrected":1})");
  EXPECT_EQ(taken_at(photo), "2020-05-01T00:00:00.000000Z");
  EXPECT_EQ(audited("source.clock").size(), 3U);
}

TEST_F(SourceClock, refuses_what_is_no_offset) {
  EXPECT_EQ(field_of(get(reviewer, at(source, "/clock"))), "offset_seconds");
  EXPECT_EQ(field_of(get(reviewer, at(source, "/clock?offset_seconds=1e3"))), "offset_seconds");
  EXPECT_EQ(field_of(set(3'153'600'001)), "offset_seconds");
  EXPECT_EQ(send(operator_, Method::put, at(nobody, "/clock"), R"({"offset_seconds":1})").status, 404);
}

TEST(SourceOrigin, is_scheme_host_and_port) {
  EXPECT_TRUE(has_same_origin("https://Example.com/a", "HTTPS://example.com/b/?c"));
  EXPECT_TRUE(has_same_origin("https://[2001:db8::1]:8443/a", "https://[2001:DB8::1]:8443/"));
  EXPECT_FALSE(has_same_origin("https://example.com/a", "https://example.org/a"));
  EXPECT_FALSE(has_same_origin("https://example.com/a", "http://example.com/a"));
  EXPECT_FALSE(has_same_origin("https://example.com/a", "https://example.com:444/a"));
  EXPECT_FALSE(has_same_origin("https://example.com/", "https://example.com@evil.example/"));
  EXPECT_FALSE(has_same_origin("https://example.com/", "https://example.com\\@evil.example/"));
  EXPECT_FALSE(has_same_origin("/srv/cards/", "/srv/other/"));
  EXPECT_TRUE(has_same_origin("/srv/cards/", "/srv/cards/"));
}

}  // namespace
}  // namespace sightglass::http
