#include "care/rebuild.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "care/write_each.hpp"
#include "core/json_writer.hpp"
#include "database/catalogue.hpp"
#include "database/people.hpp"
#include "database/photo_pairs.hpp"
#include "database/photos.hpp"
#include "filing/catalogue_json.hpp"
#include "filing/derived_images.hpp"
#include "filing/layout.hpp"
#include "filing/sidecar.hpp"
#include "queue/task_queue.hpp"
#include "storage/hashing.hpp"

namespace sightglass::care {
namespace {

// Rows per transaction. Each takes some 0.1 ms, so that a server that runs beside waits for its own writes no longer
// than for a slow disk, and the commit's sync costs next to nothing per row.
constexpr std::size_t batch_size = 250;

class Rebuild {
 public:
  Rebuild(storage::BlobStore& blobs, database::Database& database, const core::Clock& clock,
          const RebuildOptions& options)
      : blobs_(blobs), database_(database), clock_(clock), options_(options) {}

  core::Result<RebuildReport> run();

 private:
  enum class Added : std::uint8_t { made, was_there, is_being_deleted };
  // A document that was read and waits for its row.
  struct Waiting {
    std::string key{};
    std::int64_t RebuildReport::* made = nullptr;
    std::function<core::Result<Added>(database::Session&)> add{};
    // What adding it did; counted once the transaction is committed.
    Added outcome = Added::was_there;
    std::int64_t users_made = 0;
  };
  template <typename Parse, typename Add>
  core::Result<void> add_all(std::string_view prefix, std::int64_t RebuildReport::* made, Parse&& parse, Add&& add);
  core::Result<void> add_later(Waiting waiting);
  core::Result<void> add_waiting();
  void count(const Waiting& done, const core::Result<void>& outcome);
  core::Result<std::vector<std::string>> documents(std::string_view prefix) const;
  core::Result<Added> add_location(database::Session& session, const core::Location& location);
  core::Result<Added> add_asset(database::Session& session, core::Asset asset);
  core::Result<Added> add_job(database::Session& session, core::Job job);
  core::Result<Added> add_photo(database::Session& session, filing::Sidecar sidecar);
  core::Result<Added> add_pair(database::Session& session, core::JobId job, const core::PhotoPair& pair);
  core::Result<core::Job> read_job(std::string_view text);
  core::Result<void> add_pairs();
  core::Result<std::vector<std::string>> photo_sidecars() const;
  core::Result<void> add_photos();
  core::Result<void> keep_known_references(database::Session& session, core::Photo& photo);
  core::Result<void> add_user(database::Session& session, core::UserId id, std::string name);
  bool has_right_original(const std::string& key, const core::Photo& photo);
  void complain(const std::string& key, std::string message);

