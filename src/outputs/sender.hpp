// The seam to what is told of a verdict: a web server, a broker, a PLC. Each kind sends one message at a time and says
// whether it arrived; queueing, order and retries are stations/deliverer's.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace sightglass::outputs {

// A verdict as it is told. `json` is the whole, the same for all kinds (docs/stations.md); the rest for those that say
// less.
struct Message {
  std::string id{};  // of the delivery: the same at each attempt, so that who is told twice can know it
  std::string json{};
  std::string station{};
  std::string image_id{};  // or the temporary name
  bool is_ok = false;
  bool is_test = false;  // a person tries the output: whatever it has is to move, not only what OK moves
};

// One for each output. One thread alone calls it.
class Sender {
 public:
  virtual ~Sender() = default;
  // Begins what lasts longer than a message: the connection to a broker; and ends what a program that died in the midst
  // of a pulse left on. Returns at once and does not fail; send() says what is wrong. Called before the first message,
  // maybe long before it.
  virtual void start() {}
  // Blocks up to `patience` and a little. When it returns, the other side has confirmed the message as far as its
  // protocol can. Errors: unavailable, timeout: to be tried again; invalid_input, permission_denied: not before
  // somebody changes the settings.
  virtual core::Result<void> send(const Message& message, std::chrono::milliseconds patience) = 0;
};

// kind: "webhook", "mqtt", "modbus". `settings`: the JSON object of that kind; `secret`: as the person gave it, or
// empty. `identity`: what tells this output from all others, the same at each start; `station`: its name, of which a
// topic is made where none is set. invalid_input naming the member ("settings.url") that is
// missing, unknown or beyond its bounds, or "kind" or "secret". Opens nothing.
core::Result<std::unique_ptr<Sender>> make_sender(std::string_view kind, std::string_view settings,
                                                  std::string_view secret, std::string_view identity,
                                                  std::string_view station);

// For what a person enters, also of the kind "line": the same errors. Opens nothing.
core::Result<void> check_output(std::string_view kind, std::string_view settings, std::string_view secret,
                                std::string_view station);

}  // namespace sightglass::outputs
