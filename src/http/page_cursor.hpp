// Pages of lists whose key is one id: its cursor, cutting the extra row, the answer's frame.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/json_writer.hpp"
#include "core/result.hpp"
#include "database/cursor.hpp"

namespace sightglass::http {

inline database::CursorKey cursor_key(core::JobId id) { return {.number = id.value}; }
template <typename Tag>
database::CursorKey cursor_key(const core::UuidId<Tag>& id) {
  return {.id = id.value};
}

inline void read_key(const database::CursorKey& key, core::JobId& id) { id.value = key.number; }
template <typename Tag>
void read_key(const database::CursorKey& key, core::UuidId<Tag>& id) {
  id.value = key.id;
}

// The id that `cursor` of the list `list` stands for; nullopt when none was sent; invalid_input naming "cursor" when
// this list did not give it out.
template <typename Id>
core::Result<std::optional<Id>> read_id_cursor(std::string_view list, const std::optional<std::string>& cursor) {
  if (!cursor) return std::optional<Id>{};
  SG_ASSIGN(const auto key, database::decode_cursor(*cursor, list));
  Id id{};
  read_key(key, id);
  return std::optional<Id>(id);
}

// `rows` hold one more than asked when a page follows: drops it and returns the cursor that leads on, of the last
// row shown.
template <typename Row>
std::optional<std::string> cut_page(std::vector<Row>& rows, std::int32_t limit, std::string_view list) {
  if (rows.size() <= static_cast<std::size_t>(limit)) return std::nullopt;
  rows.resize(static_cast<std::size_t>(limit));
  return database::encode_cursor(list, cursor_key(rows.back().id));
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
