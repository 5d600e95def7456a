// The content security policy of the pages.
#pragma once

#include <string>
#include <string_view>

namespace sightglass::http {

// Pages run only their own scripts and show only their own and just-made (blob:, data:) pictures, and those of
// `picture_origins` ("https://host", separated by spaces) when there are any.
inline std::string page_policy(std::string_view picture_origins = {}) {
  std::string policy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:";
  if (!picture_origins.empty()) policy.append(" ").append(picture_origins);
  return policy +
         "; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
}

// Of built files. It matters for workers, which have the policy of their own file and not their page's: they may
// compile WebAssembly (docs/adr/0027), load from here alone, and nothing else.
inline constexpr std::string_view worker_policy =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'";

}  // namespace sightglass::http
