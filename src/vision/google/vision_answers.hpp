// The JSON that Google Cloud Vision's images:annotate (REST, v1) takes and gives.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "vision/provider.hpp"

namespace sightglass::vision::google {

// {"requests":[{"image":{"content":BASE64},"features":[{"type","maxResults"}]}]}
std::string request_json(std::span<const ProviderPicture> pictures, std::span<const ProviderFeature> features);

// Of an answer with status 200: one outcome for each of `pictures`. A picture's own error (google.rpc.Status) becomes
// ours. Errors: internal when it is not what the service documents.
core::Result<std::vector<core::Result<ProviderAnswer>>> read_answers(std::string_view json,
                                                                     std::span<const ProviderPicture> pictures);

// Of an answer with another status; `body` is its JSON, or whatever a proxy on the way said.
core::Error read_error(int status, std::string_view body);

}  // namespace sightglass::vision::google
