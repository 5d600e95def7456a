#include "net/curl/transfer.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>
#include <utility>

#include "core/not_sent.hpp"
#include "net/address_rules.hpp"

namespace sightglass::net::curl {
namespace {

constexpr std::size_t most_error_text = 64 << 10;
constexpr std::size_t most_field_bytes = 256 << 10;  // of all answers of a request; servers send some 500
constexpr long stall_bytes_per_second = 1024;
constexpr long buffer_bytes = 256L << 10;
constexpr int partial_content = 206;
constexpr long most_challenges = 2;  // of Digest: the first, and one of a nonce that has grown old meanwhile

template <typename... Kinds>
struct Overloaded : Kinds... {
  using Kinds::operator()...;
};

bool is_success(int status) { return status >= 200 && status < 300; }

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto from = text.find_first_not_of(blanks);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

core::Result<void> write_to(int fd, std::int64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(fd, bytes.data(), bytes.size(), offset);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return core::fail(core::internal_error("An answer could not be written down.", std::strerror(errno)));
    bytes.remove_prefix(static_cast<std::size_t>(put));
    offset += put;
  }
  return {};
}

core::Result<std::size_t> read_from(const FileRange& range, std::int64_t done, std::span<char> into) {
  const auto wanted = std::min<std::int64_t>(range.length - done, static_cast<std::int64_t>(into.size()));
  for (;;) {
    const ssize_t got = ::pread(range.fd, into.data(), static_cast<std::size_t>(wanted), range.offset + done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 || (got == 0 && wanted > 0))
      return core::fail(core::internal_error("A file could not be read for sending.", std::strerror(errno)));
    return static_cast<std::size_t>(got);
  }
}

}  // namespace

core::Result<HttpAnswer> Transfer::run(const HttpClientOptions& options, std::chrono::milliseconds left) {
  SG_TRY(check_fields());
  set_address_and_limits(options, left);
  set_address_rules(options);
  set_fields();
  set_method_and_body();
  set_sign_in();
  const CURLcode code = curl_easy_perform(handle_);
  if (request_.arrived != nullptr) tell_arrived(code);
  if (failure_) return core::fail(std::move(*failure_));
  if (code != CURLE_OK) return core::fail(error_from(code));
  answer_.status = status();
  return std::move(answer_);
}

// libcurl sends what it is given: a line end in a value would begin another field, or another request.
core::Result<void> Transfer::check_fields() const {
  constexpr std::string_view ends("\r\n\0", 3);
  for (const auto& [name, value] : request_.fields.all())
    if (name.empty() || name.contains(':') || name.find_first_of(ends) != std::string::npos ||
        value.find_first_of(ends) != std::string::npos)
      return core::fail(core::invalid_input("", "A field of a request to " + server() + " is none of HTTP."));
  return {};
}

