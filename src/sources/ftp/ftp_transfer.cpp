#include "sources/ftp/ftp_transfer.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/result.hpp"
#include "net/address_rules.hpp"
#include "net/curl/without_broken_pipes.hpp"
#include "sources/failures.hpp"

namespace sightglass::sources::ftp {
namespace {

constexpr long stall_bytes_per_second = 1024;
constexpr long buffer_bytes = 256L << 10;

std::optional<core::Instant> instant_of(curl_off_t seconds) {
  if (seconds < 0) return std::nullopt;
  return core::Instant(std::chrono::seconds(seconds));
}

}  // namespace

Remote<Told> FtpTransfer::run() {
  set_target();
  set_request();
  const net::curl::WithoutBrokenPipes held_back;
  const CURLcode code = curl_easy_perform(handle_);
  if (failure_) return std::unexpected(std::move(*failure_));
  if (code != CURLE_OK) return failure_of(code);
  return told();
}

Told FtpTransfer::told() const {
  curl_off_t length = -1;
  curl_off_t time = -1;
  curl_easy_getinfo(handle_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  curl_easy_getinfo(handle_, CURLINFO_FILETIME_T, &time);
  Told told{.modified_at = instant_of(time)};
  if (length >= 0) told.bytes = static_cast<std::int64_t>(length) + request_.offset;
  return told;
}

void FtpTransfer::set_target() {
  const auto& access = target_.access;
  const bool is_implicit = target_.address.scheme == "ftps";
  curl_easy_setopt(handle_, CURLOPT_PROTOCOLS_STR, is_implicit ? "ftps" : "ftp");
  curl_easy_setopt(handle_, CURLOPT_USE_SSL,
                   static_cast<long>(access.allows_plain_transport ? CURLUSESSL_TRY : CURLUSESSL_ALL));
  curl_easy_setopt(handle_, CURLOPT_PROXY, "");  // it would connect for us, to wherever
  curl_easy_setopt(handle_, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  if (access.sign_in == SignIn::basic) {
    curl_easy_setopt(handle_, CURLOPT_USERNAME, access.username.c_str());
    curl_easy_setopt(handle_, CURLOPT_PASSWORD, access.secret.c_str());
  }
  const auto& limits = target_.limits;
  if (!limits.ca_file.empty()) curl_easy_setopt(handle_, CURLOPT_CAINFO, limits.ca_file.c_str());
  curl_easy_setopt(handle_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect.count()));
  curl_easy_setopt(handle_, CURLOPT_LOW_SPEED_LIMIT, stall_bytes_per_second);
  curl_easy_setopt(handle_, CURLOPT_LOW_SPEED_TIME, static_cast<long>(limits.stall.count()));
  curl_easy_setopt(handle_, CURLOPT_OPENSOCKETFUNCTION, &FtpTransfer::on_socket);
  curl_easy_setopt(handle_, CURLOPT_OPENSOCKETDATA, this);
  // The server names an address for its data; it is not asked for any, and another one would not be believed.
  curl_easy_setopt(handle_, CURLOPT_FTP_SKIP_PASV_IP, 1L);
}

void FtpTransfer::set_request() {
  url_ = fmt::format("{}://{}{}", target_.address.scheme, target_.address.authority(), request_.path);
  curl_easy_setopt(handle_, CURLOPT_URL, url_.c_str());
  curl_easy_setopt(handle_, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);  // time limits by signals would hit any thread
  curl_easy_setopt(handle_, CURLOPT_ERRORBUFFER, reason_.data());
  curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS, static_cast<long>(request_.deadline.count()));
  curl_easy_setopt(handle_, CURLOPT_BUFFERSIZE, buffer_bytes);
  curl_easy_setopt(handle_, CURLOPT_FILETIME, request_.path.ends_with('/') ? 0L : 1L);
  curl_easy_setopt(handle_, CURLOPT_NOBODY, request_.only_looks ? 1L : 0L);
  if (request_.command != nullptr) curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, request_.command);
  curl_easy_setopt(handle_, CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(request_.offset));
  curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, &FtpTransfer::on_bytes);
  curl_easy_setopt(handle_, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, &FtpTransfer::on_line);
  curl_easy_setopt(handle_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(handle_, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle_, CURLOPT_XFERINFOFUNCTION, &FtpTransfer::on_progress);
  curl_easy_setopt(handle_, CURLOPT_XFERINFODATA, this);
}

std::size_t FtpTransfer::on_bytes(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<FtpTransfer*>(self);
  if (!transfer.request_.take || transfer.request_.only_looks) return size * count;  // lines that libcurl makes up
  auto taken = transfer.request_.take({bytes, size * count});
  if (taken) return size * count;
  transfer.failure_ = std::move(taken).error();
  return 0;
}

