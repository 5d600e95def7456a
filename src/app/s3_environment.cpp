#include "app/s3_environment.hpp"

#include <cstdlib>

namespace sightglass::app {
namespace {

std::string take(const char* name) {
  const char* value = std::getenv(name);
  std::string text = value != nullptr ? value : "";
  ::unsetenv(name);
  return text;
}

}  // namespace

// Of their own names: what an operator sets for the server must not reach a worker past it.
std::vector<std::pair<std::string, std::string>> to_environment(const storage::s3::S3Options& options) {
  const bool is_google = options.dialect.algorithm == storage::s3::google_dialect.algorithm;
  return {{"SIGHTGLASS_WORKER_S3_ENDPOINT", options.endpoint},
          {"SIGHTGLASS_WORKER_S3_BUCKET", options.bucket},
          {"SIGHTGLASS_WORKER_S3_REGION", options.region},
          {"SIGHTGLASS_WORKER_S3_PREFIX", options.prefix},
          {"SIGHTGLASS_WORKER_S3_ACCESS_KEY", options.credentials.access_key},
          {"SIGHTGLASS_WORKER_S3_SECRET_KEY", options.credentials.secret_key},
          {"SIGHTGLASS_WORKER_S3_CA_FILE", options.ca_file},
          {"SIGHTGLASS_WORKER_S3_DIALECT", is_google ? "google" : "aws"},
          {"SIGHTGLASS_WORKER_S3_PATH_STYLE", options.is_path_style ? "1" : "0"},
          {"SIGHTGLASS_WORKER_S3_CONDITIONAL_WRITES", options.refuses_taken_keys ? "1" : "0"}};
}

std::optional<storage::s3::S3Options> take_s3_from_environment(const std::filesystem::path& data) {
  storage::s3::S3Options options{.endpoint = take("SIGHTGLASS_WORKER_S3_ENDPOINT"),
                                 .bucket = take("SIGHTGLASS_WORKER_S3_BUCKET"),
                                 .region = take("SIGHTGLASS_WORKER_S3_REGION"),
                                 .prefix = take("SIGHTGLASS_WORKER_S3_PREFIX"),
                                 .credentials = {.access_key = take("SIGHTGLASS_WORKER_S3_ACCESS_KEY"),
                                                 .secret_key = take("SIGHTGLASS_WORKER_S3_SECRET_KEY")},
                                 .is_path_style = take("SIGHTGLASS_WORKER_S3_PATH_STYLE") == "1",
                                 .dialect = take("SIGHTGLASS_WORKER_S3_DIALECT") == "google"
                                                ? storage::s3::google_dialect
                                                : storage::s3::aws_dialect,
                                 .refuses_taken_keys = take("SIGHTGLASS_WORKER_S3_CONDITIONAL_WRITES") == "1",
                                 .ca_file = take("SIGHTGLASS_WORKER_S3_CA_FILE"),
                                 .spool = data / "spool"};
  if (options.endpoint.empty()) return std::nullopt;
  return options;
}

}  // namespace sightglass::app
