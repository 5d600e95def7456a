// What people may say of a source.
#pragma once

#include <optional>
#include <string>

#include "core/pull_ids.hpp"
#include "core/result.hpp"
#include "database/pull_sources.hpp"
#include "http/endpoint_support.hpp"
#include "sources/source_address.hpp"

namespace sightglass::http {

// Absent members are left alone.
struct SourceInput {
  std::optional<core::PullSourceId> id{};  // of a trial: whose secret is used
  std::optional<std::string> name{}, base_url{}, username{};
  std::optional<core::LocationId> location{};
  std::optional<sources::SourceKind> kind{};
  std::optional<sources::SignIn> sign_in{};
  std::optional<std::string> secret{};  // in the clear; empty: none any more
  std::string secret_field = "auth_password";
  std::optional<std::string> settings{};  // a JSON object
  std::optional<bool> is_active{};
};

// Of a new source name, location_id and base_url are required; of a trial base_url, unless it names a source.
enum class SourcePurpose : std::uint8_t { creating, changing, trying };
core::Result<SourceInput> read_source_input(const Request& request, SourcePurpose purpose);

// Applies it to `source`, whose id is set, seals a new secret for it, and checks what became of it; the location is
// the caller's to look up. invalid_input naming the member; a secret that was given for another kind, sign-in, scheme,
// host or port must be given anew, or whoever changes the address could have it sent to himself. permission_denied when
// only administrators may do it.
core::Result<ChangedFields> apply(const SourceInput& input, const Services& services, const accounts::Caller& caller,
                                  database::pull_sources::Source& source);

// Whether both lead to the same server: equal in scheme, host and port. Of what is no plain address: equal at all.
bool has_same_origin(std::string_view one_url, std::string_view other_url);

}  // namespace sightglass::http
