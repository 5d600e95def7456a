#include "vision/readings/judge_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <vector>

#include "vision/readings/display_text.hpp"
#include "vision/readings/place_digits.hpp"

namespace sightglass::vision {

namespace {

// What does not contradict the history must have been seen with at least this probability to stand in for what was
// likelier: below, the history and the picture disagree, and a person should look.
constexpr double least_seen = 0.1;
// Of a display's guesses so much must be numbers that the meter can show; where it is less, the rest counts against
// them.
constexpr double least_fitting = 0.6;
// A clock that is off, a photo taken a little before its time: so much of the rate is always granted.
constexpr double least_hours = 1;

struct Candidate {
  std::string text{};  // digits, with a point where there are decimals
  double value = 0;
  double probability = 0;
};

std::string with_point(std::string digits, std::int32_t decimals) {
  if (decimals > 0) digits.insert(digits.size() - static_cast<std::size_t>(decimals), 1, '.');
  return digits;
}

std::string padded(std::string text, const MeterRules& rules) {
  const auto point = std::min(text.find('.'), text.size());
  const auto wanted = static_cast<std::size_t>(std::max(rules.digits, 0));
  if (point < wanted) text.insert(0, wanted - point, '0');
  return text;
}

Candidate candidate(std::string text, double probability) {
  const double value = std::strtod(text.c_str(), nullptr);
  return {.text = std::move(text), .value = value, .probability = probability};
}

std::vector<Candidate> of_places(std::span<const PartSeen> parts, std::int32_t decimals) {
  std::vector<Candidate> candidates;
  for (const auto& row : rows_of_digits(parts))
    candidates.push_back(candidate(with_point(row.digits, decimals), row.probability));
  return candidates;
}

// Guesses that mean one number count together, and of what cannot be this meter's number a part is left out: the
// meter's digits are known, and who counts one less has missed one.
std::vector<Candidate> of_display(const PartSeen& part, const MeterRules& rules) {
  std::map<std::string, double> weights;
  for (const auto& guess : part.guesses)
    if (const auto number = number_in(guess.text, rules.digits, rules.decimals))
      weights[padded(*number, rules)] += guess.weight;
  double fitting = 0;
  for (const auto& [text, weight] : weights) fitting += weight;
  fitting = std::max(fitting, least_fitting);
  std::vector<Candidate> candidates;
  for (const auto& [text, weight] : weights) candidates.push_back(candidate(text, std::min(1.0, weight / fitting)));
  std::ranges::sort(candidates, [](const Candidate& a, const Candidate& b) {
    return a.probability != b.probability ? a.probability > b.probability : a.text < b.text;
  });
  return candidates;
}

// What the picture shows without any judgement: where each wheel and needle stands, or the surest text.
std::string raw_text_of(std::span<const PartSeen> parts) {
  std::string raw;
  for (const auto& part : parts) {
    for (const auto& shares : part.places) {
      const auto place = std::ranges::max_element(shares) - shares.begin();
      raw += fmt::format("{}{}.{}", raw.empty() ? "" : " ", place / 10, place % 10);
    }
    if (!part.guesses.empty()) raw += part.guesses.front().text;
  }
  return raw;
}

// Empty when the value may follow on the last one; else a sentence.
std::string contradiction(double value, const MeterRules& rules, const std::optional<LastReading>& last) {
  if (!last) return {};
  double risen = value - last->value;
  if (!rules.rolls_over) risen = std::abs(risen);
  if (risen < 0) {
    const double round = std::pow(10.0, rules.digits);
    risen += round;
    // Who knows no rate takes a counter that went back for one that went round when it was nearly there.
    if (rules.digits == 0 || (!rules.largest_rate && last->value < 0.9 * round))
      return fmt::format("{} would be less than {}, which was read before", value, last->value);
  }
  if (rules.largest_rate && risen > *rules.largest_rate * std::max(last->hours, least_hours))
    return fmt::format("{} would be {:.6g} more than {} in {:.1f} hours, and at most {:.6g} an hour are plausible",
                       value, risen, last->value, last->hours, *rules.largest_rate);
  return {};
}

JudgedReading unknown(JudgedReading judged, std::string reason) {
  judged.value.reset();
  judged.value_text.clear();
  judged.reason = std::move(reason);
  return judged;
}

// Why the places cannot be this meter's; empty when they can.
std::string mismatch(std::span<const PartSeen> parts, const MeterRules& rules) {
  std::int32_t places = 0;
  for (const auto& part : parts) places += static_cast<std::int32_t>(part.places.size());
  const std::int32_t wanted = rules.digits + rules.decimals;
  if (places == wanted || (rules.digits == 0 && places > rules.decimals)) return {};
  return fmt::format("the profile has {} places, and the meter {}", places, wanted);
}

JudgedReading judged_among(const std::vector<Candidate>& candidates, const MeterRules& rules,
                           const std::optional<LastReading>& last, JudgedReading judged) {
  std::string first_contradiction;
  double plausible = 0;
  const Candidate* best = nullptr;
  for (const auto& one : candidates) {
    auto against = contradiction(one.value, rules, last);
    if (against.empty()) {
      plausible += one.probability;
      if (best == nullptr) best = &one;
    } else if (first_contradiction.empty()) {
      first_contradiction = std::move(against);
    }
  }
  judged.confidence = candidates.front().probability;
  if (best == nullptr || plausible < least_seen) {
    return unknown(std::move(judged), first_contradiction.empty()
                                          ? fmt::format("{} is not sure enough", candidates.front().text)
                                          : std::move(first_contradiction));
  }
  judged.likeliest_text = best->text;
  // The history takes out what cannot be; what was not read as anything stays unread.
  const double contradicted = candidates.front().probability > best->probability ? candidates.front().probability : 0;
  judged.confidence = best->probability / std::max(plausible, 1 - contradicted);
  if (judged.confidence < least_reading_confidence)
    return unknown(std::move(judged), fmt::format("{} is not sure enough", best->text));
  judged.value = best->value;
  judged.value_text = best->text;
  return judged;
}

}  // namespace

JudgedReading judge_reading(std::span<const PartSeen> parts, const MeterRules& rules,
                            const std::optional<LastReading>& last) {
  JudgedReading judged{.raw_text = raw_text_of(parts)};
  const bool is_display = parts.size() == 1 && parts.front().kind == PartKind::display;
  if (!is_display) {
    if (auto why = mismatch(parts, rules); !why.empty()) return unknown(std::move(judged), std::move(why));
  }
  const auto candidates = is_display ? of_display(parts.front(), rules) : of_places(parts, rules.decimals);
  if (candidates.empty()) {
    const auto* why =
        judged.raw_text.empty() ? "nothing could be read" : "what was read is no number that this meter can show";
    return unknown(std::move(judged), why);
  }
  return judged_among(candidates, rules, last, std::move(judged));
}

}  // namespace sightglass::vision
