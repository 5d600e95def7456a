// A store's sources with what lies around them, for suites about their tables.
#pragma once

#include <string>

#include "database/catalogue.hpp"
#include "database/pull_files.hpp"
#include "database/pull_runs.hpp"
#include "database/pull_sources.hpp"
#include "support/stores.hpp"

namespace sightglass::test {

class PullStoreTest : public StoreTest {
 protected:
  core::LocationId add_location(const std::string& name = "meadow") {
    const core::Location location{.id = core::LocationId::make(instant(0)), .name = name};
    must(write([&](database::Session& s) { return database::locations::insert(s, location); }));
    return location.id;
  }
  database::pull_sources::Source add_source(const std::string& name = "north", std::int64_t second = 0) {
    const database::pull_sources::Source source{.id = core::PullSourceId::make(instant(second)),
                                                .name = name,
                                                .base_url = "https://192.0.2.1/cards/",
                                                .sign_in = "basic",
                                                .username = "ann",
                                                .secret = std::string("\x00\xff sealed", 9),
                                                .settings = R"({"depth":2})",
                                                .created_at = instant(second),
                                                .updated_at = instant(second)};
    must(write([&](database::Session& s) { return database::pull_sources::insert(s, source); }));
    return source;
  }
  database::pull_runs::Run run_at(core::PullSourceId source, std::int64_t second) {
    return {.id = core::PullRunId::make(instant(second)),
            .source_id = source,
            .cause = "person",
            .max_files = 10,
            .requested_by = "olga",
            .requested_at = instant(second)};
  }
  database::pull_runs::Run add_run(core::PullSourceId source, std::int64_t second) {
    const auto run = run_at(source, second);
    must(write([&](database::Session& s) { return database::pull_runs::insert(s, run); }));
    return run;
  }
  void end(database::pull_runs::Run run, std::int64_t second) {
    run.state = database::pull_runs::State::ended;
    run.ended_at = instant(second);
    run.outcome = "done";
    must(write([&](database::Session& s) { return database::pull_runs::update(s, run); }));
  }
  database::pull_files::File file_at(core::PullSourceId source, const std::string& path, std::int64_t second) {
    return {.id = core::PullFileId::make(instant(second)),
            .source_id = source,
            .path = path,
            .name = path,
            .address = "https://192.0.2.1/cards/" + path,
            .next_at = instant(second),
            .first_seen_at = instant(second),
            .changed_at = instant(second)};
  }
  database::pull_files::File add_file(database::pull_files::File file) {
    must(write([&](database::Session& s) { return database::pull_files::insert(s, file); }));
    return file;
  }
  void change(const database::pull_files::File& file) {
    must(write([&](database::Session& s) { return database::pull_files::update(s, file); }));
  }
  database::pull_files::File file_of(core::PullFileId id) {
    return must(read([&](database::Session& s) { return database::pull_files::find(s, id); })).value();
  }
};

}  // namespace sightglass::test
