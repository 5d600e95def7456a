#include "http/source_input.hpp"
#include "queue/schedules/built_in.hpp"
#include "unit/http/source_house.hpp"

namespace sightglass::http {
namespace {

using database::Session;

class SourceEndpoints : public SourceHouse {};

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
  EXPECT_TRUE(
      database->write([&](Session& s) { return database::pull_sources::note_host_key(s, row(id).id, first_key); }));
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

TEST_F(SourceEndpoints, keep_their_location) {
  const auto id = add();
  const auto refused = send(operator_, Method::delete_, "/locations/" + location);
  EXPECT_EQ(refused.status, 409);
  EXPECT_TRUE(bytes_of(refused).contains("north"));
  EXPECT_EQ(patch(id, R"({"location_id":")" + add_location("hill") + "\"}").status, 200);
  EXPECT_EQ(send(operator_, Method::delete_, "/locations/" + location).status, 204);
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
