// What people may enter, of every kind, and what is said of the rest.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "outputs/line_settings.hpp"
#include "outputs/mqtt/mqtt_settings.hpp"
#include "outputs/sender.hpp"

namespace sightglass::outputs {
namespace {

const std::string secret = "0123456789abcdef";

struct Case {
  std::string kind, settings, secret, field;
};
void PrintTo(const Case& entered, std::ostream* out) { *out << entered.kind << ' ' << entered.settings; }

class RefusedSettings : public testing::TestWithParam<Case> {};

TEST_P(RefusedSettings, are_named) {
  const auto& entered = GetParam();
  const auto outcome = check_output(entered.kind, entered.settings, entered.secret, "Press 3");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, core::ErrorCode::invalid_input);
  EXPECT_EQ(outcome.error().field, entered.field) << outcome.error().message;
  EXPECT_FALSE(outcome.error().message.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Outputs, RefusedSettings,
    testing::Values(Case{"pigeon", "{}", "", "kind"}, Case{"webhook", "[]", secret, "settings"},
                    Case{"webhook", "{", secret, "settings"}, Case{"webhook", "{}", secret, "settings.url"},
                    Case{"webhook", R"({"url":7})", secret, "settings.url"},
                    Case{"webhook", R"({"url":"ftp://plc/"})", secret, "settings.url"},
                    Case{"webhook", R"({"url":"http://"})", secret, "settings.url"},
                    Case{"webhook", R"({"url":"http://a b/"})", secret, "settings.url"},
                    Case{"webhook", R"({"url":"http://me:word@host/"})", secret, "settings.url"},
                    Case{"webhook", R"({"url":"http://host/#part"})", secret, "settings.url"},
                    Case{"webhook", R"({"url":"http://host/\u0000"})", secret, "settings.url"},
                    Case{"webhook", R"({"url":"http://host/","colour":1})", secret, "settings.colour"},
                    Case{"webhook", R"({"url":"http://host/"})", "short", "secret"},
                    Case{"webhook", R"({"url":"http://host/"})", "", "secret"}, Case{"mqtt", "{}", "", "settings.host"},
                    Case{"mqtt", R"({"host":"a:1883"})", "", "settings.host"},
                    Case{"mqtt", R"({"host":"tcp://a"})", "", "settings.host"},
                    Case{"mqtt", R"({"host":"a","port":0})", "", "settings.port"},
                    Case{"mqtt", R"({"host":"a","port":65536})", "", "settings.port"},
                    Case{"mqtt", R"({"host":"a","port":"1883"})", "", "settings.port"},
                    Case{"mqtt", R"({"host":"a","tls":"yes"})", "", "settings.tls"},
                    Case{"mqtt", R"({"host":"a","qos":3})", "", "settings.qos"},
                    Case{"mqtt", R"({"host":"a","topic":"a/+"})", "", "settings.topic"},
                    Case{"mqtt", R"({"host":"a","topic":"a/#"})", "", "settings.topic"},
                    Case{"mqtt", R"({"host":"a","topic":"a\u0000b"})", "", "settings.topic"},
                    Case{"mqtt", R"({"host":"a","topic":""})", "", "settings.topic"},
                    Case{"mqtt", R"({"host":"a","topic":"$SYS/a"})", "", "settings.topic"},
                    Case{"mqtt", R"({"host":"a","topic":")" + std::string(201, 'a') + R"("})", "", "settings.topic"},
                    Case{"mqtt", R"({"host":"a"})", "password without a name", "settings.username"},
                    Case{"modbus", R"({"host":"a"})", "", "settings.ok_coil"},
                    Case{"modbus", R"({"host":"a","ok_coil":65536})", "", "settings.ok_coil"},
                    Case{"modbus", R"({"host":"a","ok_coil":1.5})", "", "settings.ok_coil"},
                    Case{"modbus", R"({"host":"a","ok_coil":3,"ng_coil":3})", "", "settings.ng_coil"},
                    Case{"modbus", R"({"host":"a","ok_coil":3,"pulse_ms":10001})", "", "settings.pulse_ms"},
                    Case{"modbus", R"({"host":"a","ok_coil":3,"pulse_ms":-1})", "", "settings.pulse_ms"},
                    Case{"modbus", R"({"host":"a","ok_coil":3,"unit":256})", "", "settings.unit"},
                    Case{"modbus", R"({"host":"a","ok_coil":3})", "a secret", "secret"},
                    Case{"line", R"({"on":"green"})", "", "settings.on"},
                    Case{"line", R"({"line":"Line1"})", "", "settings.on"},
                    Case{"line", R"({"on":"NG","pulse_ms":0})", "", "settings.pulse_ms"},
                    Case{"line", R"({"on":"NG"})", "a secret", "secret"}));

TEST(OutputSettings, of_each_kind_are_taken) {
  for (const auto& [kind, settings, word] : std::vector<std::tuple<std::string, std::string, std::string>>{
           {"webhook", R"({"url":"https://host:8443/hooks?of=sightglass"})", secret},
           {"mqtt", R"({"host":"broker.plant","port":8883,"tls":true,"username":"me","qos":2})", "word"},
           {"mqtt", R"({"host":"::1","topic":"plant/hall 2"})", ""},
           {"modbus", R"({"host":"10.0.0.7","ng_coil":0,"ok_coil":null,"pulse_ms":0})", ""},
           {"line", R"({"on":"OK","line":"Line2","pulse_ms":10000})", ""}}) {
    const auto outcome = check_output(kind, settings, word, "Press 3");
    EXPECT_TRUE(outcome) << kind << ": " << outcome.error().message;
  }
}

TEST(OutputSettings, of_a_line_have_their_defaults) {
  const auto line = line_settings_from_json(R"({"on":"NG"})");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->line, "Line1");
  EXPECT_FALSE(line->on_ok);
  EXPECT_EQ(line->pulse, std::chrono::milliseconds(500));
}

TEST(OutputSettings, make_a_topic_of_any_stations_name) {
  const auto topic_of = [](const std::string& station) {
    const auto settings = mqtt_settings_from(R"({"host":"a"})", "", "019a-0b", station);
    EXPECT_TRUE(settings);
    return settings ? settings->topic : std::string();
  };
  EXPECT_EQ(topic_of("Press 3"), "sightglass/Press 3");
  EXPECT_EQ(topic_of("a/b+c#d\n"), "sightglass/a_b_c_d_");
  std::string long_name;
  for (int i = 0; i < 100; ++i) long_name += "ä";
  const std::string topic = topic_of(long_name);
  EXPECT_LE(topic.size(), 200U);
  EXPECT_TRUE(topic.ends_with("ä")) << "no half of a character";
}

}  // namespace
}  // namespace sightglass::outputs
