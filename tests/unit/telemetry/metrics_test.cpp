#include "telemetry/metrics.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <thread>
#include <vector>

namespace sightglass::telemetry {
namespace {

TEST(Metrics, gives_the_same_counter_for_the_same_name_and_labels) {
  Metrics metrics;
  auto& first = metrics.counter("sg_requests_total", "Requests.", "status=\"200\"");
  auto& again = metrics.counter("sg_requests_total", "Requests.", "status=\"200\"");
  auto& other = metrics.counter("sg_requests_total", "Requests.", "status=\"404\"");
  EXPECT_EQ(&first, &again);
  EXPECT_NE(&first, &other);
}

TEST(Metrics, keeps_series_of_one_name_together_under_one_heading) {
  Metrics metrics;
  metrics.counter("a_total", "First.", "k=\"1\"").add(2);
  metrics.counter("b_total", "Second.").add();
  metrics.counter("a_total", "First.", "k=\"2\"").add(3);
  EXPECT_EQ(metrics.to_prometheus(),
            "# HELP a_total First.\n# TYPE a_total counter\na_total{k=\"1\"} 2\na_total{k=\"2\"} 3\n"
            "# HELP b_total Second.\n# TYPE b_total counter\nb_total 1\n");
}

TEST(Metrics, reads_a_gauge_when_printed) {
  Metrics metrics;
  double level = 1;
  metrics.gauge("queue_depth", "Waiting\nwork.", [&] { return level; });
  level = 2.5;
  EXPECT_EQ(metrics.to_prometheus(), "# HELP queue_depth Waiting\\nwork.\n# TYPE queue_depth gauge\nqueue_depth 2.5\n");
}

TEST(Metrics, prints_cumulative_buckets_whose_last_equals_the_count) {
  Metrics metrics;
  auto& histogram = metrics.histogram("wait_seconds", "Wait.", "route=\"x\"");
  histogram.observe(0.0005);
  histogram.observe(0.3);
  histogram.observe(100);
  const auto text = metrics.to_prometheus();
  EXPECT_NE(text.find("wait_seconds_bucket{route=\"x\",le=\"0.001\"} 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("wait_seconds_bucket{route=\"x\",le=\"0.5\"} 2\n"), std::string::npos);
  EXPECT_NE(text.find("wait_seconds_bucket{route=\"x\",le=\"+Inf\"} 3\n"), std::string::npos);
  EXPECT_NE(text.find("wait_seconds_sum{route=\"x\"} 100.3005\n"), std::string::npos);
  EXPECT_NE(text.find("wait_seconds_count{route=\"x\"} 3\n"), std::string::npos);
}

TEST(Metrics, counts_a_value_equal_to_a_bound_inside_that_bucket) {
  Histogram histogram;
  histogram.observe(0.005);
  EXPECT_EQ(histogram.bucket(2), 1);
}

TEST(Metrics, ignores_observations_that_are_no_durations) {
  Histogram histogram;
  histogram.observe(-1);
  histogram.observe(std::numeric_limits<double>::quiet_NaN());
  histogram.observe(std::numeric_limits<double>::infinity());
  EXPECT_EQ(histogram.count(), 0);
}

TEST(Metrics, loses_no_increment_of_parallel_threads) {
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 1000; ++n) metrics.counter("hits_total", "Hits.").add();
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(metrics.counter("hits_total", "Hits.").value(), 4000);
}

}  // namespace
}  // namespace sightglass::telemetry
