#include "care/export.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "filing/layout.hpp"
#include "filing/sidecar.hpp"
#include "unit/ingest/house.hpp"

namespace sightglass::care {
namespace {

namespace fs = std::filesystem;

std::string slurp(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

class Export : public testing::Test {
 protected:
  Export() : job_photo(house.accept("PIC one", house.job_photo())->photo), field_photo(house.accept("TAK")->photo) {
    options.directory = target.path() / "out";
  }
  core::Result<ExportReport> run() { return export_photos(*house.sound_store, *house.sound_database, options); }
  ingest::House house;
  test::TemporaryDirectory target;
  ExportOptions options;
  core::Photo job_photo, field_photo;
};

TEST_F(Export, copies_originals_with_sidecars_and_a_manifest) {
  const auto report = run();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->copied, 2);
  EXPECT_EQ(slurp(options.directory / job_photo.files.original), "PIC one");
  const auto sidecar = filing::sidecar_from_json(slurp(options.directory / filing::sidecar_key(field_photo.files)));
  ASSERT_TRUE(sidecar);
  EXPECT_EQ(sidecar->photo.id, field_photo.id);
  EXPECT_THAT(slurp(options.directory / "manifest.json"), testing::HasSubstr(job_photo.sha256.to_hex()));
}

TEST_F(Export, exports_only_what_the_filter_names) {
  options.filter.job = house.job;
  const auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->photos, 1);
  EXPECT_FALSE(fs::exists(options.directory / field_photo.files.original));
}

TEST_F(Export, run_again_copies_only_what_is_missing_or_wrong) {
  ASSERT_TRUE(run());
  std::ofstream(options.directory / job_photo.files.original) << "damaged";
  const auto again = run();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->copied, 1);
  EXPECT_EQ(again->were_there, 1);
  EXPECT_EQ(slurp(options.directory / job_photo.files.original), "PIC one");
}

TEST_F(Export, never_passes_on_an_altered_original) {
  ASSERT_TRUE(house.sound_store->put(job_photo.files.original, "PIC two", storage::BlobStore::Durability::durable));
  const auto report = run();
  ASSERT_TRUE(report);
  ASSERT_EQ(report->failures.size(), 1u);
  EXPECT_EQ(report->failures.front().id, job_photo.id.to_string());
  EXPECT_FALSE(fs::exists(options.directory / job_photo.files.original));
  EXPECT_EQ(report->copied, 1);
}

}  // namespace
}  // namespace sightglass::care
