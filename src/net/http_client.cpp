#include "net/http_client.hpp"

#include <algorithm>

namespace sightglass::net {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool equal_without_case(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

}  // namespace

std::string_view name_of(HttpMethod method) {
  switch (method) {
    case HttpMethod::get: return "GET";
    case HttpMethod::head: return "HEAD";
    case HttpMethod::put: return "PUT";
    case HttpMethod::post: return "POST";
    case HttpMethod::delete_: return "DELETE";
    case HttpMethod::propfind: return "PROPFIND";
  }
  return "GET";
}

std::string_view HttpFields::get(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (equal_without_case(field, name)) return value;
  }
  return {};
}

bool HttpFields::has(std::string_view name) const {
  return std::ranges::any_of(fields_, [&](const auto& field) { return equal_without_case(field.first, name); });
}

}  // namespace sightglass::net
