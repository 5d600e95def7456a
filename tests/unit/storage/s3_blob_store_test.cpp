#include "storage/s3/s3_blob_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "storage/s3/s3_keys.hpp"
#include "unit/storage/fake_s3.hpp"
#include "support/temporary_directory.hpp"

namespace sightglass::storage::s3 {
namespace {

using core::ErrorCode;
using test::TinyReply;
using test::TinyRequest;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;
constexpr auto durable = BlobStore::Durability::durable;

class S3BlobStoreTest : public ::testing::Test {
 protected:
  S3Options options() {
    return {.endpoint = server.address(),
            .bucket = "bucket",
            .credentials = {.access_key = "key", .secret_key = "the-secret"},
            .spool = directory.path() / "spool",
            .retry = {.pause = [this](std::chrono::milliseconds pause) { pauses.push_back(pause); }}};
  }
  std::unique_ptr<S3BlobStore> open(const S3Options& how) {
    auto opened = S3BlobStore::open(how, clock, S3BlobStore::Checks::none);
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(*opened);
  }
  // Answers the first `count` requests with a status of trouble.
  void fail_first(int count, int status) {
    server.set_fault([left = count, status](const TinyRequest&) mutable -> std::optional<TinyReply> {
      if (left-- > 0) return TinyReply{.status = status, .body = "<Error><Code>SlowDown</Code></Error>"};
      return std::nullopt;
    });
  }
  template <typename T>
  static ErrorCode code_of(const core::Result<T>& result) {
    EXPECT_FALSE(result.has_value());
    return result ? ErrorCode::internal : result.error().code;
  }

