#include "inspection/burst_judgement.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

#include "core/json_writer.hpp"
#include "inspection/steps/animals.hpp"
#include "inspection/steps/head_details.hpp"

namespace sightglass::inspection {
namespace {

// A detector names what it knows: below this an opossum is a bear. Then it is an animal, and the name is a guess.
constexpr double least_for_species = 0.6;
// What a head says of a crop without an animal on it: the detector was wrong.
constexpr std::string_view empty_class = "empty";

// How much likelier a photo with an animal is to have a surest animal of this confidence than an empty one, as a
// logarithm: fitted by logistic regression, both kinds weighing the same, to the 83 photos with and 44 without an
// animal of the training role of the camera traps. The bounds are what was counted where nothing was seen, and the most
// that so few photos can show.
constexpr double evidence_offset = 4.6;
constexpr double evidence_slope = 2.4;
constexpr double least_evidence = -0.8;
constexpr double most_evidence = 2.5;
// How much the mean of the other frames counts beside a frame's own: they look the same way at the same things, and are
// wrong together.
constexpr double weight_of_others = 0.5;
// Of all that was seen in a burst, weighed by confidence, to be of one name.
constexpr double least_share_of_name = 2.0 / 3;
// A name that a head holds for impossible would be so whatever all the others say.
constexpr double least_probability = 0.01;

using Frame = std::vector<Sighting>;

double log_odds(double probability) {
  const double inside = std::clamp(probability, 1e-6, 1 - 1e-6);
  return std::log(inside / (1 - inside));
}

// In hundredths, so that a frame more does not change them all.
double probability_of(double odds) { return std::round(100 / (1 + std::exp(-odds))) / 100; }

bool is_known_empty(const Sighting& one) {
  return !one.names.empty() && one.names[0].first == empty_class && one.names[0].second >= one.least_probability;
}

double evidence_of(const Frame& frame) {
  double surest = 0;
  for (const auto& one : frame)
    if (!is_known_empty(one)) surest = std::max(surest, one.confidence);
  if (surest < least_faint) return least_evidence;
  return std::clamp(evidence_offset + evidence_slope * log_odds(surest), least_evidence, most_evidence);
}

using Names = std::vector<std::pair<std::string, double>>;

// What the others say, for one frame.
struct Others {
  double support = 0;                    // added to the frame's log-odds
  std::map<std::string, double> logs{};  // by name the mean logarithm of the surest sighting's probability
  std::string head{};                    // whose names these are
};

class Burst {
 public:
  explicit Burst(std::span<const Frame> frames) : frames_(frames) {
    for (const auto& frame : frames) evidence_.push_back(evidence_of(frame));
    find_name();
  }

  std::vector<core::Finding> spottings(std::size_t place) const {
    const auto others = others_of(place);
    std::map<std::string, core::Finding> by_species;
    for (const auto& one : frames_[place]) {
      auto finding = spotting(one, others);
      if (finding) add(by_species, std::move(*finding));
    }
    std::vector<core::Finding> found;
    for (auto& [species, finding] : by_species) found.push_back(std::move(finding));
    return found;
  }

 private:
  bool is_alone() const { return frames_.size() < 2; }

  // The detector's name for nearly all of it, when it was sure of that at least once.
  void find_name() {
    std::map<std::string, double> weights;
    std::map<std::string, double> surest;
    double all = 0;
    for (const auto& frame : frames_)
      for (const auto& one : frame) {
        if (one.label == steps::animal_group) continue;
        all += one.confidence;
        weights[one.label] += one.confidence;
        surest[one.label] = std::max(surest[one.label], one.confidence);
      }
    for (const auto& [label, weight] : weights)
      if (!is_alone() && weight >= all * least_share_of_name && surest[label] >= least_for_species) name_ = label;
  }

  Others others_of(std::size_t place) const {
    Others others;
    if (is_alone()) return others;
    const double all = std::accumulate(evidence_.begin(), evidence_.end(), 0.0);
    others.support = weight_of_others * (all - evidence_[place]) / static_cast<double>(frames_.size() - 1);
    for (const auto& one : frames_[place])
      if (others.head.empty()) others.head = one.head;
    std::size_t named = 0;
    for (std::size_t i = 0; i < frames_.size(); ++i) {
      const auto judged = std::ranges::find_if(
          frames_[i], [](const Sighting& one) { return !one.names.empty() && !is_known_empty(one); });
      if (i == place || judged == frames_[i].end()) continue;
      if (others.head.empty()) others.head = judged->head;
      if (judged->head != others.head) continue;
      ++named;
      for (const auto& [name, probability] : judged->names)
        others.logs[name] += std::log(std::max(probability, least_probability)) - std::log(least_probability);
    }
    for (auto& [name, logarithm] : others.logs)
      logarithm = logarithm / static_cast<double>(named) + std::log(least_probability);
    return others;
  }

