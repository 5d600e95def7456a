// Google Cloud Vision as a provider: tokens, batches, retries.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "core/time.hpp"
#include "net/http_client.hpp"
#include "vision/google/service_account.hpp"
#include "vision/provider.hpp"

namespace sightglass::vision::google {

struct VisionOptions {
  std::string endpoint = "https://vision.googleapis.com";  // without the path
  std::chrono::milliseconds deadline{30'000};              // of one request
  std::int32_t tries = 3;                                  // of a request that was refused for now
  // Between two tries; doubled each time. A server that names a time in Retry-After is waited for instead.
  std::chrono::milliseconds pause{500};
  std::chrono::seconds longest_pause{20};
  std::function<void(std::chrono::milliseconds)> wait{};  // absent: sleeps
};

// Thread-safe. Blocks.
class VisionClient final : public Provider {
 public:
  VisionClient(net::HttpClient& http, const core::Clock& clock, ServiceAccount account, VisionOptions options);

  std::string_view name() const override { return "google-vision"; }
  core::Result<void> prepare() override;  // has a token
  // One for each feature, as the price list has it.
  std::int64_t units_of(std::span<const ProviderFeature> features) const override {
    return static_cast<std::int64_t>(features.size());
  }
  core::Result<std::vector<core::Result<ProviderAnswer>>> annotate(std::span<const ProviderPicture> pictures,
                                                                   std::span<const ProviderFeature> features) override;

 private:
  core::Result<std::string> token();
  core::Result<std::string> fetch_token();
  void forget_token();
  core::Result<net::HttpAnswer> post(const std::string& body);
  core::Result<net::HttpAnswer> post_until_taken(const std::string& body);

  net::HttpClient& http_;
  const core::Clock& clock_;
  const ServiceAccount account_;
  const VisionOptions options_;
  std::mutex mutex_;
  std::string token_{};
  core::Instant token_ends_{};
};

}  // namespace sightglass::vision::google
