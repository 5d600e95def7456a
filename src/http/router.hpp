// Finds the endpoint of a method and path.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "http/endpoint.hpp"

namespace sightglass::http {

// Built once from a table that outlives it; then read-only and safe for any thread. "{name}" in a pattern captures one
// non-empty segment; "{name*}" at its end captures all the rest, slashes included. A literal segment wins over a
// capture wherever both match, else the earlier row.
class Router {
 public:
  explicit Router(const EndpointTable& table);

  struct Match {
    const Endpoint* endpoint = nullptr;  // null when nothing serves this method and path
    Parameters captures{};
    std::string allow{};  // when the path is known but not with this method: "GET, HEAD, OPTIONS"
  };
  // `path` is decoded. HEAD finds GET rows.
  Match match(Method method, std::string_view path) const;

 private:
  struct Segment {
    std::string_view text;  // literal, or the capture's name
    enum class Kind : std::uint8_t { literal, capture, rest } kind = Kind::literal;
  };
  struct Row {
    const Endpoint* endpoint;
    std::vector<Segment> segments;
  };
  static Row parse(const Endpoint& endpoint);
  static bool fits(const Row& row, const std::vector<std::string_view>& segments);
  static bool is_before(const Row& a, const Row& b);
  static Parameters capture(const Row& row, const std::vector<std::string_view>& segments);
  std::string allowed(const std::vector<std::string_view>& segments) const;

  std::vector<Row> rows_;  // ordered by is_before
  // rows_ by first segment, to look at few rows: (text, index range) for literal first segments.
  struct Bucket {
    std::string_view first;
    std::vector<std::size_t> rows;
  };
  std::vector<Bucket> buckets_;
  std::vector<std::size_t> unbucketed_;  // rows that begin with a capture, and "/"
};

}  // namespace sightglass::http
