#include "app/parts.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "accounts/signing_key.hpp"
#include "app/open_store.hpp"
#include "app/program_files.hpp"
#include "database/postgres/postgres_database.hpp"
#include "pulls/parts.hpp"
#include "queue/presence.hpp"
#include "storage/disk/disk_blob_store.hpp"
#include "storage/s3/s3_blob_store.hpp"
#include "telemetry/log.hpp"

namespace sightglass::app {
namespace {

using core::Result;

imaging::Limits limits_from(const Settings& settings) {
  return {.max_bytes = settings.max_upload_bytes, .max_pixels = settings.max_pixels};
}

accounts::SignInLimits sign_in_limits_from(const Settings& settings) {
  return {.access_token_lifetime = std::chrono::minutes(settings.access_token_minutes),
          .refresh_lifetime = std::chrono::days(settings.refresh_token_days),
          .attempts_per_minute = settings.login_attempts_per_minute};
}

}  // namespace

std::string node_name(const Settings& settings) {
  if (!settings.node_name.empty()) return settings.node_name;
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "node";
  return name.data();
}

std::chrono::seconds beat_of_runs(const Settings& settings) {
  return settings.database_url.empty() ? queue::embedded_run_beat : queue::run_beat;
}

Result<std::unique_ptr<Parts>> Parts::build(DataDirectory directory, Settings settings, Purpose purpose,
                                            std::function<void()> wake_workers) {
  std::unique_ptr<Parts> parts(new Parts(std::move(directory), std::move(settings)));
  SG_TRY(parts->build_store(purpose, std::move(wake_workers)));
  SG_TRY(parts->build_accounts(purpose));
  return parts;
}

Result<void> Parts::build_store(Purpose purpose, std::function<void()> wake_workers) {
  // Commands may read everything there is, however long it takes; requests may not.
  StoreLimits limits;
  if (purpose == Purpose::serving) limits.statement_time = std::chrono::seconds(10);
  SG_ASSIGN(database_, open_store(settings_.database_url, directory_.database_file(), limits));
  SG_TRY(database_->migrate());
  if (purpose == Purpose::serving && !settings_.database_url.empty()) {
    SG_ASSIGN(signal_source_, database::postgres::listen(settings_.database_url, signals_));
  }
  SG_TRY(build_blobs());
  decoders_ = std::make_unique<imaging::DecoderPool>(
      imaging::DecoderPoolOptions{.executable = worker_program(),
                                  .arguments = imaging::decode_arguments(limits_from(settings_)),
                                  .environment = without_secrets(),
                                  .max_children = static_cast<std::size_t>(settings_.decoders),
                                  .starts_one_at_once = purpose == Purpose::serving});
  ingest_ = std::make_unique<ingest::Ingest>(
      blobs(), *database_, *decoders_, clock_,
      ingest::Policy{.keeps_originals = settings_.keep_originals, .limits = limits_from(settings_)},
      std::move(wake_workers), &intake_);
  return {};
}

Parts::~Parts() { end_run(); }

Result<void> Parts::begin_intake() {
  SG_TRY(directory_.share_intake());
  return begin_run();
}

Result<void> Parts::exclude_others() {
  SG_TRY(directory_.claim_alone());
  if (settings_.database_url.empty()) return {};  // nobody reaches the embedded store from elsewhere
  SG_ASSIGN(const auto others,
            database_->read([&](database::Session& session) { return queue::list_present(session, clock_.now()); }));
  if (others.empty()) return {};
  return core::fail(core::ErrorCode::conflict,
                    fmt::format("the node {} works on the same database; stop all nodes first", others.front()));
}

Result<void> Parts::begin_run(std::function<void(const database::runs::Run&)> when_begun) {
  queue::NodeRun::Plan plan{
      .name = node_name(settings_), .role = "intake", .version = SIGHTGLASS_VERSION, .beat = beat_of_runs(settings_)};
  if (when_begun) plan.when_begun = std::move(when_begun);
  run_ = std::make_unique<queue::NodeRun>(*database_, clock_, intake_, std::move(plan));
  SG_TRY(run_->begin());
  run_->keep();
  return {};
}

void Parts::end_run() {
  if (!run_) return;
  if (const auto ended = std::exchange(run_, nullptr)->end(); !ended)
    telemetry::log_warning("the others are not told that this process ends", {{"cause", ended.error().cause}});
}

Result<void> Parts::build_blobs() {
  SG_ASSIGN(local_blobs_, storage::disk::DiskBlobStore::open(directory_.path()));
  SG_ASSIGN(s3_, s3_options(settings_, directory_.path()));
  if (!s3_) return {};
  SG_ASSIGN(s3_blobs_,
            storage::s3::S3BlobStore::open(*s3_, clock_, storage::s3::S3BlobStore::Checks::access_and_taken_keys));
  return {};
}

std::filesystem::path Parts::signing_key_file() const {
  return settings_.signing_key_file.empty() ? directory_.keys() / "jwt.key"
                                            : std::filesystem::path(settings_.signing_key_file);
}

Result<accounts::AccessTokens> Parts::open_signing_key(Purpose purpose) {
  const auto file = signing_key_file();
  if (purpose == Purpose::command) return accounts::open_key_of_command(file, *database_);
  if (settings_.database_url.empty()) return accounts::open_own_key(file, *database_, clock_);
  return accounts::open_shared_key(file, *database_, clock_);
}

// What other nodes change of accounts, and whose passwords were wrong there.
void Parts::hear_of_accounts() {
  account_signals_ = signals_.subscribe([this](database::Channel channel, std::string_view payload) {
    if (channel == database::Channel::accounts) authenticator_->forget();
    if (channel == database::Channel::sign_in_failures) sign_in_->hear_of_failure(payload);
  });
}

Result<void> Parts::build_accounts(Purpose purpose) {
  SG_ASSIGN(auto tokens, open_signing_key(purpose));
  access_tokens_ = std::make_unique<accounts::AccessTokens>(std::move(tokens));
  if (purpose == Purpose::serving) {
    SG_ASSIGN(auto secrets, open_secrets());
    secrets_ = std::make_unique<accounts::SealedSecrets>(std::move(secrets));
  }
  audit_ = std::make_unique<accounts::AuditLog>(*database_, clock_);
  authenticator_ = std::make_unique<accounts::Authenticator>(*database_, *access_tokens_, clock_);
  sign_in_ = std::make_unique<accounts::SignIn>(*database_, *access_tokens_, *authenticator_, *audit_, passwords_,
                                                clock_, sign_in_limits_from(settings_));
  administration_ = std::make_unique<accounts::Administration>(*database_, *authenticator_, *audit_, passwords_, clock_,
                                                               access_tokens_->derive_key("set-up code"));
  hear_of_accounts();
  return {};
}

Result<accounts::SealedSecrets> Parts::open_secrets() {
  return accounts::SealedSecrets::open(directory_.keys() / "secrets.key");
}

pulls::PullLimits Parts::pull_limits() const {
  return {.folder_roots = {settings_.pull_folders.begin(), settings_.pull_folders.end()},
          .ca_file = settings_.pull_ca_file};
}

}  // namespace sightglass::app
