#include "http/message.hpp"

#include <algorithm>

namespace sightglass::http {
namespace {

constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool is_same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::ranges::equal(a, b, [](char left, char right) { return to_lower(left) == to_lower(right); });
}

Response with_text(int status, std::string text, std::string content_type) {
  Response response;
  response.status = status;
  response.headers.add("Content-Type", std::move(content_type));
  response.body = std::move(text);
  return response;
}

}  // namespace

std::string_view name_of(Method method) {
  switch (method) {
    case Method::get: return "GET";
    case Method::head: return "HEAD";
    case Method::post: return "POST";
    case Method::put: return "PUT";
    case Method::patch: return "PATCH";
    case Method::delete_: return "DELETE";
    case Method::options: return "OPTIONS";
  }
  return "GET";
}

void Headers::set(std::string_view name, std::string value) {
  for (auto& field : fields_) {
    if (!is_same_name(field.first, name)) continue;
    field.second = std::move(value);
    return;
  }
  fields_.emplace_back(name, std::move(value));
}

std::string_view Headers::get(std::string_view name) const {
  for (const auto& field : fields_)
    if (is_same_name(field.first, name)) return field.second;
  return {};
}

bool Headers::has(std::string_view name) const {
  return std::ranges::any_of(fields_, [name](const auto& field) { return is_same_name(field.first, name); });
}

std::optional<std::string_view> Parameters::find(std::string_view name) const {
  for (const auto& pair : pairs_)
    if (pair.first == name) return pair.second;
  return std::nullopt;
}

Response Response::json(int status, std::string text) { return with_text(status, std::move(text), "application/json"); }

Response Response::html(int status, std::string text) {
  return with_text(status, std::move(text), "text/html; charset=utf-8");
}

Response Response::empty(int status) {
  Response response;
  response.status = status;
  return response;
}

Response Response::deferred() {
  Response response;
  response.is_deferred = true;
  return response;
}

}  // namespace sightglass::http
