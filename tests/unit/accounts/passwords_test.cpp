#include "accounts/passwords.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <string>
#include <thread>
#include <vector>

namespace sightglass::accounts {
namespace {

constexpr PasswordCost cheap{.passes = 1, .memory_bytes = 8192};

TEST(Passwords, match_only_what_was_hashed) {
  Passwords passwords(cheap);
  const auto hash = passwords.hash("correct horse").value();
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
  EXPECT_TRUE(passwords.matches("correct horse", hash).value());
  EXPECT_FALSE(passwords.matches("correct horsf", hash).value());
  EXPECT_FALSE(passwords.matches("", hash).value());
}

TEST(Passwords, give_every_hash_its_own_salt) {
  Passwords passwords(cheap);
  EXPECT_NE(passwords.hash("correct horse").value(), passwords.hash("correct horse").value());
}

TEST(Passwords, match_nothing_when_the_stored_hash_is_empty_or_foreign) {
  Passwords passwords(cheap);
  EXPECT_FALSE(passwords.matches("anything", "").value());
  EXPECT_FALSE(passwords.matches("anything", "$2b$12$abcdefghijklmnopqrstuv").value());
  EXPECT_FALSE(passwords.matches("anything", std::string(500, '$')).value());
}

TEST(Passwords, want_a_new_hash_when_the_cost_has_risen) {
  Passwords before(cheap);
  Passwords now({.passes = 2, .memory_bytes = 16384});
  const auto old_hash = before.hash("correct horse").value();
  EXPECT_FALSE(before.needs_rehash(old_hash));
  EXPECT_TRUE(now.needs_rehash(old_hash));
  EXPECT_TRUE(now.matches("correct horse", old_hash).value());
}

TEST(Passwords, refuse_a_flood_instead_of_queueing_it) {
  Passwords passwords({.passes = 8, .memory_bytes = std::size_t{16} << 20});
  constexpr int callers = 40;
  std::latch together(callers);
  std::atomic<int> refused = 0;
  std::atomic<int> answered = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < callers; ++i) {
      threads.emplace_back([&] {
        together.arrive_and_wait();
        const auto result = passwords.matches("wrong", "");
        if (result) ++answered;
        if (!result && result.error().code == core::ErrorCode::quota_exceeded) ++refused;
      });
    }
  }
  EXPECT_EQ(refused + answered, callers);
  EXPECT_GE(answered, 18);  // two at work, sixteen waiting
  EXPECT_GT(refused, 0);
  EXPECT_TRUE(passwords.matches("wrong", "").has_value()) << "the flood left a place taken";
}

TEST(PasswordRules, name_the_limit_that_was_missed) {
  EXPECT_TRUE(check_password_rules("12345678", "ada").has_value());
  EXPECT_TRUE(check_password_rules(std::string(256, 'x'), "ada").has_value());
  EXPECT_EQ(check_password_rules("1234567", "ada").error().field, "password");
  EXPECT_EQ(check_password_rules(std::string(257, 'x'), "ada").error().code, core::ErrorCode::invalid_input);
  EXPECT_EQ(check_password_rules("Ada.Lovelace", "ada.lovelace", "new_password").error().field, "new_password");
}

}  // namespace
}  // namespace sightglass::accounts
