#include "queue/task_log.hpp"

#include "core/json_writer.hpp"

namespace sightglass::queue {
namespace {

constexpr std::string_view name_of(telemetry::Level level) {
  return level == telemetry::Level::warning ? "warning" : "info";
}

// Cut before a character that does not fit as a whole (UTF-8: bytes 10xxxxxx go on with one).
std::string cut(std::string_view words) {
  if (words.size() <= longest_log_line) return std::string(words);
  std::size_t end = longest_log_line;
  while (end > 0 && (static_cast<unsigned char>(words[end]) & 0xc0U) == 0x80U) --end;
  return std::string(words.substr(0, end)) + "…";
}

}  // namespace

void TaskLog::add(telemetry::Level level, std::string_view words) {
  // In the log of the process a warning is one, and everything else a detail: each photo would make lines of its own.
  const bool is_warning = level == telemetry::Level::warning;
  telemetry::log(is_warning ? level : telemetry::Level::debug, "a task says",
                 {{"task", task_.to_string()}, {"words", words}});
  const std::lock_guard lock(mutex_);
  lines_.push_back({.at = clock_.now(), .level = level, .words = cut(words)});
  bytes_ += lines_.back().words.size();
  while (lines_.size() > most_log_lines || bytes_ > most_log_bytes) {
    bytes_ -= lines_.front().words.size();
    lines_.pop_front();
    ++dropped_;
  }
}

TaskLog::Lines TaskLog::lines() const {
  const std::lock_guard lock(mutex_);
  Lines kept{.json = {}, .count = static_cast<std::int64_t>(lines_.size()), .dropped = dropped_};
  core::JsonWriter json(kept.json);
  json.begin_array();
  for (const Line& line : lines_) {
    json.begin_object().member("at", core::to_iso8601(line.at)).member("level", name_of(line.level));
    json.member("words", line.words).end_object();
  }
  json.end_array();
  return kept;
}

core::Result<void> keep_log(database::Session& session, core::TaskId task, std::int32_t attempt,
                            const TaskLog::Lines& lines) {
  if (lines.count == 0) return {};
  SG_TRY(
      session.execute("INSERT INTO task_logs (task_id, attempt, lines, dropped) SELECT id, CAST($2 AS BIGINT), $3, "
                      "CAST($4 AS BIGINT) FROM tasks WHERE id = $1 ON CONFLICT (task_id, attempt) DO UPDATE SET "
                      "lines = excluded.lines, dropped = excluded.dropped",
                      {task, attempt, lines.json, lines.dropped}));
  return {};
}

core::Result<std::vector<AttemptLog>> logs_of(database::Session& session, core::TaskId task) {
  return session.all("SELECT attempt, lines, dropped FROM task_logs WHERE task_id = $1 ORDER BY attempt", {task},
                     [](const database::Row& row) {
                       return AttemptLog{.attempt = static_cast<std::int32_t>(row.integer(0)),
                                         .lines = row.string(1),
                                         .dropped = row.integer(2)};
                     });
}

}  // namespace sightglass::queue
