// What listeners are told: of what, in which order, and when they are cut off.
#include "http/live_feed.hpp"

#include <gtest/gtest.h>

#include "queue/task_queue.hpp"
#include "unit/http/handler_house.hpp"

namespace sightglass::http {
namespace {

namespace json = boost::json;

class LiveFeedHouse : public HandlerHouse {
 protected:
  std::unique_ptr<Channel> listen(const accounts::Caller& caller, std::optional<std::int64_t> since = std::nullopt,
                                  LiveFeed* feed = nullptr) {
    auto channel =
        (feed ? *feed : live).subscribe(caller, [caller] { return core::Result<accounts::Caller>(caller); }, since);
    EXPECT_TRUE(channel) << (channel ? "" : channel.error().message);
    return channel ? std::move(*channel) : nullptr;
  }
  static json::object next(Channel& channel) {
    const auto text = channel.next();
    return text ? json::parse(*text).as_object() : json::object{};
  }
  // What the next turn tells, as "type id change" of each.
  std::vector<std::string> told(Channel& channel) {
    live.turn();
    std::vector<std::string> all;
    for (auto message = next(channel); !message.empty(); message = next(channel)) {
      if (message.at("type") != "changes") {
        all.emplace_back(message.at("type").as_string());
        continue;
      }
      for (const auto& change : message.at("changes").as_array())
        all.push_back(std::string(change.at("type").as_string()) + " " + std::string(change.at("change").as_string()));
    }
    return all;
  }
  std::int64_t newest() {
    return database->read([](database::Session& s) { return database::changes::range(s); }).value().newest;
  }
  using Told = std::vector<std::string>;
};

TEST_F(LiveFeedHouse, tells_each_object_once_with_all_that_became_of_it) {
  const auto channel = listen(operator_, newest());
  EXPECT_EQ(next(*channel).at("type"), "hello");
  const auto photo = add_photo(technician, "PIC one");
  EXPECT_EQ(told(*channel), (Told{"task created", "photo created"}));
  EXPECT_EQ(told(*channel), Told{});
  send(operator_, Method::patch, "/api/v1/images/photos/" + photo, R"({"description":"rust"})");
  EXPECT_EQ(told(*channel), Told{"photo changed"});
  send(operator_, Method::delete_, "/api/v1/images/photos/" + photo);
  EXPECT_EQ(told(*channel), Told{"photo deleted"});
}

TEST_F(LiveFeedHouse, tells_technicians_what_their_listings_show) {
  const auto own = listen(technician, newest());
  const auto other = listen(colleague, newest());
  next(*own);
  next(*other);
  const auto photo = add_photo(technician, "PIC one");
  add_job(technician, R"({"title":"pump"})");
  EXPECT_EQ(told(*own), (Told{"task created", "photo created", "job created"}));
  EXPECT_EQ(told(*other), Told{});
  add_job(operator_, R"({"title":"for everybody"})");
  EXPECT_EQ(told(*other), Told{"job created"});
  EXPECT_EQ(told(*own), Told{"job created"});
  send(operator_, Method::delete_, "/api/v1/images/photos/" + photo);
  EXPECT_EQ(told(*other), Told{});
  EXPECT_EQ(told(*own), Told{"photo deleted"});
}

TEST_F(LiveFeedHouse, tells_only_those_of_a_deleted_job_who_could_see_it) {
  const auto theirs = add_job(technician, R"({"title":"pump"})");
  const auto open = add_job(operator_, R"({"title":"for everybody"})");
  const auto own = listen(technician, newest());
  const auto other = listen(colleague, newest());
  const auto all = listen(viewer, newest());
  for (auto* channel : {own.get(), other.get(), all.get()}) next(*channel);
  send(operator_, Method::delete_, "/api/v1/jobs/" + theirs);
  live.turn();
  EXPECT_EQ(told(*other), Told{});
  EXPECT_EQ(told(*own), Told{"job deleted"});
  EXPECT_EQ(told(*all), Told{"job deleted"});
  send(operator_, Method::delete_, "/api/v1/jobs/" + open);
  live.turn();
  EXPECT_EQ(told(*other), Told{"job deleted"});
  EXPECT_EQ(told(*own), Told{"job deleted"});
}

TEST_F(LiveFeedHouse, tells_failures_to_who_decides_on_them_and_notices_to_whom_they_concern) {
  const auto job = add_job(operator_, R"({"title":"for everybody"})");
  upload(reviewer, "/job/" + job + "/add_image", {picture("PIC of the job")});
  const auto uploader = listen(reviewer, newest());
  const auto other = listen(viewer, newest());
  const auto sees_job = listen(colleague, newest());
  EXPECT_TRUE(database->write([&](database::Session& s) -> core::Result<void> {
    SG_ASSIGN(const auto tasks,
              queue::claim(s, core::TaskQueue::normal, "w", 1, std::chrono::seconds(60), clock.now()));
    SG_TRY(queue::fail(s, tasks.at(0).id, "w", {.message = "x", .retry = queue::Retry::pointless}, clock.now()));
    return {};
  }));
  const auto tells = [&](Channel& channel, std::string_view what) {
    const auto all = told(channel);
    return std::ranges::find(all, what) != all.end();
  };
  EXPECT_TRUE(tells(*uploader, "failure created"));
  EXPECT_FALSE(tells(*sees_job, "failure created"));
  send(operator_, Method::patch, "/api/v1/jobs/" + job, R"({"title":"another"})");
  const auto to_others = told(*other);
  EXPECT_NE(std::ranges::find(to_others, "failure created"), to_others.end());
  EXPECT_EQ(std::ranges::find(to_others, "notice created"), to_others.end());
}

TEST_F(LiveFeedHouse, tells_a_notice_to_its_user_alone) {
  add_photo(reviewer, "PIC one");
  const auto uploader = listen(reviewer, newest());
  const auto other = listen(operator_, newest());
  next(*uploader);
  next(*other);
  EXPECT_TRUE(database->write([&](database::Session& s) -> core::Result<void> {
    SG_ASSIGN(const auto tasks,
              queue::claim(s, core::TaskQueue::normal, "w", 1, std::chrono::seconds(60), clock.now()));
    SG_TRY(queue::fail(s, tasks.at(0).id, "w", {.message = "x", .retry = queue::Retry::pointless}, clock.now()));
    return {};
  }));
  const auto own = told(*uploader);
  const auto others = told(*other);
  EXPECT_NE(std::ranges::find(own, "notice created"), own.end());
  EXPECT_EQ(std::ranges::find(others, "notice created"), others.end());
  EXPECT_EQ(own.size(), others.size() + 1);
}

TEST_F(LiveFeedHouse, goes_on_where_a_listener_was) {
  add_job(operator_, R"({"title":"before"})");
  const auto since = newest();
  add_job(operator_, R"({"title":"meanwhile"})");
  const auto channel = listen(viewer, since);
  const auto hello = next(*channel);
  EXPECT_EQ(hello.at("seq"), since);
  EXPECT_EQ(told(*channel), Told{"job created"});
}

TEST_F(LiveFeedHouse, begins_a_few_seconds_ago_when_nobody_says_where) {
  add_job(operator_, R"({"title":"just now"})");
  const auto channel = listen(viewer);
  EXPECT_EQ(told(*channel), (Told{"hello", "job created"}));
}

TEST_F(LiveFeedHouse, resets_who_is_too_far_behind_or_knows_another_database) {
  LiveFeed narrow(*database, metrics, {.most_behind = 3, .has_thread = false});
  const auto since = newest();
  for (int i = 0; i < 5; ++i) add_job(operator_, R"({"title":"one of many"})");
  const auto behind = listen(viewer, since, &narrow);
  const auto ahead = listen(viewer, newest() + 100, &narrow);
  narrow.turn();
  for (auto* channel : {behind.get(), ahead.get()}) {
    EXPECT_EQ(next(*channel).at("type"), "hello");
    const auto reset = next(*channel);
    EXPECT_EQ(reset.at("type"), "reset");
    EXPECT_EQ(reset.at("seq"), newest());
    EXPECT_EQ(channel->next(), nullptr);
  }
}

TEST_F(LiveFeedHouse, drops_who_takes_nothing) {
  LiveFeed small(*database, metrics, {.most_waiting = 2, .has_thread = false});
  const auto channel = listen(viewer, newest(), &small);
  int wakes_heard = 0;
  channel->open([&] { ++wakes_heard; });
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(channel->end());
    add_job(operator_, R"({"title":"one more"})");
    small.turn();
  }
  ASSERT_TRUE(channel->end());
  EXPECT_EQ(channel->end()->code, too_slow_code);
  EXPECT_EQ(channel->next(), nullptr);
  EXPECT_EQ(wakes_heard, 2);
}

TEST_F(LiveFeedHouse, cuts_off_whose_session_has_ended_and_follows_a_new_role) {
  LiveFeed strict(*database, metrics, {.recheck = std::chrono::milliseconds{0}, .has_thread = false});
  core::Result<accounts::Caller> now = viewer;
  auto channel = strict.subscribe(viewer, [&] { return now; }, newest()).value();
  next(*channel);
  auto lowered = viewer;
  lowered.role = core::Role::technician;
  now = lowered;
  add_photo(technician, "PIC one");
  strict.turn();
  EXPECT_EQ(channel->next(), nullptr);
  now = std::unexpected(core::unavailable("the database is busy"));
  strict.turn();
  EXPECT_FALSE(channel->end());
  now = core::fail(core::ErrorCode::unauthenticated, "gone");
  strict.turn();
  ASSERT_TRUE(channel->end());
  EXPECT_EQ(channel->end()->code, signed_out_code);
}

TEST_F(LiveFeedHouse, tells_a_token_only_of_what_it_may_read) {
  auto token = viewer;
  token.credential = accounts::Credential::service_token;
  token.owner_role = core::Role::viewer;
  token.scopes = {"photos:read"};
  const auto channel = listen(token, newest());
  next(*channel);
  add_job(operator_, R"({"title":"not for it"})");
  add_photo(technician, "PIC one");
  EXPECT_EQ(told(*channel), Told{"photo created"});
}

TEST_F(LiveFeedHouse, says_now_and_then_that_the_connection_stands) {
  LiveFeed chatty(*database, metrics, {.longest_silence = std::chrono::milliseconds{0}, .has_thread = false});
  const auto channel = listen(viewer, newest(), &chatty);
  next(*channel);
  chatty.turn();
  const auto message = next(*channel);
  EXPECT_EQ(message.at("type"), "changes");
  EXPECT_TRUE(message.at("changes").as_array().empty());
}

TEST_F(LiveFeedHouse, bounds_its_listeners_and_forgets_those_who_left) {
  LiveFeed small(*database, metrics, {.most = 3, .most_of_one_user = 2, .has_thread = false});
  auto first = listen(viewer, 0, &small);
  const auto second = listen(viewer, 0, &small);
  const auto refused = small.subscribe(viewer, [&] { return core::Result<accounts::Caller>(viewer); }, 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::quota_exceeded);
  const auto third = listen(operator_, 0, &small);
  const auto full = small.subscribe(technician, [&] { return core::Result<accounts::Caller>(technician); }, 0);
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, core::ErrorCode::unavailable);
  first.reset();
  EXPECT_NE(listen(technician, 0, &small), nullptr);
}

