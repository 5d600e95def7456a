// The other side of a gateway: a server of a test's own, with files that the test puts there.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "sources/source_address.hpp"
#include "support/temporary_directory.hpp"

namespace sightglass::sources {

class RemoteEnd {
 public:
  virtual ~RemoteEnd() = default;
  // Makes or replaces a file, and the directories it lies in; `age` before now is its time.
  virtual void put(const std::string& path, std::string_view bytes, std::chrono::seconds age) = 0;
  virtual void remove(const std::string& path) = 0;
  // Nobody answers any more.
  virtual void stop() = 0;

  // How to get at the files, below a directory of the end's root.
  virtual Access access(const std::string& below = "") const = 0;
  GatewayLimits limits{.connect = std::chrono::seconds(60)};
};

// Whose files lie in a directory of this machine.
class FolderEnd : public RemoteEnd {
 public:
  FolderEnd();
  void put(const std::string& path, std::string_view bytes, std::chrono::seconds age) override;
  void remove(const std::string& path) override;
  std::filesystem::path tree() const { return directory_.path() / "tree"; }
  // For what the server needs beside the files.
  const std::filesystem::path& own() const { return directory_.path(); }

 private:
  test::TemporaryDirectory directory_;
};

using MakeGateway = std::unique_ptr<Gateway> (*)(const Access&, Politeness&, const core::Clock&, const GatewayLimits&);

// What a server can do and what it cannot: the suite asks no more of it, and no less.
struct GatewayCase {
  std::string name;
  MakeGateway make_gateway;
  // Null where what it needs is absent.
  std::function<std::shared_ptr<RemoteEnd>()> start;
  std::string needs;
  std::string style{};              // as Listing has it; empty: whatever
  bool tells_sizes = true;          // exactly, in listings
  bool tells_times = true;          // in listings
  bool resumes = true;              // gives files from the middle
  bool knows_unchanged = true;      // gives validators
  bool takes_any_bytes = false;     // in names; else UTF-8 alone
  bool takes_line_breaks = false;   // in names
  bool has_sign_in = true;          // refuses another password
  bool has_directories = true;      // of its own: one that is not there is told from an empty one
  bool is_local = false;            // no addresses, no server that could be away
  bool has_plain_transport = true;  // which it refuses unless allowed
};

inline void PrintTo(const GatewayCase& value, std::ostream* out) { *out << value.name; }

}  // namespace sightglass::sources
