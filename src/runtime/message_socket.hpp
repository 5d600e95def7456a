// Messages between processes of our own over a Unix stream socket, with a descriptor beside them.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>

#include "core/result.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::runtime {

using SocketDeadline = std::chrono::steady_clock::time_point;

// All of these are thread-safe for different sockets, and go on after signals.

// How a read ended.
enum class Reading : std::uint8_t { complete, ended, late };
// Blocks until `bytes` is full, the other side is gone, or the time is over.
Reading read_all(int socket, std::span<char> bytes, SocketDeadline deadline);

// False when the other side is gone, or does not take everything in time. Blocks.
bool send_all(int socket, std::span<const char> bytes, SocketDeadline deadline = SocketDeadline::max());
// The same with `descriptor` as SCM_RIGHTS on the first byte. For messages far smaller than a socket's buffer, which is
// empty: never blocks, and false when there is no room.
bool send_with_descriptor(int socket, std::span<const char> bytes, int descriptor);

enum class Reception : std::uint8_t { message, hang_up, failure };
// Blocks until `bytes` is full. `descriptor` is what came with it, closed for programs that are started; empty when
// none did.
Reception receive_with_descriptor(int socket, std::span<char> bytes, UnixFd& descriptor);

// `bytes` as an anonymous file, for a process that reads them at its own pace. Errors: unavailable without memory.
core::Result<UnixFd> memory_file(std::span<const std::uint8_t> bytes);

}  // namespace sightglass::runtime
