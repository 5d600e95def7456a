#include <boost/json.hpp>
#include <string>

#include "sources/http_index/listing_page.hpp"
#include "sources/http_index/listing_text.hpp"

namespace sightglass::sources::http_index {
namespace {

namespace json = boost::json;
using std::string_view;

// "/* callback */ name([…]);" as the array alone; anything else as it is.
string_view without_call(string_view text) {
  if (text.starts_with('[') || text.starts_with('{')) return text;
  if (text.starts_with("/*")) {
    const auto end = text.find("*/");
    if (end == string_view::npos) return {};
    text.remove_prefix(end + 2);
  }
  constexpr std::size_t longest_name = 200;
  const auto open = text.substr(0, longest_name).find('(');
  const auto close = text.rfind(')');
  if (open == string_view::npos || close == string_view::npos || close < open) return {};
  return text.substr(open + 1, close - open - 1);
}

const json::array* entries_of(const json::value& value) {
  if (value.is_array()) return &value.get_array();
  if (!value.is_object()) return nullptr;
  for (const auto* key : {"files", "items", "entries"})
    if (const auto* list = value.get_object().if_contains(key); list != nullptr && list->is_array())
      return &list->get_array();
  return nullptr;
}

string_view text_of(const json::object& entry, std::initializer_list<string_view> keys) {
  for (const auto key : keys)
    if (const auto* value = entry.if_contains(key); value != nullptr && value->is_string())
      return {value->get_string().data(), value->get_string().size()};
  return {};
}

bool is_folder(const json::object& entry) {
  const auto type = text_of(entry, {"type"});
  const auto* flag = entry.if_contains("is_dir");
  return type == "directory" || type == "folder" || (flag != nullptr && flag->is_bool() && flag->get_bool());
}

std::optional<std::int64_t> size_of(const json::object& entry) {
  const auto* size = entry.if_contains("size");
  if (size == nullptr) return std::nullopt;
  if (size->is_int64() && size->get_int64() >= 0) return size->get_int64();
  return std::nullopt;
}

void add_entry(const json::object& entry, ChildCollector& into) {
  auto name = text_of(entry, {"name", "base"});
  const bool is_a_folder = is_folder(entry);
  if (is_a_folder && name.ends_with('/')) name.remove_suffix(1);
  auto* child = into.add_name(is_a_folder ? std::string(name) + "/" : std::string(name));
  if (child == nullptr) return;
  child->bytes = size_of(entry);
  if (const auto time = find_time(text_of(entry, {"mtime", "mod_time", "modified"}))) {
    child->modified_at = time->at;
    child->precision = time->precision;
  }
}

}  // namespace

bool collect_json(string_view text, ChildCollector& into, std::string& style) {
  const auto body = without_call(text);
  if (!body.starts_with('[') && !body.starts_with('{') && body.find_first_of("[{") == string_view::npos) return false;
  boost::system::error_code error;
  const auto value = json::parse({body.data(), body.size()}, error, json::storage_ptr(),
                                 {.max_depth = 16, .allow_invalid_utf8 = true});
  const auto* entries = error ? nullptr : entries_of(value);
  if (entries == nullptr) return false;
  style = "JSON";
  for (const auto& entry : *entries) {
    if (entry.is_string()) into.add_name({entry.get_string().data(), entry.get_string().size()});
    if (!entry.is_object()) continue;
    add_entry(entry.get_object(), into);
    if (entry.get_object().contains("mod_time")) style = "Caddy JSON";
    if (entry.get_object().contains("mtime")) style = "nginx JSON";
  }
  return true;
}

}  // namespace sightglass::sources::http_index