int Transfer::status() const {
  long status = 0;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

void Transfer::tell_arrived(CURLcode code) const {
  *request_.arrived = {
      .status = status(), .fields = answer_.fields, .bytes = kept_, .ended_short = code == CURLE_PARTIAL_FILE};
}

void Transfer::set_address_rules(const HttpClientOptions& options) {
  if (options.addresses == Addresses::public_only) {
    curl_easy_setopt(handle_, CURLOPT_PROXY, "");
    curl_easy_setopt(handle_, CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_socket);
    curl_easy_setopt(handle_, CURLOPT_OPENSOCKETDATA, this);
  }
  if (!options.names) return;
  curl_slist* list = nullptr;
  for (const auto& line : options.names()) list = curl_slist_append(list, line.c_str());
  names_.reset(list);
  curl_easy_setopt(handle_, CURLOPT_RESOLVE, names_.get());
}

curl_socket_t Transfer::on_socket(void* self, curlsocktype, curl_sockaddr* address) {
  if (!is_public(address->addr, static_cast<socklen_t>(address->addrlen))) {
    static_cast<Transfer*>(self)->was_address_refused_ = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int Transfer::on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (!transfer.request_.should_stop()) return 0;
  transfer.failure_ = core::Error{.code = core::ErrorCode::cancelled, .message = "The request was called off."};
  return 1;
}

void Transfer::set_address_and_limits(const HttpClientOptions& options, std::chrono::milliseconds left) {
  curl_easy_setopt(handle_, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(handle_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle_, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(handle_, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(handle_, CURLOPT_FRESH_CONNECT, request_.at_most_once ? 1L : 0L);
  curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);  // time limits by signals would hit any thread
  curl_easy_setopt(handle_, CURLOPT_ERRORBUFFER, reason_.data());
  curl_easy_setopt(handle_, CURLOPT_FOLLOWLOCATION, request_.most_redirects > 0 ? 1L : 0L);
  curl_easy_setopt(handle_, CURLOPT_MAXREDIRS, static_cast<long>(request_.most_redirects));
  curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(left.count(), 1)));
  curl_easy_setopt(handle_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_deadline.count()));
  curl_easy_setopt(handle_, CURLOPT_LOW_SPEED_LIMIT, stall_bytes_per_second);
  curl_easy_setopt(handle_, CURLOPT_LOW_SPEED_TIME, static_cast<long>(request_.stall.count()));
  curl_easy_setopt(handle_, CURLOPT_BUFFERSIZE, buffer_bytes);
  curl_easy_setopt(handle_, CURLOPT_UPLOAD_BUFFERSIZE, buffer_bytes);
  if (request_.should_stop) {
    curl_easy_setopt(handle_, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(handle_, CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
    curl_easy_setopt(handle_, CURLOPT_XFERINFODATA, this);
  }
  if (!options.ca_file.empty()) curl_easy_setopt(handle_, CURLOPT_CAINFO, options.ca_file.c_str());
}

void Transfer::set_fields() {
  curl_slist* list = nullptr;
  // Waiting for leave to send costs a round trip, and a second where a server does not know of it.
  list = curl_slist_append(list, "Expect:");
  for (const auto& [name, value] : request_.fields.all()) {
    // libcurl leaves out what ends in a colon alone; a semicolon says that the value is empty.
    const std::string line = value.empty() ? name + ";" : name + ": " + value;
    list = curl_slist_append(list, line.c_str());
  }
  list_.reset(list);
  curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, list_.get());
  curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, &Transfer::on_field);
  curl_easy_setopt(handle_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, &Transfer::on_answer);
  curl_easy_setopt(handle_, CURLOPT_WRITEDATA, this);
}

void Transfer::set_method_and_body() {
  if (request_.method == HttpMethod::head) curl_easy_setopt(handle_, CURLOPT_NOBODY, 1L);
  const bool sends = request_.method == HttpMethod::put || request_.method == HttpMethod::post ||
                     request_.method == HttpMethod::propfind;
  if (sends) {
    curl_easy_setopt(handle_, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(handle_, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(body_length()));
    curl_easy_setopt(handle_, CURLOPT_READFUNCTION, &Transfer::on_pull);
    curl_easy_setopt(handle_, CURLOPT_READDATA, this);
    curl_easy_setopt(handle_, CURLOPT_SEEKFUNCTION, &Transfer::on_seek);
    curl_easy_setopt(handle_, CURLOPT_SEEKDATA, this);
  }
  if (request_.method == HttpMethod::post || request_.method == HttpMethod::delete_ ||
      request_.method == HttpMethod::propfind)
    curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, name_of(request_.method).data());
}

void Transfer::set_sign_in() {
  if (!request_.digest) return;
  // What is asked again with the answer to a challenge counts as one, though redirects are not followed by that.
  curl_easy_setopt(handle_, CURLOPT_MAXREDIRS, request_.most_redirects + most_challenges);
  curl_easy_setopt(handle_, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_DIGEST));
  curl_easy_setopt(handle_, CURLOPT_USERNAME, std::string(request_.digest->username).c_str());
  curl_easy_setopt(handle_, CURLOPT_PASSWORD, std::string(request_.digest->password).c_str());
}

std::int64_t Transfer::body_length() const {
  return std::visit(Overloaded{[](const std::monostate&) { return std::int64_t{0}; },
                               [](std::string_view text) { return static_cast<std::int64_t>(text.size()); },
                               [](const auto& body) { return body.length; }},
                    request_.body);
}

core::Result<std::size_t> Transfer::pull(std::span<char> into) {
  if (const auto* text = std::get_if<std::string_view>(&request_.body)) {
    const auto piece = text->substr(static_cast<std::size_t>(sent_), into.size());
    std::ranges::copy(piece, into.begin());
    return piece.size();
  }
  if (const auto* range = std::get_if<FileRange>(&request_.body)) return read_from(*range, sent_, into);
  if (const auto* pulled = std::get_if<PulledBody>(&request_.body)) return pulled->pull(into);
  return std::size_t{0};
}

std::size_t Transfer::on_pull(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const auto got = transfer.pull(std::span(bytes, size * count));
  if (!got) {
    transfer.failure_ = got.error();
    return CURL_READFUNC_ABORT;
  }
  transfer.sent_ += static_cast<std::int64_t>(*got);
  return *got;
}

// Asked for when a kept connection turned out to be closed after some of the body was sent on it.
int Transfer::on_seek(void* self, curl_off_t offset, int origin) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (origin != SEEK_SET || std::holds_alternative<PulledBody>(transfer.request_.body)) return CURL_SEEKFUNC_CANTSEEK;
  transfer.sent_ = offset;
  return CURL_SEEKFUNC_OK;
}

