#include "app/setting_facts.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "app/settings_table.hpp"

namespace sightglass::app {
namespace {

http::SettingFact fact_named(const Settings& settings, std::string_view name) {
  const auto facts = facts_of(settings);
  const auto found = std::ranges::find(facts, name, &http::SettingFact::name);
  return found == facts.end() ? http::SettingFact{} : *found;
}

TEST(SettingFacts, say_of_every_setting_what_it_does) {
  for (const auto& name : setting_names()) EXPECT_TRUE(words_of(name).ends_with('.')) << name;
  EXPECT_EQ(words_of("server.nothing"), "");
}

TEST(SettingFacts, tell_the_value_the_default_and_where_it_came_from) {
  Settings settings;
  ASSERT_TRUE(apply_setting(settings, "server.threads", "4", "environment"));
  const auto threads = fact_named(settings, "server.threads");
  EXPECT_EQ(threads.value, "4");
  EXPECT_EQ(threads.usual, "2");
  EXPECT_EQ(threads.source, "environment");
  EXPECT_EQ(fact_named(settings, "log.level").source, "default");
}

TEST(SettingFacts, tell_of_a_secret_only_whether_it_is_set) {
  Settings settings;
  EXPECT_EQ(fact_named(settings, "storage.s3_secret_key").value, R"("")");
  ASSERT_TRUE(apply_setting(settings, "storage.s3_secret_key", "hush", "environment"));
  EXPECT_EQ(fact_named(settings, "storage.s3_secret_key").value, "\"(set)\"");
}

TEST(SettingFacts, keep_the_kind_of_each_value) {
  Settings settings;
  ASSERT_TRUE(apply_setting(settings, "server.trusted_proxies", "10.0.0.0/8, ::1", "flag"));
  ASSERT_TRUE(apply_setting(settings, "server.listen", "a\"b:1", "flag"));
  EXPECT_EQ(fact_named(settings, "server.trusted_proxies").value, R"(["10.0.0.0/8","::1"])");
  EXPECT_EQ(fact_named(settings, "server.listen").value, R"("a\"b:1")");
  EXPECT_EQ(fact_named(settings, "storage.keep_originals").value, "true");
}

TEST(SettingFacts, show_nothing_that_is_called_a_secret) {
  for (const auto& name : setting_names())
    for (const auto* word : {"password", "secret", "signing"})
      EXPECT_TRUE(!name.contains(word) || is_secret(name)) << name;
}

}  // namespace
}  // namespace sightglass::app
