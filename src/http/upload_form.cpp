#include "http/upload_form.hpp"

#include <algorithm>
#include <span>

#include "fmt/format.h"
#include "fmt/ranges.h"

namespace sightglass::http {

std::optional<std::string_view> ReceivedForm::find(std::string_view name) const {
  const auto found = std::ranges::find(fields, name, &std::pair<std::string, std::string>::first);
  if (found == fields.end()) return std::nullopt;
  return found->second;
}

UploadForm::UploadForm(storage::BlobStore& blobs, UploadRules rules, ingest::Admission::Reservation room,
                       Complete complete)
    : blobs_(blobs), rules_(std::move(rules)), room_(std::move(room)), complete_(std::move(complete)) {}

core::Result<void> UploadForm::begin_part(const PartHeaders& headers) {
  if (++parts_ > max_parts) {
    return core::fail(core::invalid_input("", fmt::format("a form may have at most {} parts", max_parts)));
  }
  if (headers.name == rules_.file_field) return begin_picture(headers);
  return begin_field(headers);
}

core::Result<void> UploadForm::begin_picture(const PartHeaders& headers) {
  const std::string field(rules_.file_field);
  // Text under the file's name is no file; finish() answers that none was provided.
  if (!headers.filename) {
    into_ = Into::nothing;
    return {};
  }
  if (has_file_part_) {
    return core::fail(core::invalid_input(field, fmt::format("exactly one {} part is allowed", field)));
  }
  has_file_part_ = true;
  form_.sent_filename = *headers.filename;
  // Browsers send an empty name when no file was chosen (WHATWG HTML, 4.10.21.4, "entry list").
  if (form_.sent_filename.empty()) {
    into_ = Into::nothing;
    return {};
  }
  SG_ASSIGN(form_.picture, blobs_.begin_incoming());
  into_ = Into::picture;
  return {};
}

core::Result<void> UploadForm::begin_field(const PartHeaders& headers) {
  if (std::ranges::find(rules_.text_fields, headers.name) == rules_.text_fields.end()) {
    return core::fail(core::invalid_input(
        headers.name,
        fmt::format("unknown field; known are {}, {}", rules_.file_field, fmt::join(rules_.text_fields, ", "))));
  }
  if (headers.filename) {
    return core::fail(core::invalid_input(headers.name, fmt::format("{} must be text, not a file", headers.name)));
  }
  // Only tags may be repeated; of anything else it would be unclear which one counts.
  if (headers.name != "tags" && form_.find(headers.name)) {
    return core::fail(core::invalid_input(headers.name, fmt::format("{} was sent twice", headers.name)));
  }
  form_.fields.emplace_back(headers.name, std::string{});
  into_ = Into::field;
  return {};
}

core::Result<void> UploadForm::write(std::string_view bytes) {
  switch (into_) {
    case Into::picture: return write_picture(bytes);
    case Into::field: return write_field(bytes);
    case Into::nothing: break;
  }
  return {};
}

core::Result<void> UploadForm::write_picture(std::string_view bytes) {
  if (form_.picture->bytes() + static_cast<std::int64_t>(bytes.size()) > rules_.max_file_bytes) {
    return core::fail({.code = core::ErrorCode::too_large,
                       .message = fmt::format("the file is larger than the limit of {} bytes", rules_.max_file_bytes),
                       .field = std::string(rules_.file_field)});
  }
  SG_TRY(form_.picture->write(std::as_bytes(std::span(bytes))));
  room_.note_written(static_cast<std::int64_t>(bytes.size()));
  return {};
}

core::Result<void> UploadForm::write_field(std::string_view bytes) {
  auto& [name, value] = form_.fields.back();
  if (value.size() + bytes.size() > max_field_bytes) {
    return core::fail(core::invalid_input(name, fmt::format("{} is longer than {} bytes", name, max_field_bytes)));
  }
  value += bytes;
  return {};
}

core::Result<void> UploadForm::end_part() {
  into_ = Into::nothing;
  return {};
}

core::Result<Response> UploadForm::finish() {
  const std::string field(rules_.file_field);
  if (!has_file_part_) return core::fail(core::invalid_input(field, "No image provided"));
  if (!form_.picture) return core::fail(core::invalid_input(field, "No image selected"));
  return complete_(form_);
}

}  // namespace sightglass::http
