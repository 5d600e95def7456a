// Walks the whole endpoint table with every kind of caller, on objects of their own and of others, through the
// dispatcher: what each row declares is what happens.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

#include "database/analyses.hpp"
#include "database/cameras.hpp"
#include "database/findings.hpp"
#include "database/meters.hpp"
#include "database/models.hpp"
#include "database/outputs.hpp"
#include "database/photo_pairs.hpp"
#include "database/pull_runs.hpp"
#include "database/pull_sources.hpp"
#include "database/saved_searches.hpp"
#include "database/stations.hpp"
#include "database/training_runs.hpp"
#include "database/triggers.hpp"
#include "database/waiting_ids.hpp"
#include "http/dispatch.hpp"
#include "inspection/heat_map.hpp"
#include "queue/schedules/kinds.hpp"
#include "queue/schedules/schedule_rows.hpp"
#include "queue/schedules/steering.hpp"
#include "unit/http/handler_house.hpp"

namespace sightglass::http {
namespace {

using core::Role;

// Everything strangers may call, each with its reason; a row that becomes public by mistake fails the test.
const std::set<std::string_view> public_operations{
    "getHealth",      "getMetrics",                    // probes and scrapers hold no credentials, and learn no names
    "getSetup",       "completeSetup",                 // before the first user exists; the code protects it
    "login",          "refreshToken",  "openSession",  // where credentials come from
    "getOpenapi",                                      // says how to sign in
    "describeUploads"};                                // what is spoken here, as the protocol wants it told

// Rows that name an object and yet check none, each with its reason.
const std::set<std::string_view> unchecked_patterns{
    "/api/v1/users/{id}",   // administrators see every user
    "/api/v1/assets/{id}",  // assets and locations are seen by all who are signed in
    "/api/v1/locations/{id}",
    "/locations/{id}",
    "/api/v1/queues/{name}",   // there are four, which every operator sees
    "/api/v1/schedules/{id}",  // operators see every schedule
    "/api/v1/schedules/{id}/run",
    "/api/v1/schedules/{id}/pause",
    "/api/v1/schedules/{id}/resume",
    "/api/v1/cameras/{id}",  // who is signed in sees all cameras, and they are of nobody
    "/api/v1/cameras/{id}/live",
    "/api/v1/cameras/{id}/live/picture",
    "/api/v1/cameras/{id}/live/measures",
    "/api/v1/stations/{id}",  // likewise stations, with their journal and those whom they tell
    "/api/v1/stations/{id}/trigger",
    "/api/v1/stations/{id}/ids",
    "/api/v1/stations/{id}/ids/{number}",
    "/api/v1/stations/{id}/triggers",
    "/api/v1/stations/{id}/outputs",
    "/api/v1/triggers/{id}",
    "/api/v1/triggers/{id}/{picture}",
    "/api/v1/outputs/{id}",
    "/api/v1/outputs/{id}/test",
    "/api/v1/outputs/{id}/deliveries",
    "/api/v1/image-pull-sources/{id}",  // sources are of nobody: reviewers see them all
    "/api/v1/image-pull-sources/{id}/toggle",
    "/api/v1/image-pull-sources/{id}/process",
    "/api/v1/image-pull-sources/{id}/runs",
    "/api/v1/image-pull-sources/{id}/runs/{run}",
    "/api/v1/image-pull-sources/{id}/runs/{run}/stop",
    "/api/v1/image-pull-sources/{id}/files",
    "/api/v1/image-pull-sources/{id}/files/replay",
    "/api/v1/image-pull-sources/{id}/files/skip",
    "/api/v1/image-pull-sources/{id}/clock",
    "/image-pull-sources/{id}",
    "/image-pull-sources/{id}/toggle",
    "/image-pull-sources/{id}/process",
    "/image-pull-sources/{id}/runs",
    "/image-pull-sources/{id}/runs/{run}",
    "/image-pull-sources/{id}/runs/{run}/stop",
    "/image-pull-sources/{id}/files",
    "/image-pull-sources/{id}/files/replay",
    "/image-pull-sources/{id}/files/skip",
    "/image-pull-sources/{id}/clock",
    "/api/v1/meters/{id}",  // as the assets they belong to
    "/api/v1/meters/{id}/try",
    "/api/v1/models/{id}",  // models are everybody's
    "/api/v1/models/{id}/promote",
    "/api/v1/models/{id}/evaluate",
    "/api/v1/training-runs/{id}"};

// Rows that are posted and yet only read, each with its reason.
const std::set<std::string_view> posted_readings{
    "preparePhotoArchive"};  // a choice of thousands of photos has no room in an address

enum class Persona {
  stranger,
  viewer,
  technician,
  reviewer,
  operator_,
  administrator,
  token_without_scope,
  viewer_token_of_technician,
};
// Whom the whole table is walked with; the last is tested by itself.
constexpr std::array personas{Persona::stranger,           Persona::viewer,    Persona::technician,
                              Persona::reviewer,           Persona::operator_, Persona::administrator,
                              Persona::token_without_scope};

class AccessMatrix : public HandlerHouse {
 protected:
  AccessMatrix() {
    folder.write("web/index.html", "<!doctype html><title>Sightglass</title>");
    folder.write("inspections/original.jpg", "the bytes of a picture");
    stations.pictures["original"] = folder.path() / "inspections" / "original.jpg";
    const auto root = administration.create_user(
        accounts::command_line_caller(), {.name = "ada", .password = "correct horse", .role = Role::administrator}, {});
    administrator = accounts::caller_of(root.value(), accounts::Credential::access_token);
    for (const auto* scope : {"audit:read", "photos:read"})
      service_tokens.push_back(
          administration.create_token(administrator, {.name = scope, .scopes = {scope}}, {}).value().secret);
    const std::vector<std::string> reading{"photos:read", "jobs:read", "tasks:read", "review:read"};
    service_tokens.push_back(
        administration.create_token(technician, {.name = "low", .scopes = reading, .role = Role::viewer}, {})
            .value()
            .secret);
  }

