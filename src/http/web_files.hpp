// Sends files of the built web pages: a name is looked up in one folder, never joined from a path.
#pragma once

#include <filesystem>
#include <string_view>

#include "core/result.hpp"
#include "http/message.hpp"

namespace sightglass::http {

// 1–128 of letters, digits, '.', '_' and '-', not beginning with a dot: a plain file name.
bool is_web_file_name(std::string_view name);

// The file `name` of `folder`, as its extension's type, with validators; its .gz neighbour for clients that take gzip.
// Blocks on the disk. not_found for a name that is none, or no such regular file; links are not followed.
core::Result<Response> send_web_file(const Request& request, const std::filesystem::path& folder, std::string_view name,
                                     std::string_view cache_control);

}  // namespace sightglass::http
