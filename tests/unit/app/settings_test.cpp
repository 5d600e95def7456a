#include "app/settings.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "app/settings_table.hpp"

namespace sightglass::app {
namespace {

class SettingsTest : public ::testing::Test {
 protected:
  SettingsTest() : directory_(std::filesystem::path(::testing::TempDir()) / "settings") {
    std::filesystem::create_directories(directory_);
    std::filesystem::remove(directory_ / "sightglass.toml");
  }
  void TearDown() override { ::unsetenv("SIGHTGLASS_SERVER_THREADS"); }
  void write_file(std::string_view text) const { std::ofstream(directory_ / "sightglass.toml") << text; }

  std::filesystem::path directory_;
};

TEST_F(SettingsTest, flags_win_over_environment_over_file_over_defaults) {
  EXPECT_EQ(load_settings(directory_, {})->threads, 2);
  write_file("[server]\nthreads = 3\n");
  EXPECT_EQ(load_settings(directory_, {})->threads, 3);
  ::setenv("SIGHTGLASS_SERVER_THREADS", "4", 1);
  EXPECT_EQ(load_settings(directory_, {})->threads, 4);
  const auto settings = load_settings(directory_, {{"server.threads", "5"}});
  EXPECT_EQ(settings->threads, 5);
  EXPECT_EQ(settings->origins.at("server.threads"), "flag");
  EXPECT_EQ(settings->origins.at("server.listen"), "default");
}

TEST_F(SettingsTest, an_unknown_name_is_an_error_that_names_the_nearest) {
  write_file("[server]\nthread = 3\n");
  const auto settings = load_settings(directory_, {});
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().field, "server.thread");
  EXPECT_NE(settings.error().message.find("server.threads"), std::string::npos);
}

TEST_F(SettingsTest, values_out_of_range_name_the_range) {
  for (const char* text : {"0", "65", "-1", "many", "", "3.5", "99999999999999999999"}) {
    const auto settings = load_settings(directory_, {{"server.threads", text}});
    ASSERT_FALSE(settings) << text;
    EXPECT_NE(settings.error().message.find("from 1 to 64"), std::string::npos);
  }
  for (const char* text : {"0", "65537"})
    EXPECT_FALSE(load_settings(directory_, {{"server.max_connections_per_address", text}})) << text;
  EXPECT_EQ(load_settings(directory_, {{"server.max_connections_per_address", "1"}})->max_connections_per_address, 1);
  EXPECT_FALSE(load_settings(directory_, {{"log.level", "loud"}}));
  EXPECT_FALSE(load_settings(directory_, {{"log.level", ""}}));
  EXPECT_FALSE(load_settings(directory_, {{"storage.keep_originals", "maybe"}}));
}

TEST_F(SettingsTest, the_address_of_the_database_is_checked_and_never_repeated) {
  EXPECT_EQ(load_settings(directory_, {})->database_url, "");
  const std::string url = "postgres://u:hunter2@h/d";
  write_file("[database]\nurl = \"" + url + "\"\n");
  std::filesystem::permissions(directory_ / "sightglass.toml", std::filesystem::perms{0600});
  EXPECT_EQ(load_settings(directory_, {})->database_url, url);
  EXPECT_FALSE(load_settings(directory_, {{"database.url", url}})) << "a secret is no argument";
  EXPECT_EQ(load_settings(directory_, {{"database.url", ""}})->database_url, "") << "that there is none is no secret";
  write_file("[database]\nurl = \"mysql://u:hunter2@h/d\"\n");
  const auto refused = load_settings(directory_, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field, "database.url");
  EXPECT_EQ((refused.error().message + refused.error().cause).find("hunter2"), std::string::npos);
}

TEST_F(SettingsTest, a_node_is_called_what_fits_into_the_names_of_leases) {
  EXPECT_EQ(load_settings(directory_, {})->node_name, "");
  EXPECT_EQ(load_settings(directory_, {{"node.name", "plant-1.hall_b"}})->node_name, "plant-1.hall_b");
  for (const std::string& name :
       {std::string("a:b"), std::string("a b"), std::string("K\xc3\xb6ln"), std::string(61, 'a')}) {
    const auto refused = load_settings(directory_, {{"node.name", name}});
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().field, "node.name");
  }
}

