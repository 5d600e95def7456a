#include "app/provider_environment.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "vision/google/service_account.hpp"

namespace sightglass::app {
namespace {

using core::Result;
using vision::ProviderFeature;

constexpr const char* endpoint_variable = "SIGHTGLASS_WORKER_GOOGLE_ENDPOINT";
constexpr const char* key_variable = "SIGHTGLASS_WORKER_GOOGLE_KEY";
constexpr const char* features_variable = "SIGHTGLASS_WORKER_GOOGLE_FEATURES";
constexpr const char* budget_variable = "SIGHTGLASS_WORKER_BUDGET";
constexpr const char* price_variable = "SIGHTGLASS_WORKER_PRICE";

std::string take(const char* name) {
  const char* value = std::getenv(name);
  std::string text = value != nullptr ? value : "";
  ::unsetenv(name);
  return text;
}

std::int64_t number_of(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Result<std::vector<ProviderFeature>> features_of(std::string_view words) {
  std::vector<ProviderFeature> features;
  for (std::size_t from = words.find_first_not_of(' '); from < words.size();) {
    const auto to = std::min(words.find(' ', from), words.size());
    const auto word = words.substr(from, to - from);
    bool is_known = false;
    for (const auto feature : {ProviderFeature::labels, ProviderFeature::objects, ProviderFeature::text}) {
      if (name_of(feature) != word) continue;
      is_known = true;
      features.push_back(feature);
    }
    if (!is_known)
      return core::fail(core::invalid_input(
          "provider.google_features",
          fmt::format("provider.google_features has \"{}\"; it may have labels, objects and text", word)));
    from = words.find_first_not_of(' ', to);
  }
  if (features.empty())
    return core::fail(core::invalid_input("provider.google_features", "provider.google_features names none"));
  return features;
}

Result<std::string> read_key(const std::filesystem::path& file) {
  struct stat status = {};
  if (::stat(file.c_str(), &status) != 0)
    return core::fail(core::not_found(fmt::format("provider.google_key_file: there is no file {}", file.string())));
  if ((status.st_mode & 077U) != 0)
    return core::fail(core::ErrorCode::permission_denied,
                      fmt::format("{} is a secret and may be used by others than its owner. Run: chmod 600 {}",
                                  file.string(), file.string()));
  std::ifstream stream(file, std::ios::binary);
  return std::string{std::istreambuf_iterator<char>(stream), {}};
}

std::uint16_t port_of(std::string_view url) {
  std::uint16_t port = url.starts_with("https://") ? 443 : 80;
  const auto begin = url.find("://") + 3;
  const auto host = url.substr(begin, url.find('/', begin) - begin);
  const auto colon = host.rfind(':');
  if (colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos)
    std::from_chars(host.data() + colon + 1, host.data() + host.size(), port);
  return port;
}

}  // namespace

inspection::BudgetPlan budget_plan(const Settings& settings) {
  constexpr std::int64_t micros_of_cent = 10'000;
  return {.monthly = settings.monthly_budget_cents * micros_of_cent, .price_of_unit = settings.provider_price_micros};
}

Result<std::optional<GooglePlan>> google_plan(const Settings& settings, const std::filesystem::path& data) {
  if (!settings.google_enabled) return std::optional<GooglePlan>{};
  const auto& endpoint = settings.google_endpoint;
  if (!endpoint.starts_with("https://") && !endpoint.starts_with("http://127.0.0.1:") &&
      !endpoint.starts_with("http://localhost:"))
    return core::fail(
        core::invalid_input("provider.google_endpoint", "provider.google_endpoint must begin with https://"));
  GooglePlan plan{.endpoint = endpoint, .budget = budget_plan(settings)};
  SG_ASSIGN(plan.features, features_of(settings.google_features));
  const std::filesystem::path file = settings.google_key_file.empty() ? data / "keys" / "google_service_account.json"
                                                                      : std::filesystem::path(settings.google_key_file);
  SG_ASSIGN(plan.key, read_key(file));
  if (const auto account = vision::google::ServiceAccount::parse(plan.key); !account)
    return core::fail(account.error());
  return std::optional(std::move(plan));
}

std::vector<std::pair<std::string, std::string>> to_environment(const GooglePlan& plan) {
  std::string features;
  for (const auto feature : plan.features) features += fmt::format("{} ", name_of(feature));
  return {{endpoint_variable, plan.endpoint},
          {key_variable, plan.key},
          {features_variable, features},
          {budget_variable, std::to_string(plan.budget.monthly)},
          {price_variable, std::to_string(plan.budget.price_of_unit)}};
}

std::optional<GooglePlan> take_google_from_environment() {
  GooglePlan plan{.endpoint = take(endpoint_variable), .key = take(key_variable)};
  auto features = features_of(take(features_variable));
  plan.budget = {.monthly = number_of(take(budget_variable)), .price_of_unit = number_of(take(price_variable))};
  if (plan.endpoint.empty() || !features) return std::nullopt;
  plan.features = std::move(*features);
  return plan;
}

std::vector<std::uint16_t> ports_of(const GooglePlan& plan) {
  std::vector<std::uint16_t> ports{port_of(plan.endpoint)};
  if (const auto account = vision::google::ServiceAccount::parse(plan.key))
    ports.push_back(port_of(account->token_uri()));
  return ports;
}

}  // namespace sightglass::app
