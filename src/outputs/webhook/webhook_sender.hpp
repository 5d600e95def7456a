// POSTs each message to an address, signed so that the receiver can tell that it is from here and how old it is.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/time.hpp"
#include "outputs/sender.hpp"

namespace sightglass::outputs {

// docs/stations.md describes the settings. invalid_input naming "settings.url" or "secret".
core::Result<std::unique_ptr<Sender>> make_webhook_sender(std::string_view settings, std::string_view secret);

// What stands in Sightglass-Signature: "t=<unix seconds>,v1=<64 hexadecimal digits>", HMAC-SHA256 of "<t>.<body>".
std::string webhook_signature(std::string_view secret, core::Instant now, std::string_view body);

}  // namespace sightglass::outputs
