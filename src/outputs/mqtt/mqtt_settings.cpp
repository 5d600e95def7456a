#include "outputs/mqtt/mqtt_settings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "outputs/settings_reader.hpp"

namespace sightglass::outputs {
namespace {

constexpr std::size_t longest_topic = 200;
constexpr std::size_t longest_name = 100;
constexpr std::size_t longest_password = 256;

// What has a meaning in topics of subscribers, parts levels, or is no character.
bool is_of_topics(unsigned char c) { return c == '+' || c == '#' || c == '/' || c < 0x20 || c == 0x7f; }

std::string topic_of(std::string_view station) {
  std::string topic = "sightglass/";
  for (const char c : station.substr(0, longest_topic - topic.size()))
    topic += is_of_topics(static_cast<unsigned char>(c)) ? '_' : c;
  // Cut within a character, the last one goes.
  if (station.size() + 11 > longest_topic) {
    while (!topic.empty() && (static_cast<unsigned char>(topic.back()) & 0xc0U) == 0x80U) topic.pop_back();
    if (!topic.empty() && static_cast<unsigned char>(topic.back()) >= 0x80U) topic.pop_back();
  }
  return topic;
}

// Letters and digits, of which brokers must take 23 (MQTT 3.1.1, 3.1.3.1).
std::string client_id_of(std::string_view identity) {
  constexpr std::size_t most_of_identity = 21;
  std::string letters;
  std::ranges::copy_if(identity, std::back_inserter(letters), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
  // Ids begin with their time and end with what is random.
  return "sg" + letters.substr(letters.size() - std::min(letters.size(), most_of_identity));
}

}  // namespace

core::Result<MqttSettings> mqtt_settings_from(std::string_view settings, std::string_view secret,
                                              std::string_view identity, std::string_view station) {
  SettingsReader reader(settings);
  MqttSettings mqtt;
  mqtt.host = reader.text("host", 253);
  if (!is_host(mqtt.host)) reader.complain("host", "must be the name or address of a machine");
  mqtt.port = static_cast<int>(reader.integer_or("port", 1, 65'535, mqtt.port));
  mqtt.uses_tls = reader.boolean_or("tls", false);
  mqtt.username = reader.optional_text("username", longest_name).value_or("");
  mqtt.topic = reader.optional_text("topic", longest_topic).value_or(topic_of(station));
  if (mqtt.topic.find_first_of("+#") != std::string::npos) reader.complain("topic", "must not have '+' or '#'");
  if (mqtt.topic.starts_with('$')) reader.complain("topic", "must not begin with '$', which is the broker's own");
  mqtt.qos = static_cast<int>(reader.integer_or("qos", 0, 2, mqtt.qos));
  SG_TRY(reader.outcome());
  if (!secret.empty() && mqtt.username.empty())
    return core::fail(
        core::invalid_input("settings.username", "settings.username is missing: a password goes with a name."));
  if (secret.size() > longest_password)
    return core::fail(
        core::invalid_input("secret", fmt::format("secret must have at most {} characters.", longest_password)));
  mqtt.password = std::string(secret);
  mqtt.client_id = client_id_of(identity);
  return mqtt;
}

}  // namespace sightglass::outputs
