#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "sources/http/failures.hpp"
#include "sources/http_index/html_rows.hpp"
#include "sources/http_index/listing_page.hpp"
#include "sources/http_index/listing_text.hpp"

namespace sightglass::sources::http_index {
namespace {

using std::string_view;

struct Mark {
  string_view text;
  string_view style;
};

// What servers write on their pages, the more telling first.
constexpr std::array page_marks{
    Mark{"<address>Apache/", "Apache"},
    Mark{"<h3>Apache Tomcat/", "Tomcat"},
    Mark{"[To Parent Directory]", "IIS"},
    Mark{">lighttpd/", "lighttpd"},
    Mark{"\"Directory Listing\"", "lighttpd"},
    Mark{"bytesex.org/webfs", "webfs"},
    Mark{"mini_httpd/", "mini_httpd"},
    Mark{"http-party/http-server", "http-server"},
    Mark{"<title>listing directory ", "serve-index"},
    Mark{"<title>Files within ", "serve"},
    Mark{"getElementsByTagName(\"size\")", "rclone"},
    Mark{"localizeDatetime", "Caddy"},
    Mark{"caddyserver.com", "Caddy"},
    Mark{"<th>Content encoding</th>", "Twisted"},
    Mark{"<title>Directory listing for ", "Python"},
    Mark{"</h1><hr><pre><a href=\"../\">", "nginx"},
    Mark{"<title>Directory Listing For ", "Tomcat"},
    Mark{"?C=N;O=", "Apache"},
    Mark{"?C=N&amp;O=", "Apache"},
    Mark{"<title>Index of /", "index"},
};
constexpr std::array server_marks{Mark{"nginx", "nginx"},       Mark{"Apache", "Apache"},
                                  Mark{"lighttpd", "lighttpd"}, Mark{"Caddy", "Caddy"},
                                  Mark{"Microsoft-IIS", "IIS"}, Mark{"rclone", "rclone"},
                                  Mark{"SimpleHTTP", "Python"}, Mark{"TwistedWeb", "Twisted"}};

std::string style_of(string_view page, string_view server, bool looks_like_one) {
  constexpr std::size_t enough = 64 << 10;
  const auto head = page.substr(0, enough);
  const auto tail = page.substr(page.size() - std::min(page.size(), enough));
  const auto says = [&](const Mark& mark) { return head.contains(mark.text) || tail.contains(mark.text); };
  const auto* found = std::ranges::find_if(page_marks, says);
  if (found != page_marks.end() && found->style != "index") return std::string(found->style);
  if (found == page_marks.end() && !looks_like_one) return {};
  const auto* named = std::ranges::find_if(server_marks, [&](const Mark& mark) { return server.contains(mark.text); });
  if (named != server_marks.end()) return std::string(named->style);
  return "index";
}

string_view trimmed(string_view text) {
  constexpr string_view blanks = " \t\r\n";
  const auto from = text.find_first_not_of(blanks);
  if (from == string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

struct Facts {
  std::optional<std::int64_t> bytes{};
  std::optional<TimeInText> time{};
  bool is_called_folder = false;
};

std::optional<std::int64_t> number_of(const Cell& cell) {
  const auto size = size_at_start(cell.number);
  if (cell.number.empty() || cell.number.starts_with('-') || size.kind != SizeKind::exact) return std::nullopt;
  return size.bytes;
}

// Text beside the time, which names neither: the size stands next to it, behind it on most pages.
std::optional<std::int64_t> size_beside(string_view before, string_view behind) {
  const auto next = size_at_start(behind);
  if (next.kind == SizeKind::exact) return next.bytes;
  if (next.kind == SizeKind::rounded || trimmed(behind).starts_with('-')) return std::nullopt;
  const auto last = size_at_end(before);
  return last.kind == SizeKind::exact ? std::optional(last.bytes) : std::nullopt;
}

// Without a time a number may be anything, unless the page calls it a size or gives a unit.
std::optional<std::int64_t> size_alone(const Row& row) {
  for (const auto& cell : row.cells) {
    const auto size = size_at_end(cell.text);
    if (size.kind == SizeKind::exact && (cell.is_called_size || size.has_unit)) return size.bytes;
  }
  return std::nullopt;
}

std::optional<std::int64_t> number_in(const Row& row) {
  for (const auto& cell : row.cells)
    if (const auto bytes = number_of(cell)) return bytes;
  return std::nullopt;
}

bool says_folder(string_view text) {
  const auto word = trimmed(text);
  return word == "Directory" || word == "[Directory]" || word.contains("<DIR>") || word.contains("<dir>");
}

Facts facts_of(const Row& row) {
  Facts facts;
  std::string before;
  std::string behind;
  for (const auto& cell : row.cells) {
    facts.is_called_folder = facts.is_called_folder || says_folder(cell.text);
    auto text = string_view(cell.text);
    if (!facts.time) facts.time = find_time(text);
    const bool has_time = facts.time && behind.empty() && facts.time->end <= text.size() && find_time(text).has_value();
    if (has_time) {
      before.append(text.substr(0, facts.time->begin));
      behind.append(text.substr(facts.time->end)).append(" ");
    } else {
      (facts.time ? behind : before).append(text).append(" ");
    }
  }
  facts.bytes = number_in(row);
  if (!facts.bytes) facts.bytes = facts.time ? size_beside(before, behind) : size_alone(row);
  return facts;
}

// Some servers write names into links as they are. What looks like a scheme ("colon:name.jpg"), a query or a fragment
// ("hash#1.jpg") is of the name when the page shows just that name.
std::string link_of(const Anchor& anchor) {
  const auto slash = anchor.href.rfind('/');
  const auto last = string_view(anchor.href).substr(slash == std::string::npos ? 0 : slash + 1);
  const auto text = trimmed(anchor.text);
  if (last.empty() || last.starts_with('?') || last.starts_with('#')) return anchor.href;
  if (last.find_first_of("?#") != string_view::npos && text == last)
    return anchor.href.substr(0, anchor.href.size() - last.size()) + http::encode_segment(last);
  const bool is_name = http::has_scheme(anchor.href) && slash == std::string::npos && anchor.href.contains('.') &&
                       !anchor.href.starts_with("mailto:") && text == http::percent_decode(anchor.href);
  return is_name ? "./" + anchor.href : anchor.href;
}

class HtmlCollector {
 public:
  HtmlCollector(const http::WebAddress& base, ChildCollector& into) : base_(base), into_(into) {}

  bool take(const Row& row) {
    for (const auto& anchor : row.anchors) {
      if (anchor.href.empty()) continue;
      const auto target = http::resolve(base_, link_of(anchor));
      if (!target) continue;
      leads_up_ = leads_up_ || is_above(*target);
      if (auto* child = into_.add_link(*target)) {
        child->is_folder = child->is_folder || anchor.is_called_folder;
        names_.push_back(child->name);
      }
    }
    tell(row);
    return ++rows_ < most_rows;
  }
  bool leads_up() const { return leads_up_; }

 private:
  static constexpr std::int64_t most_rows = 2'000'000;

  bool is_above(const http::WebAddress& target) const {
    return target.has_origin_of(into_.folder()) && target.path.ends_with('/') &&
           target.path.size() < into_.folder().path.size() && into_.folder().path.starts_with(target.path);
  }

  // What stands in a row belongs to its one link.
  void tell(const Row& row) {
    auto names = std::exchange(names_, {});
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    if (names.size() != 1) return;
    auto* child = into_.find(names.front());
    if (child == nullptr) return;
    const auto facts = facts_of(row);
    child->is_folder = child->is_folder || facts.is_called_folder;
    if (facts.bytes) child->bytes = facts.bytes;
    if (!facts.time) return;
    child->modified_at = facts.time->at;
    child->precision = facts.time->precision;
  }

  const http::WebAddress& base_;
  ChildCollector& into_;
  std::vector<std::string> names_{};
  std::int64_t rows_ = 0;
  bool leads_up_ = false;
};

// An element that stands before all links on every page; where it does not, the links before it are resolved wrongly.
http::WebAddress base_of(const PageText& page, string_view text) {
  std::string base;
  const auto seen = read_rows(text.substr(0, 16 << 10), [](const Row&) { return true; });
  if (seen) base = seen->base;
  if (base.empty()) return page.address;
  return http::resolve(page.address, base).value_or(page.address);
}

}  // namespace

Remote<HtmlOutcome> collect_html(const PageText& page, string_view text, ChildCollector& into) {
  const auto base = base_of(page, text);
  HtmlCollector collector(base, into);
  auto marks = read_rows(text, [&](const Row& row) { return collector.take(row); });
  if (!marks) return http::fail(marks.error());
  HtmlOutcome outcome{.asks_for_password = marks->asks_for_password};
  outcome.style = style_of(text, page.server, collector.leads_up());
  outcome.is_listing = !outcome.style.empty();
  return outcome;
}

}  // namespace sightglass::sources::http_index
