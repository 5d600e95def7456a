// From an upload's form fields to what ingest is told of the picture.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "http/endpoint.hpp"
#include "http/services.hpp"
#include "http/upload_form.hpp"
#include "ingest/accept.hpp"
#include "ingest/admission.hpp"

namespace sightglass::http {

// The text fields, checked as far as that needs no database.
struct PhotoFields {
  std::string description{};
  std::vector<std::string> tags{};
  std::optional<std::string> job{};
  std::optional<std::string> asset{};  // id or code
  std::optional<std::string> location{};
  core::TaskQueue queue = core::TaskQueue::normal;
  bool allow_damaged = false;
};

// invalid_input naming the field. Fields that were sent empty count as not sent.
core::Result<PhotoFields> read_photo_fields(const ReceivedForm& form);

// "true", "1", "false", "0", or nothing for false; else invalid_input naming `field`.
core::Result<bool> read_flag(std::string_view field, std::string_view text);

// Resolves what the fields name and adds who sends. Blocks on the database. invalid_input naming the field for
// what is unknown or not visible; permission_denied or conflict when the job takes no photos from this caller.
core::Result<ingest::Submission> make_submission(const Services& services, const Request& request,
                                                 const PhotoFields& fields, std::string_view sent_filename);

// Keeps room in the store for the request's picture: as many bytes as its body declares, or the most that are taken
// when it comes in chunks. Blocks for a moment. Errors as of Admission::admit().
core::Result<ingest::Admission::Reservation> admit(const Services& services, const Request& request);

// The audit entry of a photo that came with `request`, in the transaction that inserts it.
core::Result<void> record_creation(const Services& services, const Request& request, database::Session& session,
                                   const core::Photo& photo);

// Hands picture and submission to ingest, with the audit entry in the same transaction. Blocks.
core::Result<core::Photo> take_in(const Services& services, const Request& request, ReceivedForm& form,
                                  ingest::Submission submission);

}  // namespace sightglass::http