  storage::BlobStore& blobs_;
  database::Database& database_;
  const core::Clock& clock_;
  const RebuildOptions& options_;
  RebuildReport report_{};
  std::vector<Waiting> waiting_{};
  std::vector<std::pair<core::JobId, core::PhotoPair>> pairs_{};  // read with the jobs, added after the photos
  std::int64_t users_made_ = 0;                                   // by the document under way
};

core::Result<RebuildReport> Rebuild::run() {
  using filing::catalogue_prefix;
  const std::string catalogue(catalogue_prefix);
  SG_TRY(add_all(catalogue + "locations/", &RebuildReport::locations, filing::location_from_json,
                 [this](auto& session, auto& location) { return add_location(session, location); }));
  SG_TRY(add_all(catalogue + "assets/", &RebuildReport::assets, filing::asset_from_json,
                 [this](auto& session, auto& asset) { return add_asset(session, asset); }));
  SG_TRY(add_all(
      catalogue + "jobs/", &RebuildReport::jobs, [this](std::string_view text) { return read_job(text); },
      [this](auto& session, auto& job) { return add_job(session, job); }));
  SG_TRY(add_photos());
  SG_TRY(add_waiting());
  if (!pairs_.empty()) SG_TRY(add_pairs());
  return report_;
}

void Rebuild::complain(const std::string& key, std::string message) {
  constexpr std::size_t most_problems_listed = 10'000;
  if (report_.problems.size() < most_problems_listed) report_.problems.push_back({key, std::move(message)});
}

core::Result<std::vector<std::string>> Rebuild::documents(std::string_view prefix) const {
  std::vector<std::string> keys;
  SG_TRY(blobs_.list(prefix, [&](std::string_view key, const storage::BlobInfo&) {
    if (key.ends_with(".json")) keys.emplace_back(key);
    return true;
  }));
  // Of two that claim one code the elder keeps it, on every file system: ids begin with their time.
  std::ranges::sort(keys);
  return keys;
}

template <typename Parse, typename Add>
core::Result<void> Rebuild::add_all(std::string_view prefix, std::int64_t RebuildReport::* made, Parse&& parse,
                                    Add&& add) {
  SG_ASSIGN(const auto keys, documents(prefix));
  for (const auto& key : keys) {
    const auto text = blobs_.read(key);
    auto document = text ? parse(*text) : decltype(parse(*text))(std::unexpected(text.error()));
    if (!document) {
      complain(key, document.error().message);
    } else {
      SG_TRY(add_later({.key = key, .made = made, .add = [add, kept = *std::move(document)](auto& session) {
                          return add(session, kept);
                        }}));
    }
  }
  return {};
}

core::Result<void> Rebuild::add_later(Waiting waiting) {
  waiting_.push_back(std::move(waiting));
  return waiting_.size() < batch_size ? core::Result<void>{} : add_waiting();
}

core::Result<void> Rebuild::add_waiting() {
  std::vector<WritePart> parts;
  for (auto& waiting : waiting_) {
    parts.push_back([this, &waiting](database::Session& session) -> core::Result<void> {
      users_made_ = 0;
      SG_ASSIGN(waiting.outcome, waiting.add(session));
      waiting.users_made = users_made_;
      return {};
    });
  }
  SG_ASSIGN(const auto outcomes, write_each(database_, parts));
  for (std::size_t i = 0; i < outcomes.size(); ++i) count(waiting_[i], outcomes[i]);
  waiting_.clear();
  if (options_.progress) options_.progress(report_);
  return {};
}

void Rebuild::count(const Waiting& done, const core::Result<void>& outcome) {
  if (!outcome) {
    complain(done.key, "It cannot stand beside what is in the database: " + outcome.error().message);
  } else if (done.outcome == Added::is_being_deleted) {
    complain(done.key, "Somebody deletes this photo; the next start of the server brings that to its end.");
  } else {
    ++(done.outcome == Added::made ? report_.*done.made : report_.were_there);
    report_.users += done.users_made;
  }
}

core::Result<Rebuild::Added> Rebuild::add_location(database::Session& session, const core::Location& location) {
  SG_ASSIGN(const auto row, database::locations::find(session, location.id));
  if (row) return Added::was_there;
  SG_TRY(database::locations::insert(session, location));
  return Added::made;
}

core::Result<Rebuild::Added> Rebuild::add_asset(database::Session& session, core::Asset asset) {
  SG_ASSIGN(const auto row, database::assets::find(session, asset.id));
  if (row) return Added::was_there;
  if (asset.location_id) {
    SG_ASSIGN(const auto location, database::locations::find(session, *asset.location_id));
    if (!location) asset.location_id.reset();
  }
  SG_TRY(database::assets::insert(session, asset));
  return Added::made;
}

core::Result<Rebuild::Added> Rebuild::add_job(database::Session& session, core::Job job) {
  SG_ASSIGN(const auto row, database::jobs::find(session, job.id));
  if (row) return Added::was_there;
  // Assignments and authorship count only with a user behind them; a job's file does not know their names.
  if (job.created_by) SG_TRY(add_user(session, *job.created_by, {}));
  for (const auto& user : job.assigned_to) SG_TRY(add_user(session, user, {}));
  SG_TRY(database::jobs::insert(session, job));
  return Added::made;
}

core::Result<core::Job> Rebuild::read_job(std::string_view text) {
  SG_ASSIGN(auto job, filing::job_from_json(text));
  for (auto& pair : job.pairs) pairs_.emplace_back(job.id, std::move(pair));
  return job;
}

core::Result<void> Rebuild::add_pairs() {
  for (const auto& [job, pair] : pairs_) {
    SG_TRY(add_later({.key = filing::job_key(job),
                      .made = &RebuildReport::pairs,
                      .add = [this, job, pair](auto& session) { return add_pair(session, job, pair); }}));
  }
  return add_waiting();
}

core::Result<Rebuild::Added> Rebuild::add_pair(database::Session& session, core::JobId job,
                                               const core::PhotoPair& pair) {
  SG_ASSIGN(const auto row, database::photo_pairs::find(session, job, pair.id));
  if (row) return Added::was_there;
  for (const auto id : {pair.before, pair.after}) {
    SG_ASSIGN(const auto photo, database::photos::find(session, id));
    // A conflict leaves the rest of the batch standing.
    if (!photo) return core::fail(core::ErrorCode::conflict, "photo " + id.to_string() + " of a pair is not there.");
  }
  if (pair.created_by) SG_TRY(add_user(session, *pair.created_by, {}));
  SG_TRY(database::photo_pairs::insert(session, job, pair));
  return Added::made;
}

core::Result<void> Rebuild::add_user(database::Session& session, core::UserId id, std::string name) {
  SG_ASSIGN(auto row, database::users::find(session, id));
  const std::string placeholder = "lost-" + id.to_string();
  if (row) {
    // A job brought the user back without a name before a photo told it.
    if (name.empty() || row->name != placeholder) return {};
    SG_ASSIGN(const auto other, database::users::find_by_name(session, name));
    if (other) return {};
    row->name = std::move(name);
    return database::users::update(session, *row);
  }
  if (name.empty()) name = placeholder;
  SG_ASSIGN(const auto other, database::users::find_by_name(session, name));
  if (other) name = placeholder;  // an account made since then has the name
  core::User user;
  user.id = id;
  user.name = std::move(name);
  user.is_disabled = true;
  user.created_at = user.updated_at = clock_.now();
  ++users_made_;
  return database::users::insert(session, user);
}

// In the order of upload, which their names begin with: the first photo of given bytes is then inserted first, and
// later ones can name it.
core::Result<std::vector<std::string>> Rebuild::photo_sidecars() const {
  SG_ASSIGN(auto keys, documents(filing::job_photos_prefix));
  SG_ASSIGN(auto more, documents(filing::field_photos_prefix));
  keys.insert(keys.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  const auto name_of = [](const std::string& key) { return std::string_view(key).substr(key.rfind('/') + 1); };
  std::sort(keys.begin(), keys.end(), [&](const auto& a, const auto& b) { return name_of(a) < name_of(b); });
  return keys;
}

core::Result<void> Rebuild::add_photos() {
  SG_ASSIGN(const auto keys, photo_sidecars());
  for (const auto& key : keys) {
    const auto text = blobs_.read(key);
    auto sidecar =
        text ? filing::sidecar_from_json(*text) : core::Result<filing::Sidecar>(std::unexpected(text.error()));
    if (!sidecar) {
      complain(key, sidecar.error().message);
    } else if (has_right_original(key, sidecar->photo)) {
      if (!filing::has_derived(blobs_, sidecar->photo)) ++report_.without_derived;
      SG_TRY(add_later(
          {.key = key, .made = &RebuildReport::photos, .add = [this, kept = *std::move(sidecar)](auto& session) {
             return add_photo(session, kept);
           }}));
    }
  }
  return {};
}

bool Rebuild::has_right_original(const std::string& key, const core::Photo& photo) {
  // A sidecar that was copied elsewhere by hand must not make its photo's files appear twice.
  if (filing::sidecar_key(photo.files) != key) {
    complain(key, "This sidecar is not in its place; it belongs to " + filing::sidecar_key(photo.files) + ".");
    return false;
  }
  const std::string& bytes_key = photo.files.original.empty() ? photo.files.display : photo.files.original;
  const std::int64_t expected = photo.files.original.empty() ? photo.display_bytes : photo.file_bytes;
  const auto info = blobs_.info(bytes_key);
  if (!info || info->bytes != expected) {
    complain(key, bytes_key + " is not there or not of the size the sidecar tells.");
    return false;
  }
  if (!options_.deep || photo.files.original.empty()) return true;
  const auto fd = blobs_.open(bytes_key);
  const auto hash = fd ? storage::sha256_of_file(fd->get()) : std::unexpected(fd.error());
  if (hash && *hash == photo.sha256) return true;
  complain(key, bytes_key + " does not hold the bytes that were uploaded.");
  return false;
}

core::Result<void> Rebuild::keep_known_references(database::Session& session, core::Photo& photo) {
  if (photo.asset_id) {
    SG_ASSIGN(const auto asset, database::assets::find(session, *photo.asset_id));
    if (!asset) photo.asset_id.reset();
  }
  if (photo.location_id) {
    SG_ASSIGN(const auto location, database::locations::find(session, *photo.location_id));
    if (!location) photo.location_id.reset();
  }
  if (!photo.job_id) return {};
  SG_ASSIGN(const auto job, database::jobs::find(session, *photo.job_id));
  if (job) return {};
  // The job's file is lost but its photos tell its number: without it they could not be found under it again.
  core::Job lost;
  lost.id = *photo.job_id;
  lost.title = "Job " + photo.job_id->to_string();
  lost.created_at = lost.updated_at = photo.uploaded_at;
  SG_TRY(database::jobs::insert(session, lost));
  return {};
}

core::Result<Rebuild::Added> Rebuild::add_photo(database::Session& session, filing::Sidecar sidecar) {
  core::Photo& photo = sidecar.photo;
  SG_ASSIGN(const auto row, database::photos::find(session, photo.id));
  if (row) return Added::was_there;
  // A deletion writes its journal before the row goes, and removes the sidecar before the journal.
  bool is_going = false;
  SG_TRY(blobs_.list(filing::journals_prefix(photo.id), [&](std::string_view key, const storage::BlobInfo&) {
    is_going = filing::is_deletion_journal(key);
    return !is_going;
  }));
  if (is_going || !blobs_.info(filing::sidecar_key(photo.files))) return Added::is_being_deleted;
  if (photo.uploaded_by) SG_TRY(add_user(session, *photo.uploaded_by, sidecar.uploader_name));
  SG_TRY(keep_known_references(session, photo));
  SG_ASSIGN(const auto first, database::photos::find_by_hash(session, photo.sha256));
  photo.duplicate_of.reset();
  if (first) photo.duplicate_of = first->duplicate_of.value_or(first->id);
  SG_TRY(database::photos::insert(session, photo));
  SG_ASSIGN(const auto task, queue::enqueue(session,
                                            {.kind = "process_inspection_photo",
                                             .queue = core::TaskQueue::batch,
                                             .photo_id = photo.id,
                                             .request_id = "rebuild"},
                                            clock_.now()));
  SG_TRY(database::photos::set_task(session, photo.id, task, core::ProcessingStatus::pending));
  return Added::made;
}

}  // namespace

core::Result<RebuildReport> rebuild(storage::BlobStore& blobs, database::Database& database, const core::Clock& clock,
                                    const RebuildOptions& options) {
  return Rebuild(blobs, database, clock, options).run();
}

std::string to_json(const RebuildReport& report) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("locations", report.locations).member("assets", report.assets);
  json.member("jobs", report.jobs).member("photos", report.photos).member("pairs", report.pairs);
  json.member("users", report.users);
  json.member("were_there", report.were_there).member("without_derived", report.without_derived);
  json.key("problems").begin_array();
  for (const auto& problem : report.problems) {
    json.begin_object().member("path", problem.path).member("message", problem.message).end_object();
  }
  json.end_array().end_object();
  return text;
}

}  // namespace sightglass::care
