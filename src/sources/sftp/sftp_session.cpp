#include "sources/sftp/sftp_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "core/result.hpp"
#include "sources/failures.hpp"

namespace sightglass::sources::sftp {
namespace {

// Every server must give as much at once (section 3 of the draft), and none need give more.
constexpr std::int64_t piece_bytes = 32 << 10;
// Under way at once, without which each piece would cost a round trip: 2 MiB, some 300 Mbit/s at 50 ms.
constexpr std::size_t most_pieces = 64;
constexpr std::size_t chunk_bytes = 64 << 10;  // asked of the connection at once

}  // namespace

Handle::~Handle() {
  if (session_ != nullptr) session_->close(name_);
}

Remote<std::unique_ptr<SftpSession>> SftpSession::open(const Target& target, const ShouldStop& should_stop,
                                                       std::string& seen_key) {
  SG_ASSIGN(auto connection, SshConnection::open(target, should_stop, seen_key));
  std::unique_ptr<SftpSession> session(new SftpSession(std::move(connection)));
  SG_TRY(session->agree_on_version());
  return session;
}

Remote<void> SftpSession::agree_on_version() {
  SG_TRY(connection_->send(init_request()));
  auto packet = next_packet(connection_->target().limits.answer);
  if (!packet && packet.error().concerns_source) return std::unexpected(std::move(packet).error());
  const auto answer = parse_answer(packet.value_or(""));
  if (answer && answer->type == PacketType::version && answer->id >= 3) return {};
  return source_fails(Trouble::unreachable,
                      fmt::format("{} speaks no SFTP of the version 3.", connection_->target().address.host),
                      "base_url");
}

Remote<Handle> SftpSession::open_handle(PacketType type, const std::string& path) {
  const auto id = next_id_++;
  SG_ASSIGN(const Answer answer, ask(open_request(type, id, path), id));
  if (answer.type != PacketType::handle) return failure_in(answer);
  auto name = parse_handle(answer.body);
  if (!name) return not_understood();
  return Handle(*this, std::move(*name));
}

Remote<Attributes> SftpSession::attributes_of(const Handle& handle) {
  const auto id = next_id_++;
  SG_ASSIGN(const Answer answer, ask(handle_request(PacketType::fstat, id, handle.name()), id));
  if (answer.type != PacketType::attributes) return failure_in(answer);
  const auto attributes = parse_attributes(answer.body);
  if (!attributes) return not_understood();
  return *attributes;
}

Remote<std::vector<NamedFile>> SftpSession::read_names(const Handle& handle) {
  const auto id = next_id_++;
  SG_ASSIGN(const Answer answer, ask(handle_request(PacketType::readdir, id, handle.name()), id));
  if (answer.type == PacketType::status && parse_status(answer.body) == StatusCode::end_of_file)
    return std::vector<NamedFile>{};
  if (answer.type != PacketType::name) return failure_in(answer);
  auto names = parse_names(answer.body);
  // None, without saying that it is the end, could go on for ever.
  if (!names || names->empty()) return not_understood();
  return std::move(*names);
}

struct SftpSession::Piece {
  std::uint32_t id = 0;
  std::int64_t offset = 0;
  std::int64_t length = 0;
  bool is_here = false;
  std::string bytes{};  // fewer than asked for, perhaps: then the rest is asked for anew
};

// Pieces of a file: those that were asked for, in the order of the file. Answers may come in any.
class SftpSession::Reading {
 public:
  Reading(SftpSession& session, const Handle& handle, const ReadRange& range)
      : session_(session), handle_(handle), range_(range), next_(range.begin) {}
  ~Reading() {
    for (const auto& piece : pieces_)
      if (!piece.is_here) session_.unawaited_.insert(piece.id);
  }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  Remote<void> run(const Take& take) {
    while (true) {
      SG_TRY(ask_ahead());
      if (pieces_.empty()) return {};
      while (!pieces_.empty() && pieces_.front().is_here) {
        SG_ASSIGN(const bool is_at_end, take_first(take));
        if (is_at_end) return {};
      }
      if (!pieces_.empty()) SG_TRY(await_one());
    }
  }

 private:
  Remote<void> ask_ahead() {
    while (pieces_.size() < most_pieces && next_ < range_.end) {
      const auto length = std::min(piece_bytes, range_.end - next_);
      pieces_.push_back({.offset = next_, .length = length});
      next_ += length;
      SG_TRY(ask_for(pieces_.back()));
    }
    return {};
  }

