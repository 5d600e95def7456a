// A small house for tests of handlers: the real endpoint table on a real database and a real disk store in a
// temporary folder; only the decoder and the clock are fake.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <boost/json.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/access_tokens.hpp"
#include "accounts/administration.hpp"
#include "accounts/passwords.hpp"
#include "accounts/sign_in.hpp"
#include "database/catalogue.hpp"
#include "database/people.hpp"
#include "database/photos.hpp"
#include "database/sqlite/sqlite_database.hpp"
#include "http/problem.hpp"
#include "http/request_target.hpp"
#include "http/router.hpp"
#include "http/services.hpp"
#include "storage/disk/disk_blob_store.hpp"
#include "support/still_pulls.hpp"
#include "unit/http/still_stations.hpp"

namespace sightglass::http {

class HandClock final : public core::Clock {
 public:
  core::Instant now() const override { return core::from_micros(micros_.load()); }
  void advance(std::chrono::microseconds by) { micros_ += by.count(); }

 private:
  // 2026-11-21T04:00:00Z
  std::atomic<std::int64_t> micros_{1'795'233'600'000'000};
};

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sightglass-http-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
  }

 private:
  std::filesystem::path path_;
};

// A "picture" is text: "PIC…" is sound, "CUT…" is truncated, anything else is no picture. "PIC 2020-05-01" says when
// it was taken.
class TextDecoder final : public imaging::Decoder {
 public:
  core::Result<imaging::DerivedImages> derive(int fd, const imaging::DerivePlan& plan,
                                              const imaging::Limits& limits) override {
    const std::string text = read(fd);
    const bool is_cut = text.starts_with("CUT");
    if (!is_cut && !text.starts_with("PIC")) {
      return core::fail(core::ErrorCode::unsupported_format, "this is no picture of a kind that is read");
    }
    if (is_cut && !plan.allow_damaged) return core::fail(core::ErrorCode::corrupt_image, "the picture is cut off");
    if (static_cast<std::int64_t>(text.size()) > limits.max_bytes) return core::fail(core::ErrorCode::too_large, "big");
    imaging::DerivedImages images{.size = {4000, 3000},
                                  .display_jpeg = "display of " + text,
                                  .display_size = {1024, 768},
                                  .thumbnail_jpeg = "thumbnail of " + text,
                                  .thumbnail_size = {300, 225},
                                  .thumbhash = "AQID",
                                  .is_damaged = is_cut,
                                  .damage = is_cut ? "cut off" : ""};
    images.metadata.camera_make = "Fake";
    images.metadata.position = core::GeoPosition{.latitude = 47.4, .longitude = 8.5, .altitude = 400};
    if (text.size() >= 14) images.metadata.taken_at = core::parse_iso8601(std::string_view(text).substr(4, 10));
    if (images.metadata.taken_at) images.metadata.taken_source = core::TakenSource::exif;
    return images;
  }
  core::Result<imaging::ImageProperties> measure(int, const imaging::Limits&) override {
    return core::fail(core::unavailable("not faked"));
  }
  // Tiles are text too, behind what every JPEG begins with.
  core::Result<void> cut_tiles(int fd, const imaging::TilePlan& plan, const imaging::Limits&,
                               imaging::TileSink& sink) override {
    ++pyramids;
    const std::string text = read(fd);
    if (!text.starts_with("PIC")) return core::fail(core::ErrorCode::corrupt_image, "the picture is cut off");
    const core::Size size = plan.rotation % 180 == 0 ? core::Size{4000, 3000} : core::Size{3000, 4000};
    SG_TRY(sink.begin(size));
    for (std::int64_t place = 0; place < imaging::TileGrid(size).count(); ++place)
      SG_TRY(sink.add("\xff\xd8\xff" + std::to_string(place)));
    return {};
  }
  int pyramids = 0;  // begun

 private:
  static std::string read(int fd) {
    struct stat status{};
    if (::fstat(fd, &status) != 0) return {};
    std::string text(static_cast<std::size_t>(status.st_size), '\0');
    const auto got = ::pread(fd, text.data(), text.size(), 0);
    text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return text;
  }
};

struct Part {
  std::string name;
  std::string bytes;
  std::optional<std::string> filename = std::nullopt;
};
inline Part picture(std::string bytes, std::string filename = "photo.jpg") {
  return {.name = "image", .bytes = std::move(bytes), .filename = std::move(filename)};
}

