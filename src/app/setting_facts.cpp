#include "app/setting_facts.hpp"

#include <algorithm>
#include <array>

#include "app/settings_table.hpp"

namespace sightglass::app {
namespace {

struct Words {
  std::string_view name;
  std::string_view words;
};

constexpr std::array all_words{
    Words{"server.listen", "Address and port on which the server answers."},
    Words{"server.tls_certificate", "File with the certificate for HTTPS; empty means plain HTTP."},
    Words{"server.tls_key", "File with the private key that belongs to the certificate."},
    Words{"server.threads", "Threads that take connections. They never wait for disk or database."},
    Words{"server.max_uploads", "Uploads taken at once; further ones are asked to come again."},
    Words{"server.max_connections", "Connections kept open at once."},
    Words{"server.max_connections_per_address", "Connections of one address at once."},
    Words{"server.trusted_proxies", "Proxies whose word about the client’s address is believed."},
    Words{"storage.keep_originals", "Whether the files are kept as they were sent, beside the display images."},
    Words{"storage.min_free_bytes", "Room on the disk that uploads never touch."},
    Words{"storage.tile_cache_mb", "Mebibytes of tiles kept for zooming, made from the originals when asked for."},
    Words{"storage.trash_days", "Days that photos stay in the trash before they are deleted for good."},
    Words{"storage.s3_endpoint",
          "Address of the S3 server that keeps the photos; empty means that they lie in the data directory."},
    Words{"storage.s3_bucket", "Bucket in which the photos lie."},
    Words{"storage.s3_region", "Region of the bucket, which requests are signed for."},
    Words{"storage.s3_prefix", "What all keys in the bucket begin with, so that others may use it as well."},
    Words{"storage.s3_access_key", "Name of the key with which requests are signed."},
    Words{"storage.s3_secret_key", "The secret of that key; it may lie in the file keys/s3_secret_key instead."},
    Words{"storage.s3_dialect", "How the server wants requests signed: aws, or google for Google Cloud Storage."},
    Words{"storage.s3_ca_file", "File with the certificates that the S3 server is trusted by; empty: the system’s."},
    Words{"storage.s3_path_style", "Whether the bucket stands in the path, or else before the server’s name."},
    Words{"storage.s3_conditional_writes",
          "Whether the S3 server refuses to write over a name that is taken, as several servers at once need it to."},
    Words{"storage.s3_presigned_downloads", "Whether browsers fetch large originals from the S3 server themselves."},
    Words{"database.url",
          "The PostgreSQL database to use, as postgres://…; empty means the file sightglass.db. Never shown."},
    Words{"node.name", "What this node is called among those that share a database; empty: as its machine."},
    Words{"uploads.expire_hours", "Hours that an unfinished upload is kept after its last byte."},
    Words{"uploads.max_open_per_user", "Unfinished uploads that one user may have."},
    Words{"images.max_upload_bytes", "Largest file that is taken."},
    Words{"images.max_pixels", "Largest picture that is taken, in pixels."},
    Words{"workers.count", "Processes that work on tasks; 0 leaves them waiting."},
    Words{"workers.express", "Further such processes that leave all but urgent tasks alone."},
    Words{"workers.training", "Further such processes for training alone, which takes hours."},
    Words{"workers.max_tasks", "Tasks after which such a process is replaced by a new one; 0 is never."},
    Words{"workers.max_memory_mb", "Mebibytes of memory after which it is replaced; it never gets twice as much."},
    Words{"workers.decoders", "Processes that decode pictures, at most."},
    Words{"workers.lease_seconds", "Seconds after which a task of a silent worker is given to another."},
    Words{"tasks.keep_days", "Days after which tasks that ended are forgotten, with their attempts and logs."},
    Words{"vision.enabled", "Whether photos are looked at; off leaves colours, sharpness and exposure."},
    Words{"vision.runtime",
          "What runs the networks: opencv, onnxruntime, or auto, which takes the faster one that works."},
    Words{"vision.onnxruntime_library", "File of the library libonnxruntime; empty means that it is looked for."},
    Words{"vision.threads", "Threads of one network."},
    Words{"vision.raster_side", "Pixels of the longer side that networks get to see of a photo."},
    Words{"vision.text", "Whether text on photos is read."},
    Words{"vision.codes", "Whether bar codes and matrix codes on photos are read."},
    Words{"vision.critical_classes",
          "Classes of damage that cannot wait, separated by commas; anomaly among them means every sure anomaly."},
    Words{"vision.cache_days", "Days that what was seen is kept for when the same file comes again; 0 keeps nothing."},
    Words{"vision.idle_unload_minutes", "Minutes after which a network that nobody used leaves the memory."},
    Words{"provider.google_enabled",
          "Whether Google Cloud Vision is asked as well; off means that no picture leaves this machine."},
    Words{"provider.google_endpoint", "Address of that service."},
    Words{"provider.google_key_file",
          "File of the service account’s key; empty means keys/google_service_account.json."},
    Words{"provider.google_features", "What it is asked for: labels, objects, text."},
    Words{"provider.monthly_budget_cents",
          "Hundredths of the currency that services outside may cost in a month; 0 sends nothing."},
    Words{"provider.price_micros_per_unit",
          "Millionths of the currency that one unit costs, which is one thing asked of one picture."},
    Words{"accounts.signing_key_file",
          "The key that access tokens are signed with, the same on all nodes; without it keys/jwt.key."},
    Words{"accounts.access_token_minutes", "Minutes that an access token is good for."},
    Words{"accounts.refresh_token_days", "Days after which a sign-in ends by itself."},
    Words{"accounts.login_attempts_per_minute",
          "Sign-ins that may be tried each minute for one name from one address."},
    Words{"pull.folders", "Folders of the server below which a source may fetch pictures."},
    Words{"pull.ca_file", "File with the certificates that servers of sources are trusted by; empty: the system's."},
    Words{"web.tile_server", "Where maps get their tiles; empty means the outline of the world that comes along."},
    Words{"web.tile_attribution", "Whose map it is, as its owner wants it shown."},
    Words{"log.level", "How much the log says: debug, info, warning or error."},
    Words{"log.format", "Whether the log is text for people or JSON for machines."},
};

}  // namespace

std::string_view words_of(std::string_view name) {
  const auto found = std::ranges::find(all_words, name, &Words::name);
  return found == all_words.end() ? std::string_view{} : found->words;
}

std::vector<http::SettingFact> facts_of(const Settings& settings) {
  const Settings usual;
  std::vector<http::SettingFact> facts;
  for (const auto& name : setting_names()) {
    const auto origin = settings.origins.find(name);
    facts.push_back({.name = name,
                     .value = value_as_json(settings, name),
                     .usual = value_as_json(usual, name),
                     .source = origin == settings.origins.end() ? "default" : origin->second,
                     .words = words_of(name)});
  }
  return facts;
}

}  // namespace sightglass::app
