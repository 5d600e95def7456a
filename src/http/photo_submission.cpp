#include "http/photo_submission.hpp"

#include <charconv>

#include "accounts/access.hpp"
#include "core/json_writer.hpp"
#include "http/object_access.hpp"
#include "http/text_rules.hpp"

namespace sightglass::http {
namespace {

std::optional<std::string> sent(const ReceivedForm& form, std::string_view field) {
  const auto value = form.find(field);
  if (!value || value->empty()) return std::nullopt;
  return std::string(*value);
}

core::Result<core::TaskQueue> read_priority(std::string_view text) {
  if (text.empty() || text == "normal") return core::TaskQueue::normal;
  if (text == "high" || text == "high_priority") return core::TaskQueue::high_priority;
  if (text == "batch") return core::TaskQueue::batch;
  return core::fail(core::invalid_input("priority", "priority must be high, normal or batch"));
}

core::Result<std::vector<std::string>> read_tags(const ReceivedForm& form) {
  std::vector<std::string> tags;
  for (const auto& [name, value] : form.fields) {
    if (name != "tags") continue;
    SG_ASSIGN(auto some, parse_tags(value));
    tags.insert(tags.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
  }
  return check_tags(std::move(tags));
}

core::Result<void> resolve(database::Session& session, const accounts::Caller& caller, const PhotoFields& fields,
                           ingest::Submission& submission) {
  if (fields.job) {
    SG_ASSIGN(const auto job, named_job(session, caller, *fields.job));
    SG_TRY(accounts::may_add_to_job(caller, job));
    submission.job_id = job.id;
  }
  if (fields.asset) {
    SG_ASSIGN(submission.asset_id, named_asset(session, *fields.asset));
  }
  if (fields.location) {
    SG_ASSIGN(submission.location_id, named_location(session, *fields.location));
  }
  return {};
}

std::string creation_details(const core::Photo& photo) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("filename", photo.filename).member("sha256", photo.sha256.to_hex()).end_object();
  return text;
}

}  // namespace

core::Result<bool> read_flag(std::string_view field, std::string_view text) {
  if (text.empty() || text == "false" || text == "0") return false;
  if (text == "true" || text == "1") return true;
  return core::fail(core::invalid_input(std::string(field), std::string(field) + " must be true or false"));
}

core::Result<PhotoFields> read_photo_fields(const ReceivedForm& form) {
  PhotoFields fields;
  fields.description = form.find("description").value_or("");
  SG_TRY(check_text("description", fields.description, max_description_characters));
  SG_ASSIGN(fields.tags, read_tags(form));
  fields.job = sent(form, "job_id");
  fields.asset = sent(form, "asset_id");
  fields.location = sent(form, "location_id");
  SG_ASSIGN(fields.queue, read_priority(form.find("priority").value_or("")));
  SG_ASSIGN(fields.allow_damaged, read_flag("allow_damaged", form.find("allow_damaged").value_or("")));
  return fields;
}

core::Result<ingest::Submission> make_submission(const Services& services, const Request& request,
                                                 const PhotoFields& fields, std::string_view sent_filename) {
  ingest::Submission submission{.original_filename = shown_filename(sent_filename),
                                .description = fields.description,
                                .tags = fields.tags,
                                .uploaded_by = request.caller.user_id,
                                .uploader_name = request.caller.name,
                                .queue = fields.queue,
                                .allow_damaged = fields.allow_damaged,
                                .request_id = request.request_id};
  SG_TRY(services.database.read(
      [&](database::Session& session) { return resolve(session, request.caller, fields, submission); }));
  return submission;
}

core::Result<ingest::Admission::Reservation> admit(const Services& services, const Request& request) {
  const auto declared = request.headers.get("Content-Length");
  std::int64_t expected = services.max_upload_bytes;
  // The transport has checked the header; text that is no length leaves the cautious value.
  std::from_chars(declared.data(), declared.data() + declared.size(), expected);
  return services.admission.admit(expected);
}

core::Result<void> record_creation(const Services& services, const Request& request, database::Session& session,
                                   const core::Photo& photo) {
  return services.audit.append(session, request.caller, origin_of(request),
                               {.action = "photo.create",
                                .object_type = "photo",
                                .object_id = photo.id.to_string(),
                                .details = creation_details(photo)});
}

core::Result<core::Photo> take_in(const Services& services, const Request& request, ReceivedForm& form,
                                  ingest::Submission submission) {
  // Ingest may run this on the writer's thread; it returns before take_in does, so the references hold.
  submission.also = [&services, &request](database::Session& session, const core::Photo& photo) {
    return record_creation(services, request, session, photo);
  };
  SG_ASSIGN(auto accepted, services.ingest.accept(*form.picture, submission));
  auto& photo = accepted.photo;
  if (!photo.duplicate_of) return std::move(photo);
  const auto checked = services.database.read(
      [&](database::Session& session) { return hide_unseen_duplicates(session, request.caller, {&photo, 1}); });
  // The photo is in: that its first copy cannot be looked at now is no reason to say otherwise.
  if (!checked) photo.duplicate_of.reset();
  return std::move(photo);
}

}  // namespace sightglass::http
