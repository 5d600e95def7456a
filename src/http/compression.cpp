#include "http/compression.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace sightglass::http {
namespace {

constexpr int level = 1;
constexpr int gzip_window = 15 + 16;  // zlib's deflateInit2: 15 bits, plus 16 for the gzip wrapper
constexpr int default_memory = 8;

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// "q=0", "q=0.0", "q=0.00" and "q=0.000" refuse a coding.
bool is_refused(std::string_view parameters) {
  const auto at = parameters.find("q=");
  if (at == std::string_view::npos) return false;
  const auto weight = trimmed(parameters.substr(at + 2));
  return weight.starts_with('0') && weight.find_first_not_of("0.") == std::string_view::npos;
}

bool is_compressible(std::string_view content_type) {
  constexpr std::array<std::string_view, 6> kinds{"application/json",          "text/",
                                                  "application/javascript",    "image/svg+xml",
                                                  "application/manifest+json", "application/yaml"};
  return std::ranges::any_of(kinds, [content_type](auto kind) { return content_type.starts_with(kind); });
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
  bool any_accepted = false;
  while (!accept_encoding.empty()) {
    const auto item = accept_encoding.substr(0, accept_encoding.find(','));
    accept_encoding.remove_prefix(std::min(item.size() + 1, accept_encoding.size()));
    const auto coding = trimmed(item.substr(0, item.find(';')));
    const bool is_allowed = !is_refused(item.substr(std::min(item.find(';'), item.size())));
    if (coding == "gzip" || coding == "x-gzip") return is_allowed;
    if (coding == "*") any_accepted = is_allowed;
  }
  return any_accepted;
}

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, level, Z_DEFLATED, gzip_window, default_memory, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
  std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int outcome = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (outcome != Z_STREAM_END) throw std::runtime_error("deflate did not finish");
  return out;
}

void compress(const Request& request, Response& response) {
  auto* text = std::get_if<std::string>(&response.body);
  if (text == nullptr || text->size() < least_compressed_bytes || response.status == 206) return;
  if (response.headers.has("Content-Encoding") || !is_compressible(response.headers.get("Content-Type"))) return;
  const auto vary = response.headers.get("Vary");
  response.headers.set("Vary", vary.empty() ? "Accept-Encoding" : std::string(vary) + ", Accept-Encoding");
  if (!accepts_gzip(request.headers.get("Accept-Encoding"))) return;
  *text = gzip(*text);
  response.headers.set("Content-Encoding", "gzip");
  const auto etag = response.headers.get("ETag");
  if (etag.starts_with('"')) response.headers.set("ETag", "W/" + std::string(etag));
}

}  // namespace sightglass::http
