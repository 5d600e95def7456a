#include <pugixml.hpp>
#include <string>

#include "sources/http_index/listing_page.hpp"
#include "sources/http_index/listing_text.hpp"

namespace sightglass::sources::http_index {
namespace {

using std::string_view;

void add_entry(const pugi::xml_node& node, ChildCollector& into) {
  const bool is_folder = string_view(node.name()) == "directory";
  auto* child = into.add_name(std::string(node.text().get()) + (is_folder ? "/" : ""));
  if (child == nullptr) return;
  const auto size = size_at_start(node.attribute("size").value());
  if (size.kind == SizeKind::exact) child->bytes = size.bytes;
  if (const auto time = find_time(node.attribute("mtime").value())) {
    child->modified_at = time->at;
    child->precision = time->precision;
  }
}

}  // namespace

bool collect_xml(string_view text, ChildCollector& into, std::string& style) {
  // The one form there is, nginx's, has no other start; HTML is not to be read twice.
  if (!text.starts_with("<?xml") && !text.starts_with("<list")) return false;
  if (!text.substr(0, 512).contains("<list")) return false;
  pugi::xml_document document;
  // Blanks at a name's ends are of the name.
  if (!document.load_buffer(text.data(), text.size(), pugi::parse_default | pugi::parse_ws_pcdata_single,
                            pugi::encoding_utf8))
    return false;
  const auto list = document.child("list");
  if (!list) return false;
  style = "nginx XML";
  for (const auto& node : list.children())
    if (string_view name = node.name(); name == "directory" || name == "file") add_entry(node, into);
  return true;
}

}  // namespace sightglass::sources::http_index
