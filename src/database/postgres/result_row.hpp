// One row of a result in binary form, read as the seam promises.
#pragma once

#include <vector>

#include "database/postgres/handles.hpp"
#include "database/value.hpp"

namespace sightglass::database::postgres {

// Views lead into the result or into this object, and die with either.
class ResultRow final : public Row {
 public:
  explicit ResultRow(const PGresult* result, int row = 0) : result_(result), row_(row) {}
  bool is_null(int column) const override { return PQgetisnull(result_, row_, column) != 0; }
  std::int64_t integer(int column) const override;
  double real(int column) const override;
  std::string_view text(int column) const override;
  std::string_view bytes(int column) const override;

 private:
  std::string_view raw(int column) const;

  const PGresult* result_;
  int row_;
  // Numbers that were asked for as text, by column.
  mutable std::vector<std::string> written_;
};

}  // namespace sightglass::database::postgres