inline boost::json::value json_of(const Response& response) {
  const auto* const text = std::get_if<std::string>(&response.body);
  boost::system::error_code failed;
  auto value = text ? boost::json::parse(*text, failed) : boost::json::value{};
  EXPECT_FALSE(failed) << *text;
  return value;
}
inline std::string text_of(const boost::json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value);
}
// error.details.field of a structured problem.
inline std::string field_of(const Response& response) {
  const auto problem = json_of(response);
  boost::system::error_code absent;
  const auto* const field = problem.find_pointer("/error/details/field", absent);
  return field ? text_of(*field) : "";
}
// The bytes a response sends, whatever holds them.
inline std::string bytes_of(const Response& response) {
  if (const auto* text = std::get_if<std::string>(&response.body)) return *text;
  if (const auto* shared = std::get_if<std::shared_ptr<const std::string>>(&response.body)) return **shared;
  const auto& file = std::get<FileBody>(response.body);
  std::string bytes(static_cast<std::size_t>(file.length), '\0');
  EXPECT_EQ(::pread(file.fd.get(), bytes.data(), bytes.size(), file.offset), file.length);
  return bytes;
}

class HandlerHouse : public ::testing::Test {
 protected:
  HandlerHouse() {
    viewer = add("vera", core::Role::viewer);
    technician = add("tom", core::Role::technician);
    colleague = add("tina", core::Role::technician);
    reviewer = add("rita", core::Role::reviewer);
    operator_ = add("olga", core::Role::operator_);
  }

