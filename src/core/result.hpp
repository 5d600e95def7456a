// Result<T>: a value or an Error. Expected failures return it; exceptions are for bugs and exhausted memory.
#pragma once

#include <expected>
#include <utility>

#include "core/error.hpp"

namespace sightglass::core {

template <typename T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(Error error) { return std::unexpected<Error>(std::move(error)); }
inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
  return std::unexpected<Error>(Error{.code = code, .message = std::move(message)});
}

}  // namespace sightglass::core

// Gives up on the enclosing function with the error of `expression`, a Result whose value is not needed.
#define SG_TRY(expression)                                                                                  \
  do {                                                                                                      \
    if (auto sg_outcome = (expression); !sg_outcome) return std::unexpected(std::move(sg_outcome).error()); \
  } while (false)

#define SG_JOIN_(a, b) a##b
#define SG_JOIN(a, b) SG_JOIN_(a, b)
#define SG_ASSIGN_(holder, declaration, expression)               \
  auto holder = (expression);                                     \
  if (!holder) return std::unexpected(std::move(holder).error()); \
  declaration = std::move(*holder)

// SG_ASSIGN(auto photo, find(id)): binds the value, or returns the error from the enclosing function.
#define SG_ASSIGN(declaration, expression) SG_ASSIGN_(SG_JOIN(sg_holder_, __LINE__), declaration, expression)
