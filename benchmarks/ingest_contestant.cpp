// One contestant of ./bench ingest, timed from outside. Usage: ingest_contestant floor|derive|ingest COUNT FILE
//   floor   the least a JPEG can cost
//   derive  the decoder alone, in this process: metadata, both images, ThumbHash
//   ingest  as the server does it: hashed while written, decoded by sightglass-worker, durable, row and task committed
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#include <cstdlib>
#include <filesystem>
#include <random>
#include <string_view>

#include "core/time.hpp"
#include "database/catalogue.hpp"
#include "database/sqlite/sqlite_database.hpp"
#include "imaging/decoder_pool.hpp"
#include "imaging/pipeline/picture_decoder.hpp"
#include "ingest/accept.hpp"
#include "jpeg_floor.hpp"
#include "storage/disk/disk_blob_store.hpp"

namespace {

using namespace sightglass;
using core::Result;

// Large enough for the hundred-megapixel pictures, PNG included.
constexpr imaging::Limits limits{.max_bytes = 400LL << 20, .max_pixels = 110'000'000, .timeout_ms = 60'000};
constexpr std::size_t chunk_bytes = 64 << 10;  // what the server reads from a connection at once
constexpr core::JobId job{1};

std::filesystem::path program_folder() { return std::filesystem::read_symlink("/proc/self/exe").parent_path(); }

// A folder beside this program, so normally on a disk; removed at the end.
class DataFolder {
 public:
  DataFolder() : path_(program_folder() / fmt::format("ingest-data-{}", std::random_device{}())) {
    std::filesystem::create_directories(path_);
  }
  ~DataFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  DataFolder(const DataFolder&) = delete;
  DataFolder& operator=(const DataFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  // Nothing is durable in memory, so what would be measured there is not ingest.
  bool is_on_disk() const {
    struct statfs facts{};
    return ::statfs(path_.c_str(), &facts) == 0 && facts.f_type != TMPFS_MAGIC;
  }

 private:
  std::filesystem::path path_;
};

bool is_jpeg(std::span<const unsigned char> file) { return file.size() > 2 && file[0] == 0xff && file[1] == 0xd8; }

// A comment segment of sixteen random bytes behind the first marker makes a JPEG a picture of its own.
std::vector<unsigned char> comment_segment() {
  std::vector<unsigned char> segment{0xff, 0xfe, 0, 18};
  std::random_device random;
  for (int i = 0; i < 16; ++i) segment.push_back(static_cast<unsigned char>(random()));
  return segment;
}

Result<void> write_chunks(storage::IncomingBlob& blob, std::span<const unsigned char> bytes) {
  while (!bytes.empty()) {
    const auto chunk = bytes.first(std::min(bytes.size(), chunk_bytes));
    SG_TRY(blob.write(std::as_bytes(chunk)));
    bytes = bytes.subspan(chunk.size());
  }
  return {};
}

Result<void> accept_one(ingest::Ingest& ingest, storage::BlobStore& blobs, std::span<const unsigned char> file) {
  SG_ASSIGN(const auto incoming, blobs.begin_incoming());
  if (is_jpeg(file)) {
    SG_TRY(write_chunks(*incoming, file.first(2)));
    SG_TRY(write_chunks(*incoming, comment_segment()));
    file = file.subspan(2);
  }
  SG_TRY(write_chunks(*incoming, file));
  SG_TRY(ingest.accept(*incoming, {.kind = core::PhotoKind::job,
                                   .source = core::PhotoSource::job_upload,
                                   .original_filename = "picture.jpg",
                                   .job_id = job}));
  return {};
}

Result<void> run_ingest(int count, const std::string& path) {
  const DataFolder data;
  if (!data.is_on_disk()) return core::fail(core::unavailable("The build directory is in memory, not on a disk."));
  const core::SystemClock clock;
  SG_ASSIGN(const auto blobs, storage::disk::DiskBlobStore::open(data.path()));
  SG_ASSIGN(const auto database, database::sqlite::open_sqlite(data.path() / "sightglass.db"));
  SG_TRY(database->migrate());
  SG_TRY(database->write([&](database::Session& session) {
    return database::jobs::insert(session,
                                  {.id = job, .number = "1", .created_at = clock.now(), .updated_at = clock.now()});
  }));
  imaging::DecoderPool decoder({.executable = program_folder().parent_path() / "sightglass-worker", .max_children = 1});
  ingest::Ingest ingest(*blobs, *database, decoder, clock, {.limits = limits}, [] {});
  const auto file = benchmarks::read_file(path);
  for (int i = 0; i < count; ++i) SG_TRY(accept_one(ingest, *blobs, file));
  return {};
}

Result<void> run_derive(int count, const std::string& path) {
  const runtime::UnixFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return core::fail(core::unavailable(path + " cannot be opened."));
  SG_TRY(imaging::pipeline::PictureDecoder::warm_up());
  imaging::pipeline::PictureDecoder decoder;
  for (int i = 0; i < count; ++i) SG_TRY(decoder.derive(file.get(), imaging::DerivePlan::for_job(), limits));
  return {};
}

Result<void> run_floor(int count, const std::string& path) {
  for (int i = 0; i < count; ++i) {
    // Read anew like every picture that arrives.
    if (benchmarks::derive_at_least_cost(benchmarks::read_file(path)) == 0)
      return core::fail(core::unavailable(path + " is no readable JPEG."));
  }
  return {};
}

Result<void> run(std::string_view mode, int count, const std::string& path) {
  if (mode == "floor") return run_floor(count, path);
  if (mode == "derive") return run_derive(count, path);
  if (mode == "ingest") return run_ingest(count, path);
  return core::fail(core::unavailable("Usage: ingest_contestant floor|derive|ingest COUNT FILE"));
}

}  // namespace

int main(int argc, char** argv) {
  const auto done = argc == 4 ? run(argv[1], std::atoi(argv[2]), argv[3]) : run("", 0, "");
  if (!done) fmt::print(stderr, "{} {}\n", done.error().message, done.error().cause);
  return done ? 0 : 1;
}
