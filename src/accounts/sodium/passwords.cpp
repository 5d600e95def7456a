#include "accounts/passwords.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace sightglass::accounts {
namespace {

constexpr std::size_t shortest = 8;
constexpr std::size_t longest = 256;
constexpr int most_at_once = 2;
constexpr int most_waiting = 16;

bool equal_in_any_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

core::Result<void> check_password_rules(std::string_view password, std::string_view user_name, std::string_view field) {
  const auto refuse = [&](std::string message) {
    return core::fail(core::invalid_input(std::string(field), std::move(message)));
  };
  if (password.size() < shortest) return refuse(fmt::format("A password needs at least {} characters.", shortest));
  if (password.size() > longest) return refuse(fmt::format("A password has at most {} characters.", longest));
  if (equal_in_any_case(password, user_name)) return refuse("A password must differ from the user's name.");
  return {};
}

struct Passwords::Impl {
  PasswordCost cost;
  std::string dummy{};  // what nobody's password hashes to; made with the same cost
  std::mutex mutex{};
  std::condition_variable freed{};
  int running = 0;
  int waiting = 0;

  core::Result<void> enter() {
    std::unique_lock lock(mutex);
    if (running >= most_at_once && waiting >= most_waiting)
      return core::fail(core::ErrorCode::quota_exceeded, "Too many people are signing in. Try again in a second.");
    ++waiting;
    freed.wait(lock, [&] { return running < most_at_once; });
    --waiting;
    ++running;
    return {};
  }
  void leave() {
    {
      const std::scoped_lock lock(mutex);
      --running;
    }
    freed.notify_one();
  }
  // Runs `work` as one of the few at once.
  template <typename F>
  core::Result<std::invoke_result_t<F>> limited(F&& work) {
    SG_TRY(enter());
    struct Leave {
      Impl& impl;
      ~Leave() { impl.leave(); }
    } const leave_at_end{*this};
    return work();
  }
  std::optional<std::string> compute(std::string_view password) const {
    std::array<char, crypto_pwhash_STRBYTES> text{};
    if (crypto_pwhash_argon2id_str(text.data(), password.data(), password.size(), cost.passes, cost.memory_bytes) != 0)
      return std::nullopt;
    return std::string(text.data());
  }
};

Passwords::Passwords(PasswordCost cost) : impl_(std::make_unique<Impl>(cost)) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
  std::array<char, 32> nobody{};
  randombytes_buf(nobody.data(), nobody.size());
  auto dummy = impl_->compute({nobody.data(), nobody.size()});
  if (!dummy) throw std::runtime_error("there is no memory for one password hash");
  impl_->dummy = std::move(*dummy);
}

Passwords::~Passwords() = default;

core::Result<std::string> Passwords::hash(std::string_view password) {
  SG_ASSIGN(auto text, impl_->limited([&] { return impl_->compute(password); }));
  if (!text) return core::fail(core::unavailable("There is no memory to hash a password now."));
  return std::move(*text);
}

core::Result<bool> Passwords::matches(std::string_view password, const std::string& stored) {
  const bool is_known = stored.starts_with(crypto_pwhash_argon2id_STRPREFIX) && stored.size() < crypto_pwhash_STRBYTES;
  const std::string& against = is_known ? stored : impl_->dummy;
  SG_ASSIGN(const bool is_equal, impl_->limited([&] {
    return crypto_pwhash_argon2id_str_verify(against.c_str(), password.data(), password.size()) == 0;
  }));
  return is_known && is_equal;
}

bool Passwords::needs_rehash(const std::string& stored) const {
  return crypto_pwhash_argon2id_str_needs_rehash(stored.c_str(), impl_->cost.passes, impl_->cost.memory_bytes) != 0;
}

}  // namespace sightglass::accounts
