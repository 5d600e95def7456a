#include "queue/presence.hpp"

#include <algorithm>
#include <map>

namespace sightglass::queue {
namespace {

using database::Row;
using database::Session;

NodePresence read_node(const Row& row) {
  return {.name = row.string(0),
          .role = row.string(1),
          .version = row.string(2),
          .started_at = row.instant(3),
          .seen_at = row.instant(4),
          .run = row.optional_id<database::RunId>(5)};
}

WorkerPresence read_worker(const Row& row) {
  return {.owner = row.string(1),
          .queues = row.string(2),
          .pid = row.integer(3),
          .started_at = row.instant(4),
          .memory_bytes = row.integer(5)};
}

RunningTask read_running(const Row& row) {
  return {.id = row.id<core::TaskId>(1),
          .kind = row.string(2),
          .queue = core::task_queue_from_name(row.text(3)).value_or(core::TaskQueue::normal),
          .progress = static_cast<std::int32_t>(row.integer(4)),
          .started_at = row.optional_instant(5)};
}

using TasksByOwner = std::map<std::string, std::vector<RunningTask>, std::less<>>;

core::Result<TasksByOwner> running_by_owner(Session& session) {
  TasksByOwner tasks;
  SG_TRY(
      session.run("SELECT lease_owner, id, kind, queue, progress, started_at FROM tasks WHERE state = 'running' "
                  "AND lease_owner <> '' ORDER BY id",
                  {}, [&](const Row& row) -> core::Result<void> {
                    tasks[row.string(0)].push_back(read_running(row));
                    return {};
                  }));
  return tasks;
}

}  // namespace

core::Result<std::string> free_node_name(Session& session, std::string_view wanted, database::RunId own,
                                         core::Instant now) {
  std::string name(wanted);
  for (int number = 2;; ++number) {
    SG_ASSIGN(const auto holder,
              session.first("SELECT 1 FROM nodes n LEFT JOIN runs r ON r.id = n.run WHERE n.name = $1 "
                            "AND (r.id <> $3 AND r.fenced_at IS NULL OR n.run IS NULL AND n.seen_at > $2)",
                            {name, now - presence_lost, own}, [](const Row&) { return true; }));
    if (!holder) return name;
    name = std::string(wanted).append("-").append(std::to_string(number));
  }
}

core::Result<void> report_presence(Session& session, const NodePresence& node,
                                   std::span<const WorkerPresence> workers) {
  SG_TRY(session.execute(
      "INSERT INTO nodes (name, role, version, started_at, seen_at, run) VALUES ($1, $2, $3, $4, $5, $6) "
      "ON CONFLICT (name) DO UPDATE SET role = excluded.role, version = excluded.version, "
      "started_at = excluded.started_at, seen_at = excluded.seen_at, run = excluded.run",
      {node.name, node.role, node.version, node.started_at, node.seen_at, node.run}));
  SG_TRY(session.execute("DELETE FROM workers WHERE node = $1", {node.name}));
  for (const WorkerPresence& worker : workers)
    SG_TRY(
        session.execute("INSERT INTO workers (owner, node, queues, pid, started_at, memory_bytes) "
                        "VALUES ($1, $2, $3, $4, $5, $6)",
                        {worker.owner, node.name, worker.queues, worker.pid, worker.started_at, worker.memory_bytes}));
  return {};
}

core::Result<void> forget_node(Session& session, std::string_view name) {
  SG_TRY(session.execute("DELETE FROM workers WHERE node = $1", {name}));
  SG_TRY(session.execute("DELETE FROM nodes WHERE name = $1", {name}));
  return {};
}

core::Result<std::int64_t> prune_nodes(Session& session, core::Instant now, std::chrono::hours keep) {
  return session.execute("DELETE FROM nodes WHERE seen_at < $1", {now - presence_lost - keep});
}

core::Result<std::vector<std::string>> list_present(Session& session, core::Instant now) {
  return session.all(
      "SELECT r.name FROM runs r JOIN run_beats b ON b.run = r.id WHERE r.fenced_at IS NULL "
      "AND b.seen_at > $1 UNION SELECT name FROM nodes WHERE run IS NULL AND seen_at > $1",
      {now - presence_lost}, [](const Row& row) { return row.string(0); });
}

core::Result<bool> has_unnamed_nodes(Session& session, core::Instant now) {
  SG_ASSIGN(const auto found, session.first("SELECT 1 FROM nodes WHERE run IS NULL AND seen_at > $1",
                                            {now - presence_lost}, [](const Row&) { return true; }));
  return found.has_value();
}

core::Result<std::vector<NodeAtWork>> list_nodes(Session& session) {
  SG_ASSIGN(auto running, running_by_owner(session));
  std::vector<NodeAtWork> nodes;
  SG_TRY(session.run("SELECT name, role, version, started_at, seen_at, run FROM nodes ORDER BY name", {},
                     [&](const Row& row) -> core::Result<void> {
                       nodes.push_back({.node = read_node(row)});
                       return {};
                     }));
  SG_TRY(session.run(
      "SELECT node, owner, queues, pid, started_at, memory_bytes FROM workers ORDER BY started_at, owner", {},
      [&](const Row& row) -> core::Result<void> {
        const auto node =
            std::ranges::find(nodes, row.text(0), [](const NodeAtWork& one) -> const auto& { return one.node.name; });
        if (node == nodes.end()) return {};
        WorkerAtWork worker{.worker = read_worker(row)};
        if (const auto tasks = running.find(worker.worker.owner); tasks != running.end())
          worker.tasks = std::move(tasks->second);
        node->workers.push_back(std::move(worker));
        return {};
      }));
  return nodes;
}

}  // namespace sightglass::queue
