// Who may listen at a WebSocket, when it is opened and while it stands.
#pragma once

#include <functional>

#include "accounts/authenticator.hpp"
#include "core/result.hpp"
#include "http/endpoint.hpp"
#include "http/message.hpp"

namespace sightglass::http {

// A browser sends the cookie along whichever site opens the socket, and lets that site read what comes: the only thing
// that tells them apart is the origin, which pages cannot choose. permission_denied for another site's.
core::Result<void> check_origin(const Request& request);

// Who the request's credentials stand for now. unauthenticated, or permission_denied when they do not satisfy `guard`
// any more. May block. The authenticator outlives it.
using ChannelCheck = std::function<core::Result<accounts::Caller>()>;
ChannelCheck check_of(accounts::Authenticator& authenticator, const Request& request, const Guard& guard);

}  // namespace sightglass::http
