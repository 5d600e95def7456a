#include "conformance/blob_store/blob_store_suite.hpp"

#include <unistd.h>

#include <atomic>
#include <thread>

#include "storage/hashing.hpp"

namespace sightglass::storage {
namespace {

using core::ErrorCode;
constexpr auto durable = BlobStore::Durability::durable;
constexpr auto rebuildable = BlobStore::Durability::rebuildable;

template <typename T>
ErrorCode code_of(const core::Result<T>& result) {
  EXPECT_FALSE(result.has_value());
  return result ? ErrorCode::internal : result.error().code;
}

TEST_P(BlobStoreSuite, places_incoming_bytes_under_their_key_with_their_hash) {
  auto blob = incoming("first ");
  ASSERT_TRUE(blob->write(std::as_bytes(std::span(std::string_view("second")))));
  EXPECT_EQ(blob->bytes(), 12);
  EXPECT_EQ(blob->sha256(), sha256_of("first second"));
  ASSERT_TRUE(store->place(*blob, "images/job_7/originals/a.jpg"));
  EXPECT_EQ(read("images/job_7/originals/a.jpg"), "first second");
  EXPECT_EQ(store->info("images/job_7/originals/a.jpg")->bytes, 12);
}

TEST_P(BlobStoreSuite, lets_incoming_bytes_be_read_before_they_are_placed) {
  const auto blob = incoming("0123456789");
  char four[4] = {};
  ASSERT_EQ(::pread(blob->read_fd(), four, sizeof four, 3), 4);
  EXPECT_EQ(std::string_view(four, 4), "3456");
}

TEST_P(BlobStoreSuite, leaves_nothing_of_an_incoming_blob_that_is_dropped) {
  incoming("abandoned").reset();
  EXPECT_TRUE(keys("").empty());
  EXPECT_EQ(store->remove_abandoned(), 0);
}

TEST_P(BlobStoreSuite, keeps_temporaries_out_of_listings) {
  const auto blob = incoming("on its way");
  EXPECT_TRUE(keys("").empty());
}

TEST_P(BlobStoreSuite, leaves_temporaries_alone_whose_writer_lives) {
  const auto blob = incoming("on its way");
  EXPECT_EQ(store->remove_abandoned(), 0);
  EXPECT_TRUE(store->place(*blob, "a"));
  EXPECT_EQ(read("a"), "on its way");
}

TEST_P(BlobStoreSuite, refuses_to_place_over_a_taken_key) {
  ASSERT_TRUE(store->put("a/b", "old", durable));
  const auto blob = incoming("new");
  EXPECT_EQ(code_of(store->place(*blob, "a/b")), ErrorCode::conflict);
  EXPECT_EQ(read("a/b"), "old");
  EXPECT_TRUE(store->place(*blob, "a/c")) << "the bytes are still there for another key";
}

TEST_P(BlobStoreSuite, keeps_the_bytes_of_a_resumable_blob_from_one_user_to_the_next) {
  const auto write = [](ResumableBlob& blob, std::string_view text) {
    return blob.write(std::as_bytes(std::span(text))).has_value();
  };
  {
    const auto blob = *store->resume("incoming/uploads/a.bytes");
    ASSERT_TRUE(write(*blob, "first "));
    ASSERT_TRUE(blob->sync());
    blob->rest();
    ASSERT_TRUE(blob->wake());
    ASSERT_TRUE(write(*blob, "sec"));
    EXPECT_EQ(blob->sha256(), sha256_of("first sec"));
    ASSERT_TRUE(blob->sync());
  }
  EXPECT_EQ(read("incoming/uploads/a.bytes"), "first sec");
  EXPECT_EQ(store->remove_abandoned(), 0) << "nobody holds it, and yet it is not abandoned";
  const auto blob = *store->resume("incoming/uploads/a.bytes");
  EXPECT_EQ(blob->bytes(), 9);
  ASSERT_TRUE(blob->catch_up());
  ASSERT_TRUE(write(*blob, "ond"));
  EXPECT_EQ(blob->sha256(), sha256_of("first second"));
  ASSERT_TRUE(store->place(*blob, "images/job_7/originals/a.jpg"));
  EXPECT_EQ(read("images/job_7/originals/a.jpg"), "first second");
  EXPECT_EQ(read("incoming/uploads/a.bytes"), "first second") << "until it is removed";
}

TEST_P(BlobStoreSuite, shortens_a_resumable_blob_and_its_hash) {
  const auto blob = *store->resume("incoming/uploads/a.bytes");
  ASSERT_TRUE(blob->write(std::as_bytes(std::span(std::string_view("right wrong")))));
  ASSERT_TRUE(blob->cut(6));
  EXPECT_EQ(blob->bytes(), 6);
  EXPECT_EQ(blob->sha256(), sha256_of("right "));
  ASSERT_TRUE(blob->write(std::as_bytes(std::span(std::string_view("again")))));
  EXPECT_EQ(blob->sha256(), sha256_of("right again"));
  ASSERT_TRUE(blob->sync());
  EXPECT_EQ(read("incoming/uploads/a.bytes"), "right again");
}

TEST_P(BlobStoreSuite, shortens_a_resumable_blob_within_what_was_made_durable) {
  const auto write = [](ResumableBlob& blob, std::string_view text) {
    return blob.write(std::as_bytes(std::span(text))).has_value();
  };
  const auto blob = *store->resume("incoming/uploads/a.bytes");
  for (const std::string_view piece : {"one ", "two ", "three ", "four"}) {
    ASSERT_TRUE(write(*blob, piece));
    ASSERT_TRUE(blob->sync());
  }
  ASSERT_TRUE(blob->cut(6));
  EXPECT_EQ(blob->sha256(), sha256_of("one tw"));
  ASSERT_TRUE(write(*blob, "in"));
  ASSERT_TRUE(blob->sync());
  EXPECT_EQ(read("incoming/uploads/a.bytes"), "one twin");
  EXPECT_EQ(store->info("incoming/uploads/a.bytes")->bytes, 8);
}

TEST_P(BlobStoreSuite, hands_a_resumable_blob_from_one_holder_to_another_and_back) {
  const auto write = [](ResumableBlob& blob, std::string_view text) {
    return blob.catch_up() && blob.write(std::as_bytes(std::span(text))) && blob.sync();
  };
  const auto first = *store->resume("incoming/uploads/a.bytes");
  ASSERT_TRUE(write(*first, "first "));
  first->rest();
  const auto second = *store->resume("incoming/uploads/a.bytes");
  ASSERT_TRUE(write(*second, "second "));
  second->rest();
  ASSERT_TRUE(first->wake());
  EXPECT_EQ(first->bytes(), 13);
  ASSERT_TRUE(write(*first, "third"));
  EXPECT_EQ(first->sha256(), sha256_of("first second third"));
  std::string bytes(19, ' ');
  ASSERT_EQ(::pread(first->read_fd(), bytes.data(), bytes.size(), 0), 18);
  EXPECT_EQ(bytes.substr(0, 18), "first second third");
}

TEST_P(BlobStoreSuite, shows_a_resumable_blob_as_one) {
  const auto blob = *store->resume("incoming/uploads/a.bytes");
  EXPECT_EQ(keys("incoming/"), std::vector<std::string>{"incoming/uploads/a.bytes"});
  for (const std::string_view piece : {"one ", "two"}) {
    ASSERT_TRUE(blob->write(std::as_bytes(std::span(piece))));
    ASSERT_TRUE(blob->sync());
  }
  std::int64_t bytes = 0;
  ASSERT_TRUE(store->list("incoming/", [&](std::string_view, const BlobInfo& info) {
    bytes += info.bytes;
    return true;
  }));
  EXPECT_EQ(bytes, 7);
  EXPECT_EQ(keys("incoming/"), std::vector<std::string>{"incoming/uploads/a.bytes"});
  ASSERT_TRUE(store->remove("incoming/uploads/a.bytes"));
  EXPECT_TRUE(keys("").empty());
}

TEST_P(BlobStoreSuite, says_when_the_bytes_of_a_resumable_blob_are_gone) {
  const auto blob = *store->resume("incoming/uploads/a.bytes");
  blob->rest();
  ASSERT_TRUE(store->remove("incoming/uploads/a.bytes"));
  EXPECT_EQ(code_of(blob->wake()), ErrorCode::not_found);
}

TEST_P(BlobStoreSuite, refuses_to_place_a_resumable_blob_over_a_taken_key) {
  ASSERT_TRUE(store->put("a/b", "old", durable));
  const auto blob = *store->resume("incoming/uploads/a.bytes");
  EXPECT_EQ(code_of(store->place(*blob, "a/b")), ErrorCode::conflict);
  EXPECT_EQ(read("a/b"), "old");
}

TEST_P(BlobStoreSuite, lets_exactly_one_of_many_place_the_same_key) {
  constexpr int rivals = 8;
  std::atomic<int> placed = 0;
  std::atomic<int> refused = 0;
  std::vector<std::unique_ptr<IncomingBlob>> blobs;
  for (int i = 0; i < rivals; ++i) blobs.push_back(incoming("rival " + std::to_string(i)));
  {
    std::vector<std::jthread> threads;
    for (auto& blob : blobs) {
      threads.emplace_back([&] {
        const auto outcome = store->place(*blob, "deep/down/contested");
        if (outcome) ++placed;
        if (!outcome && outcome.error().code == ErrorCode::conflict) ++refused;
      });
    }
  }
  EXPECT_EQ(placed, 1);
  EXPECT_EQ(refused, rivals - 1);
  EXPECT_TRUE(read("deep/down/contested").starts_with("rival "));
}

TEST_P(BlobStoreSuite, replaces_with_put_as_a_whole) {
  ASSERT_TRUE(store->put("notes/a.json", "a longer text", rebuildable));
  ASSERT_TRUE(store->put("notes/a.json", "short", durable));
  EXPECT_EQ(read("notes/a.json"), "short");
  EXPECT_EQ(keys(""), std::vector<std::string>{"notes/a.json"});
}

TEST_P(BlobStoreSuite, keeps_empty_blobs) {
  ASSERT_TRUE(store->put("empty", "", durable));
  EXPECT_EQ(read("empty"), "");
  EXPECT_EQ(store->info("empty")->bytes, 0);
}

TEST_P(BlobStoreSuite, links_share_bytes_but_not_their_fate) {
  ASSERT_TRUE(store->put("one", "bytes", durable));
  ASSERT_TRUE(store->link("one", "copies/two"));
  ASSERT_TRUE(store->remove("one"));
  EXPECT_EQ(read("copies/two"), "bytes");
}

TEST_P(BlobStoreSuite, a_put_over_one_link_leaves_the_other_as_it_was) {
  ASSERT_TRUE(store->put("one", "old", durable));
  ASSERT_TRUE(store->link("one", "two"));
  ASSERT_TRUE(store->put("one", "new", durable));
  EXPECT_EQ(read("two"), "old");
}

TEST_P(BlobStoreSuite, says_why_it_cannot_link) {
  ASSERT_TRUE(store->put("one", "1", durable));
  ASSERT_TRUE(store->put("two", "2", durable));
  EXPECT_EQ(code_of(store->link("one", "two")), ErrorCode::conflict);
  EXPECT_EQ(code_of(store->claim("one", "two")), ErrorCode::conflict);
  EXPECT_EQ(code_of(store->link("absent", "three")), ErrorCode::not_found);
  EXPECT_EQ(read("two"), "2");
}

TEST_P(BlobStoreSuite, lets_exactly_one_of_many_claim_a_name) {
  ASSERT_TRUE(store->put("journal", "mine", durable));
  std::atomic<int> claimed = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] { claimed += store->claim("journal", "place/name").has_value() ? 1 : 0; });
    }
  }
  EXPECT_EQ(claimed, 1);
}