void Transfer::take_field(std::string_view line) {
  // Also after "100 Continue" and a redirect: only the last answer's fields count.
  if (line.starts_with("HTTP/")) {
    answer_.fields = {};
    answer_.body.clear();
    kept_ = 0;
    has_body_begun_ = false;
    return;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return;
  answer_.fields.add(std::string(line.substr(0, colon)), std::string(trimmed(line.substr(colon + 1))));
}

std::size_t Transfer::on_field(char* bytes, std::size_t size, std::size_t count, void* self) {
  return static_cast<Transfer*>(self)->take_field_bytes({bytes, size * count}) ? size * count : 0;
}

bool Transfer::take_field_bytes(std::string_view line) {
  field_bytes_ += line.size();
  if (field_bytes_ > most_field_bytes) {
    failure_ = core::Error{.code = core::ErrorCode::too_large, .message = server() + " sent fields without end."};
    return false;
  }
  take_field(line);
  return true;
}

// Before the first byte of a body: what it says of itself must fit where it goes.
core::Result<void> Transfer::begin_body() {
  has_body_begun_ = true;
  curl_off_t announced = -1;
  curl_easy_getinfo(handle_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
  const auto check = [&](std::int64_t most) -> core::Result<void> {
    if (announced <= most) return {};
    return core::fail(core::ErrorCode::too_large,
                      fmt::format("{} wants to send {} bytes, and {} are taken.", server(), announced, most));
  };
  if (const auto* memory = std::get_if<IntoMemory>(&request_.sink)) return check(memory->most_bytes);
  const auto* file = std::get_if<IntoFile>(&request_.sink);
  if (file == nullptr) return {};
  if (status() != partial_content) return check(file->most_bytes);
  const std::string part = fmt::format("bytes {}-", file->offset);
  if (!answer_.fields.get("Content-Range").starts_with(part))
    return core::fail(core::unavailable(server() + " sent another part of a file than was asked for."));
  return check(file->most_bytes - file->offset);
}

core::Result<void> Transfer::write_down(const IntoFile& file, std::string_view bytes) const {
  return write_to(file.fd, kept_ + (status() == partial_content ? file.offset : 0), bytes);
}

core::Result<void> Transfer::keep(std::string_view bytes) {
  const auto length = static_cast<std::int64_t>(bytes.size());
  const auto check = [&](std::int64_t most) -> core::Result<void> {
    if (kept_ + length <= most) return {};
    return core::fail(core::ErrorCode::too_large,
                      fmt::format("{} sent more than the {} bytes that are taken.", server(), most));
  };
  return std::visit(Overloaded{[&](const IntoMemory& memory) -> core::Result<void> {
                                 SG_TRY(check(memory.most_bytes));
                                 answer_.body.append(bytes);
                                 return {};
                               },
                               [&](const IntoFile& file) -> core::Result<void> {
                                 SG_TRY(check(file.most_bytes - (status() == partial_content ? file.offset : 0)));
                                 return write_down(file, bytes);
                               },
                               [&](const IntoCall& call) -> core::Result<void> { return call(bytes); }},
                    request_.sink);
}

bool Transfer::take_answer(std::string_view bytes) {
  if (!is_success(status())) {
    answer_.body.append(bytes.substr(0, most_error_text - std::min(most_error_text, answer_.body.size())));
    return true;
  }
  auto kept = has_body_begun_ ? core::Result<void>() : begin_body();
  if (kept) kept = keep(bytes);
  if (!kept) {
    failure_ = std::move(kept).error();
    return false;
  }
  kept_ += static_cast<std::int64_t>(bytes.size());
  return true;
}

std::size_t Transfer::on_answer(char* bytes, std::size_t size, std::size_t count, void* self) {
  return static_cast<Transfer*>(self)->take_answer({bytes, size * count}) ? size * count : 0;
}

// Scheme, host and port: the rest of an address may say more than a log should.
std::string Transfer::server() const {
  const std::string_view url = request_.url;
  const auto host = url.find("://");
  const auto end = url.find_first_of("/?", host == std::string_view::npos ? 0 : host + 3);
  return std::string(url.substr(0, end));
}

core::Error Transfer::error_from(CURLcode code) const {
  const std::string cause = reason_[0] != '\0' ? reason_.data() : curl_easy_strerror(code);
  long sent_bytes = 0;  // of all requests of this transfer, their heads included
  curl_easy_getinfo(handle_, CURLINFO_REQUEST_SIZE, &sent_bytes);
  if (was_address_refused_ && sent_bytes == 0)
    return {.code = core::ErrorCode::permission_denied,
            .message = server() + " leads to an address that is not public.",
            .field = std::string(forbidden_address_field),
            .cause = cause};
  const auto with = [&](core::ErrorCode kind, std::string message) {
    return core::Error{.code = kind,
                       .message = std::move(message),
                       .field = std::string(sent_bytes == 0 ? core::not_sent_field : std::string_view()),
                       .cause = cause};
  };
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return with(core::ErrorCode::timeout, server() + " did not answer in time.");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return with(core::ErrorCode::unavailable, "The certificate of " + server() + " is not trusted.");
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return core::invalid_input("", fmt::format("\"{}\" is no address of an HTTP server.", server()));
    case CURLE_OUT_OF_MEMORY: return core::internal_error("There was no memory left for a request.", cause);
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT: return with(core::ErrorCode::unavailable, server() + " cannot be reached.");
    default: return with(core::ErrorCode::unavailable, "The connection to " + server() + " broke off.");
  }
}

}  // namespace sightglass::net::curl
