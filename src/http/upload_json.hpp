// What a sender is told of a resumable upload.
#pragma once

#include <string>

#include "core/result.hpp"
#include "http/message.hpp"
#include "http/services.hpp"
#include "ingest/resumable_uploads.hpp"

namespace sightglass::http {

// The upload as in the OpenAPI document: which photo it became, and which was there before as far as the caller may see
// it. Blocks on the database when it became one.
core::Result<std::string> upload_json(const Services& services, const Request& request,
                                      const ingest::ResumableUploads::View& view);

}  // namespace sightglass::http
