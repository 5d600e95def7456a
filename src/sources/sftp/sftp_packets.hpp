// What is said over SFTP, version 3 (draft-ietf-secsh-filexfer-02): requests written, answers read. Answers are outside
// text: one that ends too soon is none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sightglass::sources::sftp {

// The longest that OpenSSH sends or takes; a READ of a server's own choice stays below.
inline constexpr std::uint32_t longest_packet = 256 << 10;

enum class PacketType : std::uint8_t {
  init = 1,
  version = 2,
  open = 3,
  close = 4,
  read = 5,
  fstat = 8,
  opendir = 11,
  readdir = 12,
  status = 101,
  handle = 102,
  data = 103,
  name = 104,
  attributes = 105,
};

enum class StatusCode : std::uint32_t {
  ok = 0,
  end_of_file = 1,
  no_such_file = 2,
  permission_denied = 3,
  no_connection = 6,
  connection_lost = 7,
  no_such_path = 10,  // of version 4, which some use
};

struct Attributes {
  std::optional<std::uint64_t> bytes{};
  std::optional<std::uint32_t> mode{};         // with the file's kind, as stat(2) has it
  std::optional<std::uint32_t> modified_at{};  // seconds since 1970
};

struct NamedFile {
  std::string name{};  // as sent; any bytes
  Attributes attributes{};
};

// Requests, with the length in front.
std::string init_request();
// Opens a file for reading, or a directory.
std::string open_request(PacketType type, std::uint32_t id, std::string_view path);
// CLOSE, FSTAT and READDIR.
std::string handle_request(PacketType type, std::uint32_t id, std::string_view handle);
std::string read_request(std::uint32_t id, std::string_view handle, std::uint64_t offset, std::uint32_t length);

// Behind the length. `body` is what follows the request's number.
struct Answer {
  PacketType type{};
  std::uint32_t id = 0;  // of a version: its number
  std::string body{};
};
std::optional<Answer> parse_answer(std::string_view packet);

// Each reads the body of the answer that is called so.
std::optional<StatusCode> parse_status(std::string_view body);
std::optional<std::string> parse_handle(std::string_view body);
std::optional<std::string_view> parse_data(std::string_view body);
std::optional<Attributes> parse_attributes(std::string_view body);
std::optional<std::vector<NamedFile>> parse_names(std::string_view body);

}  // namespace sightglass::sources::sftp
