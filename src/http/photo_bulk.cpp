#include "http/photo_bulk.hpp"

#include <algorithm>
#include <memory>

#include "accounts/access.hpp"
#include "database/cursor.hpp"
#include "database/photos.hpp"
#include "database/savepoint.hpp"
#include "http/object_access.hpp"
#include "http/photo_analysis.hpp"
#include "http/text_rules.hpp"
#include "inspection/bursts.hpp"

namespace sightglass::http {
namespace {

core::Result<std::vector<std::string>> read_tags(JsonObject& body, std::string_view name) {
  auto tags = body.optional_strings(name, {.max_items = max_tags, .max_characters = max_tag_characters});
  SG_ASSIGN(auto checked, check_tags(std::move(tags).value_or(std::vector<std::string>{})));
  if (checked.empty()) body.refuse(name, "at least one tag must be named");
  return checked;
}

core::Result<BulkAction> read_assignment(JsonObject& body) {
  auto subject = body.optional_object("assign");
  if (!subject) {
    SG_TRY(body.finish());
    return core::fail(core::invalid_input("assign", "`assign` must be an object"));
  }
  Assign assign;
  assign.change.job = subject->patched_job("job_id");
  assign.change.asset = subject->patched_string("asset_id", max_name_characters);
  assign.change.location = subject->patched_id<core::LocationId>("location_id");
  SG_TRY(subject->finish());
  const int named =
      int{assign.change.job.is_present} + int{assign.change.asset.is_present} + int{assign.change.location.is_present};
  if (named != 1) body.refuse("assign", "name one of `job_id`, `asset_id` and `location_id`");
  return assign;
}

core::Result<BulkAction> read_action(JsonObject& body) {
  constexpr std::string_view names[] = {"add_tags", "remove_tags", "assign", "reprocess", "trash", "restore"};
  if (std::ranges::count_if(names, [&](std::string_view name) { return body.has(name); }) != 1)
    return core::fail(
        core::invalid_input("action", "name one action: add_tags, remove_tags, assign, reprocess, trash or restore"));
  if (body.has("add_tags")) {
    SG_ASSIGN(auto tags, read_tags(body, "add_tags"));
    return AddTags{std::move(tags)};
  }
  if (body.has("remove_tags")) {
    SG_ASSIGN(auto tags, read_tags(body, "remove_tags"));
    return RemoveTags{std::move(tags)};
  }
  if (body.has("assign")) return read_assignment(body);
  const auto must_be_true = [&](std::string_view name) {
    if (!body.required_boolean(name)) body.refuse(name, "must be true");
  };
  if (body.has("reprocess")) return must_be_true("reprocess"), Reprocess{};
  if (body.has("trash")) return must_be_true("trash"), Trash{};
  return must_be_true("restore"), Restore{};
}

// Works on one photo after the other inside the transaction.
class BulkRun {
 public:
  BulkRun(const Services& services, const Request& request, database::Session& session, const BulkAction& action)
      : services_(services), request_(request), session_(session), action_(action) {}

  // Whether the photo is another than before; its error is the reason why it may not be.
  core::Result<bool> change(core::Photo& photo) {
    return std::visit([&](const auto& action) { return perform(action, photo); }, action_);
  }

 private:
  core::Result<bool> perform(const AddTags& action, core::Photo& photo) {
    auto tags = photo.tags;
    for (const auto& tag : action.tags)
      if (std::ranges::find(tags, tag) == tags.end()) tags.push_back(tag);
    if (tags.size() > max_tags) return core::fail(core::ErrorCode::conflict, "it would have more than 50 tags");
    return edit({.tags = std::move(tags)}, photo);
  }
  core::Result<bool> perform(const RemoveTags& action, core::Photo& photo) {
    auto tags = photo.tags;
    std::erase_if(tags, [&](const auto& tag) { return std::ranges::find(action.tags, tag) != action.tags.end(); });
    return edit({.tags = std::move(tags)}, photo);
  }
  core::Result<bool> perform(const Assign& action, core::Photo& photo) { return edit(action.change, photo); }

