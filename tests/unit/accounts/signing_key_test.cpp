#include "accounts/signing_key.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "unit/accounts/house.hpp"

namespace sightglass::accounts {
namespace {

namespace fs = std::filesystem;

class SigningKey : public testing::Test {
 protected:
  core::Result<std::string> start_node(const fs::path& file) {
    SG_ASSIGN(const auto key, open_shared_key(file, *house_.database, house_.clock));
    return fingerprint_of(key);
  }
  House house_;
  fs::path here_ = house_.folder.path() / "here" / "jwt.key";
  fs::path there_ = house_.folder.path() / "there" / "jwt.key";
};

TEST_F(SigningKey, is_made_and_registered_by_the_first_node_and_demanded_of_the_next) {
  const auto first = start_node(here_);
  ASSERT_TRUE(first) << first.error().message;
  const auto second = start_node(there_);
  EXPECT_EQ(code_of(second), core::ErrorCode::conflict);
  EXPECT_NE(second.error().message.find("Copy keys/jwt.key"), std::string::npos);
  EXPECT_NE(second.error().message.find(there_.string()), std::string::npos);
  EXPECT_FALSE(fs::exists(there_)) << "no key is made beside a registered one";
  fs::create_directories(there_.parent_path());
  fs::copy_file(here_, there_);
  EXPECT_EQ(start_node(there_), *first);
  EXPECT_EQ(start_node(here_), *first) << "again";
}

TEST_F(SigningKey, of_its_own_keeps_a_node_out) {
  ASSERT_TRUE(AccessTokens::open(there_));
  ASSERT_TRUE(start_node(here_));
  EXPECT_EQ(code_of(start_node(there_)), core::ErrorCode::conflict);
}

TEST_F(SigningKey, is_in_the_database_only_as_a_fingerprint) {
  const auto key = AccessTokens::open(here_).value();
  const auto fingerprint = start_node(here_).value();
  EXPECT_EQ(registered_fingerprint(*house_.database).value(), fingerprint);
  EXPECT_EQ(fingerprint.size(), 64U);
  EXPECT_NE(AccessTokens(std::string(32, 'x')).derive_key("fingerprint"), key.derive_key("fingerprint"));
}

TEST_F(SigningKey, of_an_embedded_store_is_whatever_lies_there) {
  const auto open = [&] { return open_own_key(here_, *house_.database, house_.clock); };
  const auto first = fingerprint_of(open().value());
  EXPECT_EQ(fingerprint_of(open().value()), first);
  // A backup that was restored without keys/.
  fs::remove(here_);
  const auto second = fingerprint_of(open().value());
  EXPECT_NE(second, first);
  EXPECT_EQ(registered_fingerprint(*house_.database).value(), second);
}

TEST_F(SigningKey, can_be_replaced_and_accepted_on_purpose) {
  const auto first = start_node(here_).value();
  const auto replaced = replace_key(here_, *house_.database, house_.clock).value();
  EXPECT_NE(replaced, first);
  EXPECT_EQ(start_node(here_), replaced);
  ASSERT_TRUE(AccessTokens::open(there_));
  const auto accepted = accept_key(there_, *house_.database, house_.clock).value();
  EXPECT_EQ(start_node(there_), accepted);
  EXPECT_EQ(code_of(start_node(here_)), core::ErrorCode::conflict);
  EXPECT_FALSE(is_registered(AccessTokens::open(here_).value(), *house_.database).value());
  EXPECT_EQ(code_of(accept_key(here_.parent_path() / "none", *house_.database, house_.clock)),
            core::ErrorCode::not_found);
}

TEST_F(SigningKey, is_not_made_by_a_command_beside_a_registered_one) {
  ASSERT_TRUE(open_key_of_command(here_, *house_.database));
  EXPECT_TRUE(fs::exists(here_)) << "there is no installation yet";
  ASSERT_TRUE(start_node(here_));
  ASSERT_TRUE(open_key_of_command(there_, *house_.database));
  EXPECT_FALSE(fs::exists(there_));
}

}  // namespace
}  // namespace sightglass::accounts
