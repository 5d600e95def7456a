// A data directory with a real disk store and a real database for tests of ingest and care; decoder and clock are
// fake, and every step that changes something can be made to fail or to be the process's last.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"
#include "database/catalogue.hpp"
#include "database/people.hpp"
#include "database/photos.hpp"
#include "database/sqlite/sqlite_database.hpp"
#include "filing/layout.hpp"
#include "imaging/decoder.hpp"
#include "ingest/accept.hpp"
#include "storage/disk/disk_blob_store.hpp"
#include "storage/hashing.hpp"
#include "support/temporary_directory.hpp"

namespace sightglass::ingest {

class ManualClock final : public core::Clock {
 public:
  core::Instant now() const override { return core::from_micros(micros_.load()); }
  void advance(std::chrono::microseconds by) { micros_ += by.count(); }

 private:
  // Ahead of the files' real times, so that no file looks young to a check.
  std::atomic<std::int64_t> micros_{core::to_micros(core::SystemClock{}.now()) + 3'600'000'000};
};

// "PIC…" is a sound picture, "CUT…" a truncated one, "TAK…" says when it was taken, no decoder survives "KILL…";
// anything else is no picture. What a JPEG begins with may stand before it.
class FakeDecoder final : public imaging::Decoder {
 public:
  core::Result<imaging::DerivedImages> derive(int fd, const imaging::DerivePlan& plan,
                                              const imaging::Limits&) override {
    ++calls;
    std::string head(64, '\0');
    const ssize_t got = ::pread(fd, head.data(), head.size(), 0);
    head.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    if (head.starts_with("\xFF\xD8\xFF")) head.erase(0, 3);
    imaging::DerivedImages images;
    if (head.starts_with("KILL")) return core::fail(core::unavailable("The decoder was killed over the picture."));
    if (head.starts_with("CUT")) {
      if (!plan.allow_damaged) return core::fail(core::ErrorCode::corrupt_image, "The picture is cut off.");
      images.is_damaged = true;
      images.damage = "premature end";
    } else if (head.starts_with("TAK")) {
      images.metadata.taken_at = core::parse_iso8601("2017-10-03T10:58:29Z");
      images.metadata.taken_source = core::TakenSource::exif;
      images.metadata.position = core::GeoPosition{48.5, -123.25, 12.0};
      images.metadata.json = R"({"Exif.Photo.ISOSpeedRatings":400,"odd":[1.5,null,"x"]})";
    } else if (!head.starts_with("PIC")) {
      return core::fail(core::ErrorCode::unsupported_format, "This is no picture.");
    }
    const bool lies_down = plan.rotation % 180 != 0;
    const auto turned = [&](core::Size size) { return lies_down ? size.transposed() : size; };
    // Turned pictures of this decoder are as long as upright ones, which is the worst case for whoever goes by length.
    const std::string way_up = " way up " + std::to_string(plan.rotation / 90);
    images.size = turned({4000, 3000});
    images.display_size = turned({1024, 768});
    images.thumbnail_size = turned({300, 225});
    images.display_jpeg = "display " + head + std::to_string(plan.display_box.width) + way_up;
    images.thumbnail_jpeg = "thumbnail " + head + way_up;
    images.thumbhash = "1QcSHQRnh493V4dIh4eXh1h4kJUI";
    return images;
  }
  core::Result<imaging::ImageProperties> measure(int, const imaging::Limits&) override {
    return imaging::ImageProperties{};
  }
  std::atomic<int> calls = 0;
};

// Thrown where the process is killed: nothing after it runs but destructors.
struct Killed {};

// Counts the steps that change something. At step `at` (from 0) one of these happens; −1 is never.
struct Fault {
  enum class Kind : std::uint8_t { none, fail_once, fail_from_there, kill_before, kill_after, away_from_there };
  Kind kind = Kind::none;
  int at = -1;
  std::atomic<int> steps = 0;

  // What to do around a step: an error to return instead of taking it, or a death.
  core::Result<void> before() {
    const int step = steps++;
    const bool hits = step == at || (step > at && at >= 0 && kind == Kind::fail_from_there);
    if (step == at && kind == Kind::kill_before) throw Killed{};
    if (hits && (kind == Kind::fail_once || kind == Kind::fail_from_there)) {
      return core::fail(core::ErrorCode::quota_exceeded, "There is no room left.");
    }
    return {};
  }
  // A store on another machine that cannot be reached any more: it answers nothing, also not what is there.
  core::Result<void> reach() const {
    if (kind != Kind::away_from_there || steps <= at) return {};
    return core::fail(core::unavailable("The store cannot be reached."));
  }
  void after(int step) const {
    if (step == at && kind == Kind::kill_after) throw Killed{};
  }
};

class FaultyStore final : public storage::BlobStore {
 public:
  FaultyStore(storage::BlobStore& inner, Fault& fault) : inner_(inner), fault_(fault) {}
  core::Result<std::unique_ptr<storage::IncomingBlob>> begin_incoming() override { return inner_.begin_incoming(); }
  core::Result<std::unique_ptr<storage::ResumableBlob>> resume(std::string_view key) override {
    std::unique_ptr<storage::ResumableBlob> blob;
    SG_TRY(step([&]() -> core::Result<void> {
      SG_ASSIGN(blob, inner_.resume(key));
      return {};
    }));
    return blob;
  }
  core::Result<void> place(storage::IncomingBlob& incoming, std::string_view key) override {
    return step([&] { return inner_.place(incoming, key); });
  }
  core::Result<void> put(std::string_view key, std::string_view bytes, Durability durability) override {
    return step([&] { return inner_.put(key, bytes, durability); });
  }
  core::Result<void> link(std::string_view from, std::string_view to) override {
    return step([&] { return inner_.link(from, to); });
  }
  core::Result<void> claim(std::string_view from, std::string_view to) override {
    return step([&] { return inner_.claim(from, to); });
  }
  core::Result<void> rename(std::string_view from, std::string_view to) override {
    return step([&] { return inner_.rename(from, to); });
  }
  core::Result<void> remove(std::string_view key) override {
    // Even a full disk lets files be removed.
    if (fault_.kind == Fault::Kind::fail_from_there) return inner_.remove(key);
    return step([&] { return inner_.remove(key); });
  }
  core::Result<storage::BlobInfo> info(std::string_view key) const override {
    SG_TRY(fault_.reach());
    return inner_.info(key);
  }
  core::Result<std::string> read(std::string_view key) const override {
    SG_TRY(fault_.reach());
    return inner_.read(key);
  }
  core::Result<runtime::UnixFd> open(std::string_view key) const override {
    SG_TRY(fault_.reach());
    return inner_.open(key);
  }
  core::Result<void> list(std::string_view prefix,
                          const std::function<bool(std::string_view, const storage::BlobInfo&)>& visit) const override {
    return inner_.list(prefix, visit);
  }
  core::Result<std::int64_t> remove_abandoned() override { return inner_.remove_abandoned(); }
  core::Result<std::int64_t> free_bytes() const override { return inner_.free_bytes(); }

