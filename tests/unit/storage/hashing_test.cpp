#include "storage/hashing.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace sightglass::storage {
namespace {

// FIPS 180-4 examples, as published by NIST (csrc.nist.gov, "SHA256.pdf").
constexpr std::string_view hash_of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr std::string_view hash_of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr std::string_view hash_of_million_a = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

TEST(Hashing, agrees_with_the_published_examples) {
  EXPECT_EQ(sha256_of("").to_hex(), hash_of_nothing);
  EXPECT_EQ(sha256_of("abc").to_hex(), hash_of_abc);
  EXPECT_EQ(sha256_of(std::string(1'000'000, 'a')).to_hex(), hash_of_million_a);
}

TEST(Digest, agrees_with_the_published_examples) {
  const auto hex_of = [](DigestKind kind, std::string_view text) {
    Digest digest(kind);
    digest.update(text.substr(0, 1));
    digest.update(text.substr(1));
    std::string hex;
    for (const char c : digest.value()) {
      char two[3];
      std::snprintf(two, sizeof two, "%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
      hex += two;
    }
    return hex;
  };
  EXPECT_EQ(hex_of(DigestKind::sha1, "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");  // FIPS 180-4, SHA1.pdf
  EXPECT_EQ(hex_of(DigestKind::sha256, "abc"), hash_of_abc);
}

TEST(Hashing, goes_on_after_a_value_was_asked_for) {
  Sha256Hasher hasher;
  EXPECT_EQ(hasher.value().to_hex(), hash_of_nothing);
  hasher.update("a");
  EXPECT_EQ(hasher.value(), sha256_of("a"));
  hasher.update("bc");
  EXPECT_EQ(hasher.value().to_hex(), hash_of_abc);
}

TEST(Hashing, reads_a_file_from_its_beginning_wherever_it_stands) {
  std::FILE* file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  const std::string bytes(700'000, 'a');
  ASSERT_EQ(std::fwrite(bytes.data(), 1, bytes.size(), file), bytes.size());
  std::fflush(file);
  EXPECT_EQ(sha256_of_file(fileno(file)), sha256_of(bytes));
  std::fclose(file);
}

TEST(Hashing, says_that_a_descriptor_cannot_be_read) {
  const auto hash = sha256_of_file(-1);
  ASSERT_FALSE(hash);
  EXPECT_EQ(hash.error().code, core::ErrorCode::internal);
}

}  // namespace
}  // namespace sightglass::storage
