// One action on many failures of the inbox, each checked like a single change.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "database/photo_failures.hpp"
#include "http/message.hpp"
#include "http/services.hpp"

namespace sightglass::http {

struct FailureBulk {
  std::string action{};                                                     // "retry", "skip" or "reopen"
  std::optional<std::vector<database::photo_failures::FailureId>> named{};  // else by `filter`, behind `after`
  database::photo_failures::Filter filter{};
  std::optional<database::photo_failures::PageKey> after{};
};

// invalid_input naming the member.
core::Result<FailureBulk> read_failure_bulk(const Request& request);

struct FailureOutcome {
  std::vector<database::photo_failures::FailureId> changed{};
  std::vector<std::pair<database::photo_failures::FailureId, std::string>> refused{};
  std::optional<std::string> next{};  // goes on with what the filter finds further
};

// What cannot be changed is refused by name and does not keep the others from it. Blocks; waking workers is the
// caller's.
core::Result<FailureOutcome> perform(const Services& services, const Request& request, const FailureBulk& bulk);
std::string to_json(const FailureOutcome& outcome);

}  // namespace sightglass::http
