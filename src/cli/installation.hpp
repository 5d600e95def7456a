// The parts of one data directory that commands work on. The composition root builds them.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "accounts/administration.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "imaging/decoder.hpp"
#include "ingest/accept.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::accounts {
class SealedSecrets;
}
namespace sightglass::pulls {
struct PullLimits;
}

namespace sightglass::cli {

class Installation {
 public:
  virtual ~Installation() = default;
  // From here on this process takes in, moves or records pictures, and no server settles meanwhile. To be called by
  // the commands that do, before they begin: a command that only reads must not keep a server from settling. Blocks
  // while one settles.
  virtual core::Result<void> begin_intake() = 0;
  // From here on no server and no command that takes pictures in may run; conflict when one does.
  virtual core::Result<void> exclude_others() = 0;
  virtual database::Database& database() = 0;
  virtual storage::BlobStore& blobs() = 0;
  virtual imaging::Decoder& decoder() = 0;
  virtual ingest::Ingest& ingest() = 0;
  virtual accounts::Administration& administration() = 0;
  virtual const core::Clock& clock() = 0;
  virtual std::filesystem::path signing_key_file() const = 0;
  // By which secrets of sources are opened; the key is made where there is none. Blocks.
  virtual core::Result<accounts::SealedSecrets> open_secrets() = 0;
  // As the settings say.
  virtual pulls::PullLimits pull_limits() const = 0;
};

// Settings given on the command line, by their full name.
using Flags = std::map<std::string, std::string>;

// What the composition root offers the command line.
struct Program {
  // Opens (and makes, when new) the data directory. Blocks.
  std::function<core::Result<std::unique_ptr<Installation>>(const std::filesystem::path& data, const Flags&)> open;
  // Opens the database at a postgres:// address, without migrating it. Blocks.
  std::function<core::Result<std::unique_ptr<database::Database>>(const std::string& url)> open_store;
  // Serves until told to stop; returns the process's exit code.
  std::function<int(const std::filesystem::path& data, const Flags&)> serve;
  // Works on tasks, without answering anybody, until told to stop; returns the process's exit code.
  std::function<int(const std::filesystem::path& data, const Flags&)> work;
  // The endpoint table as JSON: method, path, operation, role, scope, object check.
  std::function<std::string()> routes_as_json;
  // sightglass-stream, which reads the video of webcams and network cameras.
  std::filesystem::path stream_reader{};
};

}  // namespace sightglass::cli
