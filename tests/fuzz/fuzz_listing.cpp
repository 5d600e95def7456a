// Index pages and WebDAV answers come from any server there is: whatever they hold, only names that a file can have
// come out, at addresses of the page's own server and folder, each once.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sources/http_index/listing_page.hpp"
#include "sources/webdav/multistatus.hpp"

namespace http = sightglass::sources::http;

namespace {

bool is_at(const http::WebAddress& folder, const http::WebAddress& address, const http::Child& child) {
  const auto link = http::child_of(folder, address);
  return link.kind == http::LinkKind::child && link.name == child.name && link.is_folder == child.is_folder;
}

void check(const std::vector<http::WebAddress>& folders, const http::FolderPage& listed) {
  std::set<std::string> names;
  for (const auto& child : listed.children) {
    if (!http::is_name(child.name) || !names.insert(child.name).second) std::abort();
    if (child.bytes && (*child.bytes < 0 || child.is_folder)) std::abort();
    const auto address = http::parse_web_address(child.address);
    if (!address || !address->query.empty()) std::abort();
    // What is fetched there is what was listed.
    if (std::ranges::none_of(folders, [&](const auto& folder) { return is_at(folder, *address, child); })) std::abort();
  }
  for (const auto& warning : listed.warnings)
    for (const char c : warning)
      if (static_cast<unsigned char>(c) < ' ') std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto page = *http::parse_web_address("http://files.example:8080/pictures/cam");
  const auto folder = *http::parse_web_address("http://files.example:8080/pictures/");
  const auto below = *http::parse_web_address("http://files.example:8080/pictures/cam/");
  for (const auto& address : {page, folder})
    if (const auto listed = sightglass::sources::http_index::read_listing(
            {.address = address, .content_type = "", .server = "", .body = text}))
      check({below, folder}, *listed);
  if (const auto listed = sightglass::sources::webdav::read_multistatus(folder, text)) check({folder}, *listed);
  if (const auto link = http::resolve(folder, text)) {
    const auto again = http::parse_web_address(link->text());
    if (!again || again->text() != link->text()) std::abort();
  }
  return 0;
}