  core::SystemClock clock;
  test::TemporaryDirectory directory;
  FakeS3 server;
  std::vector<std::chrono::milliseconds> pauses;
  std::unique_ptr<S3BlobStore> store = open(options());
};

TEST_F(S3BlobStoreTest, tries_again_when_the_server_is_in_trouble) {
  for (const int status : {500, 503, 429}) {
    pauses.clear();
    fail_first(2, status);
    EXPECT_TRUE(store->put("a", "bytes", durable)) << status;
    ASSERT_EQ(pauses.size(), 2u);
    EXPECT_LE(pauses[0], 100ms);
    EXPECT_LE(pauses[1], 200ms);
  }
  EXPECT_EQ(server.bytes_of("/bucket/a"), "bytes");
}

TEST_F(S3BlobStoreTest, gives_up_after_some_attempts) {
  fail_first(1000, 503);
  const int before = server.requests();
  const auto put = store->put("a", "bytes", durable);
  EXPECT_EQ(code_of(put), ErrorCode::unavailable);
  EXPECT_EQ(server.requests() - before, 5);
  EXPECT_THAT(put.error().cause, HasSubstr("503"));
}

TEST_F(S3BlobStoreTest, never_repeats_what_was_refused) {
  for (const int status : {400, 403, 404, 412, 301}) {
    fail_first(1000, status);
    const int before = server.requests();
    EXPECT_FALSE(store->read("a")) << status;
    EXPECT_EQ(server.requests() - before, 1) << status;
  }
  EXPECT_TRUE(pauses.empty());
}

TEST_F(S3BlobStoreTest, goes_on_when_the_connection_breaks_in_the_middle) {
  ASSERT_TRUE(store->put("a", std::string(100'000, 'a'), durable));
  server.set_damage([left = 1](const TinyRequest&, TinyReply& reply) mutable {
    if (left-- <= 0) return;
    reply.announced = static_cast<std::int64_t>(reply.body.size());
    reply.body.resize(reply.body.size() / 2);
  });
  const auto fd = store->open("a");
  ASSERT_TRUE(fd) << fd.error().message;
  std::string bytes(100'001, ' ');
  EXPECT_EQ(::pread(fd->get(), bytes.data(), bytes.size(), 0), 100'000);
  EXPECT_EQ(pauses.size(), 1u);
}

TEST_F(S3BlobStoreTest, knows_its_own_upload_again_whose_answer_was_lost) {
  auto blob = *store->begin_incoming();
  ASSERT_TRUE(blob->write(std::as_bytes(std::span(std::string_view("mine")))));
  server.set_damage([left = 1](const TinyRequest& request, TinyReply& reply) mutable {
    if (request.method == "PUT" && left-- > 0) reply.cuts_off = true;
  });
  EXPECT_TRUE(store->place(*blob, "a")) << "the object is there because this very call put it there";
  EXPECT_EQ(code_of(store->place(*blob, "a")), ErrorCode::conflict);
}

TEST_F(S3BlobStoreTest, sees_that_stored_bytes_are_damaged) {
  ASSERT_TRUE(store->put("a", "bytes", durable));
  server.damage_bytes("/bucket/a");
  EXPECT_EQ(code_of(store->read("a")), ErrorCode::corrupt_image);
  const auto fd = store->open("a");
  EXPECT_EQ(code_of(fd), ErrorCode::corrupt_image);
  EXPECT_THAT(fd.error().message, HasSubstr("damaged"));
}

TEST_F(S3BlobStoreTest, reads_once_more_what_was_damaged_on_the_way) {
  ASSERT_TRUE(store->put("a", "bytes", durable));
  server.set_damage([left = 1](const TinyRequest&, TinyReply& reply) mutable {
    if (left-- > 0) reply.body[0] = 'x';
  });
  EXPECT_EQ(*store->read("a"), "bytes");
}

TEST_F(S3BlobStoreTest, reads_what_others_put_there_without_a_hash) {
  ASSERT_TRUE(store->put("a", "bytes", durable));
  server.forget_hash("/bucket/a");
  EXPECT_EQ(*store->read("a"), "bytes");
}

TEST_F(S3BlobStoreTest, ends_a_request_that_stalls) {
  auto how = options();
  how.stall = 1s;
  how.retry.most_attempts = 1;
  store = open(how);
  server.set_fault([](const TinyRequest&) { return TinyReply{.body = "x", .announced = 100, .holds = true}; });
  const auto read = store->read("a");
  EXPECT_EQ(code_of(read), ErrorCode::unavailable);
  EXPECT_THAT(read.error().message, HasSubstr("did not answer in time"));
}

TEST_F(S3BlobStoreTest, says_what_is_wrong_with_access_and_never_the_secret) {
  const auto told = [&](int status, const std::string& code, const std::string& more = "") {
    server.set_fault([=](const TinyRequest&) {
      return TinyReply{.status = status, .body = "<Error><Code>" + code + "</Code>" + more + "</Error>"};
    });
    const auto read = store->read("a");
    EXPECT_EQ(code_of(read), ErrorCode::unavailable) << code;
    EXPECT_THAT(read.error().message + read.error().cause, Not(HasSubstr("the-secret")));
    return read.error().message;
  };
  EXPECT_THAT(told(403, "SignatureDoesNotMatch"), HasSubstr("storage.s3_secret_key"));
  EXPECT_THAT(told(403, "InvalidAccessKeyId"), HasSubstr("storage.s3_access_key"));
  EXPECT_THAT(told(403, "RequestTimeTooSkewed"), HasSubstr("clocks"));
  EXPECT_THAT(told(403, "AccessDenied"), HasSubstr("read, write, delete and list"));
  EXPECT_THAT(told(404, "NoSuchBucket"), HasSubstr("There is no bucket bucket"));
  EXPECT_THAT(told(400, "InvalidArgument"), HasSubstr("could not read a"));
  EXPECT_THAT(told(400, "AuthorizationHeaderMalformed", "<Region>eu-west-1</Region>"), HasSubstr("eu-west-1"));
  EXPECT_THAT(told(301, "PermanentRedirect"), HasSubstr("storage.s3_region"));
}

TEST_F(S3BlobStoreTest, opens_only_with_a_server_that_keeps_taken_names) {
  const auto open_checked = [&] {
    return S3BlobStore::open(options(), clock, S3BlobStore::Checks::access_and_taken_keys);
  };
  EXPECT_TRUE(open_checked());
  EXPECT_EQ(server.count(), 0u) << "nothing of the trial is left";
  server.set_fault([](const TinyRequest& request) -> std::optional<TinyReply> {
    return request.method == "PUT" ? std::optional(TinyReply{}) : std::nullopt;
  });
  const auto opened = open_checked();
  EXPECT_EQ(code_of(opened), ErrorCode::unavailable);
  EXPECT_THAT(opened.error().message, HasSubstr("storage.s3_dialect"));
}

TEST_F(S3BlobStoreTest, looks_for_names_first_where_the_server_does_not_keep_them) {
  auto how = options();
  how.refuses_taken_keys = false;
  store = open(how);
  const auto blob = *store->begin_incoming();
  ASSERT_TRUE(store->place(*blob, "a"));
  EXPECT_EQ(code_of(store->place(*blob, "a")), ErrorCode::conflict);
}

TEST_F(S3BlobStoreTest, gives_a_name_back_when_its_bytes_did_not_follow) {
  ASSERT_TRUE(store->put("large", std::string(300 << 10, 'x'), durable));
  server.set_fault([](const TinyRequest& request) -> std::optional<TinyReply> {
    if (request.fields.contains("x-amz-copy-source")) return TinyReply{.status = 403};
    return std::nullopt;
  });
  EXPECT_EQ(code_of(store->link("large", "copy")), ErrorCode::unavailable);
  EXPECT_EQ(code_of(store->info("copy")), ErrorCode::not_found);
  server.set_fault({});
  EXPECT_TRUE(store->link("large", "copy"));
}

TEST_F(S3BlobStoreTest, does_not_take_an_error_inside_of_a_success_for_one) {
  ASSERT_TRUE(store->put("a", "x", durable));
  server.set_fault([](const TinyRequest& request) -> std::optional<TinyReply> {
    if (!request.fields.contains("x-amz-copy-source")) return std::nullopt;
    return TinyReply{.body = "<Error><Code>InternalError</Code></Error>"};
  });
  EXPECT_EQ(code_of(store->rename("a", "b")), ErrorCode::unavailable);
  EXPECT_EQ(*store->read("a"), "x");
}

TEST_F(S3BlobStoreTest, shows_no_name_whose_bytes_are_still_on_their_way) {
  server.set_damage([](const TinyRequest& request, TinyReply& reply) {
    if (request.method != "PUT") reply.fields.emplace_back("x-amz-meta-sightglass-reserved", "1");
  });
  ASSERT_TRUE(store->put("a", "", durable));
  EXPECT_EQ(code_of(store->info("a")), ErrorCode::not_found);
  EXPECT_EQ(code_of(store->read("a")), ErrorCode::not_found);
  EXPECT_EQ(code_of(store->open("a")), ErrorCode::not_found);
}

// Two processes that both believe it is their turn: the lock over nodes of one of them was lost.
TEST_F(S3BlobStoreTest, never_writes_over_bytes_of_a_resumable_blob_that_another_process_made_durable) {
  const auto write = [](storage::ResumableBlob& blob, std::string_view text) {
    return blob.catch_up() && blob.write(std::as_bytes(std::span(text)));
  };
  auto slow_opened = store->resume("incoming/uploads/a.bytes");
  ASSERT_TRUE(slow_opened) << slow_opened.error().message;
  auto quick_opened = store->resume("incoming/uploads/a.bytes");
  ASSERT_TRUE(quick_opened) << quick_opened.error().message;
  const auto slow = std::move(*slow_opened);
  const auto quick = std::move(*quick_opened);
  ASSERT_TRUE(write(*slow, "sl"));
  ASSERT_TRUE(write(*quick, "quick"));
  ASSERT_TRUE(quick->sync());
  EXPECT_EQ(code_of(slow->sync()), ErrorCode::unavailable);
  EXPECT_EQ(store->read("incoming/uploads/a.bytes").value(), "quick");
  slow->rest();
  ASSERT_TRUE(slow->wake());
  EXPECT_EQ(slow->bytes(), 5) << "and goes on behind them";
}

TEST_F(S3BlobStoreTest, is_probed_with_one_request) {
  server.set_fault([](const TinyRequest& request) -> std::optional<TinyReply> {
    EXPECT_EQ(request.method, "HEAD");
    EXPECT_EQ(request.target, "/bucket");
    return TinyReply{};
  });
  EXPECT_TRUE(store->probe());
  fail_first(1, 503);
  const int before = server.requests();
  EXPECT_EQ(code_of(store->probe()), ErrorCode::unavailable);
  EXPECT_EQ(server.requests() - before, 1);
}

TEST_F(S3BlobStoreTest, signs_addresses_for_others) {
  const auto address = store->download_address("images/a b.jpg", 300s,
                                               "D\xC3\xA4"
                                               "cher \"1\".jpg");
  ASSERT_TRUE(address && *address);
  EXPECT_TRUE((*address)->starts_with(server.address() + "/bucket/images/a%20b.jpg?X-Amz-Algorithm=")) << **address;
  EXPECT_THAT(**address, HasSubstr("X-Amz-Expires=300"));
  EXPECT_THAT(**address,
              HasSubstr("response-content-disposition=inline%3B%20filename%2A%3DUTF-8%27%27D%25C3%25A4cher"));
  EXPECT_THAT(**address, Not(HasSubstr("the-secret")));
}

TEST_F(S3BlobStoreTest, removes_the_spool_of_a_process_that_died) {
  namespace fs = std::filesystem;
  const fs::path dead = directory.path() / "spool" / "dead";
  fs::create_directories(dead);
  for (const char* name : {"lock", "one", "two"}) std::ofstream(dead / name) << "x";
  const auto other = open(options());
  server.set_fault([](const TinyRequest& request) -> std::optional<TinyReply> {
    if (!request.target.contains("uploads=")) return std::nullopt;
    return TinyReply{.body =
                         "<ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>"};
  });
  EXPECT_EQ(*store->remove_abandoned(), 2);
  EXPECT_FALSE(fs::exists(dead));
  EXPECT_TRUE(other->begin_incoming()) << "the other one lives";
}

TEST_F(S3BlobStoreTest, gives_up_uploads_in_parts_that_nobody_went_on_with) {
  const auto upload = [](std::string_view id, core::Instant begun_at) {
    return "<Upload><Key>a</Key><UploadId>" + std::string(id) + "</UploadId><Initiated>" + core::to_iso8601(begun_at) +
           "</Initiated></Upload>";
  };
  const std::string list = "<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>" +
                           upload("old", clock.now() - 25h) + upload("new", clock.now() - 23h) +
                           "</ListMultipartUploadsResult>";
  std::vector<std::string> ended;
  server.set_fault([&](const TinyRequest& request) -> std::optional<TinyReply> {
    if (request.method == "DELETE") ended.push_back(request.target);
    if (request.target.contains("uploads=")) return TinyReply{.body = list};
    return std::nullopt;
  });
  EXPECT_EQ(*store->remove_abandoned(), 1);
  EXPECT_EQ(ended, std::vector<std::string>{"/bucket/a?uploadId=old"});
}

TEST_F(S3BlobStoreTest, needs_settings_that_make_sense) {
  const auto field_of = [&](const std::function<void(S3Options&)>& change) {
    auto how = options();
    change(how);
    const auto opened = S3BlobStore::open(how, clock, S3BlobStore::Checks::none);
    EXPECT_EQ(code_of(opened), ErrorCode::invalid_input);
    return opened ? std::string() : opened.error().field;
  };
  for (const char* endpoint : {"", "s3.amazonaws.com", "ftp://a", "https://", "https://a/b", "https://u:p@a"})
    EXPECT_EQ(field_of([&](auto& how) { how.endpoint = endpoint; }), "storage.s3_endpoint") << endpoint;
  for (const char* bucket : {"", "a/b", "a b"})
    EXPECT_EQ(field_of([&](auto& how) { how.bucket = bucket; }), "storage.s3_bucket") << bucket;
  for (const char* prefix : {"a", "/", "../", "a//"})
    EXPECT_EQ(field_of([&](auto& how) { how.prefix = prefix; }), "storage.s3_prefix") << prefix;
  EXPECT_EQ(field_of([](auto& how) { how.region = "a/b"; }), "storage.s3_region");
  EXPECT_EQ(field_of([](auto& how) { how.credentials.secret_key.clear(); }), "storage.s3_secret_key");
}

TEST_F(S3BlobStoreTest, reaches_buckets_by_a_name_of_their_own) {
  auto how = options();
  how.is_path_style = false;
  how.endpoint = "https://s3.example.net:443";
  const auto address = open(how)->download_address("a", 60s, "");
  EXPECT_TRUE((*address)->starts_with("https://bucket.s3.example.net/a?")) << **address;
}

TEST(S3Keys, know_the_pieces_of_a_blob) {
  EXPECT_EQ(piece_key("incoming/uploads/a.bytes", 16), "incoming/uploads/a.bytes/000000000000016");
  const auto piece = parse_piece("incoming/uploads/a.bytes/000000000000016");
  ASSERT_TRUE(piece);
  EXPECT_EQ(piece->key, "incoming/uploads/a.bytes");
  EXPECT_EQ(piece->offset, 16);
  for (const char* key : {"a.bytes", "a.bytes/1", "a/000000000000016", "a.bytes/00000000000001x", "000000000000016",
                          "a.bytes/000000000000016/b"})
    EXPECT_FALSE(parse_piece(key)) << key;
}

TEST(S3Keys, are_utf8) {
  for (const char* key : {"a", "caf\xC3\xA9", "\xF0\x9F\x93\xB7", "\xED\x9F\xBF"}) EXPECT_TRUE(check_key(key)) << key;
  for (const char* key : {"\xFF", "\xC3", "\xC0\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE0\x80\x80", "a\x80",
                          "a.bytes/000000000000000"})
    EXPECT_FALSE(check_key(key)) << key;
}

}  // namespace
}  // namespace sightglass::storage::s3
