#include "queue/node_run.hpp"

#include <fmt/format.h>

#include "queue/presence.hpp"
#include "queue/rescue.hpp"
#include "telemetry/log.hpp"

namespace sightglass::queue {
namespace {

using database::RunId;
using database::Session;
namespace runs = database::runs;

// How long what was begun under a run may still take after the next one has begun; what takes longer is refused.
constexpr std::chrono::minutes retirement{2};
constexpr std::chrono::minutes between_retirements{5};

}  // namespace

std::string owner_prefix(const runs::Run& run) { return fmt::format("{}:{}:", run.name, run.id.to_string()); }

core::Result<bool> declare_over(Session& session, const runs::Run& run, std::optional<std::int64_t> beats,
                                core::Instant now) {
  SG_ASSIGN(const bool is_over_now, runs::fence(session, run.id, beats, now));
  if (is_over_now) SG_TRY(release_running(session, owner_prefix(run), now));
  return is_over_now;
}

NodeRun::NodeRun(database::Database& database, const core::Clock& clock, database::CurrentRun& current, Plan plan)
    : database_(database), clock_(clock), current_(current), plan_(std::move(plan)) {}

NodeRun::~NodeRun() { stop(); }

void NodeRun::stop() {
  is_stopping_ = true;
  current_.wake();
  if (thread_.joinable()) thread_.join();
}

core::Result<void> NodeRun::begin() { return begin_another(); }

core::Result<NodeRun::Run> NodeRun::begin_in(Session& session, RunId id) {
  const auto now = clock_.now();
  Run run{.id = id, .name = plan_.name, .role = plan_.role, .started_at = now};
  if (plan_.is_node) {
    SG_ASSIGN(run.name, free_node_name(session, plan_.name, run_.id, now));
  }
  SG_TRY(runs::begin(session, run));
  if (plan_.is_node) {
    SG_TRY(report_presence(
        session,
        {.name = run.name, .role = run.role, .version = plan_.version, .started_at = now, .seen_at = now, .run = id},
        {}));
    if (!run_.name.empty() && run_.name != run.name) SG_TRY(forget_node(session, run_.name));
  }
  return run;
}

core::Result<void> NodeRun::begin_another() {
  const auto id = RunId::make(clock_.now());
  SG_ASSIGN(auto begun, database_.write([&](Session& session) { return begin_in(session, id); }));
  {
    const std::lock_guard lock(mutex_);
    run_ = begun;
  }
  current_.set(id);
  plan_.when_begun(begun);
  telemetry::log_info("run begun", {{"run", id.to_string()}, {"name", begun.name}, {"role", begun.role}});
  return {};
}

NodeRun::Run NodeRun::run() const {
  const std::lock_guard lock(mutex_);
  return run_;
}

void NodeRun::keep() {
  thread_ = std::thread([this] {
    while (!is_stopping_) {
      const auto news = current_.wait(std::chrono::steady_clock::now() + plan_.beat);
      if (!is_stopping_) turn(news, std::chrono::steady_clock::now());
    }
  });
}

core::Result<void> NodeRun::end() {
  stop();
  retired_.emplace_back(run_, std::chrono::steady_clock::time_point{});
  return database_.write([&](Session& session) -> core::Result<void> {
    for (const auto& [run, until] : retired_) SG_TRY(declare_over(session, run, std::nullopt, clock_.now()));
    if (plan_.is_node) return forget_node(session, run_.name);
    return {};
  });
}

core::Result<bool> NodeRun::give_sign(const Run& run) {
  return database_.write_guarded([&](Session& session) { return runs::beat(session, run.id, clock_.now()); });
}

void NodeRun::turn(database::CurrentRun::News news, std::chrono::steady_clock::time_point now) {
  const auto lives = give_sign(run_);
  for (const auto& [run, until] : retired_) static_cast<void>(give_sign(run));  // the next one comes soon
  if (lives && !*lives) {
    current_.note_over(run_.id);
    telemetry::log_warning("the other nodes took this one for gone; it goes on as another run",
                           {{"run", run_.id.to_string()}});
    // What it has begun since it was settled is to be settled as well.
    const auto told = database_.write([&](Session& session) -> core::Result<void> {
      SG_TRY(runs::set_unsettled(session, run_.id));
      return {};
    });
    const auto begun = told ? begin_another() : told;
    if (!begun) telemetry::log_error("no run could be begun", {{"cause", begun.error().cause}});
  } else if (news.has_left) {
    retire(now);
  }
  end_retired(now);
}

void NodeRun::retire(std::chrono::steady_clock::time_point now) {
  if (now < may_retire_) {
    current_.note_left();
    return;
  }
  const Run old = run_;
  if (!begin_another()) {
    current_.note_left();
    return;
  }
  may_retire_ = now + between_retirements;
  retired_.emplace_back(old, now + retirement);
}

void NodeRun::end_retired(std::chrono::steady_clock::time_point now) {
  std::erase_if(retired_, [&](const auto& retired) {
    if (now < retired.second) return false;
    return database_
        .write([&](Session& session) { return declare_over(session, retired.first, std::nullopt, clock_.now()); })
        .has_value();
  });
}

}  // namespace sightglass::queue
