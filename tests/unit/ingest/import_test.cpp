#include "ingest/import.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "unit/ingest/house.hpp"

namespace sightglass::ingest {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, std::string_view bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

// Two pictures, one twice, and what is no picture.
class Import : public testing::Test {
 protected:
  Import() {
    write(source.path() / "b.jpg", "PIC b");
    write(source.path() / "a" / "deep" / "a.jpg", "PIC a");
    write(source.path() / "a" / "copy of b.png", "PIC b");
    write(source.path() / "notes.txt", "no picture");
    write(source.path() / ".hidden" / "c.jpg", "PIC hidden");
    write(source.path() / ".thumb.jpg", "PIC hidden too");
    fs::create_symlink("/etc/passwd", source.path() / "link.jpg");
    fs::create_directory_symlink(source.path(), source.path() / "a" / "loop");
    options.paths = {source.path()};
    options.min_free_bytes = 0;
  }
  House house;
  test::TemporaryDirectory source;
  ImportOptions options;
};

TEST_F(Import, takes_in_what_is_a_picture_and_says_why_the_rest_is_not) {
  options.job_id = house.job;
  options.tags = {"imported"};
  const auto report = import_paths(house.ingest, house.store, options);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->found, 6);
  EXPECT_EQ(report->imported, 2);
  EXPECT_EQ(report->was_there, 1) << "the same bytes under another name";
  ASSERT_EQ(report->refusals.size(), 3u) << "what lies there and was not taken in is told";
  EXPECT_EQ(report->refusals[0].path.filename(), "notes.txt");
  EXPECT_EQ(report->refusals[0].code, core::ErrorCode::unsupported_format);
  EXPECT_EQ(report->refusals[1].path.filename(), "loop");
  EXPECT_EQ(report->refusals[2].path.filename(), "link.jpg");
  EXPECT_EQ(report->bytes, 10);
  for (const auto& photo : house.rows()) {
    EXPECT_EQ(photo.source, core::PhotoSource::import);
    EXPECT_EQ(photo.job_id, house.job);
    EXPECT_EQ(photo.tags, std::vector<std::string>{"imported"});
    house.expect_whole(photo);
  }
  EXPECT_TRUE(fs::exists(source.path() / "b.jpg")) << "the source is only read";
}

TEST_F(Import, run_again_imports_nothing_twice) {
  ASSERT_TRUE(import_paths(house.ingest, house.store, options));
  const auto again = import_paths(house.ingest, house.store, options);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->imported, 0);
  EXPECT_EQ(again->was_there, 3);
  EXPECT_EQ(house.rows().size(), 2u);
}

TEST_F(Import, stops_when_told_to_and_goes_on_later) {
  options.parallel = 1;
  const auto stopped =
      import_paths(house.ingest, house.store, options, [](const ImportedFile&, const ImportReport&) { return false; });
  ASSERT_TRUE(stopped);
  EXPECT_EQ(stopped->imported, 1);
  std::int64_t last_seen = 0;
  ASSERT_TRUE(import_paths(house.ingest, house.store, options, [&](const ImportedFile&, const ImportReport& report) {
    last_seen = report.imported + report.was_there + report.refused;
    return true;
  }));
  EXPECT_EQ(last_seen, 6);
  EXPECT_EQ(house.rows().size(), 2u);
}

TEST_F(Import, refuses_what_is_neither_a_file_nor_a_folder_without_waiting_for_it) {
  ASSERT_EQ(::mkfifo((source.path() / "pipe.jpg").c_str(), 0600), 0);
  const auto report = import_paths(house.ingest, house.store, options);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->refused, 4);
  EXPECT_EQ(report->refusals.back().path.filename(), "pipe.jpg");
}

TEST_F(Import, tells_of_a_folder_it_may_not_read_and_takes_in_the_rest) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read every folder";
  fs::permissions(source.path() / "a", fs::perms::none);
  const auto report = import_paths(house.ingest, house.store, options);
  fs::permissions(source.path() / "a", fs::perms::owner_all);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->imported, 1);
  EXPECT_EQ(report->refusals[1].path.filename(), "a");
}

TEST_F(Import, refuses_a_path_that_is_not_there_before_it_begins) {
  options.paths.push_back(source.path() / "absent");
  const auto report = import_paths(house.ingest, house.store, options);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().field, "path");
  EXPECT_TRUE(house.rows().empty());
}

TEST_F(Import, stops_with_the_reason_when_room_runs_out) {
  options.min_free_bytes = *house.store.free_bytes() * 2;
  const auto report = import_paths(house.ingest, house.store, options);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, core::ErrorCode::quota_exceeded);
  EXPECT_TRUE(house.rows().empty());
}

}  // namespace
}  // namespace sightglass::ingest
