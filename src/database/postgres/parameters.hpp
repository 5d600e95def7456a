// Values as a statement's parameters, in the form that the type asks for which the server found for each.
#pragma once

#include <libpq-fe.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "database/database.hpp"

namespace sightglass::database::postgres {

// Owns the encoded bytes; valid for one call of libpq.
class Parameters {
 public:
  // `types` as PQparamtype tells them, as many as values. Text that no PostgreSQL can keep is mended (valid_text).
  Parameters(std::span<const Value> values, std::span<const Oid> types);
  int count() const { return static_cast<int>(pointers_.size()); }
  const char* const* values() const { return pointers_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  std::vector<std::string> encoded_;
  std::vector<const char*> pointers_;  // null for NULL
  std::vector<int> lengths_;
  std::vector<int> formats_;  // 0 text, 1 binary
};

// UTF-8 without NUL, which is all that TEXT takes: what is neither becomes U+FFFD, byte by byte, so that a camera
// model made of garbage never costs an upload.
std::string valid_text(std::string_view text);

}  // namespace sightglass::database::postgres
