// Short ways to say what went wrong at a source.
#pragma once

#include <string>
#include <utility>

#include "core/no_room.hpp"
#include "sources/gateway.hpp"

namespace sightglass::sources {

core::ErrorCode code_of(Trouble trouble);

// Of one file: others may fare better.
inline std::unexpected<Failure> file_fails(Trouble trouble, std::string message, std::string cause = {}) {
  return std::unexpected(Failure{
      .error = {.code = code_of(trouble), .message = std::move(message), .field = {}, .cause = std::move(cause)},
      .trouble = trouble});
}

// Of the whole source. `field` names the setting that must change, if one must.
inline std::unexpected<Failure> source_fails(Trouble trouble, std::string message, std::string field = {},
                                             std::string cause = {}) {
  return std::unexpected(Failure{.error = {.code = code_of(trouble),
                                           .message = std::move(message),
                                           .field = std::move(field),
                                           .cause = std::move(cause)},
                                 .trouble = trouble,
                                 .concerns_source = true});
}

inline std::unexpected<Failure> stopped() {
  return source_fails(Trouble::stopped, "It was stopped before it was done.");
}

}  // namespace sightglass::sources
