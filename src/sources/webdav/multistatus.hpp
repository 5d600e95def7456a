// What WebDAV servers answer to PROPFIND (RFC 4918).
#pragma once

#include <string_view>

#include "sources/gateway.hpp"
#include "sources/http/directory_walk.hpp"

namespace sightglass::sources::webdav {

// The question, for servers that answer with all they know unless asked for less.
extern const std::string_view propfind_body;

// `address`: of the folder that was asked for, behind redirects. A failure `listing` for what is no multistatus.
Remote<http::FolderPage> read_multistatus(const http::WebAddress& address, std::string_view xml);

}  // namespace sightglass::sources::webdav
