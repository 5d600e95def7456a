// The zip of an archive's photos, made while it is sent.
#pragma once

#include <memory>

#include "core/result.hpp"
#include "http/message.hpp"
#include "http/photo_archives.hpp"
#include "http/photo_bytes.hpp"
#include "http/services.hpp"

namespace sightglass::http {

// Looks at each photo and at the caller's right to see it just before its file is sent. What cannot be had any more is
// left out and told in a text file at the archive's end. `services` and `bytes` outlive the body; `sending` is held as
// long as it lives. unavailable when no archive can be written.
core::Result<std::unique_ptr<StreamedBody>> make_archive_body(const Services& services,
                                                              const std::shared_ptr<PhotoBytes>& bytes,
                                                              const Request& request,
                                                              std::shared_ptr<const PhotoArchive> archive,
                                                              PhotoArchives::Sending sending);

}  // namespace sightglass::http
