#include "vision/google/vision_client.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <thread>

#include "vision/google/vision_answers.hpp"

namespace sightglass::vision::google {
namespace {

using core::ErrorCode;
using core::Result;

constexpr std::string_view scope = "https://www.googleapis.com/auth/cloud-vision";
// The service takes requests of up to 10 MB of JSON, and in older descriptions 8.
constexpr std::size_t most_request_bytes = 8'000'000;
// A token is not used up to its last second: the request takes some.
constexpr std::chrono::seconds token_margin{60};

bool is_for_now(int status) { return status == 429 || status == 500 || status == 502 || status == 503; }

std::chrono::milliseconds pause_of(const net::HttpAnswer& answer, std::chrono::milliseconds ours,
                                   std::chrono::milliseconds longest) {
  const auto text = answer.fields.get("retry-after");
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_told = !text.empty() && error == std::errc{} && end == text.data() + text.size() && seconds >= 0;
  return std::min(is_told ? std::chrono::milliseconds(std::chrono::seconds(seconds)) : ours, longest);
}

}  // namespace

VisionClient::VisionClient(net::HttpClient& http, const core::Clock& clock, ServiceAccount account,
                           VisionOptions options)
    : http_(http), clock_(clock), account_(std::move(account)), options_(std::move(options)) {}

// RFC 7523: the signed statement for an access token.
Result<std::string> VisionClient::fetch_token() {
  SG_ASSIGN(const auto assertion, account_.assertion(scope, clock_.now()));
  const std::string form = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=" + assertion;
  SG_ASSIGN(const auto answer, http_.perform({.method = net::HttpMethod::post,
                                              .url = account_.token_uri(),
                                              .fields = {{"Content-Type", "application/x-www-form-urlencoded"}},
                                              .body = std::string_view(form),
                                              .deadline = options_.deadline}));
  boost::system::error_code failed;
  const auto value = boost::json::parse(answer.body, failed);
  const auto* root = failed ? nullptr : value.if_object();
  const auto* token = root == nullptr ? nullptr : root->if_contains("access_token");
  if (answer.status != 200 || token == nullptr || !token->is_string()) {
    return core::fail(
        core::Error{.code = answer.status >= 500 ? ErrorCode::unavailable : ErrorCode::permission_denied,
                    .message = fmt::format("no access token for the service account {}: the answer was {}",
                                           account_.email(), answer.status)});
  }
  const auto* lifetime = root->if_contains("expires_in");
  const auto seconds = lifetime != nullptr && lifetime->is_int64() ? lifetime->as_int64() : 3600;
  token_ends_ = clock_.now() + std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, 3600)) - token_margin;
  return std::string(token->as_string());
}

Result<std::string> VisionClient::token() {
  const std::lock_guard lock(mutex_);
  if (token_.empty() || clock_.now() >= token_ends_) {
    SG_ASSIGN(token_, fetch_token());
  }
  return token_;
}

Result<void> VisionClient::prepare() {
  SG_TRY(token());
  return {};
}

void VisionClient::forget_token() {
  const std::lock_guard lock(mutex_);
  token_.clear();
}

Result<net::HttpAnswer> VisionClient::post(const std::string& body) {
  SG_ASSIGN(const auto bearer, token());
  return http_.perform({.method = net::HttpMethod::post,
                        .url = options_.endpoint + "/v1/images:annotate",
                        .fields = {{"Authorization", "Bearer " + bearer}, {"Content-Type", "application/json"}},
                        .body = std::string_view(body),
                        .deadline = options_.deadline,
                        .at_most_once = true});
}

// Only what the service said it did not do is sent again: of a request that broke off it is not known whether it was
// charged.
Result<net::HttpAnswer> VisionClient::post_until_taken(const std::string& body) {
  auto pause = options_.pause;
  bool had_new_token = false;
  for (std::int32_t left = options_.tries;;) {
    SG_ASSIGN(auto answer, post(body));
    if (answer.status == 401 && !had_new_token) {
      had_new_token = true;
      forget_token();
      continue;
    }
    if (!is_for_now(answer.status) || --left <= 0) return answer;
    const auto wait = pause_of(answer, pause, options_.longest_pause);
    if (options_.wait) {
      options_.wait(wait);
    } else {
      std::this_thread::sleep_for(wait);
    }
    pause *= 2;
  }
}

Result<std::vector<Result<ProviderAnswer>>> VisionClient::annotate(std::span<const ProviderPicture> pictures,
                                                                   std::span<const ProviderFeature> features) {
  if (pictures.empty() || pictures.size() > most_pictures || features.empty())
    return core::fail(core::invalid_input("pictures", "1 to 16 pictures can be looked at with one request"));
  const auto body = request_json(pictures, features);
  if (body.size() > most_request_bytes && pictures.size() > 1) {
    const auto half = pictures.size() / 2;
    SG_ASSIGN(auto answers, annotate(pictures.first(half), features));
    SG_ASSIGN(auto rest, annotate(pictures.subspan(half), features));
    std::ranges::move(rest, std::back_inserter(answers));
    return answers;
  }
  if (body.size() > most_request_bytes)
    return core::fail(ErrorCode::too_large, fmt::format("a picture of {} bytes is too large to be sent to Google "
                                                        "Cloud Vision, which takes 6 million",
                                                        pictures[0].jpeg.size()));
  SG_ASSIGN(const auto answer, post_until_taken(body));
  if (answer.status != 200) return core::fail(read_error(answer.status, answer.body));
  return read_answers(answer.body, pictures);
}

}  // namespace sightglass::vision::google
