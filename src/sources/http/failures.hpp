// What an HTTP server's refusal, or no answer at all, means for a source.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.hpp"
#include "net/http_client.hpp"
#include "sources/gateway.hpp"
#include "sources/source_address.hpp"

namespace sightglass::sources::http {

// Ways to sign in that a server offers to whom it does not let in.
struct Challenges {
  bool basic = false;
  bool digest = false;
};

struct Refusal {
  int status = 0;  // not 2xx, 304 or a redirect that was followed
  bool is_listing = false;
  SignIn sign_in = SignIn::none;
  Challenges offers{};
  std::optional<std::chrono::seconds> retry_after{};
};
Failure failure_of(const Refusal& refusal);

// `of`: what perform() said. `ended_short`: net::Arrived::ended_short.
Failure failure_of(const core::Error& of, bool is_listing, bool ended_short);

Failure make_failure(Trouble trouble, bool concerns_source, std::string message, std::string field = {});
inline std::unexpected<Failure> fail(Failure failure) { return std::unexpected<Failure>(std::move(failure)); }
Failure stopped();

// Retry-After in seconds or as a date (RFC 9110, 10.2.3), counted from `now`; a day at most.
std::optional<std::chrono::seconds> read_retry_after(std::string_view text, core::Instant now);

}  // namespace sightglass::sources::http
