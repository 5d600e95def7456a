#include "app/delivery_metrics.hpp"

#include <fmt/format.h>

#include <iterator>

namespace sightglass::app {
namespace {

std::string counters(const stations::Deliverer& deliverer) {
  std::string text =
      "# HELP sightglass_deliveries_total Attempts to tell outputs of stations a verdict.\n"
      "# TYPE sightglass_deliveries_total counter\n";
  for (const auto& count : deliverer.counts())
    for (const auto& [outcome, number] : {std::pair("delivered", count.delivered), std::pair("failed", count.failed),
                                          std::pair("given_up", count.given_up)})
      fmt::format_to(std::back_inserter(text), "sightglass_deliveries_total{{kind=\"{}\",outcome=\"{}\"}} {}\n",
                     count.kind, outcome, number);
  return text;
}

}  // namespace

void add_delivery_metrics(telemetry::Metrics& metrics, const stations::Deliverer& deliverer) {
  metrics.gauge("sightglass_deliveries_waiting", "What outputs of this node's stations are still to be told.",
                [&deliverer] { return static_cast<double>(deliverer.waiting()); });
  metrics.text([&deliverer] { return counters(deliverer); });
}

}  // namespace sightglass::app
