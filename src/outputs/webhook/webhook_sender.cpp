#include "outputs/webhook/webhook_sender.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "net/http_client.hpp"
#include "outputs/settings_reader.hpp"

namespace sightglass::outputs {
namespace {

constexpr std::size_t longest_url = 2000;
constexpr std::size_t shortest_secret = 16;
constexpr std::size_t longest_secret = 256;
// Of an answer nobody reads: as much is taken as leaves the connection usable.
constexpr std::size_t most_of_an_answer = 64 << 10;

// "https://host:port" of an address; empty where it is none. What stands behind it may be a secret.
std::string_view origin_of(std::string_view url) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!url.starts_with(scheme)) continue;
    const auto end = std::min(url.find_first_of("/?#", scheme.size()), url.size());
    return end > scheme.size() ? url.substr(0, end) : std::string_view{};
  }
  return {};
}

bool is_plain(std::string_view url) {
  return std::ranges::all_of(url, [](char c) { return c > 0x20 && c < 0x7f && c != '"' && c != '\\'; });
}

core::Error error_of(int status, std::string_view origin) {
  if (status >= 300 && status < 400)
    return core::invalid_input("settings.url",
                               fmt::format("{} answered {}: it sends us elsewhere, which is not followed. Enter the "
                                           "address that it sends to.",
                                           origin, status));
  std::string message = fmt::format("{} answered {}.", origin, status);
  if (status == 401 || status == 403)
    return {.code = core::ErrorCode::permission_denied, .message = std::move(message)};
  // RFC 9110, 15.5.9; RFC 8470, 5.2; RFC 6585, 4: come again.
  if (status < 400 || status >= 500 || status == 408 || status == 425 || status == 429)
    return core::unavailable(std::move(message));
  return core::invalid_input("settings.url", std::move(message));
}

class WebhookSender final : public Sender {
 public:
  WebhookSender(std::string url, std::string secret) : url_(std::move(url)), secret_(std::move(secret)) {}

  core::Result<void> send(const Message& message, std::chrono::milliseconds patience) override {
    const core::Instant now = core::SystemClock().now();
    bool is_accepted = false;
    std::size_t taken = 0;
    // A message may come twice: over a connection that turns out to be dead it is sent again, with its id.
    const auto answer =
        client_->perform({.method = net::HttpMethod::post,
                          .url = url_,
                          .fields = {{"Content-Type", "application/json"},
                                     {"User-Agent", "Sightglass"},
                                     {"Sightglass-Delivery", message.id},
                                     {"Sightglass-Signature", webhook_signature(secret_, now, message.json)}},
                          .body = std::string_view(message.json),
                          .sink = net::IntoCall([&](std::string_view piece) -> core::Result<void> {
                            is_accepted = true;  // only the body of a 2xx comes here
                            taken += piece.size();
                            if (taken <= most_of_an_answer) return {};
                            return core::fail(core::ErrorCode::too_large, "The answer is long.");
                          }),
                          .deadline = patience});
    if (is_accepted) return {};
    if (!answer) return core::fail(as_attempt(answer.error()));
    if (answer->status >= 200 && answer->status < 300) return {};
    return core::fail(error_of(answer->status, origin_of(url_)));
  }

 private:
  static core::Error as_attempt(core::Error error) {
    if (error.code == core::ErrorCode::timeout || error.code == core::ErrorCode::unavailable ||
        error.code == core::ErrorCode::invalid_input)
      return error;
    error.code = core::ErrorCode::unavailable;
    return error;
  }

  const std::string url_;
  const std::string secret_;
  std::unique_ptr<net::HttpClient> client_ = net::make_http_client({.most_connections = 1});
};

}  // namespace

std::string webhook_signature(std::string_view secret, core::Instant now, std::string_view body) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  const std::string text = fmt::format("{}.{}", seconds, body);
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int length = 0;
  if (HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &length) == nullptr)
    throw std::runtime_error("HMAC-SHA-256 is not available");
  std::string signature = fmt::format("t={},v1=", seconds);
  for (unsigned int i = 0; i < length; ++i) fmt::format_to(std::back_inserter(signature), "{:02x}", mac[i]);
  return signature;
}

core::Result<std::unique_ptr<Sender>> make_webhook_sender(std::string_view settings, std::string_view secret) {
  SettingsReader reader(settings);
  std::string url = reader.text("url", longest_url);
  const auto origin = origin_of(url);
  if (origin.empty() || !is_plain(url))
    reader.complain("url", "must be an address that begins with http:// or https://");
  // Settings are shown to whoever may see the station.
  if (origin.find('@') != std::string_view::npos) reader.complain("url", "must not hold a user's name or password");
  if (url.find('#') != std::string::npos) reader.complain("url", "must not have a part behind '#'");
  SG_TRY(reader.outcome());
  if (secret.size() < shortest_secret || secret.size() > longest_secret)
    return core::fail(
        core::invalid_input("secret", fmt::format("secret must have {} to {} characters: messages are signed with it.",
                                                  shortest_secret, longest_secret)));
  return std::make_unique<WebhookSender>(std::move(url), std::string(secret));
}

}  // namespace sightglass::outputs
