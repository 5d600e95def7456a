// One page of a directory, in whatever form its server gives it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sources/gateway.hpp"
#include "sources/http/directory_walk.hpp"

namespace sightglass::sources::http_index {

struct PageText {
  http::WebAddress address{};  // behind redirects
  std::string_view content_type{};
  std::string_view server{};  // its Server field
  std::string_view body{};
};

// HTML, JSON (also with a function's name around it), XML or lines of text, told apart by how they begin: what servers
// call their pages is often wrong. A failure `listing` for what is no directory: a page without links to what lies
// below it that does not look like an empty directory's, or asks for a password, or bytes that are no text.
Remote<http::FolderPage> read_listing(const PageText& page);

// Gathers what a page links, each name once.
class ChildCollector {
 public:
  // `folder`: ends in '/'.
  explicit ChildCollector(http::WebAddress folder) : folder_(std::move(folder)) {}
  const http::WebAddress& folder() const { return folder_; }

  // By an address, as in HTML. nullptr when it is none of a child; the child, which may be there already, else.
  http::Child* add_link(const http::WebAddress& target);
  // By a name as it is on the disk there. A '/' at its end says that it is a folder.
  http::Child* add_name(std::string_view name);
  http::Child* find(std::string_view name);

  std::vector<http::Child> take_children() { return std::move(children_); }
  std::vector<std::string> take_warnings() { return std::move(warnings_); }
  bool is_empty() const { return children_.empty(); }

 private:
  http::Child* add(http::ChildLink link);
  void refuse(std::string_view name);

  http::WebAddress folder_;
  std::vector<http::Child> children_{};
  std::map<std::string, std::size_t, std::less<>> places_{};
  std::vector<std::string> warnings_{};
};

// The forms; false where the text is not of the form, with nothing collected.
bool collect_json(std::string_view text, ChildCollector& into, std::string& style);
bool collect_xml(std::string_view text, ChildCollector& into, std::string& style);
bool collect_lines(std::string_view text, ChildCollector& into);

struct HtmlOutcome {
  std::string style{};  // empty: not known
  bool is_listing = false;
  bool asks_for_password = false;
};
Remote<HtmlOutcome> collect_html(const PageText& page, std::string_view text, ChildCollector& into);

}  // namespace sightglass::sources::http_index
