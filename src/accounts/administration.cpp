#include "accounts/administration.hpp"

#include <algorithm>
#include <utility>

#include "accounts/secrets.hpp"
#include "database/people.hpp"

namespace sightglass::accounts {
namespace {

// Enough for somebody who mistypes; nothing against 60 bits.
constexpr std::int32_t codes_per_minute = 10;

// 12 characters of Crockford's base 32 (no I, L, O, U) in groups of four: 60 bits, easily typed on a phone.
std::string code_from(std::string_view bytes) {
  static constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::string code;
  for (const char c : bytes.substr(0, 12)) {
    if (code.size() == 4 || code.size() == 9) code += '-';
    // 256 is a multiple of 32, so that no character is likelier than another.
    code += alphabet[static_cast<unsigned char>(c) % alphabet.size()];
  }
  return code;
}

// As typed: any case, with or without hyphens and spaces, with letters for the digits they resemble.
std::string normalised(std::string_view code) {
  std::string kept;
  for (char c : code.substr(0, 64)) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    if (c == 'O') c = '0';
    if (c == 'I' || c == 'L') c = '1';
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')) kept += c;
  }
  return kept;
}

}  // namespace

Administration::Administration(database::Database& database, Authenticator& authenticator, AuditLog& audit,
                               Passwords& passwords, const core::Clock& clock, std::string code_key)
    : database_(database),
      authenticator_(authenticator),
      audit_(audit),
      passwords_(passwords),
      clock_(clock),
      code_key_(std::move(code_key)),
      code_attempts_(codes_per_minute) {}

core::Result<bool> Administration::needs_setup() {
  SG_ASSIGN(const auto administrators, database_.read([](database::Session& session) {
    return database::users::count_active_administrators(session);
  }));
  return administrators == 0;
}

core::Result<std::optional<std::string>> Administration::prepare_first_run() {
  SG_ASSIGN(const bool is_needed, needs_setup());
  if (!is_needed) return std::nullopt;
  SG_ASSIGN(auto secret, code());
  return secret;
}

// With the users there are: once a code was used there is one more, and what somebody noted of it opens nothing ever
// again.
core::Result<std::string> Administration::code() {
  SG_ASSIGN(const auto users, database_.read(database::users::list));
  std::string newest;
  for (const auto& user : users) newest = std::max(newest, user.id.to_string());
  return code_from(hmac_sha256(code_key_, newest));
}

core::Result<void> Administration::check_code(std::string_view code, const Origin& origin) {
  const auto now = clock_.now();
  const auto network = network_of(origin.peer);
  if (code_attempts_.take(network, now) != RateLimit::Verdict::allowed)
    return core::fail(core::ErrorCode::quota_exceeded, "Too many wrong codes. Wait a minute.");
  SG_ASSIGN(const auto expected, this->code());
  if (equal_in_constant_time(normalised(code), normalised(expected))) return {};
  SG_TRY(audit_.record({.name = "somebody"}, origin, {.action = "setup.wrong_code", .object_type = "setup"}));
  return core::fail(core::ErrorCode::permission_denied,
                    "The set-up code is wrong. The server printed it when it started.");
}

core::Result<core::User> Administration::set_up(std::string_view code, const NewUser& administrator,
                                                const Origin& origin) {
  const auto done = [] { return core::fail(core::ErrorCode::conflict, "Sightglass is set up already. Sign in."); };
  SG_ASSIGN(const bool is_needed, needs_setup());
  if (!is_needed) return done();
  SG_TRY(check_code(code, origin));
  auto wanted = administrator;
  wanted.role = core::Role::administrator;
  // Before the transaction: a password hash takes long, and there is one writer.
  SG_ASSIGN(const auto user, make_user(wanted));
  return database_.write([&](database::Session& session) -> core::Result<core::User> {
    // Asked again where nobody else can write: of two who bring the code at once, one is the first.
    SG_ASSIGN(const auto administrators, database::users::count_active_administrators(session));
    if (administrators > 0) return done();
    return insert_user(session, caller_of(user, Credential::none), user, origin);
  });
}

}  // namespace sightglass::accounts
