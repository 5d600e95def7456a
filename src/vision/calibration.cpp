#include "vision/calibration.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>

#include "core/json_writer.hpp"

namespace sightglass::vision {

namespace {

core::Result<void> check(std::span<const Scored> examples) {
  const auto positives = std::ranges::count_if(examples, &Scored::is_positive);
  if (positives == 0 || static_cast<std::size_t>(positives) == examples.size())
    return core::fail(core::invalid_input("examples", "Calibration needs examples of both kinds."));
  if (!std::ranges::all_of(examples, [](const Scored& e) { return std::isfinite(e.score); }))
    return core::fail(core::invalid_input("examples", "A score is not a finite number."));
  return {};
}

double sigmoid(double x) { return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x)); }

core::Result<double> number_of(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  boost::system::error_code error;
  const double number = value == nullptr ? std::nan("") : value->to_number<double>(error);
  if (value == nullptr || error || !std::isfinite(number))
    return core::fail(core::invalid_input(std::string(name), "A calibration lacks a number: " + std::string(name)));
  return number;
}

}  // namespace

core::Result<Calibration> Calibration::logistic(std::span<const Scored> examples) {
  SG_TRY(check(examples));
  double mean = 0;
  for (const auto& e : examples) mean += e.score / static_cast<double>(examples.size());
  double deviation = 0;
  for (const auto& e : examples) deviation += (e.score - mean) * (e.score - mean);
  deviation = std::sqrt(deviation / static_cast<double>(examples.size()));
  Calibration answer;
  const auto positives = static_cast<double>(std::ranges::count_if(examples, &Scored::is_positive));
  const auto negatives = static_cast<double>(examples.size()) - positives;
  const double high = (positives + 1) / (positives + 2);
  const double low = 1 / (negatives + 2);
  // Newton's way on the standardised score; the small ridge keeps separable examples finite.
  double slope = 0;
  double offset = std::log((positives + 1) / (negatives + 1));
  for (int round = 0; round < 50 && deviation > 0; ++round) {
    double g0 = 1e-4 * slope, g1 = 0, h00 = 1e-4, h01 = 0, h11 = 1e-9;
    for (const auto& e : examples) {
      const double x = (e.score - mean) / deviation;
      const double p = sigmoid(slope * x + offset);
      const double error = p - (e.is_positive ? high : low);
      const double weight = std::max(p * (1 - p), 1e-9);
      g0 += error * x;
      g1 += error;
      h00 += weight * x * x;
      h01 += weight * x;
      h11 += weight;
    }
    const double determinant = h00 * h11 - h01 * h01;
    if (!(determinant > 0)) break;
    const double step0 = (h11 * g0 - h01 * g1) / determinant;
    const double step1 = (h00 * g1 - h01 * g0) / determinant;
    const double damping = 1 / std::max(1.0, std::max(std::abs(step0), std::abs(step1)));
    slope -= damping * step0;
    offset -= damping * step1;
    if (std::abs(step0) + std::abs(step1) < 1e-10) break;
  }
  // A curve that falls with the score would say the opposite of what the score means.
  slope = std::max(slope, 0.0);
  answer.slope_ = deviation > 0 ? slope / deviation : 0;
  answer.offset_ = offset - answer.slope_ * mean;
  return answer;
}

core::Result<Calibration> Calibration::isotonic(std::span<const Scored> examples) {
  SG_TRY(check(examples));
  std::vector<Scored> sorted(examples.begin(), examples.end());
  std::ranges::sort(sorted, [](const Scored& a, const Scored& b) { return a.score < b.score; });
  struct Block {
    double first, last, positives, count;
    double mean() const { return positives / count; }
  };
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < sorted.size();) {
    Block next{sorted[i].score, sorted[i].score, 0, 0};
    // Examples of one score are one step, whatever their order.
    for (; i < sorted.size() && sorted[i].score == next.first; ++i) {
      next.positives += sorted[i].is_positive ? 1 : 0;
      next.count += 1;
    }
    while (!blocks.empty() && blocks.back().mean() >= next.mean()) {
      next = {blocks.back().first, next.last, blocks.back().positives + next.positives,
              blocks.back().count + next.count};
      blocks.pop_back();
    }
    blocks.push_back(next);
  }
  Calibration answer;
  for (const auto& block : blocks) {
    answer.knots_.push_back({block.first, block.mean()});
    if (block.last > block.first) answer.knots_.push_back({block.last, block.mean()});
  }
  return answer;
}

