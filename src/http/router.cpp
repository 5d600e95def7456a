#include "http/router.hpp"

#include <algorithm>
#include <array>

namespace sightglass::http {
namespace {

// Empty for "/"; a trailing slash makes no segment. Reused per thread so that matching allocates nothing.
const std::vector<std::string_view>& split(std::string_view path) {
  thread_local std::vector<std::string_view> segments;
  segments.clear();
  path.remove_prefix(std::min<std::size_t>(1, path.size()));
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  while (!path.empty()) {
    const auto slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
    if (path.empty()) segments.emplace_back();  // "/a//": an empty segment that no capture takes
  }
  return segments;
}

}  // namespace

Router::Row Router::parse(const Endpoint& endpoint) {
  Row row{.endpoint = &endpoint, .segments = {}};
  for (const auto text : split(endpoint.pattern)) {
    if (!text.starts_with('{')) {
      row.segments.push_back({text, Segment::Kind::literal});
    } else if (text.ends_with("*}")) {
      row.segments.push_back({text.substr(1, text.size() - 3), Segment::Kind::rest});
    } else {
      row.segments.push_back({text.substr(1, text.size() - 2), Segment::Kind::capture});
    }
  }
  return row;
}

// Kinds compared position by position: literal, capture, rest; of two that agree, the shorter pattern.
bool Router::is_before(const Row& a, const Row& b) {
  return std::ranges::lexicographical_compare(a.segments, b.segments, {}, &Segment::kind, &Segment::kind);
}

Router::Router(const EndpointTable& table) {
  for (const auto& endpoint : table) {
    Row row = parse(endpoint);
    rows_.insert(std::ranges::upper_bound(rows_, row, is_before), std::move(row));
  }
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const auto& segments = rows_[i].segments;
    if (segments.empty() || segments.front().kind != Segment::Kind::literal) {
      unbucketed_.push_back(i);
      continue;
    }
    auto bucket = std::ranges::find(buckets_, segments.front().text, &Bucket::first);
    if (bucket == buckets_.end()) bucket = buckets_.insert(bucket, {segments.front().text, {}});
    bucket->rows.push_back(i);
  }
}

bool Router::fits(const Row& row, const std::vector<std::string_view>& segments) {
  for (std::size_t i = 0; i < row.segments.size(); ++i) {
    const auto& wanted = row.segments[i];
    if (wanted.kind == Segment::Kind::rest) return i < segments.size();
    if (i >= segments.size()) return false;
    if (wanted.kind == Segment::Kind::literal ? wanted.text != segments[i] : segments[i].empty()) return false;
  }
  return row.segments.size() == segments.size();
}

Parameters Router::capture(const Row& row, const std::vector<std::string_view>& segments) {
  Parameters captures;
  for (std::size_t i = 0; i < row.segments.size(); ++i) {
    const auto& segment = row.segments[i];
    if (segment.kind == Segment::Kind::capture) captures.add(std::string(segment.text), std::string(segments[i]));
    if (segment.kind != Segment::Kind::rest) continue;
    const char* const end = segments.back().data() + segments.back().size();
    captures.add(std::string(segment.text), std::string(segments[i].data(), end));
  }
  return captures;
}

Router::Match Router::match(Method method, std::string_view path) const {
  const auto& segments = split(path);
  const auto wanted = method == Method::head ? Method::get : method;
  const auto find_in = [&](const std::vector<std::size_t>& candidates) -> const Row* {
    for (const auto index : candidates)
      if (rows_[index].endpoint->method == wanted && fits(rows_[index], segments)) return &rows_[index];
    return nullptr;
  };
  const Row* row = nullptr;
  if (!segments.empty()) {
    const auto bucket = std::ranges::find(buckets_, segments.front(), &Bucket::first);
    if (bucket != buckets_.end()) row = find_in(bucket->rows);
  }
  if (row == nullptr) row = find_in(unbucketed_);
  if (row != nullptr) return {.endpoint = row->endpoint, .captures = capture(*row, segments), .allow = {}};
  return {.endpoint = nullptr, .captures = {}, .allow = allowed(segments)};
}

std::string Router::allowed(const std::vector<std::string_view>& segments) const {
  std::array<bool, 7> methods{};
  bool is_known = false;
  for (const auto& row : rows_) {
    if (!fits(row, segments)) continue;
    is_known = true;
    methods.at(static_cast<std::size_t>(row.endpoint->method)) = true;
  }
  if (!is_known) return {};
  if (methods.at(static_cast<std::size_t>(Method::get))) methods.at(static_cast<std::size_t>(Method::head)) = true;
  methods.at(static_cast<std::size_t>(Method::options)) = true;
  std::string allow;
  for (std::size_t i = 0; i < methods.size(); ++i) {
    if (!methods.at(i)) continue;
    if (!allow.empty()) allow += ", ";
    allow += name_of(static_cast<Method>(i));
  }
  return allow;
}

}  // namespace sightglass::http
