// Passwords: the rules for new ones, and Argon2id hashes made and checked by few threads at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace sightglass::accounts {

// 8–256 characters (bytes of UTF-8), and not the user's name in any case. invalid_input naming `field`.
core::Result<void> check_password_rules(std::string_view password, std::string_view user_name,
                                        std::string_view field = "password");

// RFC 9106 with 2 passes over 19 MiB and one lane: the OWASP Password Storage Cheat Sheet's second choice;
// 16 ms of one core. Tests take less.
struct PasswordCost {
  std::uint64_t passes = 2;
  std::size_t memory_bytes = std::size_t{19} << 20;
};

// Thread-safe. At most two hashes are computed at once; when sixteen callers wait already, the next is refused
// with quota_exceeded, so that a flood of sign-ins costs neither memory nor every thread of the pool.
class Passwords {
 public:
  explicit Passwords(PasswordCost cost = {});
  ~Passwords();

  // Blocks for the time of one hash. The text holds salt and parameters ("$argon2id$v=19$m=…").
  core::Result<std::string> hash(std::string_view password);
  // Blocks. An empty or foreign `stored` hash costs as much as a real one and matches nothing, so that unknown
  // user names cannot be told from wrong passwords by the time the answer takes.
  core::Result<bool> matches(std::string_view password, const std::string& stored);
  // True when `stored` was made with other parameters than these.
  bool needs_rehash(const std::string& stored) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sightglass::accounts
