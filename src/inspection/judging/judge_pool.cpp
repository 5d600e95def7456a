#include "inspection/judging/judge_pool.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include "inspection/judging/judge_child.hpp"
#include "inspection/judging/judge_wire.hpp"
#include "telemetry/log.hpp"

namespace sightglass::inspection::judging {
namespace {

using core::Result;
using Clock = std::chrono::steady_clock;

// As many models as a process keeps: more than a node has stations.
constexpr std::size_t most_warm = 8;
// How often an idle process is looked at, and how long to wait after one that did not start.
constexpr std::chrono::seconds look_every{1};
constexpr std::chrono::seconds longest_pause{60};

core::Error busy() { return {.code = core::ErrorCode::quota_exceeded, .message = "too many frames wait to be judged"}; }

// An order, on the stack of who waits for its answer.
struct Job {
  const wire::Request& request;
  const core::RawImage& frame;
  std::optional<Result<wire::Answer>> answer{};
  std::condition_variable answered{};
};

// One process, with the thread that starts it and talks with it. All but `thread` is that thread's alone.
struct Lane {
  std::optional<JudgeChild> child{};
  std::vector<std::string> warmed{};  // models that the process was made ready for
  Clock::time_point not_before{};     // of the next start without an order
  std::chrono::seconds pause{1};
  std::thread thread{};
};

// Processes of one purpose, and those who wait for them.
class JudgePool {
 public:
  explicit JudgePool(JudgePoolOptions options) : options_(std::move(options)), lanes_(options_.processes) {}
  ~JudgePool();
  JudgePool(const JudgePool&) = delete;
  JudgePool& operator=(const JudgePool&) = delete;

  // Blocks. Errors: those of FrameJudge that are not the frame's.
  Result<wire::Answer> ask(const wire::Request& request, const core::RawImage& frame);
  void warm(const std::string& model);

 private:
  void start_lanes();
  void work(Lane& lane);
  std::optional<std::string> to_warm(Lane& lane) const;
  void warm_up(Lane& lane, const std::string& model);
  Result<void> start(Lane& lane) const;
  Result<wire::Answer> run(Lane& lane, const wire::Request& request, const core::RawImage& frame) const;

  const JudgePoolOptions options_;
  std::mutex mutex_;
  std::condition_variable wakes_;
  std::deque<Job*> waiting_;
  std::vector<std::string> warm_;  // models that stations need, the latest last
  bool is_stopping_ = false;
  std::vector<Lane> lanes_;
};

JudgePool::~JudgePool() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  wakes_.notify_all();
  for (auto& lane : lanes_)
    if (lane.thread.joinable()) lane.thread.join();
}

// With the mutex held.
void JudgePool::start_lanes() {
  for (auto& lane : lanes_)
    if (!lane.thread.joinable()) lane.thread = std::thread([this, &lane] { work(lane); });
}

void JudgePool::warm(const std::string& model) {
  if (model.empty() || model.size() > wire::longest_model) return;
  const std::lock_guard lock(mutex_);
  std::erase(warm_, model);
  warm_.push_back(model);
  if (warm_.size() > most_warm) warm_.erase(warm_.begin());
  start_lanes();
  wakes_.notify_all();
}

// With the mutex held: what this process has not been made ready for.
std::optional<std::string> JudgePool::to_warm(Lane& lane) const {
  if (lane.child && !lane.child->is_usable()) lane.child.reset();
  if (!lane.child) lane.warmed.clear();
  if (!lane.child && Clock::now() < lane.not_before) return std::nullopt;
  const auto model = std::ranges::find_if(
      warm_, [&](const std::string& one) { return std::ranges::find(lane.warmed, one) == lane.warmed.end(); });
  return model == warm_.end() ? std::nullopt : std::optional(*model);
}

void JudgePool::work(Lane& lane) {
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    if (!waiting_.empty()) {
      auto* job = waiting_.front();
      waiting_.pop_front();
      lock.unlock();
      auto answer = run(lane, job->request, job->frame);
      lock.lock();
      job->answer = std::move(answer);
      job->answered.notify_one();
    } else if (const auto model = to_warm(lane)) {
      lock.unlock();
      warm_up(lane, *model);
      lock.lock();
    } else if (warm_.empty()) {
      wakes_.wait(lock);
    } else {
      wakes_.wait_for(lock, look_every);
    }
  }
  lock.unlock();
  lane.child.reset();
}