  Remote<void> ask_for(Piece& piece) {
    piece.id = session_.next_id_++;
    piece.is_here = false;
    return session_.connection_->send(read_request(piece.id, handle_.name(), static_cast<std::uint64_t>(piece.offset),
                                                   static_cast<std::uint32_t>(piece.length)));
  }

  Remote<void> await_one() {
    SG_ASSIGN(Answer answer, session_.next_answer(range_.patience));
    const auto found =
        std::ranges::find_if(pieces_, [&](const Piece& piece) { return piece.id == answer.id && !piece.is_here; });
    if (found == pieces_.end()) return session_.not_understood();
    found->is_here = true;
    if (answer.type == PacketType::status && parse_status(answer.body) == StatusCode::end_of_file) return {};
    if (answer.type != PacketType::data) return session_.failure_in(answer);
    const auto bytes = parse_data(answer.body);
    if (!bytes || bytes->empty() || std::ssize(*bytes) > found->length) return session_.not_understood();
    found->bytes = *bytes;
    return {};
  }

  // True where the file ends.
  Remote<bool> take_first(const Take& take) {
    Piece& piece = pieces_.front();
    if (piece.bytes.empty()) return true;
    SG_TRY(take(piece.bytes));
    const auto got = std::ssize(piece.bytes);
    if (got == piece.length) {
      pieces_.pop_front();
      return false;
    }
    piece.offset += got;
    piece.length -= got;
    piece.bytes.clear();
    SG_TRY(ask_for(piece));
    return false;
  }

  SftpSession& session_;
  const Handle& handle_;
  const ReadRange& range_;
  std::int64_t next_;
  std::deque<Piece> pieces_{};
};

Remote<void> SftpSession::read(const Handle& handle, const ReadRange& range, const Take& take) {
  return Reading(*this, handle, range).run(take);
}

// The answer tells nothing that anybody could act upon.
void SftpSession::close(const std::string& handle) {
  const auto id = next_id_++;
  unawaited_.insert(id);
  connection_->send_if_possible(handle_request(PacketType::close, id, handle));
}

Remote<Answer> SftpSession::ask(const std::string& request, std::uint32_t id) {
  SG_TRY(connection_->send(request));
  SG_ASSIGN(Answer answer, next_answer(connection_->target().limits.answer));
  if (answer.id != id) return not_understood();
  return answer;
}

Remote<Answer> SftpSession::next_answer(std::chrono::milliseconds patience) {
  while (true) {
    SG_ASSIGN(const std::string packet, next_packet(patience));
    auto answer = parse_answer(packet);
    if (!answer) return not_understood();
    if (unawaited_.erase(answer->id) == 0) return std::move(*answer);
  }
}

Remote<std::string> SftpSession::next_packet(std::chrono::milliseconds patience) {
  std::size_t needed = 4;
  while (true) {
    if (received_.size() >= 4) {
      std::uint32_t length = 0;
      for (std::size_t i = 0; i < 4; ++i) length = length << 8U | static_cast<unsigned char>(received_[i]);
      if (length > longest_packet) return not_understood();
      needed = 4 + length;
    }
    if (received_.size() >= needed && received_.size() >= 4) {
      std::string packet = received_.substr(4, needed - 4);
      received_.erase(0, needed);
      return packet;
    }
    const std::size_t before = received_.size();
    received_.resize(before + chunk_bytes);
    auto got = connection_->receive(received_.data() + before, chunk_bytes, patience);
    received_.resize(before + got.value_or(0));
    if (!got) return std::unexpected(std::move(got).error());
  }
}

std::unexpected<Failure> SftpSession::failure_in(const Answer& answer) const {
  const auto& host = connection_->target().address.host;
  const auto code = answer.type == PacketType::status ? parse_status(answer.body) : std::nullopt;
  if (!code) return not_understood();
  switch (*code) {
    case StatusCode::no_such_file:
    case StatusCode::no_such_path: return file_fails(Trouble::gone, "The file is not there any more.");
    case StatusCode::permission_denied:
      return file_fails(Trouble::refused, fmt::format("{} does not give this file.", host));
    case StatusCode::no_connection:
    case StatusCode::connection_lost:
      return source_fails(Trouble::unreachable, fmt::format("The connection to {} broke off.", host));
    default:
      return file_fails(Trouble::server_error,
                        fmt::format("{} answers with the SFTP error {}.", host, static_cast<std::uint32_t>(*code)));
  }
}

std::unexpected<Failure> SftpSession::not_understood() const {
  return file_fails(Trouble::server_error,
                    fmt::format("{} answers what cannot be understood.", connection_->target().address.host));
}

}  // namespace sightglass::sources::sftp
