// The service outside that looks at pictures, as the settings have it, and how task workers learn of it: through their
// environment, which only their own user can read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/settings.hpp"
#include "core/result.hpp"
#include "inspection/budget.hpp"
#include "vision/provider.hpp"

namespace sightglass::app {

inspection::BudgetPlan budget_plan(const Settings& settings);

// What a worker needs to ask Google Cloud Vision.
struct GooglePlan {
  std::string endpoint{};
  std::string key{};  // the service account's JSON: a secret
  std::vector<vision::ProviderFeature> features{};
  inspection::BudgetPlan budget{};
};

// nullopt when it is switched off. Errors: invalid_input naming the setting; permission_denied for a key file that
// others may read; not_found for none. Blocks.
core::Result<std::optional<GooglePlan>> google_plan(const Settings& settings, const std::filesystem::path& data);

// Variables for a worker's start.
std::vector<std::pair<std::string, std::string>> to_environment(const GooglePlan& plan);
// What they say, nullopt when nobody outside is asked. Takes them out of the environment, so that the decoder that the
// worker starts does not get them: before threads start.
std::optional<GooglePlan> take_google_from_environment();
// The TCP port of its endpoint and of where it gets its tokens.
std::vector<std::uint16_t> ports_of(const GooglePlan& plan);

}  // namespace sightglass::app
