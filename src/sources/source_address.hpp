// Where a source is, and how one signs in there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"
#include "sources/gateway.hpp"
#include "sources/politeness.hpp"

namespace sightglass::sources {

enum class SourceKind : std::uint8_t { http_index, webdav, ftp, sftp, s3, folder, still };
std::string_view name_of(SourceKind kind);
std::optional<SourceKind> source_kind_from_name(std::string_view name);

enum class SignIn : std::uint8_t { none, basic, header, key, digest };
std::string_view name_of(SignIn sign_in);
std::optional<SignIn> sign_in_from_name(std::string_view name);

struct Access {
  SourceKind kind = SourceKind::http_index;
  std::string base_url{};  // as a person wrote it; checked
  SignIn sign_in = SignIn::none;
  std::string username{};
  // The password, the private key, or "Name: value"; in the clear: never logged, nor in any message.
  std::string secret{};
  bool allows_plain_transport = false;
  bool allows_private_addresses = false;
  std::string host_key{};  // of an SSH server, "SHA256:…" as ssh-keygen -l shows it; empty: whichever it has
};

// What kind of source an address means when nobody says.
SourceKind guess_kind(std::string_view base_url);

// Whether a source can be made of it, without asking anybody: invalid_input naming "base_url", "source_type",
// "auth_type", "auth_username", "auth_password", "auth_header", "settings.allow_plain_transport" or
// "settings.host_key". Never repeats secrets. `folder_roots`: below which a folder must lie.
core::Result<void> check(const Access& access, const std::vector<std::filesystem::path>& folder_roots);

// The server's own time-outs and limits, the same for all kinds.
struct GatewayLimits {
  std::chrono::milliseconds connect{10'000};
  std::chrono::seconds stall{20};                // this long without a KiB a second ends a request
  std::chrono::milliseconds answer{60'000};      // of a listing's page
  std::chrono::milliseconds transfer{900'000};   // of one file
  std::int64_t most_listing_bytes = 64LL << 20;  // of one page
  std::int32_t connections = 2;                  // at once
  std::string ca_file{};                         // PEM; empty: those that the system trusts
};

// Opens nothing. `access` was checked. `politeness` is asked before each request and outlives the gateway.
std::unique_ptr<Gateway> make_gateway(const Access& access, Politeness& politeness, const core::Clock& clock,
                                      const GatewayLimits& limits);

}  // namespace sightglass::sources
