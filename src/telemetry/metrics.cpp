#include "telemetry/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace sightglass::telemetry {

void Histogram::observe(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return;
  // A bound belongs to the bucket below it: the format's "le" is less or equal.
  const auto* const place = std::ranges::lower_bound(bounds, seconds);
  buckets_[static_cast<std::size_t>(place - bounds.begin())].fetch_add(1, std::memory_order_relaxed);
  // In whole microseconds, which every processor adds atomically. One absurd value must not overflow the sum.
  sum_micros_.fetch_add(std::llround(std::min(seconds, 1e9) * 1e6), std::memory_order_relaxed);
}

std::int64_t Histogram::count() const {
  std::int64_t total = 0;
  for (const auto& bucket : buckets_) total += bucket.load(std::memory_order_relaxed);
  return total;
}

struct Metrics::Entry {
  std::string name, help, labels, type;
  Counter counter{};
  Histogram histogram{};
  std::function<double()> read{};
};

namespace {

std::string braces(std::string_view labels) { return labels.empty() ? std::string{} : fmt::format("{{{}}}", labels); }

// The format knows no NaN as bare JSON does; it spells the three values that are no numbers itself.
std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);
}

// In a help text the format escapes these two characters and no other.
std::string escape_help(std::string_view help) {
  std::string escaped;
  for (const char c : help) {
    if (c == '\\') escaped += "\\\\";
    if (c == '\n') escaped += "\\n";
    if (c != '\\' && c != '\n') escaped += c;
  }
  return escaped;
}

void print_histogram(std::string& out, std::string_view name, std::string_view labels, const Histogram& histogram) {
  const auto* const comma = labels.empty() ? "" : ",";
  std::int64_t cumulative = 0;
  for (std::size_t i = 0; i <= Histogram::bounds.size(); ++i) {
    cumulative += histogram.bucket(i);
    const auto bound = i < Histogram::bounds.size() ? number_text(Histogram::bounds[i]) : "+Inf";
    fmt::format_to(std::back_inserter(out), "{}_bucket{{{}{}le=\"{}\"}} {}\n", name, labels, comma, bound, cumulative);
  }
  // The count repeats the last bucket instead of being read again, so that one scrape never contradicts itself.
  fmt::format_to(std::back_inserter(out), "{}_sum{} {}\n{}_count{} {}\n", name, braces(labels),
                 number_text(histogram.sum()), name, braces(labels), cumulative);
}

}  // namespace

Metrics::Metrics() = default;
Metrics::~Metrics() = default;

Metrics::Entry& Metrics::entry(std::string_view name, std::string_view help, std::string_view labels,
                               std::string_view type) {
  // Linear: series are few, and whoever counts keeps the reference.
  for (const auto& known : entries_) {
    if (known->name == name && known->labels == labels) return *known;
  }
  auto made = std::make_unique<Entry>();
  made->name = name;
  made->help = help;
  made->labels = labels;
  made->type = type;
  // All series of one name must stand together in the text, under one HELP and TYPE.
  const auto last =
      std::find_if(entries_.rbegin(), entries_.rend(), [&](const auto& known) { return known->name == name; });
  const auto place = last == entries_.rend() ? entries_.end() : last.base();
  return **entries_.insert(place, std::move(made));
}

Counter& Metrics::counter(std::string_view name, std::string_view help, std::string_view labels) {
  const std::lock_guard lock(mutex_);
  return entry(name, help, labels, "counter").counter;
}

Histogram& Metrics::histogram(std::string_view name, std::string_view help, std::string_view labels) {
  const std::lock_guard lock(mutex_);
  return entry(name, help, labels, "histogram").histogram;
}

void Metrics::gauge(std::string_view name, std::string_view help, std::function<double()> read,
                    std::string_view labels) {
  const std::lock_guard lock(mutex_);
  entry(name, help, labels, "gauge").read = std::move(read);
}

void Metrics::text(std::function<std::string()> write) {
  const std::lock_guard lock(mutex_);
  texts_.push_back(std::move(write));
}

std::string Metrics::to_prometheus() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  std::string_view previous;
  for (const auto& known : entries_) {
    if (known->name != previous) {
      fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", known->name, escape_help(known->help),
                     known->name, known->type);
      previous = known->name;
    }
    if (known->type == "histogram") {
      print_histogram(out, known->name, known->labels, known->histogram);
    } else {
      const auto value = known->read ? number_text(known->read()) : fmt::format("{}", known->counter.value());
      fmt::format_to(std::back_inserter(out), "{}{} {}\n", known->name, braces(known->labels), value);
    }
  }
  for (const auto& write : texts_) out += write();
  return out;
}

}  // namespace sightglass::telemetry
