#include "vision/google/vision_client.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <deque>

#include "unit/vision/google/test_account.hpp"

namespace sightglass::vision::google {
namespace {

using core::ErrorCode;
using std::chrono::milliseconds;

class FixedClock final : public core::Clock {
 public:
  core::Instant now() const override { return at; }
  core::Instant at = core::from_micros(1'700'000'000'000'000);
};

// Answers for the token's address by itself, and with what is queued for the other.
class FakeService final : public net::HttpClient {
 public:
  core::Result<net::HttpAnswer> perform(const net::HttpRequest& request) override {
    if (request.url == "https://oauth2.example/token") {
      ++tokens;
      return net::HttpAnswer{.status = 200,
                             .body = R"({"access_token":"token-)" + std::to_string(tokens) + R"(","expires_in":3600})"};
    }
    EXPECT_EQ(request.url, "https://vision.example/v1/images:annotate");
    bearers.emplace_back(request.fields.get("authorization"));
    bodies.emplace_back(std::get<std::string_view>(request.body));
    if (answers.empty()) return core::fail(core::unavailable("no connection"));
    auto answer = std::move(answers.front());
    answers.pop_front();
    return answer;
  }
  int tokens = 0;
  std::vector<std::string> bearers, bodies;
  std::deque<net::HttpAnswer> answers;
};

class VisionClientTest : public ::testing::Test {
 protected:
  core::Result<std::vector<core::Result<ProviderAnswer>>> ask(std::size_t pictures = 1) {
    const std::vector<ProviderPicture> all(pictures, {.jpeg = "JPEG", .size = {200, 100}});
    return client_.annotate(all, features_);
  }
  FakeService service_;
  FixedClock clock_;
  std::vector<milliseconds> waits_;
  const std::vector<ProviderFeature> features_{ProviderFeature::labels, ProviderFeature::objects,
                                               ProviderFeature::text};
  VisionClient client_{
      service_,
      clock_,
      *ServiceAccount::parse(test_account()),
      {.endpoint = "https://vision.example", .wait = [this](milliseconds pause) { waits_.push_back(pause); }}};
};

constexpr std::string_view full_answer = R"({"responses":[{
  "labelAnnotations":[{"description":"Pump","score":0.9}],
  "localizedObjectAnnotations":[{"name":"Wheel","score":0.8,"boundingPoly":{"normalizedVertices":
    [{"x":0.5},{"x":1.0},{"x":1.0,"y":0.5},{"x":0.5,"y":0.5}]}}],
  "textAnnotations":[{"description":"0417 kWh","boundingPoly":{"vertices":[{"x":1,"y":1}]}},
    {"description":"0417","boundingPoly":{"vertices":[{"x":10,"y":20},{"x":40,"y":20},{"x":40,"y":30},{"x":10,"y":30}]}}]
}]})";

TEST_F(VisionClientTest, reads_labels_objects_and_words_with_their_places) {
  service_.answers.push_back({.status = 200, .body = std::string(full_answer)});
  const auto answers = ask();
  ASSERT_TRUE(answers && answers->front());
  const auto& answer = *answers->front();
  ASSERT_EQ(answer.labels.size(), 1U);
  EXPECT_EQ(answer.labels[0].name, "Pump");
  ASSERT_EQ(answer.objects.size(), 1U);
  EXPECT_EQ(answer.objects[0].box, (core::Box{100, 0, 100, 50})) << "what is left out of JSON is zero";
  ASSERT_EQ(answer.text.size(), 1U) << "the whole text is not a word of it";
  EXPECT_EQ(answer.text[0].text, "0417");
  EXPECT_FALSE(answer.text[0].confidence) << "the service gives none";
  EXPECT_EQ(answer.text[0].box, (core::Box{10, 20, 30, 10}));
}

TEST_F(VisionClientTest, sends_what_is_documented) {
  service_.answers.push_back({.status = 200, .body = R"({"responses":[{}]})"});
  ASSERT_TRUE(ask());
  const auto body = boost::json::parse(service_.bodies.at(0));
  const auto& request = body.at("requests").at(0);
  EXPECT_EQ(request.at("image").at("content").as_string(), "SlBFRw==");
  EXPECT_EQ(request.at("features").at(1).at("type").as_string(), "OBJECT_LOCALIZATION");
  EXPECT_EQ(service_.bearers.at(0), "Bearer token-1");
}

TEST_F(VisionClientTest, uses_a_token_until_shortly_before_its_end) {
  for (int i = 0; i < 3; ++i) service_.answers.push_back({.status = 200, .body = R"({"responses":[{}]})"});
  ASSERT_TRUE(ask());
  clock_.at += std::chrono::minutes(58);
  ASSERT_TRUE(ask());
  EXPECT_EQ(service_.tokens, 1);
  clock_.at += std::chrono::minutes(2);
  ASSERT_TRUE(ask());
  EXPECT_EQ(service_.tokens, 2);
}