  const accounts::Caller* caller_of(Persona persona) const {
    switch (persona) {
      case Persona::viewer: return &viewer;
      case Persona::technician:
      case Persona::viewer_token_of_technician: return &technician;
      case Persona::reviewer: return &reviewer;
      case Persona::operator_: return &operator_;
      case Persona::administrator:
      case Persona::token_without_scope: return &administrator;
      case Persona::stranger: break;
    }
    return nullptr;
  }

  // Real credentials, made anew for each request because rows such as log-out end them.
  std::string authorization_of(Persona persona, const Guard& guard) {
    if (persona == Persona::stranger) return "";
    if (persona == Persona::viewer_token_of_technician) return "Bearer " + service_tokens.at(2);
    const bool needs_audit = guard.area == accounts::Area::audit && guard.access == accounts::Access::read;
    if (persona == Persona::token_without_scope) return "Bearer " + service_tokens.at(needs_audit ? 1 : 0);
    const auto& caller = *caller_of(persona);
    const auto now = clock.now();
    const core::SignInSession session{.id = core::SessionId::make(now),
                                      .user_id = caller.user_id,
                                      .created_at = now,
                                      .expires_at = now + std::chrono::hours(1)};
    EXPECT_TRUE(database->write([&](database::Session& s) { return database::sign_ins::insert(s, session); }));
    return "Bearer " + tokens
                           .sign({.user = caller.user_id,
                                  .name = caller.name,
                                  .role = caller.role,
                                  .session = session.id,
                                  .issued_at = now,
                                  .expires_at = now + std::chrono::minutes(15)})
                           .value();
  }

