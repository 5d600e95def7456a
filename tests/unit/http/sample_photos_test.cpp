#include "http/sample_photos.hpp"

#include "support/test_paths.hpp"
#include "unit/http/handler_house.hpp"

namespace sightglass::http {
namespace {

constexpr std::string_view one_photo =
    R"({"id":"01930000-0000-7000-8000-000000000001","file":"a.jpg","description":"Roof","tags":["roof"]})";
constexpr std::string_view job = R"("job":{"title":"Sample","customer":"","address":"","notes":""})";

core::Result<SampleJob> read(std::string_view text) {
  const Folder folder;
  folder.write("samples.json", text);
  return read_samples(folder.path());
}

std::string manifest(std::string_view photos) {
  return R"({"sightglass":1,)" + std::string(job) + R"(,"photos":)" + std::string(photos) + "}";
}

TEST(SamplePhotos, of_this_installation_are_all_there) {
  const std::filesystem::path folder = std::filesystem::path(SIGHTGLASS_SOURCE_DIR) / "web/public/samples";
  const auto samples = read_samples(folder);
  ASSERT_TRUE(samples) << samples.error().message;
  EXPECT_GE(samples->photos.size(), 8u);
  EXPECT_LE(samples->photos.size(), 12u);
  std::uintmax_t bytes = 0;
  for (const auto& photo : samples->photos) {
    ASSERT_TRUE(std::filesystem::exists(photo.file)) << photo.file;
    bytes += std::filesystem::file_size(photo.file);
  }
  EXPECT_LE(bytes, 600'000u) << "they come with every installation";
  EXPECT_EQ(samples->job.pairs.size(), 1u);
}

TEST(SamplePhotos, are_read_with_their_words) {
  const auto samples = read(manifest("[" + std::string(one_photo) + "]"));
  ASSERT_TRUE(samples) << samples.error().message;
  ASSERT_EQ(samples->photos.size(), 1u);
  EXPECT_EQ(samples->photos[0].description, "Roof");
  EXPECT_EQ(samples->photos[0].tags, std::vector<std::string>{"roof"});
  EXPECT_EQ(samples->job.title, "Sample");
}

TEST(SamplePhotos, that_are_not_there_are_not_found) {
  const Folder folder;
  EXPECT_EQ(read_samples(folder.path()).error().code, core::ErrorCode::not_found);
}

TEST(SamplePhotos, name_the_member_that_is_wrong) {
  for (const auto* text : {"", "[]", "{", R"({"sightglass":2})", R"({"sightglass":1})"})
    EXPECT_FALSE(read(text)) << text;
  EXPECT_EQ(read(manifest("7")).error().field, "photos");
  EXPECT_EQ(read(manifest("[{}]")).error().field, "id");
  std::string outside(one_photo);
  outside.replace(outside.find("a.jpg"), 5, "../a.jpg");
  EXPECT_EQ(read(manifest("[" + outside + "]")).error().field, "file") << "a name never becomes a path";
}

}  // namespace
}  // namespace sightglass::http
