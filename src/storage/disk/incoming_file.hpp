// A temporary file in incoming/, hashed while it is written and locked by the process that writes it.
#pragma once

#include <string>

#include "core/result.hpp"
#include "runtime/unix_fd.hpp"
#include "storage/blob_store.hpp"
#include "storage/disk/directory_tree.hpp"
#include "storage/hashing.hpp"

namespace sightglass::storage::disk {

// The folder of temporaries, and how their names end.
inline constexpr std::string_view incoming_folder = "incoming";
inline constexpr std::string_view temporary_suffix = ".part";

class IncomingFile final : public IncomingBlob {
 public:
  // Makes incoming/<uuid>.part. The lock on it tells remove_abandoned() that its writer lives.
  static core::Result<std::unique_ptr<IncomingFile>> create(DirectoryTree& tree);
  ~IncomingFile() override;
  IncomingFile(const IncomingFile&) = delete;
  IncomingFile& operator=(const IncomingFile&) = delete;

  core::Result<void> write(std::span<const std::byte> bytes) override;
  std::int64_t bytes() const override { return bytes_; }
  core::Sha256 sha256() const override { return hasher_.value(); }
  int read_fd() const override { return reader_.get(); }

  // Takes the bytes of another file.
  core::Result<void> copy_from(int source);
  // Makes the bytes durable; not yet their name.
  core::Result<void> sync();
  // Gives the file its name in `target`. conflict when that is taken, unless it `is_replaced`. The name is durable
  // once the caller has synced the target's directory.
  enum class Existing : std::uint8_t { is_conflict, is_replaced };
  core::Result<void> move_to(const Place& target, std::string_view key, Existing existing);

 private:
  IncomingFile(DirectoryTree& tree, Place place, runtime::UnixFd fd, runtime::UnixFd reader);
  void start_writeback();

  DirectoryTree& tree_;
  Place place_;
  runtime::UnixFd fd_;
  runtime::UnixFd reader_;  // goes to the decoder, which must not be able to write what was hashed
  Sha256Hasher hasher_;
  std::int64_t bytes_ = 0;
  std::int64_t written_back_ = 0;  // offset up to which the kernel was asked to write early
  bool is_placed_ = false;
};

}  // namespace sightglass::storage::disk
