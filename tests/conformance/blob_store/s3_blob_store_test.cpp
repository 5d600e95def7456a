#include "storage/s3/s3_blob_store.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "conformance/blob_store/blob_store_suite.hpp"
#include "net/http_client.hpp"
#include "storage/hashing.hpp"
#include "support/cutting_proxy.hpp"
#include "support/rados_gateway.hpp"

namespace sightglass::storage::s3 {
namespace {

using core::ErrorCode;
using test::CuttingProxy;
using test::RadosGateway;
using testing::HasSubstr;

const core::SystemClock system_clock;

std::shared_ptr<BlobStore> make_s3_store() {
  auto* gateway = RadosGateway::get();
  if (gateway == nullptr) return nullptr;
  auto store = S3BlobStore::open(gateway->options(), system_clock, S3BlobStore::Checks::access_and_taken_keys);
  if (!store) throw std::runtime_error(store.error().message + " " + store.error().cause);
  return std::move(*store);
}

INSTANTIATE_TEST_SUITE_P(
    S3, BlobStoreSuite,
    testing::Values(StoreFactory{
        .name = "s3", .make = make_s3_store, .takes_any_bytes = false, .needs = RadosGateway::needs}),
    [](const auto& parameter) { return parameter.param.name; });

// What a real server does with what only this store sends, and with trouble.
class S3Server : public testing::Test {
 protected:
  void SetUp() override {
    if (RadosGateway::get() == nullptr) GTEST_SKIP() << "S3 SERVER NOT TESTED: it needs " << RadosGateway::needs;
    gateway = RadosGateway::get();
    options = gateway->options();
    options.part_bytes = 5 << 20;  // the least that S3 takes
    options.retry.pause = [](std::chrono::milliseconds) {};
  }
  std::unique_ptr<S3BlobStore> open() {
    auto store = S3BlobStore::open(options, system_clock, S3BlobStore::Checks::none);
    EXPECT_TRUE(store) << store.error().message;
    return std::move(*store);
  }
  static std::unique_ptr<IncomingBlob> incoming(S3BlobStore& store, std::string_view bytes) {
    auto blob = store.begin_incoming();
    EXPECT_TRUE(blob && (*blob)->write(std::as_bytes(std::span(bytes))));
    return std::move(*blob);
  }
  static std::string large() {
    std::string bytes(12 << 20, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31 >> 5U);
    return bytes;
  }
  static core::Sha256 hash_at(const S3BlobStore& store, std::string_view key) {
    const auto fd = store.open(key);
    EXPECT_TRUE(fd) << fd.error().message << fd.error().cause;
    return fd ? *sha256_of_file(fd->get()) : core::Sha256{};
  }

  RadosGateway* gateway = nullptr;
  S3Options options{};
};

TEST_F(S3Server, keeps_large_blobs_that_went_in_parts) {
  const auto store = open();
  const auto bytes = large();
  const auto blob = incoming(*store, bytes);
  ASSERT_TRUE(store->place(*blob, "images/large.jpg"));
  EXPECT_EQ(store->info("images/large.jpg")->bytes, static_cast<std::int64_t>(bytes.size()));
  EXPECT_EQ(hash_at(*store, "images/large.jpg"), sha256_of(bytes));
  const auto again = store->place(*blob, "images/large.jpg");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::conflict);
  ASSERT_TRUE(store->link("images/large.jpg", "images/copy.jpg")) << "copied by the server";
  EXPECT_EQ(hash_at(*store, "images/copy.jpg"), sha256_of(bytes));
}

TEST_F(S3Server, lets_exactly_one_of_many_place_a_large_blob) {
  const auto store = open();
  const auto bytes = large();
  std::atomic<int> placed = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&] {
        const auto blob = incoming(*store, bytes);
        placed += store->place(*blob, "contested").has_value() ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(placed, 1);
  EXPECT_EQ(hash_at(*store, "contested"), sha256_of(bytes));
}

TEST_F(S3Server, lists_more_than_a_page) {
  const auto store = open();
  constexpr int count = 1003;
  std::atomic<int> next = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int n = next++; n < count; n = next++)
          EXPECT_TRUE(store->put("many/" + std::to_string(n), "x", BlobStore::Durability::durable));
      });
    }
  }
  int seen = 0;
  ASSERT_TRUE(store->list("many/", [&](std::string_view, const BlobInfo& info) {
    EXPECT_EQ(info.bytes, 1);
    ++seen;
    return true;
  }));
  EXPECT_EQ(seen, count);
}

