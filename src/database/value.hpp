// What goes into a statement and comes out of a row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/ids.hpp"
#include "core/sha256.hpp"
#include "core/time.hpp"

namespace sightglass::database {

struct Bytes {
  std::string value;  // raw bytes
};

// A statement's parameter. Text and bytes are copied for the call.
class Value {
 public:
  using Storage = std::variant<std::monostate, std::int64_t, double, std::string, Bytes>;
  Value() = default;
  Value(std::nullopt_t) {}
  Value(std::int64_t number) : storage_(number) {}
  Value(std::int32_t number) : storage_(std::int64_t{number}) {}
  Value(bool truth) : storage_(std::int64_t{truth}) {}
  Value(double number) : storage_(number) {}
  Value(std::string text) : storage_(std::move(text)) {}
  Value(std::string_view text) : storage_(std::string(text)) {}
  Value(const char* text) : storage_(std::string(text)) {}
  Value(Bytes bytes) : storage_(std::move(bytes)) {}
  Value(core::Instant instant) : storage_(core::to_micros(instant)) {}
  Value(const core::Sha256& hash)
      : storage_(Bytes{std::string(reinterpret_cast<const char*>(hash.bytes.data()), hash.bytes.size())}) {}
  template <typename Tag>
  Value(const core::UuidId<Tag>& id) : storage_(id.to_string()) {}
  Value(core::JobId id) : storage_(id.value) {}
  template <typename T>
  Value(const std::optional<T>& value) {
    if (value) storage_ = Value(*value).storage_;
  }
  const Storage& storage() const { return storage_; }

 private:
  Storage storage_;
};

// One row while its statement stands on it: views die with the next step. Columns count from 0; a NULL reads
// as 0, empty, or nullopt.
class Row {
 public:
  virtual ~Row() = default;
  virtual bool is_null(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual double real(int column) const = 0;
  virtual std::string_view text(int column) const = 0;
  virtual std::string_view bytes(int column) const = 0;

  bool boolean(int column) const { return integer(column) != 0; }
  std::string string(int column) const { return std::string(text(column)); }
  core::Instant instant(int column) const { return core::from_micros(integer(column)); }
  std::optional<core::Instant> optional_instant(int column) const {
    if (is_null(column)) return std::nullopt;
    return instant(column);
  }
  std::optional<double> optional_real(int column) const {
    if (is_null(column)) return std::nullopt;
    return real(column);
  }
  std::optional<std::int64_t> optional_integer(int column) const {
    if (is_null(column)) return std::nullopt;
    return integer(column);
  }
  core::Sha256 sha256(int column) const;
  template <typename Id>
  std::optional<Id> optional_id(int column) const {
    if (is_null(column)) return std::nullopt;
    return Id::parse(text(column));
  }
  template <typename Id>
  Id id(int column) const {
    return optional_id<Id>(column).value_or(Id{});
  }
};

}  // namespace sightglass::database
