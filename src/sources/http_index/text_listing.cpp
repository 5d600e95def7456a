#include <algorithm>

#include "sources/http_index/listing_page.hpp"

namespace sightglass::sources::http_index {
namespace {

using std::string_view;

bool is_address(string_view line) { return line.starts_with("http://") || line.starts_with("https://"); }

}  // namespace

// A name on each line as it is on the disk, or an address. False when there is no such line.
bool collect_lines(string_view text, ChildCollector& into) {
  constexpr std::size_t longest = 16 << 10;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.size() > longest) continue;
    if (!is_address(line))
      into.add_name(line);
    else if (const auto target = http::parse_web_address(line))
      into.add_link(*target);
  }
  return !into.is_empty();
}

}  // namespace sightglass::sources::http_index
