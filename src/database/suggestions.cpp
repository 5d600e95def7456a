#include "database/suggestions.hpp"

#include <algorithm>

#include "database/conditions.hpp"
#include "database/dialect.hpp"

namespace sightglass::database::suggestions {
namespace {

// Candidates that are counted: enough that the frequent ones are among them, few enough to count while somebody types.
constexpr std::int32_t most_candidates = 50;

struct Candidate {
  Suggestion suggestion;
  photos::Filter filter;
};

// Where a key's values stand, for the keys whose value is its own text.
struct WordColumn {
  std::string_view table;
  std::string_view column;
  std::string_view condition;  // names the index to walk
};

// Walks from one distinct word to the next through the column's index, so that what many photos share is read once.
std::string distinct_words(const WordColumn& from) {
  const std::string column(from.column);
  const std::string next =
      "(SELECT min(" + column + ") FROM " + std::string(from.table) + " WHERE " + std::string(from.condition);
  return "WITH RECURSIVE words (word) AS (SELECT " + next + ") UNION ALL SELECT " + next + " AND " + column +
         " > word) FROM words WHERE word IS NOT NULL) SELECT word FROM words";
}

core::Result<std::vector<std::string>> find_words(Session& session, const WordColumn& from, const std::string& text) {
  Conditions conditions;
  conditions.add("word IS NOT NULL");
  if (!text.empty()) add_contains(conditions, session.dialect(), "word", text);
  return session.all(
      distinct_words(from) + conditions.where() + " LIMIT " + conditions.parameter(std::int64_t{most_candidates}),
      conditions.parameters(), [](const Row& row) { return row.string(0); });
}

core::Result<std::vector<Candidate>> words(Session& session, Key key, const std::string& text) {
  const WordColumn from = key == Key::tag     ? WordColumn{"photo_tags", "tag", "1 = 1"}
                          : key == Key::label ? WordColumn{"photo_labels", "label", "1 = 1"}
                                              : WordColumn{"photos", "camera_model", "camera_model <> ''"};
  SG_ASSIGN(const auto found, find_words(session, from, text));
  std::vector<Candidate> candidates;
  for (const std::string& word : found) {
    photos::Filter filter;
    (key == Key::tag ? filter.tag : key == Key::label ? filter.label : filter.camera) = word;
    candidates.push_back({{.value = word, .text = word}, filter});
  }
  return candidates;
}

// Rows of (id, what people read) of a table in which people look by name.
template <typename Id>
core::Result<std::vector<Candidate>> named(Session& session, std::string_view table, std::string_view value,
                                           std::string_view shown, std::optional<Id> photos::Filter::* member,
                                           const std::string& text) {
  Conditions conditions;
  if (!text.empty()) add_contains(conditions, session.dialect(), shown, text);
  const std::string sql = "SELECT id, " + std::string(value) + ", " + std::string(shown) + " FROM " +
                          std::string(table) + conditions.where() + " ORDER BY id DESC LIMIT " +
                          conditions.parameter(std::int64_t{most_candidates});
  return session.all(sql, conditions.parameters(), [&](const Row& row) {
    Candidate candidate{{.value = row.string(1), .text = row.string(2)}, {}};
    candidate.filter.*member = row.id<Id>(0);
    return candidate;
  });
}

core::Result<std::vector<Candidate>> find(Session& session, Key key, const std::string& text) {
  using photos::Filter;
  switch (key) {
    case Key::job:
      return named<core::JobId>(session, "jobs", "CAST(id AS TEXT)", "trim(number || ' ' || title)", &Filter::job,
                                text);
    case Key::asset:
      return named<core::AssetId>(session, "assets", "code", "trim(code || ' ' || name)", &Filter::asset, text);
    case Key::location: return named<core::LocationId>(session, "locations", "id", "name", &Filter::location, text);
    case Key::uploader: return named<core::UserId>(session, "users", "name", "name", &Filter::uploader, text);
    case Key::tag:
    case Key::label:
    case Key::camera: break;
  }
  return words(session, key, text);
}

}  // namespace

core::Result<std::vector<Suggestion>> list(Session& session, Key key, const std::string& text,
                                           const photos::Visibility& visibility, std::int32_t limit) {
  SG_ASSIGN(auto candidates, find(session, key, text));
  std::vector<Suggestion> suggestions;
  for (Candidate& candidate : candidates) {
    SG_ASSIGN(candidate.suggestion.count, photos::count(session, candidate.filter, visibility, most_counted));
    // What lets nothing through that may be seen is not even named: a job's title is no business of everybody.
    if (candidate.suggestion.count > 0) suggestions.push_back(std::move(candidate.suggestion));
  }
  std::ranges::sort(suggestions, {}, [](const Suggestion& one) { return std::pair(-one.count, one.text); });
  suggestions.resize(std::min(suggestions.size(), static_cast<std::size_t>(std::max(limit, 1))));
  return suggestions;
}

}  // namespace sightglass::database::suggestions