  // An object of `owner` that the row can name, as the row's target.
  std::string target_of(const Endpoint& row, const accounts::Caller& owner) {
    std::string target(row.pattern);
    const auto fill = [&](std::string_view segment, const std::string& text) {
      if (const auto at = target.find(segment); at != std::string::npos) target.replace(at, segment.size(), text);
    };
    if (is_about_findings(row)) {
      fill("{id}", new_finding(row, owner));
    } else if (target.contains("{job_id}")) {
      const auto job = add_job(owner, R"({"title":"pump"})");
      const auto answer = upload(owner, "/job/" + job + "/add_image", {picture("PIC job " + unique())});
      fill("{job_id}", job);
      fill("{filename}", text_of(json_of(answer).at("filename")));
    } else if (row.guard.check == ObjectCheck::job) {
      const auto job = add_job(owner, R"({"title":"pump"})");
      fill("{id}", job);
      if (target.contains("{pair_id}")) fill("{pair_id}", new_pair(owner, job));
    } else if (row.guard.check == ObjectCheck::photo) {
      const auto photo = add_photo(owner, "PIC " + unique());
      fill("{task_id}", task_of(photo));
      fill("{photo_id}", photo);
      for (const auto* segment : {"{level}", "{column}", "{row}"}) fill(segment, "0");
      fill("{id}", target.contains("/analysis/") ? analysis_of(photo) : photo);
    } else if (is_upload(row)) {
      fill("{id}", new_upload(owner));
    } else if (target.contains("/archive/")) {
      fill("{id}", new_archive(owner));
    } else if (target.contains("/searches/")) {
      fill("{id}", new_search(owner));
    } else if (row.guard.check == ObjectCheck::own) {
      auto made = administration.create_token(owner, {.name = "t", .scopes = {"photos:read"}}, {}).value();
      fill("{id}", made.token.id.to_string());
    } else if (target.contains("/users/")) {
      fill("{id}", colleague.user_id.to_string());
    } else if (target.contains("/cameras/")) {
      fill("{id}", new_camera());
    } else if (target.contains("/stations/")) {
      const auto station = new_station();
      fill("{id}", station);
      if (target.contains("{number}")) fill("{number}", new_waiting_id(station));
    } else if (target.contains("/triggers/")) {
      fill("{id}", new_trigger());
      fill("{picture}", "original");
    } else if (target.contains("/outputs/")) {
      fill("{id}", new_output());
    } else if (target.contains("/image-pull-sources/")) {
      const auto source = new_source();
      fill("{id}", source);
      if (target.contains("{run}")) fill("{run}", new_source_run(source));
    } else if (target.contains("/schedules/")) {
      fill("{id}", new_schedule());
    } else if (target.contains("/meters/")) {
      fill("{id}", new_meter());
    } else if (target.contains("/models/")) {
      fill("{id}", new_model());
    } else if (target.contains("/training-runs/")) {
      fill("{id}", new_training_run());
    } else if (target.contains("/queues/")) {
      fill("{name}", "batch");
    } else {
      fill("{id}", target.contains("assets") ? new_asset() : new_location());
    }
    return target;
  }

  // The steps of the transport.
  int status_for(const Endpoint& row, Persona persona, const std::string& target) {
    Dispatcher dispatcher(table, authenticator, metrics, {.access_log_level = telemetry::Level::debug});
    Exchange exchange;
    exchange.request.method = row.method;
    exchange.request.peer = "192.0.2.1";
    const auto authorization = authorization_of(persona, row.guard);
    if (!authorization.empty()) exchange.request.headers.add("Authorization", authorization);
    if (is_upload(row)) {
      for (const auto& [name, value] : {std::pair{"Tus-Resumable", "1.0.0"},
                                        {"Content-Type", "application/offset+octet-stream"},
                                        {"Upload-Offset", "0"},
                                        {"Upload-Length", "10"},
                                        {"X-HTTP-Method-Override", "PATCH"}})
        exchange.request.headers.add(name, value);
    }
    if (row.body == BodyKind::json) {
      exchange.request.headers.add("Content-Type", "application/json");
      exchange.request.body = target.contains("/photos/") ? R"({"description":"x"})" : "{}";
      if (target.contains("batch_analyze")) exchange.request.body = R"({"photo_ids":[]})";
      // Technicians decide on readings alone, so these rows are walked with one.
      if (target.ends_with("/validate")) exchange.request.body = R"({"is_valid":false})";
      if (row.operation == "drawFinding") exchange.request.body = R"({"kind":"reading","value":1})";
      if (row.operation == "putPhotoLabels") exchange.request.body = R"({"labels":[]})";
    }
    if (auto done = dispatcher.begin(exchange, target)) return done->status;
    EXPECT_EQ(exchange.endpoint, &row) << target;
    if (!exchange.is_authenticated)
      if (auto done = dispatcher.authenticate(exchange)) return done->status;
    if (auto done = dispatcher.guard(exchange, 0)) return done->status;
    if (auto done = dispatcher.try_fast(exchange)) return done->status;
    if (row.handle) return dispatcher.handle(exchange).status;
    auto sink = dispatcher.open_body(exchange, false);
    return sink ? 200 : status_of(sink.error(), row.errors);
  }

