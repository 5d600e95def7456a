#include "sources/http_index/listing_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sources/http/failures.hpp"
#include "sources/http_index/html_rows.hpp"

namespace sightglass::sources::http_index {
namespace {

using std::string_view;

Failure no_directory(std::string message) {
  return http::make_failure(Trouble::listing, true, std::move(message), "base_url");
}

string_view without_blanks_before(string_view text) {
  return text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
}

// With the path itself as the folder where a server leaves out the last '/', and what lies below that.
std::vector<http::WebAddress> folders_of(const http::WebAddress& address) {
  http::WebAddress folder = address;
  folder.query.clear();
  if (folder.path.ends_with('/')) return {folder};
  http::WebAddress itself = folder;
  itself.path += '/';
  folder.path = std::string(address.folder());
  return {itself, folder};
}

bool is_binary(string_view text) {
  const auto start = text.substr(0, 4096);
  return std::ranges::any_of(start, [](unsigned char c) { return c < ' ' && c != '\n' && c != '\r' && c != '\t'; });
}

struct Reading {
  std::string style{};
  bool is_listing = false;
};

Remote<Reading> read_form(const PageText& page, string_view text, ChildCollector& into) {
  Reading reading{.is_listing = true};
  const auto start = without_blanks_before(text);
  if (start.starts_with('<')) {
    if (collect_xml(start, into, reading.style)) return reading;
    auto html = collect_html(page, text, into);
    if (!html) return http::fail(html.error());
    if (html->asks_for_password && html->style.empty())
      return http::fail(no_directory("The page asks for a password: it is no directory."));
    return Reading{.style = html->style.empty() ? "links" : std::move(html->style),
                   .is_listing = html->is_listing || !into.is_empty()};
  }
  if (collect_json(start, into, reading.style)) return reading;
  if (is_binary(text)) return http::fail(no_directory("The answer is no text: this is no directory."));
  // A page of HTML that begins with words.
  if (text.contains("<a ") || text.contains("<A ")) {
    auto html = collect_html(page, text, into);
    if (!html) return http::fail(html.error());
    return Reading{.style = "links", .is_listing = html->is_listing || !into.is_empty()};
  }
  if (page.content_type.contains("html")) return http::fail(no_directory("The page has no links: it is no directory."));
  reading.style = "text";
  reading.is_listing = collect_lines(text, into);
  return reading;
}

}  // namespace

void ChildCollector::refuse(string_view name) {
  if (warnings_.size() < 20)
    warnings_.push_back(fmt::format("{} is left out: no file has such a name.", http::shown(name)));
}

http::Child* ChildCollector::add(http::ChildLink link) {
  if (link.kind == http::LinkKind::refused) refuse(link.name);
  if (link.kind != http::LinkKind::child) return nullptr;
  const auto [place, is_new] = places_.try_emplace(link.name, children_.size());
  if (is_new)
    children_.push_back(
        {.name = std::move(link.name), .is_folder = link.is_folder, .address = std::move(link.address)});
  return &children_[place->second];
}

http::Child* ChildCollector::find(string_view name) {
  const auto place = places_.find(name);
  return place == places_.end() ? nullptr : &children_[place->second];
}

http::Child* ChildCollector::add_link(const http::WebAddress& target) { return add(http::child_of(folder_, target)); }

http::Child* ChildCollector::add_name(string_view name) {
  const bool is_folder = name.ends_with('/');
  if (is_folder) name.remove_suffix(1);
  if (name.empty() || name == "." || name == "..") return nullptr;
  http::ChildLink link{.kind = http::is_name(name) ? http::LinkKind::child : http::LinkKind::refused,
                       .name = std::string(name),
                       .is_folder = is_folder};
  http::WebAddress address = folder_;
  address.path += http::encode_segment(name) + (is_folder ? "/" : "");
  link.address = address.text();
  return add(std::move(link));
}

Remote<http::FolderPage> read_listing(const PageText& page) {
  const std::string text = to_readable(page.body, page.content_type);
  http::FolderPage result{.address = page.address.text()};
  bool is_listing = false;
  for (auto& folder : folders_of(page.address)) {
    ChildCollector into(std::move(folder));
    auto reading = read_form(page, text, into);
    if (!reading) return http::fail(reading.error());
    is_listing = is_listing || reading->is_listing;
    result.style = std::move(reading->style);
    result.warnings = into.take_warnings();
    result.children = into.take_children();
    if (!result.children.empty()) break;
  }
  if (!is_listing) return http::fail(no_directory("The page lists no files: it is no directory."));
  for (auto& child : result.children) {
    if (child.is_folder && !child.address.ends_with('/')) child.address += '/';
    if (child.is_folder) child.bytes.reset();
  }
  return result;
}

}  // namespace sightglass::sources::http_index
