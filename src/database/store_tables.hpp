// The tables of an embedded store as such, row by row, so that all of it can be copied to another store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "database/database.hpp"

namespace sightglass::database::store_tables {

enum class Kind : std::uint8_t { integer, real, text, bytes };

struct Column {
  std::string name{};
  Kind kind = Kind::text;
  bool is_own_reference = false;  // names another row of the same table
};

struct Table {
  std::string name{};
  std::vector<Column> columns{};
  std::vector<std::size_t> key{};  // which columns tell rows apart, in the order of the key
  std::int64_t last_number = 0;    // the highest that was ever given out to a row; 0 where rows are not numbered
};

using Record = std::vector<Value>;  // a row, in the order of the table's columns

// Every table that the migrations made, each behind those it refers to; not what only SQLite needs for itself.
// Read from the catalogue of an embedded store, so that no table of a later migration is forgotten. Blocks, as all
// here.
core::Result<std::vector<Table>> list(Session& embedded);

// Removes what the migrations themselves put there and nobody has changed since.
core::Result<void> remove_defaults(Session& session, const Table& table);
core::Result<bool> is_empty(Session& session, const Table& table);
// The next rows behind `after` (nullptr: from the start) in the order of the key, which is the same in every store.
core::Result<std::vector<Record>> page(Session& session, const Table& table, const Record* after, std::int32_t limit);
// One statement; references to the same table stay empty until link(), because they may lead forward.
core::Result<void> insert(Session& session, const Table& table, std::span<const Record> records);
core::Result<void> link(Session& session, const Table& table, std::span<const Record> records);

// Around insert() and link(), in the same transaction, on the store that is filled: triggers rest in between, because
// what they count is copied as well; at the end, numbers go on behind the last one given out.
core::Result<void> begin_filling(Session& session, std::span<const Table> tables);
core::Result<void> end_filling(Session& session, std::span<const Table> tables);

// The record's bytes with their kinds and lengths: equal for equal rows and for no others.
std::string bytes_of(const Record& record);
// Replaces text that PostgreSQL cannot keep (valid_text.hpp); how many columns it had to.
std::int64_t mend(Record& record);

}  // namespace sightglass::database::store_tables
