// An HTML page as rows of links with the text beside them: table rows, list items, lines of <pre>.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sources/gateway.hpp"

namespace sightglass::sources::http_index {

struct Anchor {
  std::string href{};
  std::string text{};
  bool is_called_folder = false;  // by its class: "icon-directory", "folder"
};

struct Cell {
  std::string text{};           // outside of links
  std::string number{};         // data-order, data-size: what a script sorts by
  bool is_called_size = false;  // by its class
};

struct Row {
  std::vector<Anchor> anchors{};
  std::vector<Cell> cells{};  // those before the first link, then those behind
};

struct HtmlMarks {
  std::string base{};  // <base href>, the first
  bool asks_for_password = false;
};

// UTF-8, in which percent signs with two digits stand for bytes that are no UTF-8, whatever encoding the page has.
std::string to_readable(std::string_view page, std::string_view content_type);

// `page`: from to_readable(). Calls `take` with each row that has a link; false from it ends the reading. A failure
// `listing` for a page that is nested beyond all sense.
Remote<HtmlMarks> read_rows(std::string_view page, const std::function<bool(Row)>& take);

}  // namespace sightglass::sources::http_index
