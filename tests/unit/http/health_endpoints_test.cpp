#include "unit/http/handler_house.hpp"

namespace sightglass::http {
namespace {

using HealthEndpoints = HandlerHouse;
const accounts::Caller nobody{};

TEST_F(HealthEndpoints, tells_the_state_of_each_part_to_anybody) {
  const auto answer = get(nobody, "/health");
  EXPECT_EQ(answer.status, 200);
  const auto health = json_of(answer);
  EXPECT_EQ(text_of(health.at("status")), "ok");
  EXPECT_EQ(text_of(health.at("camera").at("status")), "not_configured");
  EXPECT_EQ(text_of(health.at("database").at("status")), "ok");
  EXPECT_GT(health.at("storage").at("free_bytes").as_int64(), 0);
  EXPECT_EQ(health.at("queue").at("workers").as_int64(), 1);
  EXPECT_EQ(health.at("decoder").at("processes").as_int64(), 2);
}

TEST_F(HealthEndpoints, counts_waiting_tasks_in_the_metrics) {
  add_photo(technician, "PIC");
  const auto metrics = bytes_of(get(nobody, "/metrics"));
  EXPECT_NE(metrics.find("sightglass_queue_tasks{queue=\"normal\",state=\"available\"} 1"), std::string::npos)
      << metrics;
  EXPECT_NE(metrics.find("sightglass_workers 1"), std::string::npos) << metrics;
}

TEST_F(HealthEndpoints, serves_pages_files_and_documents_by_plain_names_only) {
  folder.write("web/index.html", "<!doctype html>");
  folder.write("web/assets/app-1.js", "let a;");
  folder.write("web/assets/.secret", "no");
  folder.write("web/swagger-ui/docs.html", "<!doctype html>docs");
  folder.write("web/openapi.json", "{}");
  for (const auto* page : {"/", "/sign-in", "/first-run", "/jobs", "/photos"}) {
    EXPECT_EQ(bytes_of(get(nobody, page)), "<!doctype html>") << page;
  }
  const auto script = get(nobody, "/assets/app-1.js");
  // A worker may compile WebAssembly; pages may not.
  EXPECT_NE(script.headers.get("Content-Security-Policy").find("script-src 'self' 'wasm-unsafe-eval';"),
            std::string::npos);
  EXPECT_TRUE(script.headers.get("Cache-Control").contains("immutable"));
  EXPECT_TRUE(script.headers.get("Content-Type").starts_with("text/javascript"));
  EXPECT_EQ(get(nobody, "/assets/.secret").status, 404);
  EXPECT_EQ(get(nobody, "/assets/..").status, 404);
  EXPECT_EQ(get(nobody, "/assets/none.js").status, 404);
  EXPECT_TRUE(get(nobody, "/api/docs").headers.get("Content-Security-Policy").contains("script-src 'self';"));
  EXPECT_EQ(get(nobody, "/api/openapi.json").headers.get("Content-Type"), "application/json");
}

TEST_F(HealthEndpoints, serves_what_makes_the_pages_installable_at_the_root_and_never_from_an_old_cache) {
  folder.write("web/service-worker.js", "self;");
  folder.write("web/manifest.webmanifest", "{}");
  const auto worker = get(nobody, "/service-worker.js");
  EXPECT_EQ(bytes_of(worker), "self;");
  EXPECT_TRUE(worker.headers.get("Content-Type").starts_with("text/javascript"));
  EXPECT_EQ(worker.headers.get("Cache-Control"), "no-cache");
  const auto manifest = get(nobody, "/manifest.webmanifest");
  EXPECT_EQ(manifest.headers.get("Content-Type"), "application/manifest+json");
  EXPECT_EQ(manifest.headers.get("Cache-Control"), "no-cache");
}

TEST_F(HealthEndpoints, sends_the_packed_neighbour_to_clients_that_take_gzip) {
  folder.write("web/assets/app-1.js", "plain");
  folder.write("web/assets/app-1.js.gz", "packed");
  const auto packed = send(nobody, Method::get, "/assets/app-1.js", {}, {{"Accept-Encoding", "gzip"}});
  EXPECT_EQ(bytes_of(packed), "packed");
  EXPECT_EQ(packed.headers.get("Content-Encoding"), "gzip");
  EXPECT_EQ(bytes_of(get(nobody, "/assets/app-1.js")), "plain");
}

TEST_F(HealthEndpoints, guards_every_row_that_shows_or_changes_anything) {
  for (const auto& row : table) {
    const bool is_page = row.operation.empty();
    // Posted because a choice of thousands of photos has no room in an address.
    const bool changes = row.method != Method::get && row.operation != "preparePhotoArchive";
    const std::string name(is_page ? row.pattern : row.operation);
    EXPECT_TRUE(row.handle || row.upload || row.receive) << name;
    EXPECT_EQ(row.body == BodyKind::multipart, static_cast<bool>(row.upload)) << name;
    if (changes && !row.guard.is_public) EXPECT_EQ(row.guard.access, accounts::Access::write) << name;
    const bool is_about_a_photo = row.pattern.starts_with("/api/v1/images/") || row.pattern.starts_with("/job/");
    if (is_about_a_photo) EXPECT_FALSE(row.guard.is_public) << name;
    if (row.pattern.contains("photos/{id}")) EXPECT_EQ(row.guard.check, ObjectCheck::photo) << name;
    if (row.pattern.starts_with("/api/v1/jobs/{id}")) EXPECT_EQ(row.guard.check, ObjectCheck::job) << name;
  }
}

}  // namespace
}  // namespace sightglass::http
