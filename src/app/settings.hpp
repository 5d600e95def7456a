// Everything that can be set: defaults here, then DIR/sightglass.toml, then SIGHTGLASS_*, then flags.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace sightglass::app {

struct Settings {
  // [server]
  std::string listen = "127.0.0.1:8080";
  std::string tls_certificate{};  // PEM files; both or neither
  std::string tls_key{};
  std::int32_t threads = 2;       // of the event loop
  std::int32_t max_uploads = 64;  // at once, one caller three quarters of them; more are answered 429
  std::int32_t max_connections = 4096;
  std::int32_t max_connections_per_address = 512;  // loopback and trusted proxies are exempt
  std::vector<std::string> trusted_proxies{};      // addresses and networks; their X-Forwarded-* headers count
  // [storage]
  std::filesystem::path data = "data";
  bool keep_originals = true;
  std::int64_t min_free_bytes = 64LL << 20;  // uploads are refused below this room
  std::int32_t tile_cache_mb = 1024;         // of pictures that somebody looked at closely
  std::int32_t trash_days = 30;              // until photos that were thrown away are deleted for good
  std::string s3_endpoint{};                 // "https://host"; empty: photos lie in the data directory
  std::string s3_bucket{};
  std::string s3_region = "us-east-1";
  std::string s3_prefix{};  // of all keys in the bucket
  std::string s3_access_key{};
  std::string s3_secret_key{};  // or in keys/s3_secret_key
  std::string s3_dialect = "aws";
  std::string s3_ca_file{};
  bool s3_path_style = true;
  bool s3_conditional_writes = true;
  bool s3_presigned_downloads = false;
  // [database]
  std::string database_url{};  // postgres://…, a secret; empty: the embedded store in the data directory
  // [uploads]
  std::int32_t upload_expire_hours = 72;  // of an unfinished one, after its last byte
  std::int32_t max_open_uploads = 200;    // unfinished ones of one user
  // [node]
  std::string node_name{};  // among those that share a database; empty: the machine's
  // [images]
  std::int64_t max_upload_bytes = 50LL << 20;
  std::int64_t max_pixels = 100'000'000;
  // [workers]
  std::int32_t workers = 1;                 // task worker processes for pictures of all priorities
  std::int32_t express_workers = 1;         // more of them that leave all but the high priority alone
  std::int32_t training_workers = 1;        // more of them for training alone, which takes hours
  std::int32_t worker_max_tasks = 10'000;   // then a worker is replaced by a new one; 0 is never
  std::int32_t worker_max_memory_mb = 512;  // likewise; it can never have twice as much
  std::int32_t decoders = 2;                // decoding processes
  std::int32_t task_lease_seconds = 60;
  // [tasks]
  std::int32_t keep_days = 30;  // until tasks that ended are forgotten, with their attempts and logs
  // [vision]
  bool vision_enabled = true;           // off: nothing but properties is computed of photos
  std::string vision_runtime = "auto";  // of networks
  std::string onnxruntime_library{};    // empty: looked for
  std::int32_t vision_threads = 1;      // of one network; several workers are the better way to use several cores
  std::int32_t raster_side = 1600;      // pixels of the longer side that networks get to see
  bool reads_text = true;
  bool reads_codes = true;
  std::string critical_classes{};         // of damage, with commas between them: what cannot wait
  std::int32_t vision_cache_days = 30;    // what was seen, for when the same bytes come again; 0 keeps nothing
  std::int32_t idle_unload_minutes = 10;  // until a network that nobody used leaves the memory
  // [provider]
  bool google_enabled = false;  // off: no picture leaves this machine
  std::string google_endpoint = "https://vision.googleapis.com";
  std::string google_key_file{};  // of a service account; empty: keys/google_service_account.json
  std::string google_features = "labels objects text";
  std::int32_t monthly_budget_cents = 0;      // 0: nothing is spent, and so nothing is sent
  std::int32_t provider_price_micros = 1500;  // of one unit of the price list, in millionths of the currency
  // [accounts]
  std::string signing_key_file{};  // empty: keys/jwt.key of the data directory
  std::int32_t access_token_minutes = 15;
  std::int32_t refresh_token_days = 30;
  std::int32_t login_attempts_per_minute = 10;  // per name and address; ten times as many per each alone
  // [web]
  std::string tile_server{};       // of maps, "https://host/{z}/{x}/{y}.png"; empty: they have the outline alone
  std::string tile_attribution{};  // plain text, shown on maps with tiles
  // [pull]
  std::vector<std::string> pull_folders{"/media", "/mnt",
                                        "/srv"};  // below which sources may be folders of this machine
  std::string pull_ca_file{};  // PEM, of servers that pictures are fetched from; empty: those that the system trusts
  // [log]
  std::string log_level = "info";
  std::string log_format = "text";

  // Where each value came from, by "section.name": "default", "file", "environment", "flag".
  std::map<std::string, std::string> origins{};
};

// `flags` are "section.name" → text. Errors name the setting, its value and what is allowed; an unknown name in
// the file is an error too. Before threads start: secrets are taken out of the environment.
core::Result<Settings> load_settings(const std::filesystem::path& data,
                                     const std::map<std::string, std::string>& flags);

}  // namespace sightglass::app