  std::optional<core::Finding> spotting(const Sighting& one, const Others& others) const {
    const double odds = log_odds(one.confidence) + others.support;
    const double told = is_alone() ? one.confidence : probability_of(odds);
    if (told < least_told) return std::nullopt;
    if (!one.head.empty() || !others.logs.empty()) return named_by_head(one, others);
    core::Finding finding = made_by(one.detector, one.box);
    finding.confidence = told;
    finding.class_name = class_of(one);
    const auto& guess = name_.empty() ? one.label : name_;
    finding.details = details(one, finding.class_name == guess ? std::string_view() : std::string_view(guess));
    return finding;
  }

  std::string class_of(const Sighting& one) const {
    if (one.confidence >= least_for_species || one.label == steps::animal_group)
      return one.label == steps::animal_group && !name_.empty() ? name_ : one.label;
    return name_.empty() ? std::string(steps::animal_group) : name_;
  }

  // A head that is sure needs nobody; one that is not asks the other frames.
  std::optional<core::Finding> named_by_head(const Sighting& one, const Others& others) const {
    const bool is_sure = !one.names.empty() && one.names[0].second >= one.least_probability;
    const Names names = is_sure || others.logs.empty() ? one.names : mixed(one.names, others.logs);
    if (names.empty()) return std::nullopt;
    const bool is_known = names[0].second >= threshold_of(one);
    if (is_known && names[0].first == empty_class) return std::nullopt;
    core::Finding finding = made_by(others.head.empty() ? one.head : others.head, one.box);
    finding.class_name = is_known ? names[0].first : std::string(steps::unknown_class);
    finding.confidence = names[0].second;
    finding.details = steps::guesses_json(names);
    return finding;
  }

  // Of the burst's head, for a sighting that it was not asked about.
  double threshold_of(const Sighting& one) const {
    if (one.least_probability > 0) return one.least_probability;
    double threshold = 1;
    for (const auto& frame : frames_)
      for (const auto& other : frame)
        if (!other.names.empty()) threshold = std::min(threshold, other.least_probability);
    return threshold;
  }

  // The weighted geometric mean of the frame's own probabilities and the others'.
  static Names mixed(const Names& own, const std::map<std::string, double>& others) {
    std::map<std::string, double> logs;
    const double own_weight = own.empty() ? 0 : 1 / (1 + weight_of_others);
    for (const auto& [name, logarithm] : others)
      logs[name] = (1 - own_weight) * logarithm + own_weight * std::log(least_probability);
    for (const auto& [name, probability] : own) {
      const auto known = others.find(name);
      const double theirs = known == others.end() ? std::log(least_probability) : known->second;
      logs[name] = own_weight * std::log(std::max(probability, least_probability)) + (1 - own_weight) * theirs;
    }
    double sum = 0;
    for (const auto& [name, logarithm] : logs) sum += std::exp(logarithm);
    Names names;
    for (const auto& [name, logarithm] : logs)
      names.emplace_back(name, std::round(100 * std::exp(logarithm) / sum) / 100);
    std::ranges::sort(names, [](const auto& a, const auto& b) {
      return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    return names;
  }

  static core::Finding made_by(const std::string& model, const core::Box& box) {
    const auto at = model.find('@');
    core::Finding finding;
    finding.kind = core::FindingKind::spotting;
    finding.box = box;
    finding.model = model.substr(0, at);
    finding.version = at == std::string::npos ? std::string() : model.substr(at + 1);
    return finding;
  }

  // "alone": how sure the detector was of this photo by itself.
  std::string details(const Sighting& one, std::string_view guess) const {
    std::string text;
    core::JsonWriter json(text);
    json.begin_object();
    if (!guess.empty()) json.member("guess", guess);
    if (!is_alone()) json.member("alone", one.confidence);
    json.end_object();
    return text;
  }

  static void add(std::map<std::string, core::Finding>& by_species, core::Finding one) {
    const auto [place, is_new] = by_species.try_emplace(one.class_name, one);
    if (is_new) return;
    const auto count = place->second.count + 1;
    if (one.confidence > place->second.confidence) place->second = std::move(one);
    place->second.count = count;
  }

  std::span<const Frame> frames_;
  std::vector<double> evidence_{};
  std::string name_{};  // the detector's for all of the burst; empty: it has none
};

}  // namespace

std::vector<std::vector<core::Finding>> judge_burst(std::span<const Frame> frames) {
  const Burst burst(frames);
  std::vector<std::vector<core::Finding>> found;
  for (std::size_t i = 0; i < frames.size(); ++i) found.push_back(burst.spottings(i));
  return found;
}

}  // namespace sightglass::inspection
