// What people may say of who is told of verdicts.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "accounts/sealed_secrets.hpp"
#include "core/result.hpp"
#include "database/outputs.hpp"
#include "http/endpoint_support.hpp"

namespace sightglass::http {

// Absent members are left alone.
struct OutputInput {
  std::optional<std::string> name{}, kind{};
  std::optional<std::string> settings{};  // a JSON object
  std::optional<std::string> secret{};    // in the clear; empty: none any more
  std::optional<bool> enabled{};
};

// Of a new output, name, kind and settings are required; the kind of one that is there stays.
core::Result<OutputInput> read_output_input(const Request& request, bool is_new);
// Seals the secret for this output, whose id is set. `station`: its name. invalid_input naming the member
// ("settings.url") of settings that its kind does not understand; conflict when they are changed and the secret cannot
// be opened to check them.
core::Result<ChangedFields> apply(const OutputInput& input, const accounts::SealedSecrets& secrets,
                                  std::string_view station, database::outputs::Output& output);

}  // namespace sightglass::http