double Calibration::probability(double score) const {
  if (knots_.empty()) return sigmoid(slope_ * score + offset_);
  const auto after = std::ranges::upper_bound(knots_, score, {}, &Knot::score);
  if (after == knots_.begin()) return knots_.front().probability;
  if (after == knots_.end()) return knots_.back().probability;
  const auto before = after - 1;
  const double share = (score - before->score) / (after->score - before->score);
  return before->probability + share * (after->probability - before->probability);
}

std::string Calibration::to_json() const {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("slope", slope_).member("offset", offset_).key("knots").begin_array();
  for (const auto& knot : knots_) json.begin_array().number(knot.score).number(knot.probability).end_array();
  json.end_array().end_object();
  return text;
}

core::Result<Calibration> Calibration::from_json(std::string_view json) {
  boost::system::error_code error;
  const auto value = boost::json::parse(json, error);
  const auto* object = error ? nullptr : value.if_object();
  if (object == nullptr) return core::fail(core::invalid_input("calibration", "A calibration is no JSON object."));
  Calibration answer;
  SG_ASSIGN(answer.slope_, number_of(*object, "slope"));
  SG_ASSIGN(answer.offset_, number_of(*object, "offset"));
  const auto* knots = object->if_contains("knots");
  if (knots == nullptr || !knots->is_array() || knots->get_array().size() > 100'000)
    return core::fail(core::invalid_input("knots", "A calibration lacks its list of knots."));
  for (const auto& entry : knots->get_array()) {
    const auto* pair = entry.if_array();
    if (pair == nullptr || pair->size() != 2 || !pair->at(0).is_number() || !pair->at(1).is_number())
      return core::fail(core::invalid_input("knots", "A calibration's knot is no pair of numbers."));
    const Knot knot{pair->at(0).to_number<double>(), pair->at(1).to_number<double>()};
    const bool rises = answer.knots_.empty() || (knot.score > answer.knots_.back().score &&
                                                 knot.probability >= answer.knots_.back().probability);
    if (!std::isfinite(knot.score) || !(knot.probability >= 0 && knot.probability <= 1) || !rises)
      return core::fail(core::invalid_input("knots", "A calibration's knots do not rise from 0 to 1."));
    answer.knots_.push_back(knot);
  }
  return answer;
}

void softmax(std::span<float> logits, double temperature) {
  const float largest = *std::ranges::max_element(logits);
  double sum = 0;
  for (auto& logit : logits) {
    logit = static_cast<float>(std::exp((static_cast<double>(logit) - static_cast<double>(largest)) / temperature));
    sum += static_cast<double>(logit);
  }
  for (auto& logit : logits) logit = static_cast<float>(static_cast<double>(logit) / sum);
}

double fit_temperature(std::span<const float> logits, std::span<const std::int32_t> labels, std::size_t classes) {
  if (labels.empty() || classes == 0) return 1;
  const auto loss = [&](double log_temperature) {
    const double temperature = std::exp(log_temperature);
    double sum = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const auto row = logits.subspan(i * classes, classes);
      const double largest = static_cast<double>(*std::ranges::max_element(row));
      double total = 0;
      for (const float logit : row) total += std::exp((static_cast<double>(logit) - largest) / temperature);
      const double own = static_cast<double>(row[static_cast<std::size_t>(labels[i])]);
      sum += std::log(total) - (own - largest) / temperature;
    }
    return sum;
  };
  // The loss has one valley in the logarithm of the temperature: golden section.
  double low = std::log(0.05);
  double high = std::log(20.0);
  constexpr double golden = 0.6180339887498949;
  for (int i = 0; i < 40; ++i) {
    const double a = high - golden * (high - low);
    const double b = low + golden * (high - low);
    if (loss(a) < loss(b))
      high = b;
    else
      low = a;
  }
  return std::exp((low + high) / 2);
}

}  // namespace sightglass::vision
