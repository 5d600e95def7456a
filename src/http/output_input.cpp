#include "http/output_input.hpp"

#include <array>

#include "http/json_body.hpp"
#include "outputs/sender.hpp"
#include "stations/deliverer.hpp"

namespace sightglass::http {
namespace {

constexpr std::array<std::string_view, 4> kinds{"webhook", "mqtt", "modbus", "line"};
constexpr std::size_t longest_name = 100;  // characters
constexpr std::size_t longest_secret = 500;
constexpr std::size_t most_settings_bytes = 16384;

core::Result<std::string> plain_secret(const OutputInput& input, const accounts::SealedSecrets& secrets,
                                       const database::outputs::Output& output) {
  if (input.secret) return *input.secret;
  if (output.secret.empty()) return std::string();
  return secrets.unseal(output.secret, stations::purpose_of(output.id));
}

}  // namespace

core::Result<OutputInput> read_output_input(const Request& request, bool is_new) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  OutputInput input;
  if (is_new) {
    input.name = body.required_string("name", longest_name);
    if (!body.has("kind")) body.refuse("kind", "`kind` is required: webhook, mqtt, modbus or line");
    input.kind = body.optional_choice("kind", kinds);
    if (!body.has("settings")) body.refuse("settings", "`settings` is required: an object, by kind");
  } else {
    input.name = body.optional_string("name", longest_name);
  }
  if (input.name && input.name->empty()) body.refuse("name", "`name` must not be empty");
  input.settings = body.optional_object_text("settings", most_settings_bytes);
  input.secret = body.optional_string("secret", longest_secret);
  input.enabled = body.optional_boolean("enabled");
  SG_TRY(body.finish());
  return input;
}

core::Result<ChangedFields> apply(const OutputInput& input, const accounts::SealedSecrets& secrets,
                                  std::string_view station, database::outputs::Output& output) {
  ChangedFields changed;
  replace(changed, "name", output.name, input.name);
  replace(changed, "kind", output.kind, input.kind);
  replace(changed, "settings", output.settings, input.settings);
  replace(changed, "enabled", output.is_enabled, input.enabled);
  if (!input.settings && !input.secret) return changed;
  SG_ASSIGN(const auto secret, plain_secret(input, secrets, output));
  SG_TRY(outputs::check_output(output.kind, output.settings, secret, station));
  if (!input.secret) return changed;
  output.secret = secret.empty() ? std::string() : secrets.seal(secret, stations::purpose_of(output.id));
  changed.emplace_back("secret");
  return changed;
}

}  // namespace sightglass::http