  // Role and scope are the dispatcher's work; here a caller below the row's role is an error of the test.
  Response send(const accounts::Caller& caller, Method method, std::string_view target, std::string body = {},
                const std::vector<std::pair<std::string, std::string>>& headers = {}) {
    Request request = make_request(caller, method, target);
    request.body = std::move(body);
    if (!request.body.empty()) request.headers.add("Content-Type", "application/json");
    for (const auto& [name, value] : headers) request.headers.add(name, value);
    const Endpoint* const row = find_row(request);
    if (!row) return Response::empty(404);
    EXPECT_TRUE(row->handle) << target;
    auto answer = row->handle(request);
    if (answer && answer->is_deferred) {
      ++deferrals;
      answer = row->patient(request);
    }
    return answer ? std::move(*answer) : problem(answer.error(), row->errors, request.request_id);
  }
  Response get(const accounts::Caller& caller, std::string_view target) { return send(caller, Method::get, target); }
  // The row's fast handler; nullopt when it declines.
  std::optional<Response> get_fast(const accounts::Caller& caller, std::string_view target) {
    Request request = make_request(caller, Method::get, target);
    const Endpoint* const row = find_row(request);
    return row && row->fast ? row->fast(request) : std::nullopt;
  }
  // `declared_bytes` is the body's Content-Length; none is sent by default, as with a body in chunks.
  Response upload(const accounts::Caller& caller, std::string_view target, const std::vector<Part>& parts,
                  std::string declared_bytes = {}) {
    Request request = make_request(caller, Method::post, target);
    if (!declared_bytes.empty()) request.headers.add("Content-Length", std::move(declared_bytes));
    const Endpoint* const row = find_row(request);
    if (!row) return Response::empty(404);
    EXPECT_TRUE(row->upload) << target;
    auto answer = pour(*row, request, parts);
    return answer ? std::move(*answer) : problem(answer.error(), row->errors, request.request_id);
  }
  // A field photo's id.
  std::string add_photo(const accounts::Caller& caller, std::string bytes, std::vector<Part> fields = {}) {
    fields.push_back(picture(std::move(bytes)));
    const auto answer = upload(caller, "/api/v1/images/photos/upload", fields);
    EXPECT_EQ(answer.status, 201) << bytes_of(answer);
    return answer.status == 201 ? text_of(json_of(answer).at("id")) : "";
  }
  // A job's id as text.
  std::string add_job(const accounts::Caller& caller, std::string_view body) {
    const auto answer = send(caller, Method::post, "/api/v1/jobs", std::string(body));
    EXPECT_EQ(answer.status, 201) << bytes_of(answer);
    return answer.status == 201 ? text_of(json_of(answer).at("id")) : "";
  }
  // The ids of a list's results.
  std::vector<std::string> ids(const accounts::Caller& caller, std::string_view target) {
    const auto answer = get(caller, target);
    EXPECT_EQ(answer.status, 200) << bytes_of(answer);
    std::vector<std::string> found;
    if (answer.status != 200) return found;
    const auto page = json_of(answer);
    for (const auto& row : page.at("results").as_array()) found.push_back(text_of(row.at("id")));
    return found;
  }
  std::vector<core::AuditEntry> audited(std::string action) {
    return database
        ->read(
            [&](database::Session& session) { return database::audit::list(session, {.action = std::move(action)}); })
        .value();
  }
  // Files below the data folder with this in their path, the database's own aside.
  std::size_t count_files(std::string_view part) const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path() / "data")) {
      if (entry.is_regular_file() && entry.path().string().contains(part)) ++count;
    }
    return count;
  }

  Folder folder{};
  HandClock clock{};
  std::unique_ptr<database::Database> database = open();
  std::unique_ptr<storage::disk::DiskBlobStore> blobs =
      storage::disk::DiskBlobStore::open(folder.path() / "data").value();
  TextDecoder decoder{};
  int wakes = 0;
  int deferrals = 0;  // answers that were left to a patient handler
  ingest::Ingest ingest{*blobs, *database, decoder, clock, {}, [this] { ++wakes; }};
  ingest::Admission admission{*blobs, 0};
  filing::TileCache tiles{{*blobs, *blobs}, decoder, clock, {.min_free_bytes = 0}};
  accounts::SealedSecrets secrets = accounts::SealedSecrets::open(folder.path() / "secrets.key").value();
  stations::Cameras cameras{*database, {.node = "here", .secrets = secrets}};
  StillStations stations{*database};
  pulls::StillPulls pulls{*database, secrets, clock};
  int told = 0;  // that there is something to tell
  ingest::ResumableUploads uploads{*blobs, *database, clock, {.most_open = 1000}};
  accounts::AccessTokens tokens{std::string(32, 'k')};
  accounts::Passwords passwords{{.passes = 1, .memory_bytes = 8192}};
  accounts::Authenticator authenticator{*database, tokens, clock};
  accounts::AuditLog audit{*database, clock};
  accounts::SignIn sign_in{*database, tokens, authenticator, audit, passwords, clock};
  accounts::Administration administration{*database, authenticator, audit,
                                          passwords, clock,         "a secret of the installation"};
  telemetry::Metrics metrics{};
  LiveFeed live{*database, metrics, {.has_thread = false}};
  Services services{.database = *database,
                    .blobs = *blobs,
                    .ingest = ingest,
                    .admission = admission,
                    .uploads = uploads,
                    .tiles = tiles,
                    .cameras = cameras,
                    .stations = stations,
                    .pulls = pulls,
                    .decoder = decoder,
                    .live = live,
                    .authenticator = authenticator,
                    .sign_in = sign_in,
                    .administration = administration,
                    .audit = audit,
                    .secrets = secrets,
                    .metrics = metrics,
                    .clock = clock,
                    .wake_workers = [this] { ++wakes; },
                    .wake_deliverer = [this] { ++told; },
                    .worker_state = [] { return WorkerState{.workers = 1, .workers_wanted = 1, .decoders = 2}; },
                    .web_root = folder.path() / "web",
                    .max_upload_bytes = 4096};
  EndpointTable table = make_endpoints(services);
  Router router{table};
  accounts::Caller viewer, technician, colleague, reviewer, operator_;

 private:
  std::unique_ptr<database::Database> open() {
    auto opened = database::sqlite::open_sqlite(folder.path() / "sightglass.db").value();
    EXPECT_TRUE(opened->migrate().has_value());
    return opened;
  }
  accounts::Caller add(std::string name, core::Role role) {
    core::User user{.id = core::UserId::make(clock.now()),
                    .name = name,
                    .role = role,
                    .password_hash = "-",
                    .created_at = clock.now(),
                    .updated_at = clock.now()};
    const auto made =
        database->write([&](database::Session& session) { return database::users::insert(session, user); });
    EXPECT_TRUE(made.has_value());
    return {.credential = accounts::Credential::access_token, .user_id = user.id, .name = name, .role = role};
  }
  Request make_request(const accounts::Caller& caller, Method method, std::string_view target) {
    Request request{.method = method, .peer = "192.0.2.1", .request_id = "request-1", .caller = caller};
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    if (question == std::string_view::npos) return request;
    for (std::string_view rest = target.substr(question + 1); !rest.empty();) {
      const auto pair = rest.substr(0, rest.find('&'));
      const auto equals = pair.find('=');
      request.query.add(std::string(pair.substr(0, equals)), std::string(pair.substr(equals + 1)));
      rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    }
    return request;
  }
  const Endpoint* find_row(Request& request) {
    auto match = router.match(request.method, request.path);
    EXPECT_NE(match.endpoint, nullptr) << request.path;
    if (!match.endpoint) return nullptr;
    EXPECT_TRUE(match.endpoint->guard.is_public || request.caller.role >= match.endpoint->guard.least_role)
        << request.path << " is not for " << request.caller.name;
    request.captures = std::move(match.captures);
    return match.endpoint;
  }
  static core::Result<Response> pour(const Endpoint& row, const Request& request, const std::vector<Part>& parts) {
    SG_ASSIGN(auto sink, row.upload(request));
    for (const auto& part : parts) {
      SG_TRY(sink->begin_part({.name = part.name, .filename = part.filename}));
      // In two pieces, as a body arrives.
      const auto middle = part.bytes.size() / 2;
      SG_TRY(sink->write(std::string_view(part.bytes).substr(0, middle)));
      SG_TRY(sink->write(std::string_view(part.bytes).substr(middle)));
      SG_TRY(sink->end_part());
    }
    return sink->finish();
  }
};

}  // namespace sightglass::http
