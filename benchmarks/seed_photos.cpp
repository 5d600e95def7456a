// Fills a new data directory's database with photo rows, so that listings are measured over a large table.
// Usage: seed_photos DATABASE_FILE COUNT JOBS
#include <fmt/format.h>

#include <cstdlib>
#include <random>

#include "core/photo.hpp"
#include "database/catalogue.hpp"
#include "database/photos.hpp"
#include "database/sqlite/sqlite_database.hpp"

namespace {

using namespace sightglass;

// SQLite's statement journal is a list in memory, walked at each statement: longer transactions take quadratic time.
constexpr std::int64_t rows_per_commit = 500;

core::Photo make_photo(std::int64_t number, std::int64_t jobs, core::Instant start, std::mt19937_64& random) {
  core::Photo photo;
  photo.id = core::PhotoId::make(start + std::chrono::seconds(number));
  photo.kind = core::PhotoKind::job;
  photo.source = core::PhotoSource::job_upload;
  photo.job_id = core::JobId{static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(jobs)) + 1};
  photo.filename =
      fmt::format("img_{}_{:06x}.jpg", core::to_compact(start + std::chrono::seconds(number)), random() & 0xffffff);
  photo.original_filename = fmt::format("IMG_{:04}.JPG", number % 10'000);
  photo.description = "Pump house, east wall";
  photo.tags = {"pump", "wall"};
  photo.uploaded_at = start + std::chrono::seconds(number);
  photo.taken_at = photo.uploaded_at - std::chrono::seconds(random() % 86'400);
  photo.size = {4032, 3024};
  photo.display_size = {1024, 768};
  photo.file_bytes = 3'000'000;
  for (auto& byte : photo.sha256.bytes) byte = static_cast<std::uint8_t>(random());
  const std::string folder = fmt::format("images/job_{}", photo.job_id->to_string());
  photo.files = {fmt::format("{}/originals/{}", folder, photo.filename), fmt::format("{}/{}", folder, photo.filename),
                 fmt::format("{}/thumbnails/{}", folder, photo.filename)};
  photo.thumbhash = "3OcRJYB4d3h/iIeHeEh3eIhw+j3A";
  photo.status = core::ProcessingStatus::completed;
  return photo;
}

core::Result<void> seed(database::Database& database, std::int64_t count, std::int64_t jobs) {
  SG_TRY(database.migrate());
  const core::Instant start = core::from_micros(1'700'000'000'000'000);
  SG_TRY(database.write([&](database::Session& session) -> core::Result<void> {
    for (std::int64_t i = 1; i <= jobs; ++i)
      SG_TRY(database::jobs::insert(
          session, {.id = {i}, .number = fmt::format("WO-{}", i), .created_at = start, .updated_at = start}));
    return {};
  }));
  std::mt19937_64 random(1);
  for (std::int64_t done = 0; done < count;) {
    SG_TRY(database.write([&](database::Session& session) -> core::Result<void> {
      for (const auto end = std::min(count, done + rows_per_commit); done < end; ++done)
        SG_TRY(database::photos::insert(session, make_photo(done, jobs, start, random)));
      return {};
    }));
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  auto database = database::sqlite::open_sqlite(argv[1], {.writer_cache_kib = 1 << 20});
  if (!database) {
    fmt::print(stderr, "{}\n", database.error().message);
    return 1;
  }
  const auto done = seed(**database, std::atoll(argv[2]), std::atoll(argv[3]));
  if (!done) fmt::print(stderr, "{} {}\n", done.error().message, done.error().cause);
  return done ? 0 : 1;
}
