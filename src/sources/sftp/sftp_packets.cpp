#include "sources/sftp/sftp_packets.hpp"

#include <utility>

namespace sightglass::sources::sftp {
namespace {

constexpr std::uint32_t version = 3;
constexpr std::uint32_t open_for_reading = 1;
constexpr std::size_t longest_handle = 256;  // section 6.2 of the draft

enum AttributeFlag : std::uint32_t {
  has_size = 1,
  has_owner = 2,
  has_mode = 4,
  has_times = 8,
  is_extended = 1U << 31U
};

class Writer {
 public:
  explicit Writer(PacketType type) : bytes_(4, '\0') { bytes_ += static_cast<char>(type); }
  Writer& number(std::uint32_t value) {
    for (unsigned shift = 32; shift > 0; shift -= 8) bytes_ += static_cast<char>(value >> (shift - 8) & 0xFFU);
    return *this;
  }
  Writer& long_number(std::uint64_t value) {
    return number(static_cast<std::uint32_t>(value >> 32U)).number(static_cast<std::uint32_t>(value));
  }
  Writer& text(std::string_view value) {
    number(static_cast<std::uint32_t>(value.size()));
    bytes_ += value;
    return *this;
  }
  std::string packet() {
    const std::size_t length = bytes_.size() - 4;
    for (std::size_t i = 0; i < 4; ++i) bytes_[i] = static_cast<char>(length >> (24 - 8 * i) & 0xFFU);
    return std::move(bytes_);
  }

 private:
  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  std::optional<std::uint32_t> number() {
    if (rest_.size() < 4) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8U | static_cast<unsigned char>(rest_[i]);
    rest_.remove_prefix(4);
    return value;
  }
  std::optional<std::uint64_t> long_number() {
    const auto high = number();
    const auto low = number();
    if (!high || !low) return std::nullopt;
    return std::uint64_t{*high} << 32U | *low;
  }
  std::optional<std::string_view> text() {
    const auto length = number();
    if (!length || *length > rest_.size()) return std::nullopt;
    const auto value = rest_.substr(0, *length);
    rest_.remove_prefix(*length);
    return value;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

bool skip_extensions(Reader& reader) {
  const auto count = reader.number();
  if (!count) return false;
  for (std::uint32_t i = 0; i < *count; ++i)
    if (!reader.text() || !reader.text()) return false;
  return true;
}

std::optional<Attributes> read_attributes(Reader& reader) {
  const auto flags = reader.number();
  if (!flags) return std::nullopt;
  Attributes attributes;
  if ((*flags & has_size) != 0 && !(attributes.bytes = reader.long_number())) return std::nullopt;
  if ((*flags & has_owner) != 0 && !reader.long_number()) return std::nullopt;
  if ((*flags & has_mode) != 0 && !(attributes.mode = reader.number())) return std::nullopt;
  // Read at, changed at.
  if ((*flags & has_times) != 0 && (!reader.number() || !(attributes.modified_at = reader.number())))
    return std::nullopt;
  if ((*flags & is_extended) != 0 && !skip_extensions(reader)) return std::nullopt;
  return attributes;
}

}  // namespace

std::string init_request() { return Writer(PacketType::init).number(version).packet(); }

std::string open_request(PacketType type, std::uint32_t id, std::string_view path) {
  Writer writer(type);
  writer.number(id).text(path);
  if (type == PacketType::open) writer.number(open_for_reading).number(0);  // and no attributes
  return writer.packet();
}

std::string handle_request(PacketType type, std::uint32_t id, std::string_view handle) {
  return Writer(type).number(id).text(handle).packet();
}

std::string read_request(std::uint32_t id, std::string_view handle, std::uint64_t offset, std::uint32_t length) {
  return Writer(PacketType::read).number(id).text(handle).long_number(offset).number(length).packet();
}

std::optional<Answer> parse_answer(std::string_view packet) {
  if (packet.empty()) return std::nullopt;
  Reader reader(packet.substr(1));
  const auto id = reader.number();
  if (!id) return std::nullopt;
  return Answer{
      .type = PacketType{static_cast<unsigned char>(packet[0])}, .id = *id, .body = std::string(reader.rest())};
}

std::optional<StatusCode> parse_status(std::string_view body) {
  const auto code = Reader(body).number();
  return code ? std::optional(StatusCode{*code}) : std::nullopt;
}

std::optional<std::string> parse_handle(std::string_view body) {
  const auto handle = Reader(body).text();
  if (!handle || handle->size() > longest_handle) return std::nullopt;
  return std::string(*handle);
}

std::optional<std::string_view> parse_data(std::string_view body) { return Reader(body).text(); }

std::optional<Attributes> parse_attributes(std::string_view body) {
  Reader reader(body);
  return read_attributes(reader);
}

std::optional<std::vector<NamedFile>> parse_names(std::string_view body) {
  Reader reader(body);
  const auto count = reader.number();
  if (!count) return std::nullopt;
  std::vector<NamedFile> names;
  for (std::uint32_t i = 0; i < *count; ++i) {
    const auto name = reader.text();
    const auto line = reader.text();  // as `ls -l` would show it
    auto attributes = read_attributes(reader);
    if (!name || !line || !attributes) return std::nullopt;
    names.push_back({.name = std::string(*name), .attributes = *attributes});
  }
  return names;
}

}  // namespace sightglass::sources::sftp
