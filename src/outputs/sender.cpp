#include "outputs/sender.hpp"

#include "outputs/line_settings.hpp"
#include "outputs/modbus/modbus_sender.hpp"
#include "outputs/mqtt/mqtt_sender.hpp"
#include "outputs/webhook/webhook_sender.hpp"

namespace sightglass::outputs {
namespace {

core::Result<void> check_no_secret(std::string_view secret) {
  if (secret.empty()) return {};
  return core::fail(core::invalid_input("secret", "This kind of output has no secret."));
}

}  // namespace

core::Result<std::unique_ptr<Sender>> make_sender(std::string_view kind, std::string_view settings,
                                                  std::string_view secret, std::string_view identity,
                                                  std::string_view station) {
  if (kind == "webhook") return make_webhook_sender(settings, secret);
  if (kind == "mqtt") return make_mqtt_sender(settings, secret, identity, station);
  if (kind == "modbus") {
    SG_TRY(check_no_secret(secret));
    return make_modbus_sender(settings);
  }
  return core::fail(core::invalid_input("kind", R"(kind must be "webhook", "mqtt", "modbus" or "line".)"));
}

core::Result<void> check_output(std::string_view kind, std::string_view settings, std::string_view secret,
                                std::string_view station) {
  if (kind == "line") {
    SG_TRY(check_no_secret(secret));
    SG_TRY(line_settings_from_json(settings));
    return {};
  }
  SG_TRY(make_sender(kind, settings, secret, "check", station));
  return {};
}

}  // namespace sightglass::outputs