TEST_F(S3Server, goes_on_when_connections_break_in_the_middle_of_an_upload) {
  const CuttingProxy proxy(gateway->port(), 1 << 20, 3);
  options.endpoint = "http://127.0.0.1:" + std::to_string(proxy.port());
  const auto store = open();
  const auto bytes = large();
  const auto blob = incoming(*store, bytes);
  const auto placed = store->place(*blob, "large");
  ASSERT_TRUE(placed) << placed.error().message << placed.error().cause;
  EXPECT_EQ(proxy.cuts_left(), 0);
  EXPECT_EQ(hash_at(*store, "large"), sha256_of(bytes));
}

TEST_F(S3Server, leaves_nothing_of_an_upload_that_failed) {
  // Twice, because libcurl itself goes on once when a connection that was kept turns out to be gone.
  const CuttingProxy proxy(gateway->port(), 1 << 20, 2);
  options.endpoint = "http://127.0.0.1:" + std::to_string(proxy.port());
  options.retry.most_attempts = 1;
  const auto store = open();
  const auto blob = incoming(*store, large());
  const auto placed = store->place(*blob, "large");
  ASSERT_FALSE(placed);
  EXPECT_EQ(placed.error().code, ErrorCode::unavailable);
  ASSERT_FALSE(store->info("large"));
  // The bytes are still there for another attempt; the first may have left the proxy a cut.
  auto again = store->place(*blob, "large");
  if (!again) again = store->place(*blob, "large");
  EXPECT_TRUE(again) << again.error().message;
}

TEST_F(S3Server, says_that_the_server_is_gone_and_goes_on_when_it_is_back) {
  const auto store = open();
  const auto blob = incoming(*store, "bytes");
  gateway->kill();
  const auto placed = store->place(*blob, "a");
  const auto read = store->read("a");
  gateway->start_again();
  ASSERT_FALSE(placed);
  EXPECT_EQ(placed.error().code, ErrorCode::unavailable);
  EXPECT_THAT(placed.error().message, HasSubstr("cannot be reached"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::unavailable);
  const auto later = store->place(*blob, "a");
  EXPECT_TRUE(later) << later.error().message << later.error().cause;
  EXPECT_EQ(*store->read("a"), "bytes");
}

TEST_F(S3Server, refuses_a_wrong_secret_with_words) {
  options.credentials.secret_key = "another-secret";
  const auto store = S3BlobStore::open(options, system_clock, S3BlobStore::Checks::access);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::unavailable);
  EXPECT_THAT(store.error().message, HasSubstr("storage.s3_secret_key"));
  EXPECT_THAT(store.error().message + store.error().cause, testing::Not(HasSubstr("another-secret")));
}

TEST_F(S3Server, says_that_the_key_is_unknown_or_the_bucket_absent) {
  auto unknown = options;
  unknown.credentials.access_key = "NOBODY";
  const auto without_key = S3BlobStore::open(unknown, system_clock, S3BlobStore::Checks::access);
  ASSERT_FALSE(without_key);
  EXPECT_THAT(without_key.error().message, HasSubstr("storage.s3_access_key"));
  options.bucket = "absent";
  const auto without_bucket = S3BlobStore::open(options, system_clock, S3BlobStore::Checks::access);
  ASSERT_FALSE(without_bucket);
  EXPECT_THAT(without_bucket.error().message, HasSubstr("There is no bucket absent"));
}

TEST_F(S3Server, answers_signed_addresses_and_no_others) {
  const auto store = open();
  ASSERT_TRUE(store->put("images/a b+c.jpg", "picture", BlobStore::Durability::durable));
  const auto address = store->download_address("images/a b+c.jpg", std::chrono::seconds(60),
                                               "D\xC3\xA4"
                                               "cher.jpg");
  ASSERT_TRUE(address && *address);
  const auto client = net::make_http_client({});
  const auto answer = client->perform({.url = **address});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200) << answer->body;
  EXPECT_EQ(answer->body, "picture");
  EXPECT_EQ(answer->fields.get("content-type"), "image/jpeg");
  EXPECT_EQ(answer->fields.get("content-disposition"), "inline; filename*=UTF-8''D%C3%A4cher.jpg");
  std::string forged = **address;
  forged.back() = forged.back() == '0' ? '1' : '0';
  EXPECT_EQ(client->perform({.url = forged})->status, 403);
  EXPECT_EQ(client->perform({.url = (**address).substr(0, (**address).find('?'))})->status, 403);
}

TEST_F(S3Server, sees_that_bytes_arrived_damaged) {
  // The server compares what it got with the hash that was signed.
  S3Client client(options, net::make_http_client({}), system_clock);
  const auto put =
      client.put({.key = "a", .body = std::string_view("bytes"), .bytes = 5, .sha256 = sha256_of("other")});
  ASSERT_FALSE(put);
  EXPECT_FALSE(client.head("a"));
}

}  // namespace
}  // namespace sightglass::storage::s3
