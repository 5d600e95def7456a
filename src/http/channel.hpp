// The server's half of a connection that only tells: what a row with `subscribe` hands to the transport.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "http/message.hpp"

namespace sightglass::http {

// Why the server closes a WebSocket (RFC 6455, section 7.4).
struct ChannelEnd {
  std::uint16_t code = 1000;
  std::string_view reason{};
};

// Thread-safe. Destroyed when the client is gone; nobody is woken after that.
class Channel {
 public:
  virtual ~Channel() = default;
  // Once, before the first next(). `wake` is called from any thread whenever there is something to take or the channel
  // has ended; it must not block and not call back.
  virtual void open(std::function<void()> wake) = 0;
  // Never blocks. The next message, a text unless is_binary(); nullptr when nothing waits.
  virtual std::shared_ptr<const std::string> next() = 0;
  virtual bool is_binary() const { return false; }
  // Never blocks. Set when no more comes and the connection should be closed.
  virtual std::optional<ChannelEnd> end() const = 0;
};

// Blocks. Asked when everything else has let the request pass, before the protocol is switched.
using SubscribeHandler = std::function<core::Result<std::unique_ptr<Channel>>(const Request&)>;

}  // namespace sightglass::http
