// Counters, gauges and histograms, printed in the Prometheus text format 0.0.4.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace sightglass::telemetry {

class Counter {
 public:
  void add(std::int64_t amount = 1) { value_.fetch_add(amount, std::memory_order_relaxed); }
  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

// Seconds, in fixed buckets from 1 ms to 60 s.
class Histogram {
 public:
  static constexpr std::array<double, 12> bounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                 0.1,   0.25,   0.5,   1.0,  5.0,   60.0};
  void observe(double seconds);
  std::int64_t bucket(std::size_t i) const { return buckets_[i].load(std::memory_order_relaxed); }  // not cumulative
  std::int64_t count() const;
  double sum() const { return static_cast<double>(sum_micros_.load(std::memory_order_relaxed)) / 1e6; }

 private:
  std::array<std::atomic<std::int64_t>, bounds.size() + 1> buckets_{};
  std::atomic<std::int64_t> sum_micros_{0};
};

// Owns every metric. Thread-safe; references stay valid as long as the registry.
class Metrics {
 public:
  // `labels` is what stands between the braces ("method=\"GET\",status=\"200\""), or empty. The same name and
  // labels give the same metric.
  Counter& counter(std::string_view name, std::string_view help, std::string_view labels = {});
  Histogram& histogram(std::string_view name, std::string_view help, std::string_view labels = {});
  // Read when printed. The function must be quick and thread-safe.
  void gauge(std::string_view name, std::string_view help, std::function<double()> read, std::string_view labels = {});
  // Whole families, with their HELP and TYPE, of what is counted elsewhere: appended when printed. The function must be
  // thread-safe.
  void text(std::function<std::string()> write);
  std::string to_prometheus() const;

 private:
  struct Entry;
  Entry& entry(std::string_view name, std::string_view help, std::string_view labels, std::string_view type);
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Entry>> entries_;
  std::vector<std::function<std::string()>> texts_;

 public:
  Metrics();
  ~Metrics();
};

}  // namespace sightglass::telemetry
