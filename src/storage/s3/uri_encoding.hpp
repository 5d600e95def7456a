// Percent-encoding of paths and queries as AWS wants it signed.
#pragma once

#include <string>
#include <string_view>

namespace sightglass::storage::s3 {

// All but A–Z a–z 0–9 - . _ ~ as %XX with upper-case digits (AWS, "Create a canonical request", UriEncode).
std::string encode_query(std::string_view text);
// The same, but '/' stays: the segments of a path.
std::string encode_path(std::string_view path);
// The opposite; a '%' without two digits behind it stays as it is.
std::string decode_uri(std::string_view text);

}  // namespace sightglass::storage::s3
