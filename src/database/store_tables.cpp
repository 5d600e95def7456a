#include "database/store_tables.hpp"

#include <algorithm>
#include <bit>
#include <iterator>
#include <utility>

#include "database/valid_text.hpp"

namespace sightglass::database::store_tables {
namespace {

std::string in_quotes(const std::string& name) { return "\"" + name + "\""; }

std::string names_of(const Table& table, std::span<const std::size_t> columns) {
  std::string names;
  for (const std::size_t column : columns) names += (names.empty() ? "" : ", ") + in_quotes(table.columns[column].name);
  return names;
}

std::string all_names_of(const Table& table) {
  std::string names;
  for (const Column& column : table.columns) names += (names.empty() ? "" : ", ") + in_quotes(column.name);
  return names;
}

// "$first, …", `count` of them.
std::string placeholders(std::size_t first, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += (i == 0 ? "$" : ", $") + std::to_string(first + i);
  return text;
}

Kind kind_of(std::string_view declared) {
  if (declared == "BIGINT" || declared == "INTEGER") return Kind::integer;
  if (declared == "DOUBLE PRECISION") return Kind::real;
  return declared == "BLOB" ? Kind::bytes : Kind::text;
}

core::Result<Table> describe(Session& embedded, std::string name) {
  Table table{.name = std::move(name)};
  std::vector<std::pair<std::int64_t, std::size_t>> key;
  SG_TRY(embedded.run("SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid", {table.name},
                      [&](const Row& row) -> core::Result<void> {
                        if (row.integer(2) > 0) key.emplace_back(row.integer(2), table.columns.size());
                        table.columns.push_back({.name = row.string(0), .kind = kind_of(row.text(1))});
                        return {};
                      }));
  if (key.empty()) return core::fail(core::internal_error("A table without a key cannot be copied.", table.name));
  std::ranges::sort(key);
  for (const auto& [place, column] : key) table.key.push_back(column);
  SG_ASSIGN(const auto last, embedded.first("SELECT seq FROM sqlite_sequence WHERE name = $1", {table.name},
                                            [](const Row& row) { return row.integer(0); }));
  table.last_number = last.value_or(0);
  return table;
}

struct Reference {
  std::string column;
  std::string to;
};

core::Result<std::vector<Reference>> references_of(Session& embedded, const std::string& name) {
  return embedded.all("SELECT \"from\", \"table\" FROM pragma_foreign_key_list($1)", {name},
                      [](const Row& row) { return Reference{row.string(0), row.string(1)}; });
}

Value read_value(const Row& row, int column, Kind kind) {
  if (row.is_null(column)) return {};
  switch (kind) {
    case Kind::integer: return row.integer(column);
    case Kind::real: return row.real(column);
    case Kind::text: return row.string(column);
    case Kind::bytes: break;
  }
  return Bytes{std::string(row.bytes(column))};
}

void append_big_endian(std::string& out, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>((number >> shift) & 0xff);
}

struct Appender {
  std::string& out;
  void operator()(std::monostate) const {}
  void operator()(std::int64_t number) const { append_big_endian(out, static_cast<std::uint64_t>(number)); }
  void operator()(double number) const { append_big_endian(out, std::bit_cast<std::uint64_t>(number)); }
  void operator()(const std::string& text) const {
    append_big_endian(out, text.size());
    out += text;
  }
  void operator()(const Bytes& bytes) const { (*this)(bytes.value); }
};

}  // namespace

core::Result<std::vector<Table>> list(Session& embedded) {
  SG_ASSIGN(auto names, embedded.all("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND "
                                     "name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'schema_migrations' "
                                     "ORDER BY name",
                                     {}, [](const Row& row) { return row.string(0); }));
  std::vector<Table> ordered;
  // Each turn takes those whose references are all there; there is no circle over several tables.
  while (!names.empty()) {
    const auto before = names.size();
    for (auto name = names.begin(); name != names.end();) {
      SG_ASSIGN(const auto references, references_of(embedded, *name));
      const bool is_ready = std::ranges::all_of(references, [&](const Reference& reference) {
        return reference.to == *name || std::ranges::find(ordered, reference.to, &Table::name) != ordered.end();
      });
      if (!is_ready) {
        ++name;
        continue;
      }
      SG_ASSIGN(auto table, describe(embedded, *name));
      for (Column& column : table.columns)
        column.is_own_reference = std::ranges::any_of(references, [&](const Reference& reference) {
          return reference.to == table.name && reference.column == column.name;
        });
      ordered.push_back(std::move(table));
      name = names.erase(name);
    }
    if (names.size() == before) return core::fail(core::internal_error("Tables refer to each other.", names.front()));
  }
  return ordered;
}

core::Result<void> remove_defaults(Session& session, const Table& table) {
  if (table.name != "task_queues") return {};
  SG_TRY(session.execute("DELETE FROM task_queues WHERE changed_at IS NULL", {}));
  return {};
}

core::Result<bool> is_empty(Session& session, const Table& table) {
  SG_ASSIGN(const auto found,
            session.first("SELECT 1 FROM " + in_quotes(table.name) + " LIMIT 1", {}, [](const Row&) { return true; }));
  return !found;
}

core::Result<std::vector<Record>> page(Session& session, const Table& table, const Record* after, std::int32_t limit) {
  Session::Parameters parameters;
  const std::string key = names_of(table, table.key);
  std::string sql = "SELECT " + all_names_of(table) + " FROM " + in_quotes(table.name);
  if (after != nullptr) {
    for (const std::size_t column : table.key) parameters.push_back((*after)[column]);
    sql += " WHERE (" + key + ") > (" + placeholders(1, table.key.size()) + ")";
  }
  parameters.emplace_back(limit);
  sql += " ORDER BY " + key + " LIMIT $" + std::to_string(parameters.size());
  return session.all(sql, parameters, [&](const Row& row) {
    Record record;
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      record.push_back(read_value(row, static_cast<int>(i), table.columns[i].kind));
    return record;
  });
}

core::Result<void> insert(Session& session, const Table& table, std::span<const Record> records) {
  if (records.empty()) return {};
  Session::Parameters parameters;
  std::string rows;
  for (const Record& record : records) {
    rows += (rows.empty() ? "(" : ", (") + placeholders(parameters.size() + 1, record.size()) + ")";
    for (std::size_t i = 0; i < record.size(); ++i)
      parameters.push_back(table.columns[i].is_own_reference ? Value() : record[i]);
  }
  SG_TRY(session.execute("INSERT INTO " + in_quotes(table.name) + " (" + all_names_of(table) + ") VALUES " + rows,
                         parameters));
  return {};
}

core::Result<void> link(Session& session, const Table& table, std::span<const Record> records) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (!table.columns[i].is_own_reference) continue;
    const std::string sql = "UPDATE " + in_quotes(table.name) + " SET " + in_quotes(table.columns[i].name) +
                            " = $1 WHERE (" + names_of(table, table.key) + ") = (" + placeholders(2, table.key.size()) +
                            ")";
    for (const Record& record : records) {
      if (std::holds_alternative<std::monostate>(record[i].storage())) continue;
      Session::Parameters parameters{record[i]};
      for (const std::size_t column : table.key) parameters.push_back(record[column]);
      SG_TRY(session.execute(sql, parameters));
    }
  }
  return {};
}

