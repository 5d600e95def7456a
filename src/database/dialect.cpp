#include "database/dialect.hpp"

#include <vector>

#include "database/fold.hpp"

namespace sightglass::database {
namespace {

bool is_word_character(char character) {
  const auto byte = static_cast<unsigned char>(character);
  return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  bool is_inside = false;
  for (const char character : text) {
    const bool belongs = is_word_character(character);
    if (belongs && !is_inside) words.emplace_back();
    if (belongs) words.back() += character;
    is_inside = belongs;
  }
  return words;
}

// Words hold no quote, so a pair of quotes is all it takes that nothing reads as an operator.
std::string to_fts5(const std::vector<std::string>& words) {
  std::string query;
  for (const std::string& word : words) query += (query.empty() ? "\"" : " AND \"") + word + "\"*";
  return query;
}

std::string like_pattern(std::string_view text) {
  std::string pattern = "%";
  for (const char character : text) {
    if (character == '%' || character == '_' || character == '\\') pattern += '\\';
    pattern += character;
  }
  return pattern + "%";
}

}  // namespace

void add_search(Conditions& conditions, Dialect dialect, std::string_view text) {
  const std::vector<std::string> words = words_of(text);
  if (words.empty())
    conditions.add("1 = 0");
  else if (dialect == Dialect::sqlite)
    conditions.add("p.seq IN (SELECT rowid FROM photo_search WHERE photo_search MATCH ?)", {to_fts5(words)});
  else
    conditions.add("p.search @@ search_for(?)", {text});  // which finds the words in the same way
}

void add_contains(Conditions& conditions, Dialect dialect, std::string_view expression, std::string_view text) {
  const std::string function = dialect == Dialect::sqlite ? "fold(" : "lower(";
  conditions.add(function + std::string(expression) + R"() LIKE ? ESCAPE '\')", {like_pattern(fold_case(text))});
}

std::string photo_count_of_job(Dialect dialect) {
  if (dialect == Dialect::sqlite) return "j.photo_count";
  return "CAST(j.photo_count + coalesce((SELECT sum(c.photos) FROM job_photo_counts c WHERE c.job_id = j.id), 0) "
         "AS BIGINT)";
}

std::string shared_lock(Dialect dialect) { return dialect == Dialect::sqlite ? "" : " FOR SHARE"; }

std::string sole_lock(Dialect dialect) { return dialect == Dialect::sqlite ? "" : " FOR UPDATE"; }

}  // namespace sightglass::database
