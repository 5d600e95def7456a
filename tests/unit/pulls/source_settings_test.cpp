#include "pulls/source_settings.hpp"

#include <gtest/gtest.h>

namespace sightglass::pulls {
namespace {

TEST(SourceSettings, come_back_as_they_were_kept) {
  const auto settings = parse_settings(
      R"({"depth":3,"name_pattern":"*.jpg","max_files":20,"until_drained":true,"settle_seconds":0,"requests_per_second":0.5,)"
      R"("connections":4,"max_file_mb":100,"allow_plain_transport":true,"allow_private_addresses":true,"host_key":"SHA256:x",)"
      R"("quiet_days":7,"tags":["trap 7"]})");
  ASSERT_TRUE(settings) << settings.error().message;
  const auto again = parse_settings(to_json(*settings));
  ASSERT_TRUE(again);
  EXPECT_EQ(to_json(*again), to_json(*settings));
  EXPECT_EQ(again->requests_per_second, 0.5);
  EXPECT_EQ(again->tags, std::vector<std::string>{"trap 7"});
}

TEST(SourceSettings, keep_what_is_not_mentioned) {
  const auto changed =
      parse_settings(R"({"host_key":"","tags":[]})", {.depth = 5, .host_key = "SHA256:x", .tags = {"a"}});
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->depth, 5);
  EXPECT_EQ(changed->host_key, "");
  EXPECT_TRUE(changed->tags.empty());
}

TEST(SourceSettings, name_the_member_that_is_wrong) {
  struct Case {
    const char* json;
    const char* field;
  };
  for (const auto& [json, field] :
       {Case{R"([])", "settings"}, Case{R"({"depth":17})", "settings.depth"},
        Case{R"({"depth":"1"})", "settings.depth"},
        Case{R"({"requests_per_second":0})", "settings.requests_per_second"},
        Case{R"({"requests_per_second":1e9})", "settings.requests_per_second"},
        Case{R"({"connections":0})", "settings.connections"}, Case{R"({"max_files":1001})", "settings.max_files"},
        Case{R"({"name_pattern":""})", "settings.name_pattern"}, Case{R"({"tags":["a",1]})", "settings.tags"},
        Case{R"({"tags":[""]})", "settings.tags"}, Case{R"({"host_key":"a\nb"})", "settings.host_key"},
        Case{R"({"quiet_days":-1})", "settings.quiet_days"}, Case{R"({"speed":1})", "settings.speed"},
        Case{R"({"allow_plain_transport":1})", "settings.allow_plain_transport"}}) {
    const auto settings = parse_settings(json);
    ASSERT_FALSE(settings) << json;
    EXPECT_EQ(settings.error().field, field) << json;
  }
}

TEST(SourceSettings, match_names_as_people_write_patterns) {
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("IMG_????.JPG", "img_0001.jpg"));
  EXPECT_FALSE(matches("IMG_????.JPG", "img_00001.jpg"));
  EXPECT_TRUE(matches("*.png; *.jp*g", "a.b.jpeg"));
  EXPECT_FALSE(matches("*.png;", "a.jpeg"));
  EXPECT_FALSE(matches(";", "a"));
  EXPECT_TRUE(matches("*a*b*c*", "xxaxxbxxc"));
  // Whoever tries every way of reading it does not live to see the end.
  EXPECT_FALSE(matches(std::string(100, '*') + "a*a*a*a*a*b", std::string(10'000, 'a')));
}

}  // namespace
}  // namespace sightglass::pulls