core::Result<void> begin_filling(Session& session, std::span<const Table> tables) {
  if (session.dialect() != Dialect::postgres)
    return core::fail(core::ErrorCode::unsupported_format, "Only a PostgreSQL database can be filled.");
  for (const Table& table : tables)
    SG_TRY(session.execute("ALTER TABLE " + in_quotes(table.name) + " DISABLE TRIGGER USER"));
  return {};
}

core::Result<void> end_filling(Session& session, std::span<const Table> tables) {
  for (const Table& table : tables) {
    SG_TRY(session.execute("ALTER TABLE " + in_quotes(table.name) + " ENABLE TRIGGER USER"));
    if (table.last_number == 0) continue;
    SG_TRY(session.execute("SELECT setval(pg_get_serial_sequence($1, $2), $3)",
                           {in_quotes(table.name), table.columns[table.key.front()].name, table.last_number}));
  }
  return {};
}

std::string bytes_of(const Record& record) {
  std::string bytes;
  for (const Value& value : record) {
    bytes += static_cast<char>(value.storage().index());
    std::visit(Appender{bytes}, value.storage());
  }
  return bytes;
}

std::int64_t mend(Record& record) {
  std::int64_t mended = 0;
  for (Value& value : record) {
    const auto* text = std::get_if<std::string>(&value.storage());
    if (text == nullptr) continue;
    std::string valid = valid_text(*text);
    if (valid == *text) continue;
    value = Value(std::move(valid));
    ++mended;
  }
  return mended;
}

}  // namespace sightglass::database::store_tables
