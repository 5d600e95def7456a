// Which machines work on this database, with which workers, and what those run: for people who look after them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "database/runs.hpp"

namespace sightglass::queue {

// How often a node says that it is there, and after how long without that it counts as gone.
inline constexpr std::chrono::seconds presence_beat{15};
inline constexpr std::chrono::seconds presence_lost{60};

struct NodePresence {
  std::string name{};  // unique among the nodes of one database
  std::string role{};  // "serve" or "worker"
  std::string version{};
  core::Instant started_at{};
  core::Instant seen_at{};
  std::optional<database::RunId> run{};  // nullopt of a node of an earlier version
  bool is_lost(core::Instant now) const { return now - seen_at > presence_lost; }
};

struct WorkerPresence {
  std::string owner{};  // of its leases
  std::string queues{};
  std::int64_t pid = 0;
  core::Instant started_at{};
  std::int64_t memory_bytes = 0;
};

struct RunningTask {
  core::TaskId id{};
  std::string kind{};
  core::TaskQueue queue{};
  std::int32_t progress = 0;
  std::optional<core::Instant> started_at{};
};

struct WorkerAtWork {
  WorkerPresence worker{};
  std::vector<RunningTask> tasks{};  // more than one when it took several short ones
};
struct NodeAtWork {
  NodePresence node{};
  std::vector<WorkerAtWork> workers{};
};

// `wanted`, or that with the first free number behind it when a node that lives has it, whose run is not `own`. In the
// transaction that reports the node's presence. Blocks.
core::Result<std::string> free_node_name(database::Session& session, std::string_view wanted, database::RunId own,
                                         core::Instant now);
// The node's row and its workers', replaced as a whole. Blocks.
core::Result<void> report_presence(database::Session& session, const NodePresence& node,
                                   std::span<const WorkerPresence> workers);
// For a node that ends as it should.
core::Result<void> forget_node(database::Session& session, std::string_view name);
// Nodes that were lost for longer than `keep` are forgotten. Returns how many.
core::Result<std::int64_t> prune_nodes(database::Session& session, core::Instant now, std::chrono::hours keep);
// Names of the nodes that are there now, and of commands that take pictures in; none when nobody works on the database.
core::Result<std::vector<std::string>> list_present(database::Session& session, core::Instant now);
// Whether a node of an earlier version is there, whose journals name no run.
core::Result<bool> has_unnamed_nodes(database::Session& session, core::Instant now);
// All nodes by name, lost ones too. Blocks.
core::Result<std::vector<NodeAtWork>> list_nodes(database::Session& session);

}  // namespace sightglass::queue
