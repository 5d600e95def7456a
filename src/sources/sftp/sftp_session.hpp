// Files and directories of an SSH server: SFTP's requests, several of them under way at once.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "sources/sftp/sftp_packets.hpp"
#include "sources/sftp/ssh_connection.hpp"

namespace sightglass::sources::sftp {

class SftpSession;

// An open file or directory of a session that outlives it; closed with it.
class Handle {
 public:
  Handle(SftpSession& session, std::string name) : session_(&session), name_(std::move(name)) {}
  Handle(Handle&& other) noexcept : session_(std::exchange(other.session_, nullptr)), name_(std::move(other.name_)) {}
  Handle& operator=(Handle&&) = delete;
  ~Handle();
  const std::string& name() const { return name_; }

 private:
  SftpSession* session_;
  std::string name_;
};

struct ReadRange {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::chrono::milliseconds patience{20'000};  // with nothing coming at all
};

// Not thread-safe. After a failure that concerns the source, or one that what is given to read() makes, it is of no
// more use.
class SftpSession {
 public:
  // Connects and signs in. Failures concern the source. Blocks.
  static Remote<std::unique_ptr<SftpSession>> open(const Target& target, const ShouldStop& should_stop,
                                                   std::string& seen_key);

  // Failures of the file: `gone`, `refused`, `server_error`.
  Remote<Handle> open_file(const std::string& path) { return open_handle(PacketType::open, path); }
  Remote<Handle> open_directory(const std::string& path) { return open_handle(PacketType::opendir, path); }
  Remote<Attributes> attributes_of(const Handle& handle);
  // Some more of a directory's names; none at its end.
  Remote<std::vector<NamedFile>> read_names(const Handle& handle);
  // Hands on the bytes of the range in their order, and fewer where the file ends before it.
  using Take = std::function<Remote<void>(std::string_view)>;
  Remote<void> read(const Handle& handle, const ReadRange& range, const Take& take);

  void obey(const ShouldStop& should_stop) { connection_->obey(should_stop); }

 private:
  friend class Handle;
  struct Piece;
  class Reading;

  explicit SftpSession(std::unique_ptr<SshConnection> connection) : connection_(std::move(connection)) {}

  Remote<void> agree_on_version();
  Remote<Handle> open_handle(PacketType type, const std::string& path);
  void close(const std::string& handle);
  // Sends a request and waits for its answer.
  Remote<Answer> ask(const std::string& request, std::uint32_t id);
  // The next answer that somebody waits for.
  Remote<Answer> next_answer(std::chrono::milliseconds patience);
  Remote<std::string> next_packet(std::chrono::milliseconds patience);
  std::unexpected<Failure> failure_in(const Answer& answer) const;
  std::unexpected<Failure> not_understood() const;

  std::unique_ptr<SshConnection> connection_;
  std::uint32_t next_id_ = 0;
  std::unordered_set<std::uint32_t> unawaited_{};  // requests whose answers nobody waits for
  std::string received_{};                         // and not yet taken apart
};

}  // namespace sightglass::sources::sftp
