#include "sources/sftp/ssh_texts.hpp"

#include <fmt/format.h>
#include <libssh2.h>
#include <libssh2_sftp.h>

#include <utility>

#include "sources/failures.hpp"

namespace sightglass::sources::sftp {
namespace {

std::string_view without_padding(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  return text;
}

std::unexpected<Failure> describe_status(unsigned long status, std::string_view host, std::string cause) {
  switch (status) {
    case LIBSSH2_FX_NO_SUCH_FILE:
    case LIBSSH2_FX_NO_SUCH_PATH: return file_fails(Trouble::gone, "The file is not there any more.", std::move(cause));
    case LIBSSH2_FX_PERMISSION_DENIED:
      return file_fails(Trouble::refused, fmt::format("{} does not give this file.", host), std::move(cause));
    case LIBSSH2_FX_NO_CONNECTION:
    case LIBSSH2_FX_CONNECTION_LOST:
      return source_fails(Trouble::unreachable, fmt::format("The connection to {} broke off.", host), "",
                          std::move(cause));
    default:
      return file_fails(Trouble::server_error, fmt::format("{} answers with the SFTP error {}.", host, status),
                        std::move(cause));
  }
}

}  // namespace

bool is_same_fingerprint(std::string_view a, std::string_view b) { return without_padding(a) == without_padding(b); }

bool is_lost_connection(int code) {
  switch (code) {
    case LIBSSH2_ERROR_SOCKET_NONE:
    case LIBSSH2_ERROR_SOCKET_SEND:
    case LIBSSH2_ERROR_SOCKET_RECV:
    case LIBSSH2_ERROR_SOCKET_DISCONNECT:
    case LIBSSH2_ERROR_SOCKET_TIMEOUT:
    case LIBSSH2_ERROR_TIMEOUT:
    case LIBSSH2_ERROR_CHANNEL_CLOSED:
    case LIBSSH2_ERROR_CHANNEL_EOF_SENT: return true;
    default: return false;
  }
}

std::unexpected<Failure> describe_failure(int code, unsigned long status, std::string_view host, std::string cause) {
  if (code == LIBSSH2_ERROR_SFTP_PROTOCOL) return describe_status(status, host, std::move(cause));
  if (is_lost_connection(code))
    return source_fails(Trouble::unreachable, fmt::format("The connection to {} broke off.", host), "",
                        std::move(cause));
  return file_fails(Trouble::server_error, fmt::format("{} answers what cannot be understood.", host),
                    std::move(cause));
}

}  // namespace sightglass::sources::sftp
