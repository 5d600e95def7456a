#include "queue/task_rates.hpp"

#include <algorithm>
#include <numeric>

namespace sightglass::queue {
namespace {

using core::Result;
using core::TaskQueue;
using database::Row;
using database::Session;

constexpr std::array all_queues{TaskQueue::high_priority, TaskQueue::normal, TaskQueue::batch, TaskQueue::ml_training};
constexpr std::int64_t minute = 60;
constexpr std::int64_t hour = 3600;
constexpr std::size_t key_count = 4;
constexpr std::size_t steps = std::tuple_size_v<decltype(Spread::counts)>;

std::int64_t seconds_of(core::Instant instant) {
  return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

std::int64_t begin_of(std::int64_t seconds, std::int64_t step) { return seconds - seconds % step; }

// The columns that are added up, in the order of figures_of().
const std::vector<std::string>& figure_columns() {
  static const std::vector<std::string> columns = [] {
    std::vector<std::string> names{"completed", "failed", "discarded", "cancelled", "wait_sum", "run_sum"};
    for (const char* kind : {"w", "r"})
      for (std::size_t i = 0; i < steps; ++i) names.push_back(kind + std::to_string(i));
    return names;
  }();
  return columns;
}

std::string joined(const std::string& before, const std::string& after) {
  std::string text;
  for (const auto& column : figure_columns()) text += (text.empty() ? "" : ", ") + before + column + after;
  return text;
}

std::string added() {
  std::string text;
  for (const auto& column : figure_columns())
    text += (text.empty() ? "" : ", ") + column + " = task_rates." + column + " + excluded." + column;
  return text;
}

// PostgreSQL adds whole numbers up to numeric ones.
std::string sums() { return joined("CAST(sum(", ") AS BIGINT)"); }

std::string insert_statement(std::size_t rows) {
  std::string text = "INSERT INTO task_rates (queue, step, at, owner, " + joined("", "") + ") VALUES ";
  std::size_t parameter = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    text += row > 0 ? ", (" : "(";
    for (std::size_t i = 0; i < key_count + figure_columns().size(); ++i)
      text += (i > 0 ? ", $" : "$") + std::to_string(++parameter);
    text += ")";
  }
  return text + " ON CONFLICT (at, step, queue, owner) DO UPDATE SET " + added();
}

void add_figures(Session::Parameters& parameters, const Rate& rate) {
  for (const auto figure : {rate.completed, rate.failed, rate.discarded, rate.cancelled,
                            std::int64_t{rate.wait.sum.count()}, std::int64_t{rate.run.sum.count()}})
    parameters.emplace_back(figure);
  for (const auto count : rate.wait.counts) parameters.emplace_back(count);
  for (const auto count : rate.run.counts) parameters.emplace_back(count);
}

Rate read_figures(const Row& row, int first) {
  Rate rate{.completed = row.integer(first),
            .failed = row.integer(first + 1),
            .discarded = row.integer(first + 2),
            .cancelled = row.integer(first + 3)};
  rate.wait.sum = Micros(row.integer(first + 4));
  rate.run.sum = Micros(row.integer(first + 5));
  int column = first + 6;
  for (auto& count : rate.wait.counts) count = row.integer(column++);
  for (auto& count : rate.run.counts) count = row.integer(column++);
  return rate;
}

// Rows of `step` seconds before `before` become rows of `into` seconds, or of the totals where that is 0.
Result<std::int64_t> fold(Session& session, std::int64_t step, std::int64_t into, std::int64_t before) {
  const std::string at = into == 0 ? "0" : "at - at % " + std::to_string(into);
  SG_TRY(session.execute(
      "INSERT INTO task_rates (queue, step, at, owner, " + joined("", "") + ") SELECT queue, CAST($3 AS BIGINT), " +
          at + ", '', " + sums() + " FROM task_rates WHERE step = $1 AND at < $2 GROUP BY queue, " +
          (into == 0 ? "queue" : at) + " ON CONFLICT (at, step, queue, owner) DO UPDATE SET " + added(),
      {step, before, into}));
  return session.execute("DELETE FROM task_rates WHERE step = $1 AND at < $2", {step, before});
}

}  // namespace

void Spread::add(Micros duration) {
  const Micros counted = std::max(duration, Micros{0});
  const auto place = std::ranges::lower_bound(
      bounds_ms, counted, {}, [](std::int64_t bound) { return Micros(std::chrono::milliseconds(bound)); });
  counts.at(static_cast<std::size_t>(place - bounds_ms.begin())) += 1;
  sum += counted;
}

Spread& Spread::operator+=(const Spread& other) {
  for (std::size_t i = 0; i < counts.size(); ++i) counts.at(i) += other.counts.at(i);
  sum += other.sum;
  return *this;
}

Rate& Rate::operator+=(const Rate& other) {
  completed += other.completed;
  failed += other.failed;
  discarded += other.discarded;
  cancelled += other.cancelled;
  wait += other.wait;
  run += other.run;
  return *this;
}

std::int64_t Spread::total() const { return std::accumulate(counts.begin(), counts.end(), std::int64_t{0}); }

std::optional<Micros> Spread::percentile(int per_cent) const {
  const std::int64_t all = total();
  if (all == 0) return std::nullopt;
  const double wanted = static_cast<double>(all) * per_cent / 100.0;
  double passed = 0;
  double lower = 0;
  for (std::size_t i = 0; i < bounds_ms.size(); ++i) {
    const auto upper = static_cast<double>(bounds_ms.at(i));
    const auto here = static_cast<double>(counts.at(i));
    if (here > 0 && passed + here >= wanted) {
      const double milliseconds = lower + (upper - lower) * (wanted - passed) / here;
      return Micros(static_cast<std::int64_t>(milliseconds * 1000));
    }
    passed += here;
    lower = upper;
  }
  return Micros(std::chrono::milliseconds(bounds_ms.back()));
}

void RateTally::add(const core::Task& task, core::TaskState end, core::Instant began, Micros ran, core::Instant now) {
  using enum core::TaskState;
  if (end != completed && end != retryable && end != discarded && end != cancelled) return;
  Rate& rate = rates_[{task.queue, begin_of(seconds_of(now), minute)}];
  rate.completed += end == completed ? 1 : 0;
  rate.failed += end == retryable ? 1 : 0;
  rate.discarded += end == discarded ? 1 : 0;
  rate.cancelled += end == cancelled ? 1 : 0;
  rate.wait.add(began - task.run_at);
  rate.run.add(ran);
}

Result<void> RateTally::write(Session& session, std::string_view owner) const {
  if (rates_.empty()) return {};
  Session::Parameters parameters;
  for (const auto& [key, rate] : rates_) {
    parameters.emplace_back(core::name_of(key.first));
    parameters.emplace_back(minute);
    parameters.emplace_back(key.second);
    parameters.emplace_back(owner);
    add_figures(parameters, rate);
  }
  // A busy worker writes one row several hundred times a second.
  static const std::string for_one = insert_statement(1);
  SG_TRY(session.execute(rates_.size() == 1 ? for_one : insert_statement(rates_.size()), parameters));
  return {};
}

Result<void> count_ended_attempt(Session& session, const core::Task& task, core::Instant now) {
  const core::Instant began = task.started_at.value_or(now);
  RateTally tally;
  tally.add(task, task.state, began, now - began, now);
  return tally.write(session, task.lease_owner);
}

Result<std::vector<QueueHistory>> rate_history(Session& session, const RateRange& range) {
  std::vector<QueueHistory> histories;
  for (const TaskQueue queue : all_queues) histories.push_back({.queue = queue});
  const std::int64_t step = std::max<std::int64_t>(range.step.count(), minute);
  const std::string at = "at - at % " + std::to_string(step);
  SG_TRY(session.run(
      "SELECT queue, " + at + " AS begins, " + sums() +
          " FROM task_rates WHERE at >= $1 AND at < $2 AND step > 0 GROUP BY queue, " + at + " ORDER BY begins",
      {begin_of(seconds_of(range.from), step), seconds_of(range.until)}, [&](const Row& row) -> Result<void> {
        const auto queue = core::task_queue_from_name(row.text(0));
        const auto found = std::ranges::find(histories, queue, &QueueHistory::queue);
        if (found == histories.end()) return {};
        const core::Instant begins{std::chrono::seconds(row.integer(1))};
        found->points.push_back({.at = begins, .rate = read_figures(row, 2)});
        return {};
      }));
  return histories;
}

Result<std::vector<std::pair<TaskQueue, Rate>>> rate_totals(Session& session) {
  std::vector<std::pair<TaskQueue, Rate>> totals;
  for (const TaskQueue queue : all_queues) totals.emplace_back(queue, Rate{});
  SG_TRY(session.run("SELECT queue, " + sums() + " FROM task_rates GROUP BY queue", {},
                     [&](const Row& row) -> Result<void> {
                       const auto queue = core::task_queue_from_name(row.text(0));
                       const auto found = std::ranges::find(totals, queue, &std::pair<TaskQueue, Rate>::first);
                       if (found != totals.end()) found->second = read_figures(row, 1);
                       return {};
                     }));
  return totals;
}

Result<std::int64_t> fold_rates(Session& session, core::Instant now) {
  SG_ASSIGN(const auto minutes, fold(session, minute, hour, begin_of(seconds_of(now - minutes_kept), hour)));
  SG_ASSIGN(const auto hours, fold(session, hour, 0, begin_of(seconds_of(now - hours_kept), hour)));
  return minutes + hours;
}

}  // namespace sightglass::queue
