// Random expressions in zones with every kind of change, held against a search that looks at each minute.
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

#include "queue/schedules/timing.hpp"

namespace sightglass::queue::schedules {
namespace {

using namespace std::chrono;
using core::Instant;

// Beside the changes of these zones: midnight that does not exist (Sao_Paulo 2018), half an hour (Lord_Howe), a day
// left out (Apia 2011), one that came with minutes only (Caracas 2016), and a zone without any.
struct Place {
  const char* zone;
  const char* around;  // an instant near a change
};
constexpr std::array places{
    Place{"Europe/Zurich", "2026-03-29T01:00:00"},       Place{"Europe/Zurich", "2026-10-25T01:00:00"},
    Place{"America/New_York", "2026-11-01T06:00:00"},    Place{"America/Sao_Paulo", "2018-11-04T03:00:00"},
    Place{"Australia/Lord_Howe", "2026-10-03T15:30:00"}, Place{"Australia/Lord_Howe", "2026-04-04T15:00:00"},
    Place{"Pacific/Apia", "2011-12-30T10:00:00"},        Place{"America/Caracas", "2016-05-01T07:00:00"},
    Place{"Africa/Casablanca", "2026-02-15T02:00:00"},   Place{"UTC", "2026-06-30T12:00:00"}};

class Dice {
 public:
  explicit Dice(std::uint32_t seed) : random_(seed) {}
  int roll(int least, int most) { return std::uniform_int_distribution(least, most)(random_); }

  std::string field(int least, int most, int stars) {
    if (roll(0, 99) < stars) return "*";
    std::string text;
    for (int entries = roll(1, 3); entries > 0; --entries) {
      const int first = roll(least, most);
      if (!text.empty()) text += ',';
      switch (roll(0, 3)) {
        case 0: text += "*/" + std::to_string(roll(1, most - least)); break;
        case 1: text += std::to_string(first) + '-' + std::to_string(roll(first, most)); break;
        default: text += std::to_string(first); break;
      }
    }
    return text;
  }
  // Mostly of the early hours, in which clocks are changed.
  std::string expression() {
    const std::string hour = roll(0, 2) == 0 ? field(0, 4, 0) : field(0, 23, 40);
    return field(0, 59, 20) + ' ' + hour + ' ' + field(1, 31, 70) + ' ' + field(1, 12, 90) + ' ' + field(0, 7, 70);
  }

 private:
  std::mt19937 random_;
};

// The rules of timing.hpp, written the slow way.
class Naive {
 public:
  Naive(const CronExpression& cron, const TimeZone& zone) : cron_(cron), zone_(zone) {}

  bool is_due(Instant minute) const {
    const auto local = zone_.local_of(minute);
    const auto period = zone_.period_at(minute);
    const bool is_jump = period.began && period.began->at == minute;
    if (!cron_.is_all_day() && is_jump && skips_a_match(*period.began)) return true;
    if (floor<minutes>(local) != local || !cron_.matches(local)) return false;
    return cron_.is_all_day() || !was_there_before(minute, local);
  }

 private:
  bool skips_a_match(const TimeZone::Change& change) const {
    for (LocalTime local = change.from; local < change.to; local += minutes{1})
      if (cron_.matches(local)) return true;
    return false;
  }
  bool was_there_before(Instant minute, LocalTime local) const {
    for (Instant earlier = minute - hours{25}; earlier < minute; earlier += minutes{1})
      if (zone_.local_of(earlier) == local) return true;
    return false;
  }

  const CronExpression& cron_;
  const TimeZone& zone_;
};

TEST(TimingProperties, agree_with_a_search_of_each_minute) {
  Dice dice(20'261'121);
  int compared = 0;
  for (int round = 0; round < 1'500; ++round) {
    const auto& place = places.at(static_cast<std::size_t>(dice.roll(0, static_cast<int>(places.size()) - 1)));
    const std::string text = dice.expression();
    const auto cron = CronExpression::parse(text);
    if (!cron) continue;  // 31 February
    const auto timing = Timing::parse(text, place.zone).value();
    const auto zone = TimeZone::find(place.zone).value();
    const Naive naive(*cron, zone);
    const Instant from = core::parse_iso8601(place.around).value() + seconds{dice.roll(-20'000, 20'000)};
    const auto next = timing.next_after(from);
    ASSERT_TRUE(next) << text;
    Instant minute = floor<minutes>(from) + minutes{1};
    const Instant end = std::min(*next, from + hours{30});
    for (; minute < end; minute += minutes{1})
      ASSERT_FALSE(naive.is_due(minute)) << text << " in " << place.zone << " left out " << core::to_iso8601(minute);
    ASSERT_TRUE(naive.is_due(*next)) << text << " in " << place.zone << " is not due " << core::to_iso8601(*next)
                                     << " after " << core::to_iso8601(from);
    ++compared;
  }
  EXPECT_GT(compared, 1'400);
}

TEST(TimingProperties, are_later_than_what_was_asked_and_never_go_back) {
  Dice dice(7);
  for (int round = 0; round < 3'000; ++round) {
    const auto& place = places.at(static_cast<std::size_t>(dice.roll(0, static_cast<int>(places.size()) - 1)));
    const std::string text =
        dice.roll(0, 4) == 0 ? "@every " + std::to_string(dice.roll(10, 100'000)) + "s" : dice.expression();
    const auto timing = Timing::parse(text, place.zone);
    if (!timing) continue;
    const Instant from = core::parse_iso8601(place.around).value() + microseconds{dice.roll(-2'000'000'000, 0)};
    const Instant later = from + microseconds{dice.roll(0, 2'000'000'000)};
    const auto first = timing->next_after(from);
    const auto second = timing->next_after(later);
    ASSERT_TRUE(first && second) << text;
    ASSERT_GT(*first, from) << text;
    ASSERT_LE(*first, *second) << text;
    // Nothing is due in between.
    if (later < *first) ASSERT_EQ(*first, *second) << text;
    ASSERT_EQ(*timing->next_after(*first - microseconds{1}), *first) << text;
  }
}

TEST(TimingProperties, find_the_same_latest_times_as_going_through_all) {
  Dice dice(99);
  for (int round = 0; round < 200; ++round) {
    const auto& place = places.at(static_cast<std::size_t>(dice.roll(0, static_cast<int>(places.size()) - 1)));
    const auto timing = Timing::parse(dice.expression(), place.zone);
    if (!timing) continue;
    const Instant from = core::parse_iso8601(place.around).value() - hours{dice.roll(1, 72)};
    const Instant until = from + minutes{dice.roll(0, 6'000)};
    std::vector<Instant> all;
    for (auto next = timing->next_after(from - microseconds{1}); next && *next <= until;
         next = timing->next_after(*next))
      all.insert(all.begin(), *next);
    if (all.size() > 4) all.resize(4);
    ASSERT_EQ(timing->latest_due(from, until, 4), all);
  }
}

}  // namespace
}  // namespace sightglass::queue::schedules