TEST_F(SettingsTest, a_broken_file_says_where) {
  write_file("[server\nthreads = 3\n");
  const auto settings = load_settings(directory_, {});
  ASSERT_FALSE(settings);
  EXPECT_NE(settings.error().message.find("sightglass.toml:1:"), std::string::npos) << settings.error().message;
  write_file("threads = 3\n");
  EXPECT_FALSE(load_settings(directory_, {}));
  write_file("[server]\nthreads = [3]\n");
  EXPECT_FALSE(load_settings(directory_, {}));
}

TEST_F(SettingsTest, trusted_proxies_are_a_list_in_the_file_and_a_text_elsewhere) {
  EXPECT_TRUE(load_settings(directory_, {})->trusted_proxies.empty());
  write_file("[server]\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]\n");
  const std::vector<std::string> both{"10.0.0.0/8", "::1"};
  EXPECT_EQ(load_settings(directory_, {})->trusted_proxies, both);
  EXPECT_EQ(load_settings(directory_, {{"server.trusted_proxies", " 10.0.0.0/8,::1 "}})->trusted_proxies, both);
  EXPECT_TRUE(load_settings(directory_, {{"server.trusted_proxies", ""}})->trusted_proxies.empty());
  const auto wrong = load_settings(directory_, {{"server.trusted_proxies", "10.0.0.0/8, proxy"}});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().field, "server.trusted_proxies");
  EXPECT_NE(wrong.error().message.find("\"proxy\""), std::string::npos);
  write_file("[server]\ntrusted_proxies = [\"::1\", 3]\n");
  EXPECT_FALSE(load_settings(directory_, {}));
}

TEST_F(SettingsTest, certificate_and_key_belong_together) {
  EXPECT_FALSE(load_settings(directory_, {{"server.tls_key", "key.pem"}}));
  EXPECT_TRUE(load_settings(directory_, {{"server.tls_key", "key.pem"}, {"server.tls_certificate", "cert.pem"}}));
}

TEST_F(SettingsTest, a_tile_server_is_a_pattern_of_one_origin) {
  EXPECT_TRUE(load_settings(directory_, {})->tile_server.empty());
  write_file("[web]\ntile_server = \"https://a.example/{z}/{x}/{y}.png\"\ntile_attribution = \"© A\"\n");
  const auto settings = load_settings(directory_, {});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->tile_server, "https://a.example/{z}/{x}/{y}.png");
  EXPECT_EQ(settings->tile_attribution, "© A");
  EXPECT_TRUE(load_settings(directory_, {{"web.tile_server", ""}})->tile_server.empty());
  const auto wrong = load_settings(directory_, {{"web.tile_server", "https://a.example/{z}/{x}.png"}});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().field, "web.tile_server");
  EXPECT_NE(wrong.error().message.find("{z}, {x} and {y}"), std::string::npos) << wrong.error().message;
  EXPECT_FALSE(load_settings(directory_, {{"web.tile_attribution", std::string(301, 'x')}}));
}

TEST_F(SettingsTest, secrets_are_taken_from_the_environment_and_no_argument) {
  ::setenv("SIGHTGLASS_STORAGE_S3_SECRET_KEY", "hush", 1);
  EXPECT_EQ(load_settings(directory_, {})->s3_secret_key, "hush");
  EXPECT_EQ(std::getenv("SIGHTGLASS_STORAGE_S3_SECRET_KEY"), nullptr) << "the processes that it starts do not get it";
  const auto refused = load_settings(directory_, {{"storage.s3_secret_key", "hush"}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field, "storage.s3_secret_key");
  EXPECT_EQ(load_settings(directory_, {{"storage.s3_secret_key", ""}})->s3_secret_key, "");
  EXPECT_EQ(refused.error().message.find("hush"), std::string::npos);
}

TEST_F(SettingsTest, a_file_with_a_secret_is_for_its_owner_alone) {
  namespace fs = std::filesystem;
  write_file("[storage]\ns3_secret_key = \"hush\"\n");
  fs::permissions(directory_ / "sightglass.toml", fs::perms::owner_read | fs::perms::group_read);
  const auto refused = load_settings(directory_, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::permission_denied);
  fs::permissions(directory_ / "sightglass.toml", fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(load_settings(directory_, {})->s3_secret_key, "hush");
}

TEST_F(SettingsTest, every_setting_takes_its_default_back_as_text) {
  for (const auto& name : setting_names()) EXPECT_TRUE(environment_name_of(name).starts_with("SIGHTGLASS_")) << name;
  EXPECT_EQ(environment_name_of("server.tls_key"), "SIGHTGLASS_SERVER_TLS_KEY");
}

}  // namespace
}  // namespace sightglass::app
