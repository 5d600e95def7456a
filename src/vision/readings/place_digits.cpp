#include "vision/readings/place_digits.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace sightglass::vision {

namespace {

constexpr std::size_t most_rows = 64;
constexpr double least_probability = 1e-6;
// A wheel that has all but reached a digit is read as that digit: labels and mountings are that exact.
constexpr double nearly_there = 0.15;

struct Place {
  PartKind kind{};
  const PlaceShares* shares = nullptr;
};

struct Row {
  std::string digits{};  // the lowest place first
  double shown = 0;      // where the highest of these places stands, 0 … 10
  double probability = 1;
};

// Halves go up, below nought as above it: windows side by side share no tenth.
int tenth_at(double value) { return static_cast<int>(std::floor(value * 10 + 0.5 + 1e-9)); }

// Of the ten tenths that begin at `from`, which may lie outside of 0 … 10.
double mass_from(const PlaceShares& shares, double from) {
  const auto first = tenth_at(from);
  double sum = 0;
  for (int i = first; i < first + 10; ++i) sum += shares[static_cast<std::size_t>(((i % 100) + 100) % 100)];
  return sum;
}

// Mean of what lies within the ten tenths that begin at `from`.
double mean_from(const PlaceShares& shares, double from) {
  const auto first = tenth_at(from);
  double sum = 0;
  double weighted = 0;
  for (int i = first; i < first + 10; ++i) {
    const double share = shares[static_cast<std::size_t>(((i % 100) + 100) % 100)];
    sum += share;
    weighted += share * i / 10.0;
  }
  return sum > 0 ? weighted / sum : from + 0.5;
}

// How far a place has gone towards its next digit, when the one below stands at `below`.
double carried(PartKind kind, double below) { return kind == PartKind::needle ? below / 10 : std::max(0.0, below - 9); }

std::vector<Row> lowest(const Place& place) {
  std::vector<Row> rows;
  for (int digit = 0; digit < 10; ++digit) {
    const double from = digit - nearly_there;
    rows.push_back({.digits = std::string(1, static_cast<char>('0' + digit)),
                    .shown = std::clamp(mean_from(*place.shares, from), 0.0, 9.99),
                    .probability = mass_from(*place.shares, from)});
  }
  return rows;
}

void keep_best(std::vector<Row>& rows) {
  std::erase_if(rows, [](const Row& row) { return row.probability < least_probability; });
  std::ranges::sort(rows, [](const Row& a, const Row& b) {
    return a.probability != b.probability ? a.probability > b.probability : a.digits < b.digits;
  });
  if (rows.size() > most_rows) rows.resize(most_rows);
}

std::vector<Row> extended(const std::vector<Row>& rows, const Place& place) {
  std::vector<Row> longer;
  for (const auto& row : rows) {
    const double moved = carried(place.kind, row.shown);
    for (int digit = 0; digit < 10; ++digit) {
      // Half a digit to either side: together the ten take all that the place may show.
      longer.push_back({.digits = row.digits + static_cast<char>('0' + digit),
                        .shown = digit + moved,
                        .probability = row.probability * mass_from(*place.shares, digit + moved - 0.5)});
    }
  }
  return longer;
}

}  // namespace

PlaceValue value_of(const PlaceShares& shares) {
  constexpr int near = 3;
  PlaceValue best;
  for (int middle = 0; middle < 100; ++middle) {
    double sum = 0;
    double weighted = 0;
    for (int off = -near; off <= near; ++off) {
      const double share = shares[static_cast<std::size_t>((middle + off + 100) % 100)];
      sum += share;
      weighted += share * off;
    }
    if (sum <= best.confidence) continue;
    best = {.value = std::fmod((middle + weighted / sum + 100) / 10, 10), .confidence = sum};
  }
  best.confidence = std::min(1.0, best.confidence);
  return best;
}

WholeDigit whole_digit_of(const PlaceShares& shares) {
  constexpr int near = 2;
  WholeDigit best;
  for (int digit = 0; digit < 10; ++digit) {
    double sum = 0;
    for (int off = -near; off <= near; ++off) sum += shares[static_cast<std::size_t>((10 * digit + off + 100) % 100)];
    if (sum > best.confidence) best = {.digit = digit, .confidence = sum};
  }
  return best;
}

std::vector<RowOfDigits> rows_of_digits(std::span<const PartSeen> parts) {
  std::vector<Place> places;
  for (const auto& part : parts)
    for (const auto& shares : part.places) places.push_back({.kind = part.kind, .shares = &shares});
  if (places.empty()) return {};
  auto rows = lowest(places.back());
  keep_best(rows);
  for (std::size_t i = places.size() - 1; i-- > 0;) {
    rows = extended(rows, places[i]);
    keep_best(rows);
  }
  std::vector<RowOfDigits> answer;
  for (auto& row : rows) {
    std::ranges::reverse(row.digits);
    answer.push_back({.digits = std::move(row.digits), .probability = std::min(1.0, row.probability)});
  }
  return answer;
}

}  // namespace sightglass::vision
