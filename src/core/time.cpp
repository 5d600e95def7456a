#include "core/time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sightglass::core {
namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Reads fixed-width fields from the front of a text; a failure sticks.
class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : rest_(text) {}
  int digits(std::size_t count) {
    if (rest_.size() < count) return fail();
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return fail();
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  bool accept(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!accept(c)) fail();
  }
  void expect(std::string_view text) {
    if (!rest_.starts_with(text)) {
      fail();
      return;
    }
    rest_.remove_prefix(text.size());
  }
  std::string_view take(std::size_t count) {
    if (rest_.size() < count) {
      fail();
      return {};
    }
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  bool at_end() const { return rest_.empty(); }
  bool failed() const { return failed_; }
  int fail() {
    failed_ = true;
    return 0;
  }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

std::optional<sys_days> make_date(int y, int m, int d) {
  const year_month_day date{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
  if (y < 1 || !date.ok()) return std::nullopt;
  return sys_days{date};
}

// An offset or a leap second can lead out of the years 1–9999, to years that our texts have no room for.
std::optional<Instant> inside_calendar(Instant instant) {
  if (instant < sys_days{year{1} / 1 / 1} || instant >= sys_days{year{10'000} / 1 / 1}) return std::nullopt;
  return instant;
}

microseconds read_fraction(FieldReader& in) {
  std::int64_t micros = 0;
  std::int64_t unit = 100'000;
  for (int count = 0; count < 9; ++count) {
    // On a copy: the first character that is no digit ends the fraction and must not spoil the reader.
    FieldReader ahead = in;
    const int digit = ahead.digits(1);
    if (ahead.failed()) break;
    micros += digit * unit;
    unit /= 10;  // 0 from the seventh digit on: they are read, and lost
    in = ahead;
  }
  return microseconds{micros};
}

minutes read_offset(FieldReader& in) {
  if (in.accept('Z') || in.accept('z') || in.at_end()) return minutes{0};
  const bool is_west = in.accept('-');
  if (!is_west) in.expect('+');
  const int offset_hours = in.digits(2);
  in.accept(':');
  const int offset_minutes = in.digits(2);
  if (offset_hours > 23 || offset_minutes > 59) in.fail();
  const minutes east{offset_hours * 60 + offset_minutes};
  return is_west ? -east : east;
}

struct Civil {
  int year, month, day, hour, minute, second, micros;
  unsigned weekday;
};

Civil civil_of(Instant instant) {
  const auto midnight = floor<days>(instant);
  const year_month_day date{midnight};
  const hh_mm_ss clock{instant - midnight};
  return {static_cast<int>(date.year()),
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count()),
          static_cast<int>(clock.subseconds().count()),
          weekday{midnight}.c_encoding()};
}

}  // namespace

Instant SystemClock::now() const { return floor<microseconds>(system_clock::now()); }

std::string to_iso8601(Instant instant) {
  const auto text = iso8601_characters(instant);
  return {text.data(), text.size()};
}

std::array<char, 27> iso8601_characters(Instant instant) {
  const Civil c = civil_of(instant);
  // By hand: a listing writes hundreds of them, and a format string costs five times as much.
  std::array<char, 27> text;
  std::ranges::copy(std::string_view{"0000-00-00T00:00:00.000000Z"}, text.begin());
  const auto put = [&text](std::size_t end, std::size_t digits, auto number) {
    for (; digits > 0; --digits, number /= 10) text[--end] = static_cast<char>('0' + number % 10);
  };
  put(4, 4, c.year);
  put(7, 2, c.month);
  put(10, 2, c.day);
  put(13, 2, c.hour);
  put(16, 2, c.minute);
  put(19, 2, c.second);
  put(26, 6, c.micros);
  return text;
}

std::string to_compact(Instant instant) {
  const Civil c = civil_of(instant);
  return fmt::format("{:04}{:02}{:02}_{:02}{:02}{:02}", c.year, c.month, c.day, c.hour, c.minute, c.second);
}

std::string to_http_date(Instant instant) {
  const Civil c = civil_of(instant);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", weekdays.at(c.weekday), c.day,
                     months.at(static_cast<std::size_t>(c.month - 1)), c.year, c.hour, c.minute, c.second);
}

std::optional<Instant> parse_iso8601(std::string_view text) {
  FieldReader in(text);
  const int y = in.digits(4);
  in.expect('-');
  const int m = in.digits(2);
  in.expect('-');
  const int d = in.digits(2);
  const auto date = make_date(y, m, d);
  if (in.failed() || !date) return std::nullopt;
  if (in.at_end()) return Instant{*date};
  if (!in.accept('T') && !in.accept(' ')) return std::nullopt;
  const int hour = in.digits(2);
  in.expect(':');
  const int minute = in.digits(2);
  int second = 0;
  microseconds fraction{0};
  if (in.accept(':')) {
    second = in.digits(2);
    if (in.accept('.')) fraction = read_fraction(in);
  }
  const minutes offset = read_offset(in);
  if (in.failed() || !in.at_end() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return inside_calendar(Instant{*date} + hours{hour} + minutes{minute} + seconds{second} + fraction - offset);
}

std::optional<Instant> parse_http_date(std::string_view text) {
  FieldReader in(text);
  // The name of the weekday repeats what the date says.
  in.take(3);
  in.expect(", ");
  const int d = in.digits(2);
  in.expect(' ');
  const auto name = in.take(3);
  in.expect(' ');
  const int y = in.digits(4);
  in.expect(' ');
  const int hour = in.digits(2);
  in.expect(':');
  const int minute = in.digits(2);
  in.expect(':');
  const int second = in.digits(2);
  in.expect(" GMT");
  int m = 0;
  for (std::size_t i = 0; i < months.size(); ++i)
    if (months.at(i) == name) m = static_cast<int>(i) + 1;
  // 60 is a leap second (RFC 9110, 5.6.7); it becomes the next minute's first.
  if (in.failed() || !in.at_end() || m == 0 || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const auto date = make_date(y, m, d);
  if (!date) return std::nullopt;
  return inside_calendar(Instant{*date} + hours{hour} + minutes{minute} + seconds{second});
}

}  // namespace sightglass::core