  core::Result<bool> perform(const Reprocess&, core::Photo& photo) {
    SG_TRY(accounts::may_reprocess_photo(request_.caller, photo));
    SG_ASSIGN(const auto waiting, unfinished_task(session_, photo));
    if (waiting) return false;
    SG_ASSIGN(photo.task_id, enqueue_analysis(services_, session_, photo,
                                              {.queue = core::TaskQueue::batch, .request_id = request_.request_id}));
    SG_TRY(audit("photo.reprocess", photo));
    return true;
  }
  core::Result<bool> perform(const Trash&, core::Photo& photo) {
    return move(photo, services_.clock.now(), "photo.trash");
  }
  core::Result<bool> perform(const Restore&, core::Photo& photo) { return move(photo, std::nullopt, "photo.restore"); }

  core::Result<bool> move(core::Photo& photo, std::optional<core::Instant> trashed_at, std::string_view action) {
    SG_TRY(accounts::may_delete_photo(request_.caller, photo));
    SG_ASSIGN(const bool is_moved, database::photos::set_trashed(session_, photo.id, trashed_at));
    if (!is_moved) return false;
    photo.trashed_at = trashed_at;
    SG_TRY(audit(action, photo));
    return true;
  }

  core::Result<bool> edit(const PhotoChange& change, core::Photo& photo) {
    SG_TRY(accounts::may_change_photo(request_.caller, photo));
    SG_ASSIGN(const auto changed, apply(session_, request_.caller, change, photo));
    if (changed.empty()) return false;
    SG_TRY(database::photos::update(session_, photo));
    SG_TRY(inspection::renew_burst(session_, photo.id, services_.clock.now()));
    SG_TRY(audit("photo.update", photo, details_of(changed)));
    return true;
  }

  core::Result<void> audit(std::string_view action, const core::Photo& photo, std::string details = "{}") {
    return services_.audit.append(session_, request_.caller, origin_of(request_),
                                  {.action = std::string(action),
                                   .object_type = "photo",
                                   .object_id = photo.id.to_string(),
                                   .details = std::move(details)});
  }

  const Services& services_;
  const Request& request_;
  database::Session& session_;
  const BulkAction& action_;
};

// What speaks of one photo only; anything else is an error of the whole request.
bool is_about_one_photo(const core::Error& error) {
  using enum core::ErrorCode;
  return error.code == not_found || error.code == permission_denied || error.code == conflict;
}

core::Result<BulkOutcome> change_all(const Services& services, const Request& request, database::Session& session,
                                     const BulkRequest& bulk) {
  BulkRun run(services, request, session, bulk.action);
  BulkOutcome outcome;
  for (const auto id : bulk.selection.photos) {
    auto photo = visible_photo(session, request.caller, id);
    auto is_changed = photo ? database::in_savepoint(session, [&] { return run.change(*photo); })
                            : core::Result<bool>(std::unexpected(photo.error()));
    if (!is_changed && !is_about_one_photo(is_changed.error())) return std::unexpected(std::move(is_changed).error());
    if (!is_changed)
      outcome.refused.emplace_back(id, is_changed.error().message);
    else if (*is_changed)
      outcome.changed.push_back(std::move(*photo));
  }
  return outcome;
}

// Outside the transaction: a filter may take seconds, and writers wait for one another.
core::Result<std::optional<std::string>> find_photos(const Services& services, const Request& request,
                                                     BulkRequest& bulk) {
  auto& selection = bulk.selection;
  SG_ASSIGN(const auto page, next_page(services, request, selection));
  for (const auto& photo : page.photos) selection.photos.push_back(photo.id);
  if (!page.next) return std::optional<std::string>{};
  return database::encode_cursor(selection.filter->filter.sort, *page.next);
}

}  // namespace

core::Result<BulkRequest> read_bulk_request(const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  BulkRequest bulk;
  SG_ASSIGN(bulk.selection, read_photo_selection(body, most_bulk_photos));
  if (auto& filter = bulk.selection.filter; filter) {
    const auto cursor = body.optional_string("cursor", 512);
    if (cursor) {
      SG_ASSIGN(filter->after, database::decode_cursor(*cursor, filter->filter.sort));
    }
  }
  SG_ASSIGN(bulk.action, read_action(body));
  SG_TRY(body.finish());
  SG_TRY(check_photo_selection(bulk.selection));
  return bulk;
}

core::Result<BulkOutcome> perform(const Services& services, const Request& request, BulkRequest bulk) {
  std::optional<std::string> next;
  if (bulk.selection.filter) {
    SG_ASSIGN(next, find_photos(services, request, bulk));
  }
  SG_ASSIGN(auto outcome, services.database.write([&](database::Session& session) {
    return change_all(services, request, session, bulk);
  }));
  outcome.next = std::move(next);
  return outcome;
}

}  // namespace sightglass::http
