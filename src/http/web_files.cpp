#include "http/web_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "fmt/format.h"
#include "http/compression.hpp"

namespace sightglass::http {
namespace {

struct OpenFile {
  runtime::UnixFd fd{};
  struct stat status{};
};

std::optional<OpenFile> open_regular(const std::filesystem::path& path) {
  OpenFile file{.fd = runtime::UnixFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW))};
  if (!file.fd || ::fstat(file.fd.get(), &file.status) != 0 || !S_ISREG(file.status.st_mode)) return std::nullopt;
  return file;
}

std::string_view type_of(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> types{{
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".webmanifest", "application/manifest+json"},
      {".wasm", "application/wasm"},
  }};
  const auto found = std::ranges::find_if(types, [name](const auto& type) { return name.ends_with(type.first); });
  return found == types.end() ? "application/octet-stream" : found->second;
}

core::Instant modified_at(const struct stat& status) {
  return core::from_micros(std::int64_t{status.st_mtim.tv_sec} * 1'000'000 + status.st_mtim.tv_nsec / 1000);
}

Response answer(OpenFile file, std::string_view name, std::string_view cache_control, bool is_gzip) {
  const auto modified = modified_at(file.status);
  const auto length = static_cast<std::int64_t>(file.status.st_size);
  Response response;
  response.headers.add("Content-Type", std::string(type_of(name)));
  response.headers.add("Cache-Control", std::string(cache_control));
  response.headers.add("ETag", fmt::format("\"{:x}-{:x}{}\"", length, core::to_micros(modified), is_gzip ? "-gz" : ""));
  response.headers.add("Last-Modified", core::to_http_date(modified));
  response.headers.add("Vary", "Accept-Encoding");
  if (is_gzip) response.headers.add("Content-Encoding", "gzip");
  response.body = FileBody{.fd = std::move(file.fd), .offset = 0, .length = length};
  return response;
}

}  // namespace

bool is_web_file_name(std::string_view name) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  };
  return !name.empty() && name.size() <= 128 && name.front() != '.' && std::ranges::all_of(name, is_plain);
}

core::Result<Response> send_web_file(const Request& request, const std::filesystem::path& folder, std::string_view name,
                                     std::string_view cache_control) {
  if (!is_web_file_name(name)) return core::fail(core::not_found("no such file"));
  if (accepts_gzip(request.headers.get("Accept-Encoding"))) {
    auto packed = open_regular(folder / fmt::format("{}.gz", name));
    if (packed) return answer(std::move(*packed), name, cache_control, true);
  }
  auto file = open_regular(folder / name);
  if (!file) return core::fail(core::not_found("no such file"));
  return answer(std::move(*file), name, cache_control, false);
}

}  // namespace sightglass::http
