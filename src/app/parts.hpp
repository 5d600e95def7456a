// The parts of one data directory, built in order; what commands and the server share.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "accounts/access_tokens.hpp"
#include "accounts/administration.hpp"
#include "accounts/audit_log.hpp"
#include "accounts/authenticator.hpp"
#include "accounts/passwords.hpp"
#include "accounts/sealed_secrets.hpp"
#include "accounts/sign_in.hpp"
#include "app/data_directory.hpp"
#include "app/photo_store.hpp"
#include "app/settings.hpp"
#include "cli/installation.hpp"
#include "core/result.hpp"
#include "database/current_run.hpp"
#include "database/database.hpp"
#include "database/signals.hpp"
#include "imaging/decoder_pool.hpp"
#include "ingest/accept.hpp"
#include "queue/node_run.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::app {

// What this node wants to be called: the setting node.name, or the machine's name.
std::string node_name(const Settings& settings);
// How often its runs give a sign of life.
std::chrono::seconds beat_of_runs(const Settings& settings);

// Members are declared in the order in which they are built; they are destroyed in the reverse order.
class Parts final : public cli::Installation {
 public:
  // Opens, and makes when new, the data directory, its database and keys; migrates the schema. Blocks.
  // `wake_workers` is called after each commit that enqueued a task. A server keeps a decoder waiting; a command
  // starts one only when it has a picture.
  enum class Purpose : std::uint8_t { serving, command };
  static core::Result<std::unique_ptr<Parts>> build(DataDirectory directory, Settings settings, Purpose purpose,
                                                    std::function<void()> wake_workers);

  // Also ends what begin_run() began.
  ~Parts() override;

  core::Result<void> begin_intake() override;
  core::Result<void> exclude_others() override;
  database::Database& database() override { return *database_; }
  // Where photos are kept: the data directory, or a bucket.
  storage::BlobStore& blobs() override { return s3_blobs_ ? *s3_blobs_ : *local_blobs_; }
  imaging::Decoder& decoder() override { return *decoders_; }
  ingest::Ingest& ingest() override { return *ingest_; }
  accounts::Administration& administration() override { return *administration_; }
  const core::Clock& clock() override { return clock_; }
  std::filesystem::path signing_key_file() const override;
  core::Result<accounts::SealedSecrets> open_secrets() override;
  pulls::PullLimits pull_limits() const override;

  // Gives what this process takes in and deletes the name of a run, which is kept alive from here on. To be called
  // once, before pictures are taken in. `when_begun` is told of each run. Blocks.
  core::Result<void> begin_run(std::function<void(const database::runs::Run&)> when_begun = {});
  // When nothing is taken in any more. Blocks.
  void end_run();

  // The data directory, for what stays on this machine in any case.
  storage::BlobStore& local_blobs() { return *local_blobs_; }
  // nullopt when photos lie in the data directory.
  const std::optional<storage::s3::S3Options>& s3() const { return s3_; }
  imaging::DecoderPool& decoders() { return *decoders_; }
  // What other nodes on the same database commit; silent with the embedded store.
  database::Signals& signals() { return signals_; }
  const accounts::AccessTokens& access_tokens() const { return *access_tokens_; }
  accounts::Authenticator& authenticator() { return *authenticator_; }
  accounts::AuditLog& audit() { return *audit_; }
  accounts::SignIn& sign_in() { return *sign_in_; }
  // Of a server alone.
  const accounts::SealedSecrets& secrets() const { return *secrets_; }
  const Settings& settings() const { return settings_; }
  DataDirectory& directory() { return directory_; }

 private:
  Parts(DataDirectory directory, Settings settings)
      : directory_(std::move(directory)), settings_(std::move(settings)) {}
  core::Result<void> build_store(Purpose purpose, std::function<void()> wake_workers);
  core::Result<void> build_blobs();
  core::Result<void> build_accounts(Purpose purpose);
  core::Result<accounts::AccessTokens> open_signing_key(Purpose purpose);
  void hear_of_accounts();

  core::SystemClock clock_;
  DataDirectory directory_;
  Settings settings_;
  std::unique_ptr<database::Database> database_;
  database::Signals signals_;
  std::unique_ptr<database::SignalSource> signal_source_;
  std::unique_ptr<storage::BlobStore> local_blobs_;
  std::optional<storage::s3::S3Options> s3_;
  std::unique_ptr<storage::BlobStore> s3_blobs_;
  std::unique_ptr<imaging::DecoderPool> decoders_;
  database::CurrentRun intake_;
  std::unique_ptr<ingest::Ingest> ingest_;
  std::unique_ptr<queue::NodeRun> run_;
  std::unique_ptr<accounts::AccessTokens> access_tokens_;
  std::unique_ptr<accounts::SealedSecrets> secrets_;
  accounts::Passwords passwords_;
  std::unique_ptr<accounts::AuditLog> audit_;
  std::unique_ptr<accounts::Authenticator> authenticator_;
  std::unique_ptr<accounts::SignIn> sign_in_;
  std::unique_ptr<accounts::Administration> administration_;
  database::Signals::Subscription account_signals_;
};

}  // namespace sightglass::app
