// Protocol buffers on the wire: fields with numbers, as bytes. Just what ONNX files are made of.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace sightglass::vision {

// Appends fields; the same calls give the same bytes.
class WireWriter {
 public:
  void number(std::uint32_t field, std::int64_t value);
  void real(std::uint32_t field, float value);
  void text(std::uint32_t field, std::string_view bytes);
  const std::string& bytes() const { return bytes_; }
  std::string take() { return std::move(bytes_); }

 private:
  void varint(std::uint64_t value);
  std::string bytes_{};
};

enum class WireKind : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

struct WireField {
  std::uint32_t number = 0;
  WireKind kind = WireKind::varint;
  std::uint64_t value = 0;   // of varint and the fixed kinds
  std::string_view bytes{};  // of the kind bytes; borrowed from the message

  std::int64_t integer() const { return static_cast<std::int64_t>(value); }
  float real() const;  // of fixed32
};

// Walks through one message's fields; borrows its bytes. Lengths are held against what is left of the message.
class WireReader {
 public:
  explicit WireReader(std::string_view message) : rest_(message) {}
  // Nothing at the end. Errors: invalid_input for what is cut short or no field.
  core::Result<std::optional<WireField>> next();

 private:
  std::string_view rest_;
};

// Calls `each` with every field of a message until one fails: a Result<void>(const WireField&).
template <typename Each>
core::Result<void> each_field(std::string_view message, Each each) {
  WireReader reader(message);
  while (true) {
    SG_ASSIGN(const auto field, reader.next());
    if (!field) return {};
    SG_TRY(each(*field));
  }
}

// Both read a repeated field, packed or one by one, and add to `values` at most until it holds `most`.
// Errors: invalid_input for another kind or a cut list; too_large.
core::Result<void> read_integers(const WireField& field, std::size_t most, std::vector<std::int64_t>& values);
core::Result<void> read_reals(const WireField& field, std::size_t most, std::vector<float>& values);

}  // namespace sightglass::vision