// With a thread of its own, as in the server.
class RunningLiveFeed : public LiveFeedHouse {
 protected:
  void start(LiveOptions options) {
    feed_.emplace(*database, metrics, options);
    channel_ = listen(viewer, newest(), &*feed_);
    channel_->open([&] {
      const std::lock_guard lock(mutex_);
      is_told_ = true;
      told_.notify_all();
    });
  }
  bool hears_within(std::chrono::seconds patience) {
    std::unique_lock lock(mutex_);
    return told_.wait_for(lock, patience, [&] { return std::exchange(is_told_, false); });
  }
  std::mutex mutex_;
  std::condition_variable told_;
  bool is_told_ = false;
  std::optional<LiveFeed> feed_;
  std::unique_ptr<Channel> channel_;
};

TEST_F(RunningLiveFeed, looks_by_itself_while_somebody_listens) {
  start({.pause = std::chrono::milliseconds{1}});
  add_job(operator_, R"({"title":"news"})");
  EXPECT_TRUE(hears_within(std::chrono::seconds(10)));
}

TEST_F(RunningLiveFeed, looks_at_once_when_it_is_woken) {
  start({.pause = std::chrono::hours(1), .shortest_pause = std::chrono::milliseconds{1}});
  for (int i = 0; i < 3; ++i) {
    add_job(operator_, R"({"title":"news"})");
    feed_->wake();
    EXPECT_TRUE(hears_within(std::chrono::seconds(10)));
  }
}

}  // namespace
}  // namespace sightglass::http
