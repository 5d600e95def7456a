#include "pulls/trial.hpp"

#include "pulls/comparison.hpp"

namespace sightglass::pulls {
namespace {

using database::pull_sources::Source;

constexpr std::size_t most_trial_entries = 100;
constexpr auto trial_patience = std::chrono::seconds(50);

}  // namespace

std::string secret_purpose(core::PullSourceId id) { return "pull source " + id.to_string(); }

sources::GatewayLimits limits_for(const SourceSettings& settings, const PullLimits& limits) {
  sources::GatewayLimits made;
  made.connections = settings.connections;
  made.ca_file = limits.ca_file;
  return made;
}

core::Result<Trial> try_source(const sources::Access& access, const SourceSettings& settings, const PullLimits& limits,
                               const core::Clock& clock) {
  SG_TRY(sources::check(access, limits.folder_roots));
  sources::Politeness politeness(settings.requests_per_second);
  const auto gateway = sources::make_gateway(access, politeness, clock, limits_for(settings, limits));
  const auto began = std::chrono::steady_clock::now();
  Trial trial;
  const auto listing =
      gateway->list({.depth = settings.depth,
                     .most_files = limits.most_files,
                     .should_stop = [&] { return std::chrono::steady_clock::now() - began > trial_patience; }},
                    [&](sources::RemoteFile file) -> sources::Remote<void> {
                      if (trial.entries.size() >= most_trial_entries) return {};
                      const bool is_wanted = matches(settings.name_pattern, file.path.substr(file.path.rfind('/') + 1));
                      const bool is_large = file.bytes && *file.bytes > (std::int64_t{settings.max_file_mb} << 20);
                      trial.entries.push_back({.path = ledger_path(file),
                                               .name = shown_name(file),
                                               .bytes = file.bytes,
                                               .modified_at = file.modified_at,
                                               .reason = !is_wanted ? "name_pattern"
                                                         : is_large ? "too_large"
                                                                    : ""});
                      return {};
                    });
  if (!listing) {
    auto error = listing.error().error;
    if (listing.error().trouble == sources::Trouble::credentials && error.field.empty()) error.field = "auth_password";
    if (error.field.empty()) error.field = "base_url";
    // What a person entered leads nowhere, which is for them to mend.
    error.code = core::ErrorCode::invalid_input;
    return std::unexpected(std::move(error));
  }
  trial.style = listing->style;
  trial.files = listing->files;
  trial.folders = listing->folders;
  trial.warnings = listing->warnings;
  trial.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return trial;
}

core::Result<sources::Access> access_of(const Source& source, const accounts::SealedSecrets& secrets) {
  SG_ASSIGN(const auto settings, parse_settings(source.settings));
  const auto kind = sources::source_kind_from_name(source.kind);
  const auto sign_in = sources::sign_in_from_name(source.sign_in);
  if (!kind || !sign_in) return core::fail(core::internal_error("The source is of a kind that is not known here."));
  sources::Access access{.kind = *kind,
                         .base_url = source.base_url,
                         .sign_in = *sign_in,
                         .username = source.username,
                         .allows_plain_transport = settings.allow_plain_transport,
                         .allows_private_addresses = settings.allow_private_addresses,
                         .host_key = settings.host_key.empty() ? source.host_key : settings.host_key};
  if (!source.secret.empty()) {
    SG_ASSIGN(access.secret, secrets.unseal(source.secret, secret_purpose(source.id)));
  }
  return access;
}

}  // namespace sightglass::pulls
