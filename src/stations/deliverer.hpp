// Tells the outputs of this node's stations what was judged: each in the order of the verdicts, none waits for another.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/sealed_secrets.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "database/outputs.hpp"
#include "database/triggers.hpp"
#include "stations/cameras.hpp"

namespace sightglass::stations {

// A row for every enabled output of the trigger's station; `node` is this one's, which sends them. To be called in the
// transaction of the verdict; wake() behind its commit. Blocks.
core::Result<std::vector<database::outputs::Delivery>> enqueue(database::Session& session,
                                                               const database::triggers::Trigger& trigger,
                                                               std::string_view node, core::Instant now);
// A message that says that it is a test; it is sent before all that waits, once, and also where the output is switched
// off. `node`: that of the station's camera. Blocks. not_found when the output's station is gone.
core::Result<database::outputs::Delivery> enqueue_test(database::Session& session,
                                                       const database::outputs::Output& output, std::string_view node,
                                                       core::Instant now);
// What the secret of an output is sealed for.
std::string purpose_of(core::OutputId id);

struct DelivererOptions {
  const core::Clock& clock;                             // outlives the deliverer
  std::chrono::milliseconds patience{10'000};           // with one attempt
  std::chrono::milliseconds first_pause{1'000};         // after a failed attempt; doubled up to the next
  std::chrono::milliseconds longest_pause{60'000};      // and at once after what only a person can mend
  std::chrono::milliseconds give_up_after{86'400'000};  // since the verdict
  // A PLC sorts the part that is before it: what could not be signalled within this of the trigger never is.
  std::chrono::milliseconds signal_expires_after{5'000};
  std::chrono::milliseconds signal_patience{2'000};
  std::chrono::milliseconds look_interval{5'000};  // between looks at what others have changed
};

// Attempts since the start, by outcome.
struct DeliveryCounts {
  std::string kind{};
  std::int64_t delivered = 0;
  std::int64_t failed = 0;  // to be made again
  std::int64_t given_up = 0;
};

// Thread-safe. What it borrows outlives it.
class Deliverer {
 public:
  // Sends what waits for the node cameras.node(), from now on.
  Deliverer(database::Database& database, Cameras& cameras, const accounts::SealedSecrets& secrets,
            const DelivererOptions& options);
  // Waits for attempts that are under way. What was not confirmed by then stays pending: at the next start it is sent,
  // maybe a second time, with the same id.
  ~Deliverer();
  Deliverer(const Deliverer&) = delete;
  Deliverer& operator=(const Deliverer&) = delete;

  // Something may have to be sent, or an output was changed. Never blocks.
  void wake();
  std::vector<DeliveryCounts> counts() const;  // one of each kind
  std::int64_t waiting() const;                // deliveries, when they were last looked at

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace sightglass::stations