 private:
  template <typename F>
  core::Result<void> step(F&& take) {
    const int number = fault_.steps;
    SG_TRY(fault_.before());
    SG_TRY(fault_.reach());
    auto outcome = take();
    fault_.after(number);
    return outcome;
  }
  storage::BlobStore& inner_;
  Fault& fault_;
};

class FaultyDatabase final : public database::Database {
 public:
  FaultyDatabase(database::Database& inner, Fault& fault) : inner_(inner), fault_(fault) {}
  core::Result<void> read_work(const Work& work) override { return inner_.read_work(work); }
  core::Result<void> write_work(const Work& work) override {
    const int number = fault_.steps;
    SG_TRY(fault_.before());
    auto outcome = inner_.write_work(work);
    fault_.after(number);
    return outcome;
  }
  core::Result<void> migrate() override { return inner_.migrate(); }
  core::Result<std::vector<std::string>> verify() override { return inner_.verify(); }

 private:
  database::Database& inner_;
  Fault& fault_;
};

class House {
 public:
  House() {
    EXPECT_TRUE(sound_database->migrate());
    core::Job first;
    first.title = "Boiler";
    first.created_at = first.updated_at = clock.now();
    job = *sound_database->write([&](database::Session& session) { return database::jobs::insert(session, first); });
  }

  std::unique_ptr<storage::IncomingBlob> incoming(std::string_view bytes) {
    auto blob = sound_store->begin_incoming();
    EXPECT_TRUE(blob);
    EXPECT_TRUE((*blob)->write(std::as_bytes(std::span(bytes))));
    return std::move(*blob);
  }
  core::Result<Accepted> accept(std::string_view bytes, const Submission& submission = {}) {
    const auto blob = incoming(bytes);
    return ingest.accept(*blob, submission);
  }
  Submission job_photo() const {
    Submission submission;
    submission.kind = core::PhotoKind::job;
    submission.source = core::PhotoSource::job_upload;
    submission.job_id = job;
    return submission;
  }
  std::vector<core::Photo> rows() {
    return *sound_database->read(
        [](database::Session& session) { return database::photos::scan(session, std::nullopt, 1000); });
  }
  std::vector<std::string> files(std::string_view prefix = "") {
    std::vector<std::string> keys;
    EXPECT_TRUE(sound_store->list(prefix, [&](std::string_view key, const storage::BlobInfo&) {
      if (!key.starts_with("sightglass.db")) keys.emplace_back(key);
      return true;
    }));
    return keys;
  }
  std::string read(std::string_view key) { return sound_store->read(key).value_or("<absent>"); }
  // Original with its hash, both derived images with their sizes, sidecar: all there.
  void expect_whole(const core::Photo& photo) {
    const auto original = sound_store->read(photo.files.original);
    ASSERT_TRUE(original) << photo.files.original;
    EXPECT_EQ(storage::sha256_of(*original), photo.sha256);
    EXPECT_EQ(static_cast<std::int64_t>(read(photo.files.display).size()), photo.display_bytes);
    EXPECT_EQ(static_cast<std::int64_t>(read(photo.files.thumbnail).size()), photo.thumbnail_bytes);
    EXPECT_TRUE(sound_store->info(filing::sidecar_key(photo.files)));
  }

  test::TemporaryDirectory directory;
  ManualClock clock;
  FakeDecoder decoder;
  Fault fault;
  std::unique_ptr<storage::BlobStore> sound_store = *storage::disk::DiskBlobStore::open(directory.path());
  std::unique_ptr<database::Database> sound_database =
      *database::sqlite::open_sqlite(directory.path() / "sightglass.db");
  FaultyStore store{*sound_store, fault};
  FaultyDatabase database{*sound_database, fault};
  std::atomic<int> wakes = 0;
  Ingest ingest{store, database, decoder, clock, Policy{}, [this] { ++wakes; }};
  core::JobId job{};
};

}  // namespace sightglass::ingest
