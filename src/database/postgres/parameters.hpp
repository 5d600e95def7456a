// Values as a statement's parameters, in the form that the type asks for which the server found for each.
#pragma once

#include <libpq-fe.h>

#include <span>
#include <string>
#include <vector>

#include "database/database.hpp"

namespace sightglass::database::postgres {

// Owns the encoded bytes; valid for one call of libpq.
class Parameters {
 public:
  // `types` as PQparamtype tells them, as many as values. Text that no PostgreSQL can keep is mended
  // (database/valid_text.hpp).
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

}  // namespace sightglass::database::postgres
