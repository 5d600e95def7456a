#include "sources/webdav/multistatus.hpp"

#include <fmt/format.h>

#include <charconv>
#include <pugixml.hpp>
#include <set>
#include <string>
#include <utility>

#include "sources/http/failures.hpp"

namespace sightglass::sources::webdav {
namespace {

using std::string_view;

constexpr std::size_t most_warnings = 20;

// Prefixes of name spaces are the server's choice; the names of DAV: are met in no other one here.
string_view local_name(const pugi::xml_node& node) {
  const string_view name = node.name();
  const auto colon = name.find(':');
  return colon == string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node child_of(const pugi::xml_node& node, string_view name) {
  for (const auto& child : node.children())
    if (local_name(child) == name) return child;
  return {};
}

// Properties that were found: of a propstat whose status is 200, or none.
template <typename Use>
void for_each_property(const pugi::xml_node& response, const Use& use) {
  for (const auto& propstat : response.children()) {
    if (local_name(propstat) != "propstat") continue;
    const string_view status = child_of(propstat, "status").text().get();
    if (!status.empty() && !status.contains(" 200")) continue;
    for (const auto& property : child_of(propstat, "prop").children()) use(local_name(property), property);
  }
}

void read_property(string_view name, const pugi::xml_node& property, http::Child& child) {
  const string_view text = property.text().get();
  if (name == "resourcetype") child.is_folder = child.is_folder || !child_of(property, "collection").empty();
  if (name == "getlastmodified") child.modified_at = core::parse_http_date(text);
  if (name == "getetag") child.etag = text;
  if (name != "getcontentlength") return;
  std::int64_t bytes = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  if (error == std::errc() && end == text.data() + text.size() && bytes >= 0) child.bytes = bytes;
}

http::Child read_response(const pugi::xml_node& response, http::ChildLink link) {
  http::Child child{.name = std::move(link.name), .is_folder = link.is_folder, .address = std::move(link.address)};
  for_each_property(response,
                    [&](string_view name, const pugi::xml_node& property) { read_property(name, property, child); });
  if (child.is_folder) child.bytes.reset();
  if (child.is_folder && !child.address.ends_with('/')) child.address += '/';
  return child;
}

}  // namespace

const string_view propfind_body =
    R"(<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/>)"
    R"(<getlastmodified/><getetag/></prop></propfind>)";

Remote<http::FolderPage> read_multistatus(const http::WebAddress& address, string_view xml) {
  pugi::xml_document document;
  const auto parsed = document.load_buffer(xml.data(), xml.size());
  if (!parsed || local_name(document.document_element()) != "multistatus")
    return http::fail(http::make_failure(Trouble::listing, true, "The answer is none of a WebDAV server.", "base_url"));
  http::WebAddress folder = address;
  folder.query.clear();
  if (!folder.path.ends_with('/')) folder.path += '/';
  http::FolderPage page{.address = folder.text(), .style = "WebDAV"};
  std::set<std::string, std::less<>> names;
  for (const auto& response : document.document_element().children()) {
    if (local_name(response) != "response") continue;
    const auto target = http::resolve(folder, child_of(response, "href").text().get());
    if (!target) continue;
    auto link = http::child_of(folder, *target);
    if (link.kind == http::LinkKind::refused && page.warnings.size() < most_warnings)
      page.warnings.push_back(fmt::format("{} is left out: no file has such a name.", http::shown(link.name)));
    if (link.kind != http::LinkKind::child || !names.insert(link.name).second) continue;
    page.children.push_back(read_response(response, std::move(link)));
  }
  return page;
}

}  // namespace sightglass::sources::webdav
