// Pages of lists whose key is one id: the opaque cursor, cutting the extra row, the answer's frame.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/json_writer.hpp"
#include "core/result.hpp"
#include "http/endpoint_support.hpp"

namespace sightglass::http {

// base64url of "<list>:<key>"; the list's name keeps a cursor of one list from passing in another.
std::string id_cursor(std::string_view list, std::string_view key);
// The key; invalid_input naming "cursor" when it is not one that id_cursor made for this list.
core::Result<std::string> read_id_cursor(std::string_view list, std::string_view cursor);

// As read_id_cursor, for a key of type `Id`; nullopt when no cursor was sent.
template <typename Id>
core::Result<std::optional<Id>> read_cursor_of(std::string_view list, const std::optional<std::string>& cursor) {
  if (!cursor) return std::optional<Id>{};
  SG_ASSIGN(const auto key, read_id_cursor(list, *cursor));
  const auto id = Id::parse(key);
  if (!id) return core::fail(bad_cursor());
  return id;
}

// `rows` hold one more than asked when a page follows: drops it and returns the cursor that leads on, of the last
// row shown.
template <typename Row>
std::optional<std::string> cut_page(std::vector<Row>& rows, std::int32_t limit, std::string_view list) {
  if (rows.size() <= static_cast<std::size_t>(limit)) return std::nullopt;
  rows.resize(static_cast<std::size_t>(limit));
  return id_cursor(list, rows.back().id.to_string());
}

// {"results":[…],"next":…}
template <typename Row, typename Write>
std::string page_json(const std::vector<Row>& rows, const std::optional<std::string>& next, const Write& write) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().key("results").begin_array();
  for (const auto& row : rows) write(json, row);
  json.end_array().member("next", next).end_object();
  return text;
}

}  // namespace sightglass::http
