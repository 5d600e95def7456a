#include "core/ids.hpp"

#include <sys/random.h>

#include <charconv>
#include <mutex>
#include <system_error>

namespace sightglass::core {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

// A few bytes come whole (getrandom(2)), but early after boot the wait for them can be interrupted.
void fill_random(std::uint8_t* out, std::size_t size) {
  std::size_t filled = 0;
  while (filled < size) {
    const auto got = ::getrandom(out + filled, size - filled, 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      throw std::system_error(errno, std::generic_category(), "getrandom");
    }
    filled += static_cast<std::size_t>(got);
  }
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The 12 bits after the version count ids within one millisecond, so that a burst stays in order
// (RFC 9562, 6.2, method 1). A full counter borrows the next millisecond.
struct Sequence {
  std::mutex mutex;
  std::int64_t millis = 0;
  std::uint32_t counter = 0;
};

}  // namespace

std::string Uuid::to_string() const {
  const auto text = characters();
  return {text.data(), text.size()};
}

std::array<char, 36> Uuid::characters() const {
  std::array<char, 36> text;
  text.fill('-');
  std::size_t at = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) ++at;
    text[at++] = hex_digits[bytes[i] >> 4];
    text[at++] = hex_digits[bytes[i] & 15];
  }
  return text;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  Uuid uuid;
  std::size_t at = 0;
  for (std::size_t i = 0; i < uuid.bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) {
      if (text[at++] != '-') return std::nullopt;
    }
    const int high = hex_value(text[at++]);
    const int low = hex_value(text[at++]);
    if (high < 0 || low < 0) return std::nullopt;
    uuid.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return uuid;
}

Uuid Uuid::make_v7(Instant now) {
  static Sequence sequence;
  Uuid uuid;
  fill_random(uuid.bytes.data() + 8, 8);
  const std::int64_t millis = to_micros(now) / 1000;
  std::int64_t stamp = 0;
  std::uint32_t counter = 0;
  {
    const std::scoped_lock lock(sequence.mutex);
    // A clock that was set back changes nothing: ids go on from the newest millisecond seen.
    if (millis > sequence.millis) {
      sequence.millis = millis;
      sequence.counter = 0;
    } else if (++sequence.counter > 0xfff) {
      ++sequence.millis;
      sequence.counter = 0;
    }
    stamp = sequence.millis;
    counter = sequence.counter;
  }
  for (std::size_t i = 0; i < 6; ++i) uuid.bytes[i] = static_cast<std::uint8_t>(stamp >> (40 - 8 * i));
  // RFC 9562, 4.1 and 4.2: version 7, variant 10.
  uuid.bytes[6] = static_cast<std::uint8_t>(0x70 | (counter >> 8));
  uuid.bytes[7] = static_cast<std::uint8_t>(counter);
  uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3f) | 0x80);
  return uuid;
}

std::optional<JobId> JobId::parse(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 1 || text.front() == '+') return std::nullopt;
  return JobId{value};
}

}  // namespace sightglass::core