  static bool is_upload(const Endpoint& row) { return row.pattern.starts_with("/api/v1/uploads"); }
  static bool is_about_findings(const Endpoint& row) {
    return row.pattern.starts_with("/api/v1/findings/") || row.pattern.contains("/anomalies/") ||
           row.pattern.contains("/meter-readings/") || row.pattern.contains("/damage-reports/") ||
           row.pattern.contains("/spottings/");
  }
  static bool is_refusal(int status) { return status == 401 || status == 403 || status == 404; }

  // nullopt: none of the refusals.
  static std::optional<int> expected(const Endpoint& row, Persona persona, const accounts::Caller* caller,
                                     bool is_own) {
    if (row.guard.is_public) return std::nullopt;
    if (persona == Persona::stranger) return 401;
    if (caller->role < row.guard.least_role || persona == Persona::token_without_scope) return 403;
    const bool is_hidden = row.guard.check == ObjectCheck::photo || row.guard.check == ObjectCheck::job;
    if (is_hidden && persona == Persona::technician && !is_own) return 404;
    return std::nullopt;
  }

  // Reviewers see every job and photo, but change no jobs and delete no photos of others (accounts/access.hpp).
  static bool may_be_forbidden(const Endpoint& row, Persona persona) {
    return persona == Persona::reviewer && row.guard.access == accounts::Access::write &&
           (row.guard.check == ObjectCheck::job || row.guard.check == ObjectCheck::photo);
  }

  accounts::Caller administrator;
  std::vector<std::string> service_tokens;

