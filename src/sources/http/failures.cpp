#include "sources/http/failures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/not_sent.hpp"

namespace sightglass::sources::http {
namespace {

constexpr std::chrono::seconds longest_wait{86'400};

core::ErrorCode code_of(Trouble trouble) {
  switch (trouble) {
    case Trouble::gone: return core::ErrorCode::not_found;
    case Trouble::too_large: return core::ErrorCode::too_large;
    case Trouble::timeout: return core::ErrorCode::timeout;
    case Trouble::stopped: return core::ErrorCode::cancelled;
    case Trouble::address:
    case Trouble::credentials:
    case Trouble::listing: return core::ErrorCode::invalid_input;
    case Trouble::refused: return core::ErrorCode::permission_denied;
    default: return core::ErrorCode::unavailable;
  }
}

std::string secret_field(SignIn sign_in) {
  switch (sign_in) {
    case SignIn::none: return "auth_type";
    case SignIn::header: return "auth_header";
    default: return "auth_password";
  }
}

Failure not_let_in(const Refusal& refusal) {
  if (refusal.sign_in == SignIn::basic && refusal.offers.digest && !refusal.offers.basic)
    return make_failure(Trouble::credentials, true, "The server signs in by Digest alone: choose that.", "auth_type");
  if (refusal.sign_in == SignIn::digest && refusal.offers.basic && !refusal.offers.digest)
    return make_failure(Trouble::credentials, true, "The server does not sign in by Digest: choose user and password.",
                        "auth_type");
  return make_failure(Trouble::credentials, true,
                      refusal.sign_in == SignIn::none ? "The server wants somebody to sign in."
                                                      : "The server does not accept this sign-in.",
                      secret_field(refusal.sign_in));
}

Failure refused_listing(int status) {
  const auto says = fmt::format("The server answers {}", status);
  if (status == 404 || status == 410)
    return make_failure(Trouble::listing, true, says + ": there is nothing at this address.", "base_url");
  if (status >= 500 && status != 501)
    return make_failure(Trouble::server_error, true, says + ": it has a fault of its own.");
  return make_failure(Trouble::listing, true, says + " where a directory was expected.", "base_url");
}

Failure refused_file(int status) {
  const auto says = fmt::format("The server answers {}", status);
  if (status == 404 || status == 410) return make_failure(Trouble::gone, false, says + ": the file is gone.");
  if (status >= 500) return make_failure(Trouble::server_error, false, says + ": it has a fault of its own.");
  return make_failure(Trouble::refused, false, says + ": it does not give this file.");
}

}  // namespace

Failure make_failure(Trouble trouble, bool concerns_source, std::string message, std::string field) {
  return {.error = {.code = code_of(trouble), .message = std::move(message), .field = std::move(field)},
          .trouble = trouble,
          .concerns_source = concerns_source};
}

Failure stopped() { return make_failure(Trouble::stopped, false, "It was stopped."); }

Failure failure_of(const Refusal& refusal) {
  const int status = refusal.status;
  if (status == 401 || (status == 403 && refusal.is_listing)) return not_let_in(refusal);
  if (status == 408) return make_failure(Trouble::timeout, refusal.is_listing, "The server waited for too long.");
  if (status == 429 || status == 503) {
    auto failure =
        make_failure(Trouble::busy, true, fmt::format("The server answers {}: it has too much to do.", status));
    failure.retry_after = refusal.retry_after;
    return failure;
  }
  return refusal.is_listing ? refused_listing(status) : refused_file(status);
}

Failure failure_of(const core::Error& of, bool is_listing, bool ended_short) {
  const bool was_not_sent = core::was_not_sent(of);
  Failure failure{.error = of, .trouble = Trouble::other, .concerns_source = is_listing || was_not_sent};
  if (was_not_sent) failure.error.field = "base_url";
  switch (of.code) {
    case core::ErrorCode::timeout: failure.trouble = Trouble::timeout; break;
    case core::ErrorCode::unavailable:
      failure.trouble = ended_short ? Trouble::wrong_length : Trouble::unreachable;
      break;
    case core::ErrorCode::too_large: failure.trouble = is_listing ? Trouble::listing : Trouble::too_large; break;
    case core::ErrorCode::cancelled: failure.trouble = Trouble::stopped; break;
    case core::ErrorCode::permission_denied:
    case core::ErrorCode::invalid_input: failure.trouble = Trouble::address; break;
    default: failure.concerns_source = true; break;  // our own disk or memory
  }
  return failure;
}

std::optional<std::chrono::seconds> read_retry_after(std::string_view text, core::Instant now) {
  if (text.empty()) return std::nullopt;
  if (std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    // More digits than fit mean a long time.
    return error == std::errc() ? std::min(std::chrono::seconds(seconds), longest_wait) : longest_wait;
  }
  const auto until = core::parse_http_date(text);
  if (!until) return std::nullopt;
  return std::clamp(std::chrono::ceil<std::chrono::seconds>(*until - now), std::chrono::seconds(0), longest_wait);
}

}  // namespace sightglass::sources::http
