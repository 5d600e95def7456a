#include "sources/source_address.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <utility>

#include "sources/folder/folder_gateway.hpp"
#include "sources/ftp/ftp_gateway.hpp"
#include "sources/http_index/http_index_gateway.hpp"
#include "sources/s3/bucket_place.hpp"
#include "sources/s3/s3_gateway.hpp"
#include "sources/server_address.hpp"
#include "sources/sftp/sftp_gateway.hpp"
#include "sources/still/still_gateway.hpp"
#include "sources/webdav/webdav_gateway.hpp"

namespace sightglass::sources {
namespace {

constexpr std::array<std::string_view, 7> kind_names{"http_index", "webdav", "ftp", "sftp", "s3", "folder", "still"};
constexpr std::array<std::string_view, 5> sign_in_names{"none", "basic", "header", "key", "digest"};

constexpr std::size_t longest_address = 2'000;
constexpr std::size_t longest_username = 200;
constexpr std::size_t longest_secret = 16'384;  // a private key of 16,384 bits in PEM has some 12,800 characters

template <typename E, std::size_t N>
std::optional<E> from_name(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto* const found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<E>(found - names.begin());
}

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, FreeUrl>;

Url parse_url(const std::string& text) {
  Url url(curl_url());
  if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
    return nullptr;
  return url;
}

std::string part(const Url& url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, 0) != CURLUE_OK || text == nullptr) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool ends_like_a_picture(std::string_view path) {
  std::string lower(path);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower.ends_with(".jpg") || lower.ends_with(".jpeg") || lower.ends_with(".png") || lower.ends_with(".cgi") ||
         lower.ends_with(".webp");
}

struct Schemes {
  std::string_view secured{};
  std::string_view plain{};  // empty: there is none
};

Schemes schemes_of(SourceKind kind) {
  switch (kind) {
    case SourceKind::ftp: return {.secured = "ftps", .plain = "ftp"};
    case SourceKind::sftp: return {.secured = "sftp"};
    default: return {.secured = "https", .plain = "http"};
  }
}

core::Result<void> check_folder(const Access& access, const std::vector<std::filesystem::path>& roots) {
  const std::filesystem::path path(access.base_url);
  if (!path.is_absolute()) return core::fail(core::invalid_input("base_url", "A folder is named by its whole path."));
  const auto plain = path.lexically_normal();
  const auto is_below = [&](const std::filesystem::path& root) {
    const auto relative = plain.lexically_relative(root.lexically_normal());
    return !relative.empty() && *relative.begin() != "..";
  };
  if (std::ranges::none_of(roots, is_below)) {
    std::string names;
    for (const auto& root : roots) names += (names.empty() ? "" : ", ") + root.string();
    return core::fail(core::invalid_input(
        "base_url", names.empty() ? "No folder of the server may be read: the setting pull.folders names none."
                                  : "The folder must lie below " + names + ", as the setting pull.folders says."));
  }
  return {};
}

core::Result<void> check_address(const Access& access) {
  const auto url = parse_url(access.base_url);
  if (!url) return core::fail(core::invalid_input("base_url", "That is no address such as https://host/path/."));
  if (!part(url, CURLUPART_USER).empty() || !part(url, CURLUPART_PASSWORD).empty())
    return core::fail(core::invalid_input(
        "base_url", "A user or password must not stand in the address: give them as auth_username and auth_password."));
  const auto schemes = schemes_of(access.kind);
  const auto scheme = part(url, CURLUPART_SCHEME);
  if (scheme != schemes.secured && (schemes.plain.empty() || scheme != schemes.plain))
    return core::fail(core::invalid_input(
        "base_url", "The address of a source of the kind " + std::string(name_of(access.kind)) + " begins with " +
                        std::string(schemes.secured) + "://" +
                        (schemes.plain.empty() ? std::string() : " or " + std::string(schemes.plain) + "://") + "."));
  if (part(url, CURLUPART_HOST).empty())
    return core::fail(core::invalid_input("base_url", "The address names no host."));
  if (!part(url, CURLUPART_FRAGMENT).empty())
    return core::fail(core::invalid_input("base_url", "The address must have no fragment behind a #."));
  if (access.kind == SourceKind::s3 &&
      s3::place_of(parse_server_address(access.base_url).value_or(ServerAddress{})).bucket.empty())
    return core::fail(core::invalid_input("base_url", "The address names no bucket: https://endpoint/bucket/prefix/."));
  // FTP speaks TLS on its plain port too; whether the server does is seen when it is asked.
  if (scheme == "http" && !access.allows_plain_transport)
    return core::fail(
        core::invalid_input("settings.allow_plain_transport",
                            "http:// sends pictures and passwords in the clear. Give an address with https://, or set "
                            "allow_plain_transport for this source."));
  return {};
}

core::Result<void> check_sign_in(const Access& access) {
  const auto kind = access.kind;
  const auto sign_in = access.sign_in;
  const auto takes = [&](SignIn way) {
    switch (kind) {
      case SourceKind::folder: return way == SignIn::none;
      case SourceKind::sftp: return way == SignIn::basic || way == SignIn::key;
      case SourceKind::ftp:
      case SourceKind::s3: return way == SignIn::none || way == SignIn::basic;
      default: return way != SignIn::key;
    }
  };
  if (!takes(sign_in))
    return core::fail(core::invalid_input("auth_type", "A source of the kind " + std::string(name_of(kind)) +
                                                           " cannot sign in by " + std::string(name_of(sign_in)) +
                                                           "."));
  const bool needs_name = sign_in == SignIn::basic || sign_in == SignIn::digest || sign_in == SignIn::key;
  if (needs_name && access.username.empty())
    return core::fail(core::invalid_input("auth_username", "This way of signing in needs a user name."));
  if (access.username.size() > longest_username || std::ranges::any_of(access.username, is_control))
    return core::fail(core::invalid_input("auth_username", "At most 200 bytes, without control characters."));
  const bool is_of_http = kind != SourceKind::ftp && kind != SourceKind::sftp && kind != SourceKind::s3;
  if (is_of_http && access.username.contains(':'))
    return core::fail(core::invalid_input("auth_username", "HTTP cannot send a user name with a colon."));
  const auto* const field = sign_in == SignIn::header ? "auth_header" : "auth_password";
  if (sign_in != SignIn::none && access.secret.empty())
    return core::fail(core::invalid_input(field, "This way of signing in needs it."));
  if (access.secret.size() > longest_secret) return core::fail(core::invalid_input(field, "At most 16,384 bytes."));
  if (sign_in != SignIn::key && std::ranges::any_of(access.secret, is_control))
    return core::fail(core::invalid_input(field, "It must hold no control characters."));
  if (sign_in == SignIn::key && !access.secret.contains("PRIVATE KEY-----"))
    return core::fail(core::invalid_input(field, "That is no private key in PEM."));
  return {};
}

// RFC 9110, 5.1 and 5.6.2: a token, a colon, and something behind it. What HTTP itself needs must not be replaced.
core::Result<void> check_header(std::string_view header) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  const auto colon = header.find(':');
  const auto name = header.substr(0, colon == std::string_view::npos ? 0 : colon);
  const bool is_token = !name.empty() && std::ranges::all_of(name, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || marks.contains(c);
  });
  if (!is_token || header.substr(colon + 1).find_first_not_of(' ') == std::string_view::npos)
    return core::fail(core::invalid_input("auth_header", "A header is written as \"Name: value\"."));
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  constexpr std::array reserved{"host", "content-length", "transfer-encoding", "connection", "range", "if-range"};
  if (std::ranges::find(reserved, lower) != reserved.end())
    return core::fail(core::invalid_input("auth_header", "The header " + lower + " is needed for the request itself."));
  return {};
}

