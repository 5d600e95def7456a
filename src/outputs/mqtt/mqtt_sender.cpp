#include "outputs/mqtt/mqtt_sender.hpp"

#include <optional>

#include "outputs/mqtt/broker_connection.hpp"
#include "outputs/mqtt/mqtt_settings.hpp"

namespace sightglass::outputs {
namespace {

class MqttSender final : public Sender {
 public:
  explicit MqttSender(MqttSettings settings) : settings_(std::move(settings)) {}

  void start() override {
    if (!connection_) connection_.emplace(settings_);
  }

  core::Result<void> send(const Message& message, std::chrono::milliseconds patience) override {
    start();
    return connection_->publish(message.id, message.json, patience);
  }

 private:
  const MqttSettings settings_;
  std::optional<BrokerConnection> connection_;
};

}  // namespace

core::Result<std::unique_ptr<Sender>> make_mqtt_sender(std::string_view settings, std::string_view secret,
                                                       std::string_view identity, std::string_view station) {
  SG_ASSIGN(auto parsed, mqtt_settings_from(settings, secret, identity, station));
  return std::make_unique<MqttSender>(std::move(parsed));
}

}  // namespace sightglass::outputs
