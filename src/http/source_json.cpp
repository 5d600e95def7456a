#include "http/source_json.hpp"

#include <optional>

#include "core/sha256.hpp"
#include "pulls/source_settings.hpp"

namespace sightglass::http {
namespace {

using core::JsonWriter;
using database::pull_files::Counts;
using database::pull_files::File;
using database::pull_runs::Run;
using database::pull_sources::Source;

void write_time(JsonWriter& json, core::JsonKey name, const std::optional<core::Instant>& at) {
  json.key(name);
  if (at)
    json.string(core::to_iso8601(*at));
  else
    json.null();
}

template <typename Id>
void write_id(JsonWriter& json, core::JsonKey name, const std::optional<Id>& id) {
  json.key(name);
  if (id)
    json.string(id->to_string());
  else
    json.null();
}

void write_members(JsonWriter& json, const Run& run) {
  json.member("id", run.id.to_string()).member("source_id", run.source_id.to_string());
  json.member("cause", run.cause).member("state", database::pull_runs::name_of(run.state)).member("phase", run.phase);
  json.member("max_files", run.max_files).member("requested_by", run.requested_by);
  json.member("requested_at", core::to_iso8601(run.requested_at));
  write_time(json, "started_at", run.started_at);
  write_time(json, "ended_at", run.ended_at);
  json.member("listed", run.listed).member("fresh", run.fresh).member("pulled", run.pulled);
  json.member("skipped", run.skipped).member("failed", run.failed).member("waiting", run.waiting);
  json.member("bytes", run.bytes).member("outcome", run.outcome).member("error", run.error);
}

void write_files(JsonWriter& json, core::JsonKey name, const std::vector<File>& files) {
  json.key(name).begin_array();
  for (const auto& file : files) write_source_file(json, file);
  json.end_array();
}

void write_history(JsonWriter& json, const Source& source) {
  write_id(json, "created_by", source.created_by);
  json.member("created_at", core::to_iso8601(source.created_at));
  json.member("updated_at", core::to_iso8601(source.updated_at));
  json.member("last_pulled_filename", source.last_pulled_filename);
  write_time(json, "last_pull_at", source.last_pull_at);
  write_time(json, "last_new_file_at", source.last_new_file_at);
  json.member("last_error", source.last_error);
  write_time(json, "last_error_at", source.last_error_at);
  write_time(json, "paused_until", source.paused_until);
}

}  // namespace

void write_source_counts(JsonWriter& json, const Counts& counts) {
  json.begin_object().member("seen", counts.seen).member("fetched", counts.fetched).member("stored", counts.stored);
  json.member("skipped", counts.skipped).member("failed", counts.failed).member("given_up", counts.given_up);
  json.end_object();
}

void write_source(JsonWriter& json, const Source& source, const SourceFacts& facts) {
  // Rows hold what parse_settings() took; should one not, it is shown with what holds when nothing is set.
  const auto settings = pulls::parse_settings(source.settings).value_or(pulls::SourceSettings{});
  json.begin_object().member("id", source.id.to_string()).member("name", source.name);
  write_id(json, "location_id", source.location_id);
  json.member("base_url", source.base_url).member("source_type", source.kind).member("auth_type", source.sign_in);
  json.member("auth_username", source.username).member("has_secret", !source.secret.empty());
  json.member("is_active", source.is_active).key("settings").raw(pulls::to_json(settings));
  json.member("clock_offset_seconds", source.clock_offset_seconds);
  write_history(json, source);
  write_time(json, "next_pull_at", facts.next_pull_at);
  json.member("health", name_of(health_of(source, settings.quiet_days, facts.now))).key("counts");
  write_source_counts(json, facts.counts);
  json.key("run");
  if (facts.run)
    write_source_run(json, *facts.run);
  else
    json.null();
  json.end_object();
}

void write_source_run(JsonWriter& json, const Run& run) {
  json.begin_object();
  write_members(json, run);
  json.end_object();
}

void write_source_file(JsonWriter& json, const File& file) {
  json.begin_object().member("id", file.id.to_string()).member("name", file.name).member("path", file.path);
  json.member("bytes", file.bytes);
  write_time(json, "modified_at", file.modified_at);
  json.member("etag", file.etag).member("state", database::pull_files::name_of(file.state));
  json.member("reason", file.reason).member("message", file.message).member("attempts", file.attempts);
  write_time(json, "next_at", file.next_at);
  json.member("is_given_up", file.is_given_up()).member("revision", file.revision).key("sha256");
  if (file.sha256)
    json.string(file.sha256->to_hex());
  else
    json.null();
  write_id(json, "photo_id", file.photo_id);
  json.member("first_seen_at", core::to_iso8601(file.first_seen_at));
  json.member("changed_at", core::to_iso8601(file.changed_at)).end_object();
}

std::string run_report_json(const Run& run, const RunFiles& files) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  write_members(json, run);
  json.key("files").begin_object();
  write_files(json, "pulled", files.pulled);
  write_files(json, "skipped", files.skipped);
  write_files(json, "failed", files.failed);
  json.end_object().end_object();
  return text;
}

std::string trial_json(const pulls::Trial& trial) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().member("reachable", true).member("style", trial.style).member("files", trial.files);
  json.member("folders", trial.folders).key("would_pull").begin_array();
  for (const auto& entry : trial.entries) {
    json.begin_object().member("path", entry.path).member("name", entry.name).member("bytes", entry.bytes);
    write_time(json, "modified_at", entry.modified_at);
    json.member("reason", entry.reason).end_object();
  }
  json.end_array().key("warnings").begin_array();
  for (const auto& warning : trial.warnings) json.string(warning);
  json.end_array().member("seconds", trial.seconds).end_object();
  return text;
}

}  // namespace sightglass::http
