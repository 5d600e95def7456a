// What FTP and S3 servers list: whatever they send, what comes out has a name, a sensible length and a time of this
// era, and paths that are accepted stay below their directory.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "sources/ftp/list_lines.hpp"
#include "sources/remote_names.hpp"
#include "sources/s3/object_pages.hpp"
#include "sources/server_address.hpp"

namespace sources = sightglass::sources;

namespace {

void check(const std::optional<sources::ftp::Entry>& entry) {
  if (!entry) return;
  if (entry->name.empty() || entry->name == "." || (entry->bytes && *entry->bytes < 0)) std::abort();
  // Years 1 to 9999, as text of ISO 8601 has them.
  if (entry->modified_at && sightglass::core::to_iso8601(*entry->modified_at).size() != 27) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto now = sightglass::core::from_micros(1'795'000'000'000'000);
  for (std::string_view rest = text; !rest.empty();) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (const auto entry = sources::ftp::parse_mlsd_line(line); entry && entry->name != ".") check(entry);
    check(sources::ftp::parse_list_line(line, now));
    const auto shown = sources::printable(line);
    if (sources::has_control_characters(shown)) std::abort();
    if (sources::is_relative_path(line) && (line.front() == '/' || ("/" + std::string(line) + "/").contains("/../")))
      std::abort();
  }
  if (const auto page = sources::s3::parse_object_page(text))
    for (const auto& object : page->objects)
      if (object.bytes && *object.bytes < 0) std::abort();
  if (const auto address = sources::parse_server_address(text)) {
    if (address->host.empty()) std::abort();
    if (const auto directory = sources::directory_of(*address))
      if (!directory->starts_with('/') || !directory->ends_with('/') || directory->contains("/../")) std::abort();
  }
  return 0;
}
