#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include <algorithm>
#include <utility>

#include "storage/archive_writer.hpp"

namespace sightglass::storage {
namespace {

// 1980-01-01 and 2038-01-19 less a day for time zones: what both of a zip's times can say.
constexpr std::int64_t first_second = 315'532'800;
constexpr std::int64_t last_second = 2'147'397'247;

// libarchive reads names in the thread's locale. The server runs in the locale "C", in which nothing but ASCII is a
// character; ours must hold for this thread alone, and only as long as a name is written.
class Utf8Names {
 public:
  explicit Utf8Names(locale_t utf8) : before_(::uselocale(utf8)) {}
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;
  ~Utf8Names() { ::uselocale(before_); }
  static locale_t locale() {
    static const locale_t made = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", locale_t{});
    return made;
  }

 private:
  locale_t before_;
};

struct FreeEntry {
  void operator()(archive_entry* entry) const { ::archive_entry_free(entry); }
};
struct FreeArchive {
  void operator()(archive* zip) const { ::archive_write_free(zip); }
};

class ZipWriter final : public ArchiveWriter {
 public:
  ZipWriter() = default;
  ZipWriter(const ZipWriter&) = delete;
  ZipWriter& operator=(const ZipWriter&) = delete;
  // Freeing an unfinished archive finishes it: told before that it failed, libarchive 3.6 would leak.
  ~ZipWriter() override { is_given_up_ = true; }

  core::Result<void> open() {
    if (!zip_) return core::fail(core::internal_error("no archive could be begun"));
    // Without its own blocks each write comes out at once, and nothing waits inside where take() does not see it.
    return checked(
        std::min({::archive_write_set_format_zip(zip_.get()), ::archive_write_zip_set_compression_store(zip_.get()),
                  ::archive_write_set_bytes_per_block(zip_.get(), 0),
                  ::archive_write_open(zip_.get(), this, nullptr, &ZipWriter::collect, nullptr)}));
  }

  core::Result<void> begin(const ArchivedFile& file) override {
    if (!is_archivable_name(file.name))
      return core::fail(core::invalid_input("name", "this name cannot be in an archive"));
    SG_TRY(check_whole());
    const std::unique_ptr<archive_entry, FreeEntry> entry(::archive_entry_new());
    if (!entry) return core::fail(core::internal_error("no file could be begun in an archive"));
    const Utf8Names guard(Utf8Names::locale());
    ::archive_entry_set_pathname(entry.get(), file.name.c_str());
    ::archive_entry_set_filetype(entry.get(), AE_IFREG);
    ::archive_entry_set_perm(entry.get(), 0644);
    ::archive_entry_set_size(entry.get(), file.bytes);
    const auto seconds = std::chrono::floor<std::chrono::seconds>(file.modified_at).time_since_epoch().count();
    ::archive_entry_set_mtime(entry.get(), std::clamp<std::int64_t>(seconds, first_second, last_second), 0);
    SG_TRY(checked(::archive_write_header(zip_.get(), entry.get())));
    missing_ = file.bytes;
    return {};
  }

  core::Result<void> write(std::string_view bytes) override {
    if (std::cmp_greater(bytes.size(), missing_))
      return core::fail(core::internal_error("a file in an archive has more bytes than were announced"));
    while (!bytes.empty()) {
      const auto written = ::archive_write_data(zip_.get(), bytes.data(), bytes.size());
      if (written <= 0) return checked(ARCHIVE_FATAL);
      bytes.remove_prefix(static_cast<std::size_t>(written));
      missing_ -= written;
    }
    return {};
  }

  core::Result<void> finish() override {
    SG_TRY(check_whole());
    return checked(::archive_write_close(zip_.get()));
  }

  std::string take() override { return std::exchange(made_, {}); }
  std::size_t waiting_bytes() const override { return made_.size(); }

 private:
  static la_ssize_t collect(archive*, void* self, const void* bytes, std::size_t count) {
    auto& writer = *static_cast<ZipWriter*>(self);
    if (!writer.is_given_up_) writer.made_.append(static_cast<const char*>(bytes), count);
    return static_cast<la_ssize_t>(count);
  }

  core::Result<void> check_whole() const {
    if (missing_ > 0) return core::fail(core::internal_error("a file in an archive lacks bytes"));
    return {};
  }

  // A warning, of a name that was changed for one, would be an archive that says something else than was asked.
  core::Result<void> checked(int outcome) {
    if (outcome == ARCHIVE_OK) return {};
    const char* const cause = ::archive_error_string(zip_.get());
    return core::fail(core::internal_error("an archive could not be written", cause != nullptr ? cause : ""));
  }

  std::string made_{};
  bool is_given_up_ = false;
  std::int64_t missing_ = 0;                                          // bytes of the file begun last
  std::unique_ptr<archive, FreeArchive> zip_{::archive_write_new()};  // last: freeing it calls collect()
};

}  // namespace

core::Result<std::unique_ptr<ArchiveWriter>> make_zip_writer() {
  if (Utf8Names::locale() == locale_t{}) return core::fail(core::unavailable("the system has no locale C.UTF-8"));
  auto writer = std::make_unique<ZipWriter>();
  SG_TRY(writer->open());
  return writer;
}

}  // namespace sightglass::storage