TEST_P(BlobStoreSuite, renames_into_folders_that_were_not_there) {
  ASSERT_TRUE(store->put("odd", "bytes", durable));
  ASSERT_TRUE(store->rename("odd", "quarantine/20261121/odd"));
  EXPECT_EQ(keys(""), std::vector<std::string>{"quarantine/20261121/odd"});
  EXPECT_EQ(code_of(store->rename("odd", "elsewhere")), ErrorCode::not_found);
}

TEST_P(BlobStoreSuite, removing_what_is_not_there_is_no_error) {
  EXPECT_TRUE(store->remove("never/was"));
  EXPECT_TRUE(store->remove("never"));
}

TEST_P(BlobStoreSuite, finds_nothing_where_nothing_is) {
  ASSERT_TRUE(store->put("folder/file", "x", durable));
  for (const char* key : {"absent", "absent/file", "folder", "folder/file/below"}) {
    EXPECT_EQ(code_of(store->info(key)), ErrorCode::not_found) << key;
    EXPECT_EQ(code_of(store->read(key)), ErrorCode::not_found) << key;
    EXPECT_EQ(code_of(store->open(key)), ErrorCode::not_found) << key;
  }
}

TEST_P(BlobStoreSuite, opens_blobs_for_reading_at_any_offset) {
  ASSERT_TRUE(store->put("a", "0123456789", durable));
  const auto fd = store->open("a");
  ASSERT_TRUE(fd);
  char two[2] = {};
  ASSERT_EQ(::pread(fd->get(), two, sizeof two, 8), 2);
  EXPECT_EQ(std::string_view(two, 2), "89");
  EXPECT_EQ(::write(fd->get(), "x", 1), -1) << "read-only";
}

