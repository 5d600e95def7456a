// Sources in a house of endpoints, and those who ask after them.
#pragma once

#include <string>

#include "database/pull_files.hpp"
#include "database/pull_runs.hpp"
#include "database/pull_sources.hpp"
#include "unit/http/handler_house.hpp"

namespace sightglass::http {

inline const std::string sources_path = "/image-pull-sources";
inline const std::string nobody = "01930000-0000-7000-8000-000000000000";

class SourceHouse : public HandlerHouse {
 protected:
  SourceHouse() { root.role = core::Role::administrator; }

  std::string add_location(const std::string& name = "meadow") {
    const core::Location made{.id = core::LocationId::make(clock.now()), .name = name};
    EXPECT_TRUE(database->write([&](database::Session& s) { return database::locations::insert(s, made); }));
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
        ->read([&](database::Session& s) {
          return database::pull_sources::find(s, core::PullSourceId::parse(id).value());
        })
        .value()
        .value();
  }
  database::pull_files::File add_file(const std::string& source, const std::string& name,
                                      database::pull_files::State state, const std::string& reason = "") {
    database::pull_files::File file{.id = core::PullFileId::make(clock.now()),
                                    .source_id = core::PullSourceId::parse(source).value(),
                                    .path = name,
                                    .name = name,
                                    .state = state,
                                    .reason = reason,
                                    .first_seen_at = clock.now(),
                                    .changed_at = clock.now()};
    EXPECT_TRUE(database->write([&](database::Session& s) { return database::pull_files::insert(s, file); }));
    return file;
  }
  accounts::Caller root = operator_;
  std::string location = add_location();
};

}  // namespace sightglass::http