std::size_t FtpTransfer::on_line(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<FtpTransfer*>(self);
  std::string_view line(bytes, size * count);
  int code = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + std::min<std::size_t>(line.size(), 3), code);
  if (error == std::errc{} && end == line.data() + 3) {
    transfer.last_code_ = code;
    transfer.last_line_ = line.substr(0, line.find_last_not_of("\r\n") + 1);
  }
  return size * count;
}

int FtpTransfer::on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& transfer = *static_cast<FtpTransfer*>(self);
  if (!transfer.request_.should_stop || !transfer.request_.should_stop()) return 0;
  transfer.failure_ = stopped().error();
  return 1;
}

// Asked for the connection of commands, and for each one of data.
curl_socket_t FtpTransfer::on_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<FtpTransfer*>(self);
  if (!transfer.target_.access.allows_private_addresses && !net::is_public(address->addr, address->addrlen)) {
    transfer.was_forbidden_ = true;
    return CURL_SOCKET_BAD;
  }
  transfer.was_forbidden_ = false;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::unexpected<Failure> FtpTransfer::failure_of(CURLcode code) const {
  const auto& host = target_.address.host;
  const std::string cause = reason_[0] != '\0' ? reason_.data() : curl_easy_strerror(code);
  if (was_forbidden_)
    return source_fails(
        Trouble::address,
        fmt::format("{} is a private address. An administrator may allow such addresses for this source.", host),
        "settings.allow_private_addresses", cause);
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT: {
      auto failure = source_fails(Trouble::timeout, fmt::format("{} did not answer in time.", host), "", cause);
      // Once it had begun to send, it may be the file.
      failure.error().concerns_source = last_code_ != 150 && last_code_ != 125;
      return failure;
    }
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
      return source_fails(Trouble::unreachable, fmt::format("{} cannot be reached.", host), "base_url", cause);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CONNECT_ERROR:
      return source_fails(Trouble::unreachable, fmt::format("The certificate of {} is not trusted.", host), "base_url",
                          cause);
    case CURLE_USE_SSL_FAILED:
      return source_fails(Trouble::address,
                          fmt::format("{} offers no TLS: name and password would go in the clear.", host),
                          "settings.allow_plain_transport", cause);
    case CURLE_LOGIN_DENIED: return failure_of_login();
    default: return failure_of_server(code);
  }
}

std::unexpected<Failure> FtpTransfer::failure_of_login() const {
  if (last_code_ == 421)
    return source_fails(Trouble::busy, fmt::format("{} has too many connections.", target_.address.host), "",
                        last_line_);
  const bool has_password = target_.access.sign_in == SignIn::basic;
  return source_fails(Trouble::credentials,
                      fmt::format("{} does not let {} in.", target_.address.host,
                                  has_password ? "this user" : "anybody without a password"),
                      has_password ? "auth_password" : "auth_type", last_line_);
}

std::unexpected<Failure> FtpTransfer::failure_of_server(CURLcode code) const {
  const auto& host = target_.address.host;
  const std::string cause = fmt::format("{} | {}", reason_.data(), last_line_);
  if (last_code_ == 421) return failure_of_login();
  switch (code) {
    case CURLE_REMOTE_FILE_NOT_FOUND:
    case CURLE_REMOTE_ACCESS_DENIED:
    case CURLE_FTP_COULDNT_RETR_FILE:
      // 550 is both "not there" and "not for you": only the words tell.
      if (last_line_.contains("ermission") || last_line_.contains("denied") || last_code_ == 553)
        return file_fails(Trouble::refused, fmt::format("{} does not give this file.", host), cause);
      if (last_code_ == 550) return file_fails(Trouble::gone, "The file is not there any more.", cause);
      return file_fails(Trouble::server_error, fmt::format("{} answers {}.", host, last_code_), cause);
    case CURLE_PARTIAL_FILE:
      return file_fails(Trouble::wrong_length, "The file ended before the length that was promised.", cause);
    case CURLE_BAD_DOWNLOAD_RESUME:
    case CURLE_FTP_COULDNT_USE_REST:
      return file_fails(Trouble::wrong_length, "The file cannot be gone on with where it was left.", cause);
    case CURLE_FTP_ACCEPT_TIMEOUT:
    case CURLE_FTP_WEIRD_PASV_REPLY:
    case CURLE_FTP_WEIRD_227_FORMAT:
    case CURLE_FTP_CANT_GET_HOST:
      return source_fails(Trouble::unreachable, fmt::format("{} opens no connection for data.", host), "", cause);
    case CURLE_URL_MALFORMAT: return file_fails(Trouble::refused, "No FTP command can carry this name.", cause);
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
      return source_fails(Trouble::unreachable, fmt::format("The connection to {} broke off.", host), "", cause);
    default: return file_fails(Trouble::server_error, fmt::format("{} answers {}.", host, last_code_), cause);
  }
}

}  // namespace sightglass::sources::ftp