Result<void> JudgePool::start(Lane& lane) const {
  lane.child.reset();
  lane.warmed.clear();
  auto child = JudgeChild::start(options_);
  if (!child) {
    telemetry::log_error("process that judges frames did not start",
                         {{"message", child.error().message}, {"cause", child.error().cause}});
    return core::fail(std::move(child).error());
  }
  lane.child.emplace(std::move(*child));
  return {};
}

// An error of the frame's own is an answer like another; those here are of the process.
Result<wire::Answer> JudgePool::run(Lane& lane, const wire::Request& request, const core::RawImage& frame) const {
  constexpr int attempts = 2;
  for (int attempt = 1;; ++attempt) {
    if (!lane.child || !lane.child->is_usable()) SG_TRY(start(lane));
    auto answer = lane.child->ask(request, frame, options_.patience);
    if (answer) return answer;
    lane.child.reset();  // killed and reaped
    telemetry::log_warning("process that judges frames was given up", {{"message", answer.error().message}});
    if (answer.error().code != core::ErrorCode::unavailable) return answer;
    if (attempt == attempts)
      return core::fail(core::unavailable("the process that judges frames ended twice over this frame"));
  }
}

// Its faults are told by judge() too. What is wrong with a process is tried again, ever more seldom; what is wrong with
// a model is not.
void JudgePool::warm_up(Lane& lane, const std::string& model) {
  const auto answer = run(lane, wire::encode_warming(model), {});
  if (!answer) {
    lane.not_before = Clock::now() + lane.pause;
    lane.pause = std::min(2 * lane.pause, longest_pause);
    return;
  }
  lane.pause = std::chrono::seconds{1};
  lane.warmed.push_back(model);
  if (const auto outcome = wire::decode_end(*answer); !outcome)
    telemetry::log_warning("model of a station could not be made ready",
                           {{"model", model}, {"message", outcome.error().message}, {"cause", outcome.error().cause}});
}

Result<wire::Answer> JudgePool::ask(const wire::Request& request, const core::RawImage& frame) {
  Job job{.request = request, .frame = frame};
  std::unique_lock lock(mutex_);
  if (waiting_.size() >= options_.most_waiting) return core::fail(busy());
  waiting_.push_back(&job);
  start_lanes();
  wakes_.notify_one();
  job.answered.wait(lock, [&] { return job.answer.has_value(); });
  return std::move(*job.answer);
}

std::int64_t bytes_of(const core::RawImage& frame) {
  return frame.bytes ? static_cast<std::int64_t>(frame.bytes->size()) : 0;
}

// Drawing has a process to itself, in which no network is loaded: verdicts do not wait for pictures.
class JudgeProcesses final : public FrameJudge {
 public:
  explicit JudgeProcesses(JudgePoolOptions options) : judging_(options), drawing_(one_of(std::move(options))) {}

  Result<Judgement> judge(const JudgeOrder& order) override;
  Result<std::string> annotate(const core::RawImage& frame, const std::optional<core::Box>& region,
                               const Judgement& judgement, const Annotation& annotation) override;
  void warm(const std::string& model) override { judging_.warm(model); }

 private:
  static JudgePoolOptions one_of(JudgePoolOptions options) {
    options.processes = 1;
    return options;
  }
  JudgePool judging_;
  JudgePool drawing_;
};

Result<Judgement> JudgeProcesses::judge(const JudgeOrder& order) {
  SG_TRY(wire::check_places(order.frame, bytes_of(order.frame), order.region));
  if (order.model.size() > wire::longest_model)
    return core::fail(core::not_found("There is no model with so long a name"));
  SG_ASSIGN(const auto answer, judging_.ask(wire::encode(order), order.frame));
  return wire::decode_judgement(answer, order.frame.size);
}

Result<std::string> JudgeProcesses::annotate(const core::RawImage& frame, const std::optional<core::Box>& region,
                                             const Judgement& judgement, const Annotation& annotation) {
  SG_TRY(wire::check_places(frame, bytes_of(frame), region));
  const wire::Drawing drawing{frame, region, judgement, annotation};
  SG_ASSIGN(auto answer, drawing_.ask(wire::encode(drawing), frame));
  return wire::decode_jpeg(std::move(answer));
}

}  // namespace

std::unique_ptr<FrameJudge> make_frame_judge(JudgePoolOptions options) {
  return std::make_unique<JudgeProcesses>(std::move(options));
}

}  // namespace sightglass::inspection::judging
