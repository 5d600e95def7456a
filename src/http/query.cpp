#include "http/query.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "http/text_rules.hpp"

namespace sightglass::http {
namespace {

template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Four finite numbers between commas.
std::optional<std::array<double, 4>> parse_edges(std::string_view text) {
  std::array<double, 4> edges{};
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const auto comma = i + 1 < edges.size() ? text.find(',') : text.size();
    if (comma == std::string_view::npos) return std::nullopt;
    const auto number = parse_number<double>(text.substr(0, comma));
    if (!number || !std::isfinite(*number)) return std::nullopt;
    edges.at(i) = *number;
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return edges;
}

}  // namespace

QueryReader::QueryReader(const Request& request)
    : parameters_(request.query), was_read_(request.query.pairs().size(), false) {}

void QueryReader::mark_read(std::string_view name) {
  const auto& pairs = parameters_.pairs();
  for (std::size_t i = 0; i < pairs.size(); ++i)
    if (pairs[i].first == name) was_read_[i] = true;
}

std::optional<std::string_view> QueryReader::single(std::string_view name) {
  mark_read(name);
  const auto& pairs = parameters_.pairs();
  if (std::ranges::count(pairs, name, [](const auto& pair) { return std::string_view(pair.first); }) > 1)
    refuse(name, "is given more than once");
  const auto value = parameters_.find(name);
  return value && !value->empty() ? value : std::nullopt;
}

std::optional<std::string> QueryReader::text(std::string_view name, std::size_t max_characters) {
  const auto value = single(name);
  if (!value) return std::nullopt;
  if (auto checked = check_text(name, *value, max_characters); !checked && !error_) error_ = std::move(checked).error();
  return std::string(*value);
}

std::optional<std::int64_t> QueryReader::integer(std::string_view name, IntegerRange range) {
  const auto value = single(name);
  if (!value) return std::nullopt;
  const auto number = parse_number<std::int64_t>(*value);
  if (!number) {
    refuse(name, "must be an integer");
  } else if (*number < range.least || *number > range.most) {
    refuse(name, fmt::format("must be between {} and {}", range.least, range.most));
  }
  return number;
}

std::optional<double> QueryReader::number(std::string_view name, double least, double most) {
  const auto value = single(name);
  if (!value) return std::nullopt;
  const auto number = parse_number<double>(*value);
  // NaN lies nowhere.
  if (!number || !(*number >= least && *number <= most))
    refuse(name, fmt::format("must be a number between {} and {}", least, most));
  return number;
}

std::optional<bool> QueryReader::boolean(std::string_view name) {
  const auto value = single(name);
  if (!value) return std::nullopt;
  if (*value == "true" || *value == "1") return true;
  if (*value != "false" && *value != "0") refuse(name, "must be true or false");
  return false;
}

std::optional<std::string_view> QueryReader::choice(std::string_view name, std::span<const std::string_view> choices) {
  const auto value = single(name);
  if (value && std::ranges::count(choices, *value) == 0)
    refuse(name, fmt::format("must be one of {}", fmt::join(choices, ", ")));
  return value;
}

std::optional<core::Instant> QueryReader::instant(std::string_view name) {
  const auto value = single(name);
  if (!value) return std::nullopt;
  const auto instant = core::parse_iso8601(*value);
  if (!instant) refuse(name, "must be an ISO 8601 date or time such as 2026-11-21T04:12:33Z");
  return instant;
}

std::optional<core::GeoBox> QueryReader::box(std::string_view name) {
  const auto value = single(name);
  if (!value) return std::nullopt;
  const auto edges = parse_edges(*value);
  if (!edges) {
    refuse(name, "must be four numbers: west,south,east,north");
    return std::nullopt;
  }
  const auto [west, south, east, north] = *edges;
  if (std::abs(west) > 180 || std::abs(east) > 180 || std::abs(south) > 90 || std::abs(north) > 90 || south > north)
    refuse(name, "must lie within -180,-90,180,90 with south not above north");
  return core::GeoBox{.west = west, .south = south, .east = east, .north = north};
}

std::vector<std::string> QueryReader::texts(std::string_view name, ListLimits limits) {
  mark_read(name);
  std::vector<std::string> values;
  for (const auto& [key, value] : parameters_.pairs()) {
    if (key != name || value.empty()) continue;
    if (values.size() == limits.max_items) {
      refuse(name, fmt::format("may be given at most {} times", limits.max_items));
      break;
    }
    if (auto checked = check_text(name, value, limits.max_characters); !checked && !error_)
      error_ = std::move(checked).error();
    values.push_back(value);
  }
  return values;
}

void QueryReader::refuse(std::string_view name, std::string_view message) {
  if (!error_) error_ = core::invalid_input(std::string(name), fmt::format("`{}` {}", name, message));
}

core::Result<void> QueryReader::finish() const {
  if (error_) return core::fail(*error_);
  for (std::size_t i = 0; i < was_read_.size(); ++i) {
    if (was_read_[i]) continue;
    const auto& name = parameters_.pairs()[i].first;
    return core::fail(core::invalid_input(name, fmt::format("`{}` is not a parameter of this request", name)));
  }
  return {};
}

}  // namespace sightglass::http
