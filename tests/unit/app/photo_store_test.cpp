#include "app/photo_store.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "app/s3_environment.hpp"

namespace sightglass::app {
namespace {

namespace fs = std::filesystem;

class PhotoStoreTest : public ::testing::Test {
 protected:
  PhotoStoreTest() : data(fs::path(::testing::TempDir()) / "photo_store") {
    fs::remove_all(data);
    fs::create_directories(data / "keys");
  }
  void write_secret(std::string_view text, fs::perms rights) const {
    std::ofstream(data / "keys" / "s3_secret_key") << text;
    fs::permissions(data / "keys" / "s3_secret_key", rights);
  }
  static Settings bucket() {
    Settings settings;
    settings.s3_endpoint = "https://s3.example.net/";
    settings.s3_bucket = "plant";
    settings.s3_prefix = "seven";
    settings.s3_access_key = "key";
    return settings;
  }
  static constexpr auto owner_only = fs::perms::owner_read | fs::perms::owner_write;
  fs::path data;
};

TEST_F(PhotoStoreTest, photos_lie_in_the_data_directory_unless_a_bucket_is_named) {
  const auto none = s3_options({}, data);
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
}

TEST_F(PhotoStoreTest, the_secret_may_lie_in_a_file_of_its_own) {
  write_secret("hush\n", owner_only);
  const auto options = s3_options(bucket(), data);
  ASSERT_TRUE(options && *options) << options.error().message;
  EXPECT_EQ((*options)->credentials.secret_key, "hush");
  EXPECT_EQ((*options)->endpoint, "https://s3.example.net");
  EXPECT_EQ((*options)->prefix, "seven/");
  auto settings = bucket();
  settings.s3_secret_key = "another";
  EXPECT_EQ((*s3_options(settings, data))->credentials.secret_key, "another");
}

TEST_F(PhotoStoreTest, a_secret_that_others_may_read_is_refused) {
  write_secret("hush", owner_only | fs::perms::others_read);
  const auto options = s3_options(bucket(), data);
  ASSERT_FALSE(options);
  EXPECT_EQ(options.error().code, core::ErrorCode::permission_denied);
}

TEST_F(PhotoStoreTest, a_bucket_without_a_secret_is_refused) {
  const auto options = s3_options(bucket(), data);
  ASSERT_FALSE(options);
  EXPECT_EQ(options.error().field, "storage.s3_secret_key");
}

TEST_F(PhotoStoreTest, workers_are_told_all_through_their_environment_and_keep_none_of_it_there) {
  write_secret("hush", owner_only);
  auto settings = bucket();
  settings.s3_dialect = "google";
  settings.s3_path_style = false;
  settings.s3_conditional_writes = false;
  settings.s3_ca_file = "/etc/ca.pem";
  settings.s3_region = "auto";
  const auto told = **s3_options(settings, data);
  for (const auto& [name, value] : to_environment(told)) ::setenv(name.c_str(), value.c_str(), 1);
  const auto heard = take_s3_from_environment(data);
  ASSERT_TRUE(heard);
  EXPECT_EQ(heard->endpoint, told.endpoint);
  EXPECT_EQ(heard->bucket, "plant");
  EXPECT_EQ(heard->region, "auto");
  EXPECT_EQ(heard->prefix, "seven/");
  EXPECT_EQ(heard->credentials.access_key, "key");
  EXPECT_EQ(heard->credentials.secret_key, "hush");
  EXPECT_EQ(heard->ca_file, "/etc/ca.pem");
  EXPECT_EQ(heard->dialect.algorithm, "GOOG4-HMAC-SHA256");
  EXPECT_EQ(heard->spool, data / "spool");
  EXPECT_FALSE(heard->is_path_style);
  EXPECT_FALSE(heard->refuses_taken_keys);
  for (const auto& [name, value] : to_environment(told)) EXPECT_EQ(std::getenv(name.c_str()), nullptr) << name;
  EXPECT_FALSE(take_s3_from_environment(data));
}

TEST_F(PhotoStoreTest, browsers_find_the_bucket_where_requests_do) {
  storage::s3::S3Options options{.endpoint = "https://s3.example.net", .bucket = "plant"};
  EXPECT_EQ(download_origin(options), "https://s3.example.net");
  options.is_path_style = false;
  EXPECT_EQ(download_origin(options), "https://plant.s3.example.net");
}

}  // namespace
}  // namespace sightglass::app
