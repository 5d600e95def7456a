// Takes in resumable uploads whose bytes are all there, for the request that brought the last one or for nobody.
#pragma once

#include "core/photo.hpp"
#include "core/result.hpp"
#include "http/message.hpp"
#include "http/services.hpp"
#include "ingest/resumable_uploads.hpp"

namespace sightglass::http {

// What the caller of `request` announced with the upload, checked anew: a job may have been archived since. Errors as
// of ingest::file_upload(). Blocks.
core::Result<core::Photo> file_upload(const Services& services, const Request& request,
                                      ingest::ResumableUploads::Turn& turn);

// Takes in what is whole and was not taken in, because a disk was full, a decoder was missing or the server was killed:
// nobody need ask for it. What cannot be taken in now waits for the next call. Blocks.
void file_left_uploads(const Services& services);

}  // namespace sightglass::http