 private:
  std::string unique() { return std::to_string(++count_); }
  std::string task_of(const std::string& photo) {
    const auto found = database->read(
        [&](database::Session& s) { return database::photos::find(s, core::PhotoId::parse(photo).value()); });
    return found.value().value().task_id.value_or(core::TaskId{}).to_string();
  }
  std::string analysis_of(const std::string& photo) {
    const database::analyses::Analysis analysis{.id = core::AnalysisId::make(clock.now()),
                                                .photo_id = core::PhotoId::parse(photo).value(),
                                                .model = "m",
                                                .version = "1",
                                                .provider = "p",
                                                .created_at = clock.now()};
    EXPECT_TRUE(database->write([&](database::Session& s) { return database::analyses::save(s, analysis); }));
    return analysis.id.to_string();
  }
  std::string new_finding(const Endpoint& row, const accounts::Caller& owner) {
    core::Finding finding;
    finding.id = core::FindingId::make(clock.now());
    finding.photo_id = core::PhotoId::parse(add_photo(owner, "PIC found " + unique())).value();
    finding.kind = row.pattern.contains("/anomalies/")        ? core::FindingKind::anomaly
                   : row.pattern.contains("/damage-reports/") ? core::FindingKind::damage
                   : row.pattern.contains("/spottings/")      ? core::FindingKind::spotting
                                                              : core::FindingKind::reading;
    finding.class_name = "x";
    finding.heat_map = "cache/heat/" + finding.id.to_string();
    const auto map = inspection::to_bytes({.size = {1, 1}, .z = {1}}).value();
    EXPECT_TRUE(blobs->put(finding.heat_map, map, storage::BlobStore::Durability::rebuildable));
    EXPECT_TRUE(database->write([&](database::Session& s) { return database::findings::insert(s, finding); }));
    return finding.id.to_string();
  }
  // Of another node, so that nothing is opened.
  std::string new_camera() {
    const database::cameras::Camera camera{.id = core::CameraId::make(clock.now()),
                                           .name = unique(),
                                           .driver = "simulated",
                                           .address = "scene:belt",
                                           .node = "elsewhere"};
    EXPECT_TRUE(database->write([&](database::Session& s) { return database::cameras::insert(s, camera); }));
    return camera.id.to_string();
  }
  std::string new_station() {
    const database::stations::Station station{
        .id = core::StationId::make(clock.now()), .name = unique(), .trigger = R"({"source":"software"})"};
    EXPECT_TRUE(database->write([&](database::Session& s) { return database::stations::insert(s, station); }));
    return station.id.to_string();
  }
  std::string new_waiting_id(const std::string& station) {
    const auto now = clock.now();
    const auto number = database->write([&](database::Session& s) {
      return database::waiting_ids::store(s, {.station_id = core::StationId::parse(station).value(),
                                              .image_id = "A-1",
                                              .stored_at = now,
                                              .expires_at = now + database::waiting_ids::lifetime});
    });
    EXPECT_TRUE(number);
    return std::to_string(number.value_or(0));
  }
  std::string new_trigger() {
    const database::triggers::Trigger trigger{.id = core::TriggerId::make(clock.now()), .name = unique()};
    EXPECT_TRUE(database->write([&](database::Session& s) { return database::triggers::insert(s, trigger); }));
    return trigger.id.to_string();
  }
  std::string new_output() {
    const database::outputs::Output output{.id = core::OutputId::make(clock.now()),
                                           .station_id = core::StationId::parse(new_station()).value(),
                                           .name = unique(),
                                           .kind = "webhook",
                                           .settings = R"({"url":"http://192.0.2.1/"})"};
    EXPECT_TRUE(database->write([&](database::Session& s) { return database::outputs::insert(s, output); }));
    return output.id.to_string();
  }
  std::string new_source() {
    const database::pull_sources::Source source{
        .id = core::PullSourceId::make(clock.now()), .name = unique(), .base_url = "https://192.0.2.1/cards/"};
    EXPECT_TRUE(database->write([&](database::Session& s) { return database::pull_sources::insert(s, source); }));
    return source.id.to_string();
  }
  std::string new_source_run(const std::string& source) {
    const database::pull_runs::Run run{.id = core::PullRunId::make(clock.now()),
                                       .source_id = core::PullSourceId::parse(source).value(),
                                       .cause = "person"};
    EXPECT_TRUE(database->write([&](database::Session& s) { return database::pull_runs::insert(s, run); }));
    return run.id.to_string();
  }
  std::string new_meter() {
    const database::meters::Meter meter{.id = core::MeterId::make(clock.now()),
                                        .asset_id = core::AssetId::parse(new_asset()).value(),
                                        .name = "m",
                                        .kind = "wheels"};
    EXPECT_TRUE(database->write([&](database::Session& s) { return database::meters::insert(s, meter); }));
    return meter.id.to_string();
  }
  std::string new_model() {
    const database::models::Model model{.id = core::ModelId::make(clock.now()),
                                        .name = unique(),
                                        .version = "1",
                                        .task = "anomaly",
                                        .state = "ready",
                                        .origin = "file"};
    EXPECT_TRUE(database->write([&](database::Session& s) { return database::models::insert(s, model); }));
    return model.id.to_string();
  }
  std::string new_training_run() {
    const database::training_runs::Run run{.id = core::TrainingRunId::make(clock.now()),
                                           .task = "anomaly",
                                           .task_id = core::TaskId::make(clock.now()),
                                           .created_at = clock.now()};
    EXPECT_TRUE(database->write([&](database::Session& s) { return database::training_runs::insert(s, run); }));
    return run.id.to_string();
  }
  std::string new_pair(const accounts::Caller& owner, const std::string& job) {
    for (int i = 0; i < 2; ++i) upload(owner, "/job/" + job + "/add_image", {picture("PIC pair " + unique())});
    const auto photos = ids(operator_, "/api/v1/images/photos?job=" + job);
    const core::PhotoPair pair{.id = core::PairId::make(clock.now()),
                               .before = core::PhotoId::parse(photos.at(0)).value(),
                               .after = core::PhotoId::parse(photos.at(1)).value(),
                               .created_by = owner.user_id};
    EXPECT_TRUE(database->write(
        [&](database::Session& s) { return database::photo_pairs::insert(s, core::JobId::parse(job).value(), pair); }));
    return pair.id.to_string();
  }
  std::string new_archive(const accounts::Caller& owner) {
    const auto photo = add_photo(owner.role == Role::viewer ? technician : owner, "PIC archived " + unique());
    const auto answer =
        send(owner, Method::post, "/api/v1/images/photos/archive", R"({"photos":[")" + photo + R"("]})");
    const auto url = text_of(json_of(answer).at("url"));
    return url.substr(url.rfind('/') + 1);
  }
  std::string new_search(const accounts::Caller& owner) {
    const database::saved_searches::SavedSearch search{
        .id = core::SearchId::make(clock.now()), .user = owner.user_id, .name = unique(), .query = "tag=pump"};
    EXPECT_TRUE(database->write([&](database::Session& s) { return database::saved_searches::insert(s, search); }));
    return search.id.to_string();
  }
  std::string new_schedule() {
    namespace schedules = queue::schedules;
    schedules::Schedule schedule{.id = schedules::ScheduleId::make(clock.now()),
                                 .name = unique(),
                                 .kind = std::string(schedules::prune_history),
                                 .expression = "@daily"};
    EXPECT_TRUE(schedules::plan(schedule, clock.now()));
    EXPECT_TRUE(database->write([&](database::Session& s) { return schedules::insert(s, schedule); }));
    return schedule.id.to_string();
  }
  std::string new_asset() {
    const core::Asset asset{.id = core::AssetId::make(clock.now()), .code = "A" + unique(), .name = "pump"};
    EXPECT_TRUE(database->write([&](database::Session& s) { return database::assets::insert(s, asset); }));
    return asset.id.to_string();
  }
  std::string new_location() {
    const core::Location location{.id = core::LocationId::make(clock.now()), .name = "L" + unique()};
    EXPECT_TRUE(database->write([&](database::Session& s) { return database::locations::insert(s, location); }));
    return location.id.to_string();
  }
  std::string new_upload(const accounts::Caller& owner) {
    const auto turn = uploads.create({.id = core::PhotoId::make(clock.now()), .owner = owner.user_id, .length = 10});
    EXPECT_TRUE(turn);
    return turn ? turn->upload().id.to_string() : "";
  }
  int count_ = 0;
};

bool names_an_object(const Endpoint& row) { return row.pattern.contains('{'); }

TEST_F(AccessMatrix, has_no_public_row_without_a_reason) {
  for (const auto& row : table) {
    // Pages and their scripts hold nothing of the house; what they show comes through the rows below.
    if (row.operation.empty() || !row.guard.is_public) continue;
    EXPECT_TRUE(public_operations.contains(row.operation)) << row.operation << " " << row.pattern;
  }
}

TEST_F(AccessMatrix, checks_every_object_that_a_row_names) {
  for (const auto& row : table) {
    if (!names_an_object(row) || row.guard.is_public || row.guard.check != ObjectCheck::none) continue;
    EXPECT_TRUE(unchecked_patterns.contains(row.pattern)) << row.pattern;
  }
}

TEST_F(AccessMatrix, lets_viewers_write_nothing_but_their_own_account) {
  for (const auto& row : table) {
    if (row.guard.is_public || row.guard.access == accounts::Access::read || row.guard.check == ObjectCheck::own)
      continue;
    EXPECT_GT(row.guard.least_role, Role::viewer) << name_of(row.method) << " " << row.pattern;
  }
}

TEST_F(AccessMatrix, marks_every_row_that_changes_things_as_writing) {
  for (const auto& row : table) {
    const bool is_read =
        row.method == Method::get || row.method == Method::head || posted_readings.contains(row.operation);
    if (!row.guard.is_public) EXPECT_EQ(row.guard.access == accounts::Access::read, is_read) << row.pattern;
  }
}

TEST_F(AccessMatrix, answers_every_caller_as_each_row_declares) {
  int walked = 0;
  for (const auto& row : table) {
    if (row.operation.empty() && row.guard.is_public) continue;
    for (const auto persona : personas) {
      for (const bool is_own : {true, false}) {
        if (!is_own && !names_an_object(row)) continue;
        const auto* const caller = caller_of(persona);
        // Only technicians are kept from what others made, so theirs is the "own" object of all but tokens, which
        // belong to whoever asks.
        const bool is_token_row = row.guard.check == ObjectCheck::own;
        const auto& owner = is_token_row && is_own && caller ? *caller : (is_own ? technician : colleague);
        const auto target = names_an_object(row) ? target_of(row, owner) : std::string(row.pattern);
        const auto status = status_for(row, persona, target);
        const auto wanted = expected(row, persona, caller, is_own);
        const auto where = std::string(name_of(row.method)) + " " + std::string(row.pattern) + " persona " +
                           std::to_string(static_cast<int>(persona)) + (is_own ? " own" : " foreign");
        ++walked;
        EXPECT_LT(status, 500) << where;
        if (wanted) {
          EXPECT_EQ(status, *wanted) << where;
        } else if (is_token_row && names_an_object(row) && !is_own &&
                   (persona != Persona::administrator || is_upload(row) || row.operation == "deleteSavedSearch" ||
                    row.operation == "downloadPhotoArchive")) {
          EXPECT_EQ(status, 404) << where;
        } else if (row.operation == "getSession") {
          EXPECT_EQ(status, 401) << where << ": only a cookie has a session to show";
        } else if (!row.guard.is_public && !(status == 403 && may_be_forbidden(row, persona))) {
          EXPECT_FALSE(is_refusal(status)) << where << " answered " << status;
        }
      }
    }
  }
  EXPECT_GT(walked, 200);
}

// Viewers see everything and technicians do not: a lower role must not be a way around.
TEST_F(AccessMatrix, hides_foreign_objects_from_a_technicians_token_of_the_role_viewer) {
  constexpr auto token = Persona::viewer_token_of_technician;
  int walked = 0;
  for (const auto& row : table) {
    const bool is_hidden = row.guard.check == ObjectCheck::photo || row.guard.check == ObjectCheck::job;
    if (row.method != Method::get || !is_hidden || row.guard.is_public) continue;
    ++walked;
    const auto foreign = target_of(row, colleague);
    EXPECT_EQ(status_for(row, Persona::operator_, foreign) / 100, 2) << foreign;  // and now it may be cached
    EXPECT_EQ(status_for(row, token, foreign), 404) << foreign;
    EXPECT_EQ(status_for(row, token, target_of(row, technician)) / 100, 2) << row.pattern;
  }
  EXPECT_GT(walked, 4);
}

// A cached answer must not be quicker than the check.
TEST_F(AccessMatrix, hides_bytes_from_strangers_that_others_have_just_fetched) {
  for (const auto& row : table) {
    if (row.method != Method::get || row.guard.check != ObjectCheck::photo) continue;
    const auto target = target_of(row, colleague);
    EXPECT_EQ(status_for(row, Persona::operator_, target) / 100, 2) << target;
    EXPECT_EQ(status_for(row, Persona::operator_, target) / 100, 2) << target;
    EXPECT_EQ(status_for(row, Persona::technician, target), 404) << target;
    EXPECT_EQ(status_for(row, Persona::stranger, target), 401) << target;
  }
}

}  // namespace
}  // namespace sightglass::http