core::Result<void> check_host_key(const Access& access) {
  if (access.host_key.empty()) return {};
  // SHA256: and 43 characters of base64 without padding, as ssh-keygen -l shows them.
  constexpr std::string_view prefix = "SHA256:";
  if (!access.host_key.starts_with(prefix) || access.host_key.size() != prefix.size() + 43)
    return core::fail(
        core::invalid_input("settings.host_key", "A host key is given as ssh-keygen -l shows it: SHA256:…"));
  return {};
}

}  // namespace

std::string_view name_of(SourceKind kind) { return kind_names[static_cast<std::size_t>(kind)]; }
std::optional<SourceKind> source_kind_from_name(std::string_view name) {
  return from_name<SourceKind>(kind_names, name);
}
std::string_view name_of(SignIn sign_in) { return sign_in_names[static_cast<std::size_t>(sign_in)]; }
std::optional<SignIn> sign_in_from_name(std::string_view name) { return from_name<SignIn>(sign_in_names, name); }

SourceKind guess_kind(std::string_view base_url) {
  if (base_url.starts_with('/')) return SourceKind::folder;
  if (base_url.starts_with("ftp://") || base_url.starts_with("ftps://")) return SourceKind::ftp;
  if (base_url.starts_with("sftp://")) return SourceKind::sftp;
  const auto path = base_url.substr(0, base_url.find_first_of("?#"));
  if (ends_like_a_picture(path)) return SourceKind::still;
  const auto address = parse_server_address(path);
  return address && s3::is_known_server(address->host) ? SourceKind::s3 : SourceKind::http_index;
}

core::Result<void> check(const Access& access, const std::vector<std::filesystem::path>& folder_roots) {
  if (access.base_url.empty()) return core::fail(core::invalid_input("base_url", "It must not be empty."));
  if (access.base_url.size() > longest_address)
    return core::fail(core::invalid_input("base_url", "At most 2,000 bytes."));
  if (std::ranges::any_of(access.base_url, is_control))
    return core::fail(core::invalid_input("base_url", "It must hold no control characters."));
  if (access.kind == SourceKind::folder) {
    SG_TRY(check_folder(access, folder_roots));
  } else {
    SG_TRY(check_address(access));
  }
  SG_TRY(check_sign_in(access));
  if (access.sign_in == SignIn::header) {
    SG_TRY(check_header(access.secret));
  }
  return check_host_key(access);
}

std::unique_ptr<Gateway> make_gateway(const Access& access, Politeness& politeness, const core::Clock& clock,
                                      const GatewayLimits& limits) {
  switch (access.kind) {
    case SourceKind::http_index: return make_http_index_gateway(access, politeness, clock, limits);
    case SourceKind::webdav: return make_webdav_gateway(access, politeness, clock, limits);
    case SourceKind::ftp: return make_ftp_gateway(access, politeness, clock, limits);
    case SourceKind::sftp: return make_sftp_gateway(access, politeness, clock, limits);
    case SourceKind::s3: return make_s3_gateway(access, politeness, clock, limits);
    case SourceKind::folder: return make_folder_gateway(access, politeness, clock, limits);
    case SourceKind::still: return make_still_gateway(access, politeness, clock, limits);
  }
  std::unreachable();
}

}  // namespace sightglass::sources
