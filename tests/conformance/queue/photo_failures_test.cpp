// The inbox of failures and the notices to people: whoever ends a photo's task for good, both are there in the same
// transaction, and what became of it follows.
#include <algorithm>
#include <atomic>
#include <map>
#include <random>
#include <thread>

#include "conformance/queue/expired_leases.hpp"
#include "database/notices.hpp"
#include "database/photo_failures.hpp"
#include "queue/rescue.hpp"
#include "queue/retry.hpp"
#include "queue/task_queue.hpp"
#include "support/stores.hpp"

namespace sightglass::queue {
namespace {

namespace notices = database::notices;
namespace photo_failures = database::photo_failures;
using core::ProcessingStatus;
using database::Session;
using photo_failures::Filter;
using photo_failures::ShownFailure;
using photo_failures::State;

constexpr database::photos::Visibility everything{.sees_all = true};

class PhotoFailures : public test::StoreTest {
 protected:
  core::TaskId add_task(core::PhotoId photo, std::int64_t at = 0) {
    return test::must(write([&](Session& s) -> core::Result<core::TaskId> {
      SG_ASSIGN(const auto id,
                enqueue(s, {.kind = "process_inspection_photo", .photo_id = photo, .max_attempts = 10}, instant(at)));
      SG_TRY(database::photos::set_task(s, photo, id, ProcessingStatus::pending));
      return id;
    }));
  }
  std::vector<core::Task> take(std::int64_t at, const std::string& owner = "w") {
    return test::must(write([&](Session& s) {
      return claim(s, core::TaskQueue::normal, owner, 1, std::chrono::seconds(60), instant(at));
    }));
  }
  void end_badly(core::TaskId id, std::int64_t at, std::string_view code = "corrupt_image") {
    test::must(write([&](Session& s) {
      return fail(s, id, "w", {.message = "broken", .code = code, .retry = Retry::pointless}, instant(at));
    }));
  }
  // A photo whose task failed at `at`.
  core::PhotoId fail_photo(std::int64_t at, core::Photo photo = {}, std::string_view code = "corrupt_image") {
    const auto id = add_photo(std::move(photo));
    add_task(id, at);
    end_badly(take(at).at(0).id, at, code);
    return id;
  }
  // As the handler does, and then the worker.
  void end_well(core::PhotoId photo, core::TaskId task, std::int64_t at) {
    test::must(
        write([&](Session& s) { return database::photos::set_status(s, photo, ProcessingStatus::completed, ""); }));
    test::must(write([&](Session& s) { return complete(s, task, "w", "{}", instant(at)); }));
  }
  void retry(core::TaskId id, std::int64_t at) {
    test::must(write([&](Session& s) { return try_again(s, id, instant(at)); }));
  }
  bool skip(photo_failures::FailureId id, std::int64_t at, std::string_view who = "rita") {
    return test::must(write([&](Session& s) { return photo_failures::skip(s, id, who, instant(at)); }));
  }
  bool reopen(photo_failures::FailureId id) {
    return test::must(write([&](Session& s) { return photo_failures::reopen(s, id); }));
  }
  std::vector<ShownFailure> list(const Filter& filter = {},
                                 const database::photos::Visibility& visibility = everything) {
    return test::must(
        read([&](Session& s) { return photo_failures::list(s, filter, visibility, std::nullopt, 1000); }));
  }
  photo_failures::Failure only() {
    const auto all = list();
    EXPECT_EQ(all.size(), 1U);
    return all.at(0).failure;
  }
  photo_failures::Counts counts(const Filter& filter = {}) {
    return test::must(read([&](Session& s) { return photo_failures::count(s, filter, everything); }));
  }
  std::vector<notices::Notice> notices_of(core::UserId user) {
    return test::must(read([&](Session& s) { return notices::list(s, user, {}); }));
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, PhotoFailures, test::all_stores());

TEST_P(PhotoFailures, keep_what_failed_for_good_and_why) {
  const auto tom = add_user("tom");
  const auto job = add_job();
  const auto photo = fail_photo(5, {.original_filename = "pump.jpg", .job_id = job, .uploaded_by = tom});
  const auto shown = list();
  ASSERT_EQ(shown.size(), 1U);
  const auto& failure = shown.at(0).failure;
  EXPECT_EQ(failure.photo_id, photo);
  EXPECT_EQ(failure.task_id, photo_of(photo).task_id);
  EXPECT_EQ(failure.code, "corrupt_image");
  EXPECT_EQ(failure.error, "broken");
  EXPECT_EQ(failure.attempts, 1);
  EXPECT_EQ(failure.times, 1);
  EXPECT_EQ(failure.state, State::open);
  EXPECT_EQ(failure.failed_at, instant(5));
  EXPECT_EQ(failure.burst, failure.id.to_string());
  EXPECT_EQ(shown.at(0).original_filename, "pump.jpg");
  EXPECT_EQ(shown.at(0).job_title, "a job");
  EXPECT_EQ(shown.at(0).uploader, "tom");
}

TEST_P(PhotoFailures, are_recorded_whoever_ends_the_task) {
  const auto lost = add_photo();
  const auto killer = add_photo();
  add_task(lost, 0);
  ASSERT_EQ(take(0).size(), 1U);
  // Its worker dies without a word, ten times.
  for (int i = 1; i <= 10; ++i) {
    test::must(write([&](Session& s) { return rescue_expired(s, instant(i * 10'000)); }));
    EXPECT_EQ(take(i * 10'000 + 5'000).size(), i < 10 ? 1U : 0U) << i;
  }
  add_task(killer, 200'000);
  for (const int at : {200'000, 210'000}) {
    ASSERT_EQ(take(at, "k").size(), 1U);
    test::must(write([&](Session& s) { return rescue_owner(s, "k", instant(at + 1)); }));
  }
  const auto found = list();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found.at(0).failure.photo_id, killer);
  EXPECT_EQ(found.at(0).failure.code, killed_code);
  EXPECT_EQ(found.at(1).failure.photo_id, lost);
  EXPECT_EQ(found.at(1).failure.code, "lost");
  EXPECT_EQ(found.at(1).failure.attempts, 10);
}

TEST_P(PhotoFailures, are_none_while_attempts_remain_or_when_somebody_cancelled) {
  const auto photo = add_photo({.uploaded_by = add_user("tom")});
  const auto task = add_task(photo);
  take(0);
  test::must(write([&](Session& s) { return fail(s, task, "w", {.message = "may pass"}, instant(1)); }));
  EXPECT_TRUE(list().empty());
  test::must(write([&](Session& s) { return cancel(s, task, instant(2)); }));
  EXPECT_EQ(photo_of(photo).status, ProcessingStatus::failed);
  EXPECT_TRUE(list().empty());
  EXPECT_TRUE(notices_of(*photo_of(photo).uploaded_by).empty());
}

TEST_P(PhotoFailures, are_none_of_a_task_whose_photo_a_newer_one_took_over) {
  const auto photo = add_photo();
  const auto old = add_task(photo);
  take(0);
  add_task(photo, 1);
  end_badly(old, 2);
  EXPECT_TRUE(list().empty());
}

TEST_P(PhotoFailures, resolve_themselves_when_a_further_attempt_succeeds) {
  const auto photo = fail_photo(0);
  const auto task = *photo_of(photo).task_id;
  retry(task, 10);
  EXPECT_EQ(only().state, State::retrying);
  EXPECT_FALSE(skip(only().id, 11));
  ASSERT_EQ(take(10).size(), 1U);
  EXPECT_EQ(only().state, State::retrying);
  end_well(photo, task, 12);
  EXPECT_EQ(only().state, State::resolved);
  EXPECT_EQ(only().resolution, "succeeded");
  EXPECT_TRUE(only().resolved_at);
  EXPECT_TRUE(only().resolved_by.empty());
}

TEST_P(PhotoFailures, open_again_when_a_further_attempt_fails_or_is_cancelled) {
  const auto photo = fail_photo(0);
  const auto task = *photo_of(photo).task_id;
  const auto first = only();
  retry(task, 10);
  ASSERT_EQ(take(10).size(), 1U);
  end_badly(task, 11, "timeout");
  EXPECT_EQ(only().id, first.id);
  EXPECT_EQ(only().state, State::open);
  EXPECT_EQ(only().code, "timeout");
  EXPECT_EQ(only().times, 2);
  EXPECT_EQ(only().failed_at, instant(11));
  retry(task, 20);
  test::must(write([&](Session& s) { return cancel(s, task, instant(21)); }));
  EXPECT_EQ(only().state, State::open);
  EXPECT_EQ(only().times, 2);
}

TEST_P(PhotoFailures, follow_any_other_analysis_of_their_photo) {
  const auto photo = fail_photo(0);
  const auto other = add_task(photo, 10);
  EXPECT_EQ(only().state, State::retrying);
  take(10);
  end_well(photo, other, 11);
  EXPECT_EQ(only().resolution, "succeeded");
}

TEST_P(PhotoFailures, stay_skipped_when_the_photo_fails_again_later) {
  const auto photo = fail_photo(0);
  const auto first = only().id;
  EXPECT_TRUE(skip(first, 7));
  EXPECT_FALSE(skip(first, 8, "otto"));
  EXPECT_EQ(only().resolved_by, "rita");
  EXPECT_EQ(only().resolved_at, instant(7));
  const auto again = add_task(photo, 10);
  take(10);
  end_badly(again, 11);
  const auto both = list();
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both.at(0).failure.state, State::open);
  EXPECT_EQ(both.at(1).failure.id, first);
  EXPECT_EQ(both.at(1).failure.resolution, "skipped");
  // One of a photo waits at most.
  EXPECT_FALSE(reopen(first));
}

TEST_P(PhotoFailures, are_taken_up_again_as_long_as_the_photo_is_as_it_was_left) {
  const auto photo = fail_photo(0);
  const auto id = only().id;
  EXPECT_FALSE(reopen(id));
  EXPECT_TRUE(skip(id, 1));
  EXPECT_TRUE(reopen(id));
  EXPECT_EQ(only().state, State::open);
  EXPECT_TRUE(only().resolved_by.empty());
  EXPECT_TRUE(skip(id, 2));
  const auto task = add_task(photo, 10);
  take(10);
  end_well(photo, task, 11);
  EXPECT_EQ(only().resolution, "skipped");
  EXPECT_FALSE(reopen(id));
}

TEST_P(PhotoFailures, of_lost_files_are_kept_once_and_not_against_a_persons_word) {
  const auto photo = add_photo();
  const auto note = [&](std::int64_t at) {
    return test::must(write([&](Session& s) { return photo_failures::record_lost(s, photo, "gone", instant(at)); }));
  };
  EXPECT_TRUE(note(0));
  EXPECT_FALSE(note(1));
  EXPECT_EQ(only().code, photo_failures::lost_code);
  EXPECT_FALSE(only().task_id);
  EXPECT_TRUE(skip(only().id, 2));
  EXPECT_FALSE(note(3));
  EXPECT_EQ(only().resolution, "skipped");
  EXPECT_FALSE(test::must(write([&](Session& s) {
    return photo_failures::record_lost(s, core::PhotoId::make(instant(0)), "gone", instant(4));
  })));
}

TEST_P(PhotoFailures, of_one_kind_at_one_time_are_one_burst) {
  for (int i = 0; i < 5; ++i) fail_photo(i * 300);
  fail_photo(100, {}, "timeout");
  fail_photo(4 * 300 + 601);  // more than ten minutes behind the last
  const auto page = [&](std::int32_t limit, const std::optional<photo_failures::PageKey>& after) {
    return test::must(read([&](Session& s) { return photo_failures::list_bursts(s, {}, everything, after, limit); }));
  };
  const auto all = page(10, std::nullopt);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all.at(0).failures, 1);
  EXPECT_EQ(all.at(1).failures, 5);
  EXPECT_EQ(all.at(1).first_at, instant(0));
  EXPECT_EQ(all.at(1).last_at, instant(1200));
  EXPECT_EQ(all.at(2).code, "timeout");
  const photo_failures::PageKey key{.at = all.at(0).last_at, .id = core::Uuid::parse(all.at(0).burst).value()};
  const auto rest = page(10, key);
  ASSERT_EQ(rest.size(), 2U);
  EXPECT_EQ(rest.at(0).burst, all.at(1).burst);
  EXPECT_EQ(list({.burst = all.at(1).burst}).size(), 5U);
}

TEST_P(PhotoFailures, are_shown_to_who_sees_all_and_to_the_uploader) {
  const auto tom = add_user("tom");
  const auto tina = add_user("tina");
  const auto hidden = add_job({tina});
  fail_photo(0, {.uploaded_by = tom});
  fail_photo(1, {.job_id = hidden, .uploaded_by = tom});
  fail_photo(2, {.uploaded_by = tina});
  fail_photo(3);
  EXPECT_EQ(list().size(), 4U);
  EXPECT_EQ(list().at(2).job_title, "a job");
  const auto own = list({}, {.user = tom});
  ASSERT_EQ(own.size(), 2U);
  EXPECT_EQ(own.at(0).job_title, "");
  EXPECT_EQ(own.at(0).job_id, hidden);
  EXPECT_TRUE(list({}, {}).empty());
  EXPECT_EQ(list({.uploader = tina}).size(), 1U);
  EXPECT_EQ(list({.job = hidden}).size(), 1U);
}

TEST_P(PhotoFailures, go_with_their_photo_and_hide_with_it_in_the_trash) {
  const auto photo = fail_photo(0);
  const auto trash = [&](std::optional<core::Instant> at) {
    test::must(write([&](Session& s) { return database::photos::set_trashed(s, photo, at); }));
  };
  trash(instant(1));
  EXPECT_TRUE(list().empty());
  EXPECT_EQ(counts().open, 0);
  trash(std::nullopt);
  EXPECT_EQ(counts().open, 1);
  test::must(write([&](Session& s) { return database::photos::remove(s, photo); }));
  EXPECT_EQ(counts().open, 0);
}

TEST_P(PhotoFailures, are_forgotten_when_they_were_resolved_long_ago) {
  fail_photo(0);
  fail_photo(0);
  EXPECT_TRUE(skip(list().at(0).failure.id, 5));
  const auto prune = [&](std::int64_t at) {
    return test::must(write([&](Session& s) { return photo_failures::prune(s, instant(at)); }));
  };
  EXPECT_EQ(prune(5), 0);
  EXPECT_EQ(prune(6), 1);
  EXPECT_EQ(only().state, State::open);
}

TEST_P(PhotoFailures, of_one_burst_are_one_notice_that_counts_up) {
  const auto tom = add_user("tom");
  const auto job = add_job();
  const auto first = fail_photo(0, {.job_id = job, .uploaded_by = tom});
  fail_photo(1'000, {.job_id = job, .uploaded_by = tom});
  fail_photo(2'000, {.job_id = job, .uploaded_by = tom}, "timeout");
  // The same photo again is no further photo.
  const auto task = *photo_of(first).task_id;
  retry(task, 2'001);
  take(2'001);
  end_badly(task, 2'002);
  auto told = notices_of(tom);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told.at(0).kind, notices::photo_failed);
  EXPECT_EQ(told.at(0).photos, 3);
  EXPECT_EQ(told.at(0).code, "");
  EXPECT_EQ(told.at(0).job, job);
  EXPECT_EQ(told.at(0).photo, first);
  EXPECT_EQ(told.at(0).created_at, instant(0));
  EXPECT_EQ(told.at(0).updated_at, instant(2'002));
  // An hour of quiet, another job, and a notice that was read begin a new one.
  fail_photo(2'002 + 3'601, {.job_id = job, .uploaded_by = tom});
  fail_photo(2'002 + 3'602, {.uploaded_by = tom});
  EXPECT_EQ(notices_of(tom).size(), 3U);
  EXPECT_EQ(test::must(write([&](Session& s) { return notices::mark_all_read(s, tom, instant(6'000)); })), 3);
  fail_photo(6'001, {.uploaded_by = tom});
  told = notices_of(tom);
  ASSERT_EQ(told.size(), 4U);
  EXPECT_FALSE(told.at(0).job);
  EXPECT_EQ(test::must(read([&](Session& s) { return notices::count_unread(s, tom); })), 1);
}

TEST_P(PhotoFailures, are_told_to_the_uploader_alone) {
  const auto tom = add_user("tom");
  const auto tina = add_user("tina");
  fail_photo(0, {.uploaded_by = tom});
  fail_photo(1);  // nobody's
  EXPECT_EQ(notices_of(tom).size(), 1U);
  EXPECT_TRUE(notices_of(tina).empty());
  const std::vector ids{notices_of(tom).at(0).id};
  EXPECT_EQ(test::must(write([&](Session& s) { return notices::mark_read(s, tina, ids, instant(2)); })), 0);
  EXPECT_EQ(test::must(write([&](Session& s) { return notices::mark_read(s, tom, ids, instant(2)); })), 1);
  EXPECT_EQ(notices_of(tom).at(0).read_at, instant(2));
  EXPECT_EQ(test::must(write([&](Session& s) { return notices::prune(s, instant(0)); })), 0);
  EXPECT_EQ(test::must(write([&](Session& s) { return notices::prune(s, instant(1)); })), 1);
}

TEST_P(PhotoFailures, make_one_notice_when_many_workers_fail_at_the_same_moment) {
  const auto tom = add_user("tom");
  std::vector<std::pair<core::TaskId, std::string>> held;
  for (int i = 0; i < 24; ++i) {
    add_task(add_photo({.uploaded_by = tom}));
    const auto owner = "w" + std::to_string(i);
    held.emplace_back(take(0, owner).at(0).id, owner);
  }
  const auto other = connect();
  std::atomic<std::size_t> next = 0;
  std::vector<std::jthread> workers;
  for (int i = 0; i < 4; ++i)
    workers.emplace_back([&, i] {
      database::Database& database = i % 2 == 0 ? *database_ : *other;
      for (std::size_t at = next++; at < held.size(); at = next++) {
        const auto& one = held.at(at);
        test::must(database.write_guarded([&](Session& s) {
          return fail(s, one.first, one.second, {.message = "x", .retry = Retry::pointless}, instant(1));
        }));
      }
    });
  workers.clear();
  ASSERT_EQ(notices_of(tom).size(), 1U);
  EXPECT_EQ(notices_of(tom).at(0).photos, 24);
  EXPECT_EQ(counts().open, 24);
}

// Random histories beside a model of what must stand in the inbox.
class FailureHistories : public PhotoFailures {
 protected:
  struct Photo {
    core::TaskId task{};
    bool is_waiting = true;  // its task
    bool is_failed = false;
    bool is_trashed = false;
    std::optional<State> entry{};  // the one that is not resolved
    std::int64_t resolved = 0;
  };

  void begin(unsigned seed) {
    random_.seed(seed);
    photos_.clear();
    uploader_ = add_user("tom" + std::to_string(seed));
  }
  void step(std::int64_t at) {
    switch (random_() % 9) {
      case 0: return add(at);
      case 1:
      case 2: return let_fail(at);
      case 3: return let_succeed(at);
      case 4: return try_again_one(at);
      case 5: return analyse_anew(at);
      case 6: return cancel_one(at);
      case 7: return skip_one(at);
      default: return remove_one(at);
    }
  }
  void compare(const std::string& where) {
    photo_failures::Counts wanted;
    for (const auto& [id, photo] : photos_) {
      if (photo.is_trashed) continue;
      wanted.open += photo.entry == State::open;
      wanted.retrying += photo.entry == State::retrying;
      wanted.resolved += photo.resolved;
    }
    const auto found = counts({.uploader = uploader_});
    ASSERT_EQ(found.open, wanted.open) << where;
    ASSERT_EQ(found.retrying, wanted.retrying) << where;
    ASSERT_EQ(found.resolved, wanted.resolved) << where;
  }
  // So that the next history begins with an empty queue.
  void end() {
    for (const auto& [id, photo] : photos_)
      if (photo.is_waiting)
        test::must(write([&, &task = photo.task](Session& s) { return cancel(s, task, instant(0)); }));
  }

 private:
  template <typename Fits>
  Photo* pick(const Fits& fits, core::PhotoId* id = nullptr) {
    std::vector<core::PhotoId> all;
    for (const auto& [one, photo] : photos_)
      if (fits(photo)) all.push_back(one);
    if (all.empty()) return nullptr;
    const auto chosen = all.at(random_() % all.size());
    if (id != nullptr) *id = chosen;
    return &photos_.at(chosen);
  }
  static bool is_quiet(const Photo& photo) { return !photo.is_waiting; }
  static bool has_failed(const Photo& photo) { return !photo.is_waiting && photo.is_failed; }
  static void wait_again(Photo& photo) {
    photo.is_waiting = true;
    photo.is_failed = false;
    if (photo.entry) photo.entry = State::retrying;
  }

  void add(std::int64_t at) {
    const auto id = add_photo({.uploaded_by = uploader_});
    photos_[id].task = add_task(id, at);
  }
  void let_fail(std::int64_t at) {
    const auto taken = take(at);
    if (taken.empty()) return;
    end_badly(taken.at(0).id, at, random_() % 2 == 0 ? "timeout" : "corrupt_image");
    auto& photo = photos_.at(*taken.at(0).photo_id);
    photo.is_waiting = false;
    photo.is_failed = true;
    photo.entry = State::open;
  }
  void let_succeed(std::int64_t at) {
    const auto taken = take(at);
    if (taken.empty()) return;
    end_well(*taken.at(0).photo_id, taken.at(0).id, at);
    auto& photo = photos_.at(*taken.at(0).photo_id);
    photo.is_waiting = photo.is_failed = false;
    photo.resolved += photo.entry.has_value();
    photo.entry.reset();
  }
  void try_again_one(std::int64_t at) {
    auto* const photo = pick(has_failed);
    if (photo == nullptr) return;
    retry(photo->task, at);
    wait_again(*photo);
  }
  void analyse_anew(std::int64_t at) {
    core::PhotoId id;
    auto* const photo = pick(is_quiet, &id);
    if (photo == nullptr) return;
    photo->task = add_task(id, at);
    wait_again(*photo);
  }
  void cancel_one(std::int64_t at) {
    auto* const photo = pick([](const Photo& one) { return one.is_waiting; });
    if (photo == nullptr) return;
    test::must(write([&](Session& s) { return cancel(s, photo->task, instant(at)); }));
    photo->is_waiting = false;
    photo->is_failed = true;
    if (photo->entry) photo->entry = State::open;
  }
  void skip_one(std::int64_t at) {
    const auto found = list({.state = random_() % 2 == 0 ? State::open : State::retrying, .uploader = uploader_});
    if (found.empty()) return;
    const auto& failure = found.at(random_() % found.size()).failure;
    const bool is_skipped = skip(failure.id, at);
    EXPECT_EQ(is_skipped, failure.state == State::open);
    if (!is_skipped) return;
    auto& photo = photos_.at(failure.photo_id);
    photo.entry.reset();
    ++photo.resolved;
  }
  // Into the trash, out of it, or gone for good.
  void remove_one(std::int64_t at) {
    core::PhotoId id;
    auto* const photo = pick(is_quiet, &id);
    if (photo == nullptr) return;
    if (random_() % 4 == 0) {
      test::must(write([&](Session& s) { return database::photos::remove(s, id); }));
      photos_.erase(id);
      return;
    }
    photo->is_trashed = !photo->is_trashed;
    const auto when = photo->is_trashed ? std::optional(instant(at)) : std::nullopt;
    test::must(write([&](Session& s) { return database::photos::set_trashed(s, id, when); }));
  }

  std::mt19937 random_;
  std::map<core::PhotoId, Photo> photos_;
  core::UserId uploader_{};
};
INSTANTIATE_TEST_SUITE_P(Stores, FailureHistories, test::all_stores());

TEST_P(FailureHistories, count_right_whatever_order_things_happen_in) {
  for (const std::int64_t seed : {1, 2, 3, 4}) {
    begin(static_cast<unsigned>(seed));
    for (std::int64_t number = 0; number < 150; ++number) {
      step(seed * 1'000'000 + number * 1'000);
      ASSERT_NO_FATAL_FAILURE(compare("seed " + std::to_string(seed) + ", step " + std::to_string(number)));
    }
    end();
  }
}

}  // namespace
}  // namespace sightglass::queue
