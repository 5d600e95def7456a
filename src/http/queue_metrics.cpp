#include "http/queue_metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>

#include "telemetry/log.hpp"

namespace sightglass::http {
namespace {

using core::TaskState;
using queue::QueueFigures;
using queue::Rate;
using queue::Spread;

constexpr std::array states{TaskState::available, TaskState::scheduled, TaskState::running,  TaskState::retryable,
                            TaskState::completed, TaskState::discarded, TaskState::cancelled};
constexpr std::array<std::pair<std::string_view, std::int64_t Rate::*>, 4> ends{{{"completed", &Rate::completed},
                                                                                 {"failed", &Rate::failed},
                                                                                 {"discarded", &Rate::discarded},
                                                                                 {"cancelled", &Rate::cancelled}}};

class Text {
 public:
  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    fmt::format_to(std::back_inserter(out_), "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
  }
  template <typename Number>
  void sample(std::string_view suffix, std::string_view labels, Number value) {
    fmt::format_to(std::back_inserter(out_), "{}{}{{{}}} {}\n", name_, suffix, labels, value);
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  std::string_view name_;
};

std::string label_of(const QueueFigures& figures) { return fmt::format("queue=\"{}\"", core::name_of(figures.queue)); }

void write_spread(Text& text, const QueueFigures& figures, const Spread& spread) {
  const auto label = label_of(figures);
  std::int64_t cumulative = 0;
  for (std::size_t i = 0; i < spread.counts.size(); ++i) {
    cumulative += spread.counts.at(i);
    const bool is_last = i == Spread::bounds_ms.size();
    const auto bound = is_last ? "+Inf" : fmt::format("{}", static_cast<double>(Spread::bounds_ms.at(i)) / 1000.0);
    text.sample("_bucket", fmt::format("{},le=\"{}\"", label, bound), cumulative);
  }
  text.sample("_sum", label, static_cast<double>(spread.sum.count()) / 1e6);
  text.sample("_count", label, cumulative);
}

double waited(const QueueFigures& figures, core::Instant now) {
  if (!figures.oldest_due) return 0;
  return std::max(0.0, std::chrono::duration<double>(now - *figures.oldest_due).count());
}

}  // namespace

std::string queue_metrics(const std::vector<QueueFigures>& queues, core::Instant now) {
  Text text;
  text.family("sightglass_queue_tasks", "gauge", "Tasks by queue and state, ended ones until they are forgotten.");
  for (const auto& one : queues)
    for (const auto state : states) {
      const auto found = one.tasks.find(state);
      text.sample("", fmt::format("{},state=\"{}\"", label_of(one), core::name_of(state)),
                  found == one.tasks.end() ? std::int64_t{0} : found->second);
    }
  text.family("sightglass_queue_oldest_waiting_seconds", "gauge",
              "How long the task has waited that could have been begun first, 0 when none waits.");
  for (const auto& one : queues) text.sample("", label_of(one), waited(one, now));
  text.family("sightglass_queue_paused", "gauge", "1 while nothing of the queue is begun.");
  for (const auto& one : queues) text.sample("", label_of(one), one.is_paused ? 1 : 0);
  text.family("sightglass_queue_attempts_total", "counter",
              "Attempts that ended: completed, failed and to be made again, discarded for good, or cancelled.");
  for (const auto& one : queues)
    for (const auto& [name, count] : ends)
      text.sample("", fmt::format("{},end=\"{}\"", label_of(one), name), one.total.*count);
  text.family("sightglass_queue_wait_seconds", "histogram", "From when a task was due until an attempt was begun.");
  for (const auto& one : queues) write_spread(text, one, one.total.wait);
  text.family("sightglass_queue_run_seconds", "histogram", "How long attempts ran.");
  for (const auto& one : queues) write_spread(text, one, one.total.run);
  return text.take();
}

void QueueWatch::look() {
  const std::lock_guard lock(mutex_);
  const auto began = std::chrono::steady_clock::now();
  if (began < next_look_) return;
  auto seen = database_.read([&](database::Session& session) { return queue::queue_figures(session, clock_.now()); });
  const auto ended = std::chrono::steady_clock::now();
  next_look_ = ended + std::max<std::chrono::steady_clock::duration>(max_age, share * (ended - began));
  if (seen)
    figures_ = std::move(*seen);
  else
    telemetry::log_warning("the queues could not be counted", {{"cause", seen.error().message}});
}

std::string QueueWatch::text() const {
  const std::lock_guard lock(mutex_);
  return queue_metrics(figures_, clock_.now());
}

}  // namespace sightglass::http