TEST_F(VisionClientTest, asks_for_a_new_token_once_when_the_old_one_is_refused) {
  service_.answers.push_back({.status = 401});
  service_.answers.push_back({.status = 200, .body = R"({"responses":[{}]})"});
  ASSERT_TRUE(ask());
  EXPECT_EQ(service_.bearers.back(), "Bearer token-2");
  service_.answers.push_back({.status = 401});
  service_.answers.push_back({.status = 401});
  const auto refused = ask();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unauthenticated);
}

TEST_F(VisionClientTest, waits_longer_each_time_the_service_says_not_now_and_as_long_as_it_says) {
  service_.answers.push_back({.status = 503});
  service_.answers.push_back({.status = 429, .fields = {{"Retry-After", "7"}}});
  service_.answers.push_back({.status = 200, .body = R"({"responses":[{}]})"});
  ASSERT_TRUE(ask());
  EXPECT_EQ(waits_, (std::vector{milliseconds(500), milliseconds(7000)}));
  for (int i = 0; i < 3; ++i) service_.answers.push_back({.status = 429});
  const auto refused = ask();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::quota_exceeded);
}

TEST_F(VisionClientTest, sends_nothing_again_that_broke_off) {
  const auto broken = ask();
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, ErrorCode::unavailable);
  EXPECT_EQ(service_.bodies.size(), 1U) << "it may have been charged";
}

TEST_F(VisionClientTest, gives_each_picture_its_own_error) {
  service_.answers.push_back(
      {.status = 200, .body = R"({"responses":[{},{"error":{"code":3,"message":"Bad image data."}}]})"});
  const auto answers = ask(2);
  ASSERT_TRUE(answers);
  EXPECT_TRUE(answers->at(0));
  ASSERT_FALSE(answers->at(1));
  EXPECT_EQ(answers->at(1).error().code, ErrorCode::invalid_input);
  EXPECT_NE(answers->at(1).error().message.find("Bad image data."), std::string::npos);
}

TEST_F(VisionClientTest, says_what_the_service_said_of_a_request_it_refused) {
  service_.answers.push_back(
      {.status = 403, .body = R"({"error":{"code":403,"message":"Cloud Vision API has not been used"}})"});
  const auto refused = ask();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::permission_denied);
  EXPECT_NE(refused.error().message.find("has not been used"), std::string::npos);
}

TEST_F(VisionClientTest, believes_no_answer_that_is_none) {
  for (const auto* body : {"", "<html>", "[]", "{}", R"({"responses":[]})", R"({"responses":[1]})",
                           R"({"responses":[{},{}]})", R"({"responses":{"a":1}})"}) {
    service_.answers.push_back({.status = 200, .body = body});
    const auto answers = ask();
    ASSERT_FALSE(answers) << body;
    EXPECT_EQ(answers.error().code, ErrorCode::internal) << body;
  }
}

TEST_F(VisionClientTest, leaves_out_what_has_no_place_in_the_picture) {
  service_.answers.push_back({.status = 200, .body = R"({"responses":[{
    "labelAnnotations":[{"score":0.9},{"description":"Sky","score":7}],
    "localizedObjectAnnotations":[{"name":"Far","score":0.5,"boundingPoly":{"normalizedVertices":[{"x":2,"y":2},{"x":3,"y":3}]}},
      {"name":"None","score":0.5}, 5],
    "textAnnotations":[{"description":"all"},{"description":"flat","boundingPoly":{"vertices":[{"x":1,"y":1},{"x":9,"y":1}]}}]}]})"});
  const auto answers = ask();
  ASSERT_TRUE(answers && answers->front());
  EXPECT_TRUE(answers->front()->objects.empty());
  EXPECT_TRUE(answers->front()->text.empty());
  ASSERT_EQ(answers->front()->labels.size(), 1U);
  EXPECT_EQ(answers->front()->labels[0].confidence, 1);
}

TEST_F(VisionClientTest, splits_what_is_too_large_for_one_request) {
  const std::string large(3'000'000, 'x');
  const std::vector<ProviderPicture> pictures(3, {.jpeg = large, .size = {10, 10}});
  service_.answers.push_back({.status = 200, .body = R"({"responses":[{}]})"});
  service_.answers.push_back({.status = 200, .body = R"({"responses":[{}]})"});
  service_.answers.push_back({.status = 200, .body = R"({"responses":[{}]})"});
  const auto answers = client_.annotate(pictures, features_);
  ASSERT_TRUE(answers);
  EXPECT_EQ(answers->size(), 3U);
  EXPECT_EQ(service_.bodies.size(), 3U);
}

TEST_F(VisionClientTest, refuses_more_pictures_than_a_request_may_have) { EXPECT_FALSE(ask(17)); }

}  // namespace
}  // namespace sightglass::vision::google
