// What an output of the kind "mqtt" is set to.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace sightglass::outputs {

struct MqttSettings {
  std::string host{};
  int port = 1883;
  bool uses_tls = false;
  std::string username{};   // empty: none
  std::string password{};   // empty: none
  std::string topic{};      // "<topic>/verdict", "<topic>/availability"
  int qos = 1;              // of verdicts
  std::string client_id{};  // the broker ends what else is connected under it
};

// `identity` and `station` as of make_sender(). invalid_input naming "settings.topic" or "secret".
core::Result<MqttSettings> mqtt_settings_from(std::string_view settings, std::string_view secret,
                                              std::string_view identity, std::string_view station);

}  // namespace sightglass::outputs
