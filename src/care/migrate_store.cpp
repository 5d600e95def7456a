#include "care/migrate_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/json_writer.hpp"
#include "database/store_tables.hpp"
#include "storage/hashing.hpp"

namespace sightglass::care {
namespace {

using core::Result;
using database::Session;
using database::store_tables::Record;
using database::store_tables::Table;

constexpr std::int32_t page_rows = 200;  // of the widest table some 10,000 parameters, of 65,535 that fit a statement

class Move {
 public:
  Move(Session& from, Session& to, const MigrationProgress& progress) : from_(from), to_(to), progress_(progress) {}

  Result<MigrationReport> run() {
    SG_ASSIGN(const auto tables, database::store_tables::list(from_));
    for (const Table& table : tables) SG_TRY(expect_empty(table));
    SG_TRY(database::store_tables::begin_filling(to_, tables));
    for (const Table& table : tables) SG_TRY(copy(table));
    SG_TRY(database::store_tables::end_filling(to_, tables));
    for (const Table& table : tables) SG_TRY(compare(table));
    return std::move(report_);
  }

 private:
  using Visit = std::function<Result<void>(std::vector<Record>&)>;

  Result<void> expect_empty(const Table& table) {
    SG_TRY(database::store_tables::remove_defaults(to_, table));
    SG_ASSIGN(const bool is_empty, database::store_tables::is_empty(to_, table));
    if (is_empty) return {};
    return core::fail(core::ErrorCode::conflict,
                      fmt::format("The target is not empty: its table {} has rows. Nothing was changed; give a "
                                  "database that was just made.",
                                  table.name));
  }

  // The embedded store's rows, page by page, mended.
  Result<void> each_page(const Table& table, std::string_view step, const Visit& visit) {
    std::optional<Record> last;
    for (std::int64_t rows = 0;;) {
      SG_ASSIGN(auto page, database::store_tables::page(from_, table, last ? &*last : nullptr, page_rows));
      if (page.empty()) return {};
      last = page.back();
      rows += static_cast<std::int64_t>(page.size());
      SG_TRY(visit(page));
      if (progress_) progress_(step, table.name, rows);
    }
  }

  Result<void> copy(const Table& table) {
    SG_TRY(each_page(table, "copying", [&](std::vector<Record>& page) {
      for (Record& record : page) report_.mended_texts += database::store_tables::mend(record);
      return database::store_tables::insert(to_, table, page);
    }));
    if (std::ranges::none_of(table.columns, &database::store_tables::Column::is_own_reference)) return {};
    return each_page(table, "linking",
                     [&](std::vector<Record>& page) { return database::store_tables::link(to_, table, page); });
  }

  Result<void> compare(const Table& table) {
    storage::Sha256Hasher hasher;
    MigratedTable seen{.name = table.name};
    std::optional<Record> last;
    SG_TRY(each_page(table, "comparing", [&](std::vector<Record>& page) -> Result<void> {
      const Record* const after = last ? &*last : nullptr;
      SG_ASSIGN(auto copies, database::store_tables::page(to_, table, after, page_rows));
      for (std::size_t i = 0; i < page.size(); ++i) {
        database::store_tables::mend(page[i]);
        const std::string bytes = database::store_tables::bytes_of(page[i]);
        if (i >= copies.size() || database::store_tables::bytes_of(copies[i]) != bytes)
          return differs(table, seen.rows + 1);
        hasher.update(bytes);
        ++seen.rows;
      }
      if (copies.size() > page.size()) return differs(table, seen.rows + 1);
      last = std::move(copies.back());
      return {};
    }));
    SG_ASSIGN(const auto more, database::store_tables::page(to_, table, last ? &*last : nullptr, 1));
    if (!more.empty()) return differs(table, seen.rows + 1);
    seen.sha256 = hasher.value().to_hex();
    report_.rows += seen.rows;
    report_.tables.push_back(std::move(seen));
    return {};
  }

  static Result<void> differs(const Table& table, std::int64_t row) {
    return core::fail(core::internal_error(fmt::format(
        "Row {} of the table {} is not the same in the target, in the order of its key. Nothing was kept there.", row,
        table.name)));
  }

  Session& from_;
  Session& to_;
  const MigrationProgress& progress_;
  MigrationReport report_;
};

}  // namespace

Result<MigrationReport> migrate_store(database::Database& embedded, database::Database& target,
                                      const MigrationProgress& progress) {
  return embedded.read([&](Session& from) -> Result<MigrationReport> {
    // Guarded: the tables are locked against others while their triggers rest.
    return target.write_guarded([&](Session& to) { return Move(from, to, progress).run(); });
  });
}

std::string to_json(const MigrationReport& report) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("rows", report.rows).member("mended_texts", report.mended_texts);
  json.key("tables").begin_array();
  for (const auto& table : report.tables)
    json.begin_object()
        .member("name", table.name)
        .member("rows", table.rows)
        .member("sha256", table.sha256)
        .end_object();
  json.end_array().end_object();
  return text;
}

}  // namespace sightglass::care