TEST_P(BlobStoreSuite, lists_by_prefix_of_the_key_not_of_the_folder) {
  for (const char* key : {"images/job_1/a", "images/job_12/b", "images/job_12/thumbnails/c", "photos/d"}) {
    ASSERT_TRUE(store->put(key, "x", rebuildable));
  }
  EXPECT_EQ(keys("images/job_1").size(), 3u);
  EXPECT_EQ(keys("images/job_1/"), std::vector<std::string>{"images/job_1/a"});
  EXPECT_EQ(keys("images/job_12/").size(), 2u);
  EXPECT_EQ(keys("").size(), 4u);
  EXPECT_TRUE(keys("nothing/here").empty());
}

TEST_P(BlobStoreSuite, stops_listing_when_told_to) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(store->put("k" + std::to_string(i), "x", rebuildable));
  int seen = 0;
  ASSERT_TRUE(store->list("", [&](std::string_view, const BlobInfo&) { return ++seen < 2; }));
  EXPECT_EQ(seen, 2);
}

TEST_P(BlobStoreSuite, refuses_everything_that_is_no_key) {
  const std::string too_long_name(256, 'n');
  const std::string too_long_path = [] {
    std::string path = "a";
    while (path.size() < 1100) path += "/a";
    return path;
  }();
  for (const std::string& key : {std::string{}, std::string("/etc/passwd"), std::string("a/"), std::string("a//b"),
                                 std::string("."), std::string("../a"), std::string("a/../../b"), std::string("a/.."),
                                 std::string("a\nb"), std::string("a\0b", 3), too_long_name, too_long_path}) {
    EXPECT_FALSE(is_valid_key(key)) << key;
    EXPECT_EQ(code_of(store->put(key, "x", durable)), ErrorCode::invalid_input) << key;
    EXPECT_EQ(code_of(store->place(*incoming("x"), key)), ErrorCode::invalid_input) << key;
    EXPECT_EQ(code_of(store->read(key)), ErrorCode::invalid_input) << key;
    EXPECT_EQ(code_of(store->remove(key)), ErrorCode::invalid_input) << key;
  }
  EXPECT_TRUE(keys("").empty());
}

TEST_P(BlobStoreSuite, keeps_odd_but_honest_keys) {
  std::vector<std::string> odd{"..a",
                               "a..",
                               "...",
                               "with space",
                               "caf\xC3\xA9/\xF0\x9F\x93\xB7.jpg",
                               "-rf",
                               "a%2f..",
                               "quote\"and\\slash",
                               "a+b&c=d?e#f",
                               "<tag>&amp;",
                               "~\xE2\x80\xA8"};
  if (GetParam().takes_any_bytes) odd.emplace_back("\xFF\xFEnot utf-8");
  for (const auto& key : odd) {
    ASSERT_TRUE(store->put(key, key, durable)) << key;
    EXPECT_EQ(read(key), key);
  }
  std::ranges::sort(odd);
  EXPECT_EQ(keys(""), odd);
}

TEST_P(BlobStoreSuite, tells_how_much_room_is_left) {
  const auto room = store->free_bytes();
  ASSERT_TRUE(room);
  EXPECT_TRUE(*room == -1 || *room > 0);
}

}  // namespace
}  // namespace sightglass::storage
