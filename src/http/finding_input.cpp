#include "http/finding_input.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "database/cursor.hpp"
#include "http/text_rules.hpp"

namespace sightglass::http {
namespace {

using database::findings::Sort;

constexpr std::array<std::string_view, 4> sorts{"newest", "oldest", "confidence", "uncertain"};
constexpr std::array<std::string_view, 5> severities{"none", "low", "medium", "high", "critical"};
constexpr double largest_side = 1e6;     // pixels; more than any picture has
constexpr double longest_look = 86'400;  // seconds
constexpr std::size_t most_class_characters = 200;

// Cursors of one order lead nowhere in another.
std::string list_name(const database::findings::Filter& filter) {
  return "findings." + std::string(sorts.at(static_cast<std::size_t>(filter.sort)));
}

template <typename Enum>
std::optional<Enum> read_name(QueryReader& query, std::string_view name,
                              std::optional<Enum> (*parse)(std::string_view)) {
  const auto text = query.text(name);
  if (!text) return std::nullopt;
  const auto value = parse(*text);
  if (!value) query.refuse(name, "is not one of its words");
  return value;
}

std::optional<double> read_share(QueryReader& query, std::string_view name) {
  const auto text = query.text(name, 32);
  if (!text) return std::nullopt;
  double number = 0;
  const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (failed != std::errc{} || end != text->data() + text->size() || !(number >= 0 && number <= 1)) {
    query.refuse(name, "must be a number from 0 to 1");
    return std::nullopt;
  }
  return number;
}

std::optional<core::JobId> read_job(QueryReader& query) {
  const auto number = query.integer("job", {.least = 1});
  return number ? std::optional(core::JobId{*number}) : std::nullopt;
}

}  // namespace

core::Result<FindingQuery> read_finding_query(QueryReader& query, const FindingQueryForm& form) {
  FindingQuery found;
  auto& filter = found.filter;
  filter.kind = form.kind ? form.kind : read_name(query, "kind", core::finding_kind_from_name);
  filter.state = read_name(query, "state", core::finding_state_from_name);
  filter.photo = query.id<core::PhotoId>("photo");
  filter.asset = query.id<core::AssetId>("asset");
  filter.job = read_job(query);
  filter.location = query.id<core::LocationId>("location");
  if (form.kind.value_or(core::FindingKind::reading) == core::FindingKind::reading)
    filter.meter = query.id<core::MeterId>("meter");
  if (form.kind == core::FindingKind::spotting) filter.burst = query.text("burst", 64);
  filter.class_name = query.text("class");
  filter.model = query.text("model");
  filter.least_confidence = read_share(query, "least_confidence");
  filter.from = query.instant("from");
  filter.to = query.instant("to");
  filter.sort = form.usual_sort;
  if (const auto sort = query.choice("sort", sorts))
    filter.sort = static_cast<Sort>(std::ranges::find(sorts, *sort) - sorts.begin());
  filter.limit =
      static_cast<std::int32_t>(query.integer("limit", {.least = 1, .most = 500}).value_or(form.usual_limit));
  const auto cursor = query.text(form.cursor_name, 512);
  SG_TRY(query.finish());
  if (cursor) {
    auto key = database::decode_cursor(*cursor, list_name(filter));
    if (!key) {
      key.error().field = std::string(form.cursor_name);
      return core::fail(std::move(key).error());
    }
    found.after = {.number = key->number, .id = core::FindingId{key->id}};
  }
  return found;
}

std::string finding_cursor(const FindingQuery& query, const database::findings::PageKey& key) {
  return database::encode_cursor(list_name(query.filter), {.number = key.number, .id = key.id.value});
}

std::optional<core::Box> read_box(JsonObject& body, std::string_view name) {
  auto object = body.optional_object(name);
  if (!object) return std::nullopt;
  const NumberRange place{.least = -largest_side, .most = largest_side};
  const NumberRange side{.least = 0, .most = largest_side};
  const core::Box box{object->required_number("x", place), object->required_number("y", place),
                      object->required_number("width", side), object->required_number("height", side)};
  if (const auto read = object->finish(); !read) body.refuse(name, read.error().message);
  return box;
}

inspection::Word read_word(JsonObject& body) {
  inspection::Word word{.class_name = body.optional_string("class", most_class_characters),
                        .box = read_box(body, "box")};
  if (const auto severity = body.optional_choice("severity", severities))
    word.severity = core::severity_from_name(*severity);
  word.value = body.optional_number("value");
  if (const auto count = body.optional_integer("count", {.least = 0, .most = 10'000}))
    word.count = static_cast<std::int32_t>(*count);
  word.meter = body.optional_id<core::MeterId>("meter_id");
  word.notes = body.optional_string("notes", max_description_characters);
  word.seconds = body.optional_number("seconds", {.least = 0, .most = longest_look});
  word.client_id = body.optional_string("client_id", 64).value_or("");
  word.revision = body.optional_integer("revision", {.least = 1});
  return word;
}

core::Result<void> clip(inspection::Word& word, core::Size upright) {
  if (!word.box) return {};
  word.box = core::clipped(*word.box, upright);
  if (word.box->is_empty()) return core::fail(core::invalid_input("box", "nothing of the box lies on the photo"));
  return {};
}

core::Result<std::optional<std::int64_t>> read_if_match(const Request& request) {
  auto text = request.headers.get("If-Match");
  if (text.empty() || text == "*") return std::optional<std::int64_t>{};
  std::int64_t revision = 0;
  const bool is_quoted = text.size() > 2 && text.front() == '"' && text.back() == '"';
  if (is_quoted) text = text.substr(1, text.size() - 2);
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), revision);
  if (!is_quoted || failed != std::errc{} || end != text.data() + text.size())
    return core::fail(core::invalid_input("If-Match", "If-Match names a finding's revision, such as \"3\""));
  return std::optional(revision);
}

}  // namespace sightglass::http
