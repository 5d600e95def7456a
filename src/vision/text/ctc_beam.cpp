#include "vision/text/ctc_beam.hpp"

#include <algorithm>
#include <iterator>
#include <map>

namespace sightglass::vision {

namespace {

// A text as classes, and how likely it is to have been spelled so far with a blank at the end or without one: only
// behind a blank a repeated character is another one.
using Prefix = std::vector<std::size_t>;
struct Ends {
  double blank = 0;
  double character = 0;
  double both() const { return blank + character; }
};
using Beam = std::map<Prefix, Ends>;

// Below this a character adds nothing that could be among the likeliest.
constexpr float least_share = 1e-4F;

void extend(Beam& next, const Prefix& prefix, const Ends& ends, std::span<const float> step,
            std::span<const std::size_t> seen) {
  auto& same = next[prefix];
  same.blank += ends.both() * step[0];
  if (!prefix.empty()) same.character += ends.character * step[prefix.back()];
  for (const auto one : seen) {
    Prefix longer = prefix;
    longer.push_back(one);
    const bool is_repeated = !prefix.empty() && prefix.back() == one;
    next[longer].character += (is_repeated ? ends.blank : ends.both()) * step[one];
  }
}

std::vector<std::pair<Prefix, Ends>> best_of(const Beam& beam, std::size_t most) {
  std::vector<std::pair<Prefix, Ends>> sorted;
  std::ranges::copy_if(beam, std::back_inserter(sorted), [](const auto& one) { return one.second.both() > 0; });
  // Equal ones in the order of their classes, so that the same columns always give the same answer.
  std::ranges::sort(sorted, [](const auto& a, const auto& b) {
    return a.second.both() != b.second.both() ? a.second.both() > b.second.both() : a.first < b.first;
  });
  if (sorted.size() > most) sorted.resize(most);
  return sorted;
}

}  // namespace

std::vector<CtcGuess> likeliest_texts(std::span<const float> columns, std::size_t classes,
                                      std::span<const std::string> characters, std::size_t most) {
  std::vector<CtcGuess> guesses;
  if (classes == 0 || most == 0) return guesses;
  // What is unlikely now may be likely in the end: more are kept on the way than are asked for.
  const std::size_t width = 4 * most;
  std::vector<std::pair<Prefix, Ends>> beam{{Prefix{}, Ends{.blank = 1}}};
  std::vector<std::size_t> seen;
  for (std::size_t first = 0; first + classes <= columns.size(); first += classes) {
    const auto step = columns.subspan(first, classes);
    seen.clear();
    for (std::size_t one = 1; one < classes && one <= characters.size(); ++one)
      if (step[one] >= least_share) seen.push_back(one);
    Beam next;
    for (const auto& [prefix, ends] : beam) extend(next, prefix, ends, step, seen);
    beam = best_of(next, width);
  }
  if (beam.size() > most) beam.resize(most);
  for (const auto& [prefix, ends] : beam) {
    auto& guess = guesses.emplace_back(CtcGuess{.probability = std::clamp(ends.both(), 0.0, 1.0)});
    for (const auto one : prefix) guess.text += characters[one - 1];
  }
  return guesses;
}

}  // namespace sightglass::vision
