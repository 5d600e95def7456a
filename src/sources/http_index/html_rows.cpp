#include "sources/http_index/html_rows.hpp"

#include <libxml/HTMLparser.h>

#include <algorithm>
#include <array>
#include <memory>

#include "sources/http/failures.hpp"

namespace sightglass::sources::http_index {
namespace {

using std::string_view;

// Text beside a link is a date and a size; descriptions may be longer and are of no use.
constexpr std::size_t longest_cell = 256;
constexpr std::size_t longest_href = 16 << 10;
constexpr std::size_t most_cells = 64;
constexpr std::size_t most_anchors = 64;
// Pages of servers are ten deep. libxml2 searches the open elements at each end tag, so that depth costs its square.
constexpr int deepest = 500;
constexpr std::size_t piece_bytes = 256 << 10;

bool is_one_of(string_view name, std::initializer_list<string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

constexpr std::initializer_list<string_view> silent_names{"script", "style", "title", "textarea", "iframe"};

// A tag that the end of the page cuts off says who knows what.
string_view without_open_tag(string_view page) {
  const auto open = page.rfind('<');
  const auto close = page.rfind('>');
  const bool is_open = open != string_view::npos && (close == string_view::npos || close < open);
  return is_open ? page.substr(0, open) : page;
}

class RowReader {
 public:
  explicit RowReader(const std::function<bool(Row)>& take) : take_(take) {}

  Remote<HtmlMarks> read(string_view page);

 private:
  struct FreeParser {
    void operator()(htmlParserCtxt* parser) const {
      if (parser->myDoc != nullptr) xmlFreeDoc(parser->myDoc);
      htmlFreeParserCtxt(parser);
    }
  };
  using Attributes = const xmlChar**;

  static string_view attribute(Attributes attributes, string_view name);
  void start(string_view name, Attributes attributes);
  void start_cell(string_view name, Attributes attributes);
  void start_anchor(Attributes attributes);
  void end(string_view name);
  void text(string_view bytes);
  void line(string_view bytes);
  void add_to_cell(string_view bytes);
  void end_row();

  const std::function<bool(Row)>& take_;
  htmlParserCtxt* parser_ = nullptr;
  HtmlMarks marks_{};
  Row row_{};
  int depth_ = 0;
  int rows_open_ = 0;  // <tr> and <li>
  int silent_ = 0;     // of silent_names
  bool is_in_pre_ = false;
  bool is_in_anchor_ = false;
  bool is_in_time_ = false;
  bool is_cell_in_anchor_ = false;
  bool needs_cell_ = true;
  bool is_too_deep_ = false;
  bool has_ended_ = false;
};

string_view RowReader::attribute(Attributes attributes, string_view name) {
  for (; attributes != nullptr && *attributes != nullptr; attributes += 2)
    if (reinterpret_cast<const char*>(attributes[0]) == name)
      return attributes[1] == nullptr ? string_view() : reinterpret_cast<const char*>(attributes[1]);
  return {};
}

void RowReader::end_row() {
  is_in_anchor_ = is_cell_in_anchor_ = is_in_time_ = false;
  needs_cell_ = true;
  Row row = std::exchange(row_, {});
  if (row.anchors.empty() || has_ended_) return;
  if (take_(std::move(row))) return;
  has_ended_ = true;
  xmlStopParser(parser_);
}

void RowReader::start_anchor(Attributes attributes) {
  is_in_anchor_ = true;
  is_cell_in_anchor_ = false;
  const auto href = attribute(attributes, "href");
  const auto kind = attribute(attributes, "class");
  if (row_.anchors.size() >= most_anchors) end_row(), is_in_anchor_ = true;
  if (href.data() == nullptr || href.size() > longest_href) {
    row_.anchors.push_back({});
    return;
  }
  row_.anchors.push_back(
      {.href = std::string(href), .is_called_folder = kind.contains("directory") || kind.contains("folder")});
}

void RowReader::start_cell(string_view name, Attributes attributes) {
  const auto kind = attribute(attributes, "class");
  if (is_in_anchor_ && !kind.contains("size") && !kind.contains("date")) return;
  is_cell_in_anchor_ = is_in_anchor_;
  needs_cell_ = false;
  if (row_.cells.size() >= most_cells) return;
  auto number = attribute(attributes, "data-size");
  if (number.empty()) number = attribute(attributes, "data-order");
  row_.cells.push_back(
      {.number = std::string(number.substr(0, 24)), .is_called_size = kind.contains("size") || name == "size"});
  if (name != "time") return;
  is_in_time_ = true;
  row_.cells.back().text = attribute(attributes, "datetime").substr(0, longest_cell);
}

void RowReader::start(string_view name, Attributes attributes) {
  if (++depth_ > deepest) {
    is_too_deep_ = true;
    xmlStopParser(parser_);
    return;
  }
  if (is_one_of(name, {"tr", "li"})) {
    end_row();
    ++rows_open_;
  } else if (rows_open_ == 0 && is_one_of(name, {"br", "hr", "p", "div", "h1", "h2", "table", "ul", "pre"})) {
    end_row();
  }
  // The text of these is no page, also where libxml2 finds elements in it.
  if (is_one_of(name, silent_names)) ++silent_;
  if (silent_ > 0) return;
  if (name == "pre") is_in_pre_ = true;
  if (name == "base" && marks_.base.empty()) marks_.base = attribute(attributes, "href").substr(0, longest_href);
  if (name == "input" && attribute(attributes, "type") == "password") marks_.asks_for_password = true;
  if (name == "a") start_anchor(attributes);
  if (is_one_of(name, {"td", "th", "span", "time", "size"})) start_cell(name, attributes);
}

void RowReader::end(string_view name) {
  --depth_;
  if (is_one_of(name, {"tr", "li"})) {
    end_row();
    rows_open_ = std::max(rows_open_ - 1, 0);
  }
  if (is_one_of(name, silent_names)) silent_ = std::max(silent_ - 1, 0);
  if (name == "pre") {
    if (rows_open_ == 0) end_row();
    is_in_pre_ = false;
  }
  if (name == "time") is_in_time_ = false;
  if (is_one_of(name, {"span", "td", "size", "time"})) is_cell_in_anchor_ = false, needs_cell_ = true;
  if (name == "a") is_in_anchor_ = false, needs_cell_ = true;
}

void RowReader::add_to_cell(string_view bytes) {
  if (is_in_time_) return;
  if (needs_cell_ || row_.cells.empty()) {
    if (row_.cells.size() >= most_cells) return;
    row_.cells.emplace_back();
    needs_cell_ = false;
  }
  auto& text = row_.cells.back().text;
  text.append(bytes.substr(0, longest_cell - std::min(longest_cell, text.size())));
}

void RowReader::line(string_view bytes) {
  if (is_in_anchor_ && !is_cell_in_anchor_) {
    if (row_.anchors.empty()) return;
    auto& text = row_.anchors.back().text;
    text.append(bytes.substr(0, longest_href - std::min(longest_href, text.size())));
    return;
  }
  add_to_cell(bytes);
}

void RowReader::text(string_view bytes) {
  if (silent_ > 0) return;
  // A line of <pre> is a row; one of a table's source is none.
  while (is_in_pre_ && rows_open_ == 0 && !is_in_anchor_ && bytes.contains('\n')) {
    const auto end = bytes.find('\n');
    line(bytes.substr(0, end));
    end_row();
    bytes.remove_prefix(end + 1);
  }
  if (!bytes.empty()) line(bytes);
}

Remote<HtmlMarks> RowReader::read(string_view page) {
  htmlSAXHandler handler{};
  handler.startElement = [](void* self, const xmlChar* name, Attributes attributes) {
    static_cast<RowReader*>(self)->start(reinterpret_cast<const char*>(name), attributes);
  };
  handler.endElement = [](void* self, const xmlChar* name) {
    static_cast<RowReader*>(self)->end(reinterpret_cast<const char*>(name));
  };
  handler.characters = handler.ignorableWhitespace = [](void* self, const xmlChar* bytes, int length) {
    static_cast<RowReader*>(self)->text({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length)});
  };
  // Once, and before the first parser: it is not thread-safe by itself.
  [[maybe_unused]] static const bool is_ready = (xmlInitParser(), true);
  const std::unique_ptr<htmlParserCtxt, FreeParser> parser(
      htmlCreatePushParserCtxt(&handler, this, nullptr, 0, nullptr, XML_CHAR_ENCODING_UTF8));
  if (!parser) return http::fail(http::make_failure(Trouble::other, true, "There was no memory for a page."));
  parser_ = parser.get();
  htmlCtxtUseOptions(parser_, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
                                  HTML_PARSE_IGNORE_ENC);
  while (!page.empty() && !has_ended_ && !is_too_deep_) {
    const auto piece = page.substr(0, piece_bytes);
    htmlParseChunk(parser_, piece.data(), static_cast<int>(piece.size()), 0);
    page.remove_prefix(piece.size());
  }
  if (!has_ended_ && !is_too_deep_) htmlParseChunk(parser_, nullptr, 0, 1);
  if (!is_too_deep_) end_row();
  if (is_too_deep_)
    return http::fail(http::make_failure(Trouble::listing, true, "The page is nested beyond all sense.", "base_url"));
  return std::move(marks_);
}

}  // namespace

Remote<HtmlMarks> read_rows(string_view page, const std::function<bool(Row)>& take) {
  return RowReader(take).read(without_open_tag(page));
}

}  // namespace sightglass::sources::http_index
