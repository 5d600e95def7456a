#include "app/photo_store.hpp"

#include "accounts/secret_file.hpp"

namespace sightglass::app {

using core::Result;

Result<std::optional<storage::s3::S3Options>> s3_options(const Settings& settings, const std::filesystem::path& data) {
  if (settings.s3_endpoint.empty()) return std::nullopt;
  storage::s3::S3Options options{
      .endpoint = settings.s3_endpoint,
      .bucket = settings.s3_bucket,
      .region = settings.s3_region,
      .prefix = settings.s3_prefix,
      .credentials = {.access_key = settings.s3_access_key, .secret_key = settings.s3_secret_key},
      .is_path_style = settings.s3_path_style,
      .dialect = settings.s3_dialect == "google" ? storage::s3::google_dialect : storage::s3::aws_dialect,
      .refuses_taken_keys = settings.s3_conditional_writes,
      .ca_file = settings.s3_ca_file,
      .spool = data / "spool"};
  if (options.endpoint.ends_with('/')) options.endpoint.pop_back();
  if (!options.prefix.empty() && !options.prefix.ends_with('/')) options.prefix += '/';
  if (options.credentials.secret_key.empty()) {
    SG_ASSIGN(const auto secret, accounts::read_secret(data / "keys" / "s3_secret_key"));
    options.credentials.secret_key = secret.value_or("");
  }
  SG_TRY(storage::s3::check(options));
  return options;
}

std::string download_origin(const storage::s3::S3Options& options) {
  if (options.is_path_style) return options.endpoint;
  const auto host = options.endpoint.find("://") + 3;
  return options.endpoint.substr(0, host) + options.bucket + "." + options.endpoint.substr(host);
}

}  // namespace sightglass::app
