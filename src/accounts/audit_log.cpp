#include "accounts/audit_log.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/json_writer.hpp"
#include "database/people.hpp"
#include "telemetry/log.hpp"

namespace sightglass::accounts {
namespace {

constexpr std::size_t longest_name = 128;
constexpr std::size_t longest_details = 4096;
constexpr std::size_t most_gathered = 20'000;  // about 6 MB
constexpr std::size_t written_at_once = 500;
constexpr auto view_window = std::chrono::minutes(1);

// Cuts at a character's border, and drops what would garble a log line.
std::string clean(std::string_view text, std::size_t longest) {
  if (text.size() > longest) {
    auto end = longest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    text = text.substr(0, end);
  }
  std::string kept(text);
  std::ranges::replace_if(kept, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return kept;
}

core::AuditEntry make_entry(const Caller& caller, const Origin& origin, const AuditEvent& event, core::Instant at) {
  core::AuditEntry entry;
  entry.at = at;
  entry.actor = clean(caller.name, longest_name);
  if (caller.user_id != core::UserId{}) entry.actor_id = caller.user_id.to_string();
  entry.action = event.action;
  entry.object_type = event.object_type;
  entry.object_id = clean(event.object_id, longest_name);
  entry.request_id = clean(origin.request_id, longest_name);
  entry.peer = clean(origin.peer, longest_name);
  // Cut short it would not be JSON any more.
  entry.details = event.details.size() <= longest_details ? event.details : R"({"left_out":"too long"})";
  return entry;
}

// Views of one object by one caller.
struct Views {
  core::AuditEntry entry{};  // of the first view not yet written
  std::int64_t count = 0;    // not yet written
  std::vector<std::string> variants{};
  core::Instant since{};  // when the window began
  bool is_first_written = false;
};

std::string details_of(const Views& views) {
  std::string json;
  core::JsonWriter writer(json);
  writer.begin_object().member("views", views.count).key("variants").begin_array();
  for (const auto& variant : views.variants) writer.string(variant);
  writer.end_array().end_object();
  return json;
}

}  // namespace

struct AuditLog::Impl {
  database::Database& database;
  const core::Clock& clock;
  std::mutex mutex{};  // of the two below
  std::unordered_map<std::string, Views> gathered{};
  std::int64_t overflowed = 0;
  std::mutex flushing{};  // one flush at a time

  std::vector<core::AuditEntry> take_due(core::Instant now, bool is_last);
  core::Result<void> flush(bool is_last);
  core::Result<void> write(std::span<const core::AuditEntry> entries);
  void count_lost(std::int64_t entries);
};

AuditLog::AuditLog(database::Database& database, const core::Clock& clock)
    : impl_(std::make_unique<Impl>(database, clock)) {}

AuditLog::~AuditLog() {
  if (auto flushed = impl_->flush(true); !flushed)
    telemetry::log_error("audit entries lost at shutdown", {{"error", flushed.error().message}});
}

core::Result<void> AuditLog::append(database::Session& session, const Caller& caller, const Origin& origin,
                                    const AuditEvent& event) {
  const auto entry = make_entry(caller, origin, event, impl_->clock.now());
  return database::audit::append(session, std::span(&entry, 1));
}

core::Result<void> AuditLog::record(const Caller& caller, const Origin& origin, const AuditEvent& event) {
  return impl_->database.write([&](database::Session& session) { return append(session, caller, origin, event); });
}

void AuditLog::note_view(const Caller& caller, const Origin& origin, std::string_view object_type,
                         std::string_view object_id, std::string_view variant) {
  std::string key;
  key.reserve(caller.name.size() + object_type.size() + object_id.size() + 2);
  key.append(caller.name).append("\n").append(object_type).append("\n").append(object_id);
  const auto now = impl_->clock.now();
  const std::scoped_lock lock(impl_->mutex);
  auto found = impl_->gathered.find(key);
  if (found == impl_->gathered.end()) {
    if (impl_->gathered.size() >= most_gathered) {
      ++impl_->overflowed;
      return;
    }
    found = impl_->gathered.emplace(std::move(key), Views{.since = now}).first;
  }
  auto& views = found->second;
  if (views.count++ == 0) {
    views.entry = make_entry(caller, origin,
                             {.action = std::string(object_type) + ".view",
                              .object_type = std::string(object_type),
                              .object_id = std::string(object_id)},
                             now);
  }
  if (std::ranges::find(views.variants, variant) == views.variants.end() && views.variants.size() < 8)
    views.variants.emplace_back(variant);
}

core::Result<void> AuditLog::flush() { return impl_->flush(false); }

// The first view goes with the next flush, so that a crash loses seconds; its repeats wait for the window's end.
std::vector<core::AuditEntry> AuditLog::Impl::take_due(core::Instant now, bool is_last) {
  std::vector<core::AuditEntry> due;
  const std::scoped_lock lock(mutex);
  for (auto at = gathered.begin(); at != gathered.end();) {
    auto& views = at->second;
    const bool is_over = is_last || now - views.since >= view_window;
    if (views.count > 0 && (is_over || !views.is_first_written)) {
      due.push_back(std::move(views.entry));
      due.back().details = details_of(views);
      views.count = 0;
      views.variants.clear();
      views.is_first_written = true;
    }
    at = is_over ? gathered.erase(at) : std::next(at);
  }
  if (overflowed > 0) {
    due.push_back(make_entry({.name = "system"}, {},
                             {.action = "audit.overflow",
                              .object_type = "audit",
                              .details = R"({"views_not_named":)" + std::to_string(overflowed) + "}"},
                             now));
    overflowed = 0;
  }
  return due;
}

core::Result<void> AuditLog::Impl::write(std::span<const core::AuditEntry> entries) {
  while (!entries.empty()) {
    // In groups, between which other writers have their turn.
    const auto group = entries.first(std::min(entries.size(), written_at_once));
    auto written = database.write([&](database::Session& session) { return database::audit::append(session, group); });
    if (!written) {
      count_lost(static_cast<std::int64_t>(entries.size()));
      return written;
    }
    entries = entries.subspan(group.size());
  }
  return {};
}

// Entries that could not be written are told of by number once the store takes entries again.
void AuditLog::Impl::count_lost(std::int64_t entries) {
  const std::scoped_lock lock(mutex);
  overflowed += entries;
}

core::Result<void> AuditLog::Impl::flush(bool is_last) {
  const std::scoped_lock lock(flushing);
  const auto due = take_due(clock.now(), is_last);
  return write(due);
}

}  // namespace sightglass::accounts
