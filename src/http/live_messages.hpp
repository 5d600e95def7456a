// The texts that listeners of live changes are sent.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_set>

#include "accounts/caller.hpp"
#include "database/changes.hpp"

namespace sightglass::http {

// The types of objects that a caller may be told of, one bit each (1 << Type): those that its token may
// read, and its role list.
unsigned types_for(const accounts::Caller& caller);

// What one listener is told of all changes.
struct Audience {
  std::int64_t after = 0;
  unsigned types = 0;
  const std::unordered_set<std::int64_t>* visible = nullptr;  // nullptr: everything but notices
  std::string user{};                                         // whose notices are told too
};

// {"type":"hello","seq":N}: what follows are the changes behind N.
std::string hello_message(std::int64_t seq);
// {"type":"reset","seq":N}: too much has changed to be told; look at everything, changes behind N follow.
std::string reset_message(std::int64_t seq);
// {"type":"changes","seq":N,"changes":[]}
std::string nothing_message(std::int64_t seq);
// {"type":"changes","seq":N,"changes":[{"seq","type","change","id",…}]}, or empty when there is nothing for the
// audience. Each object occurs once, with all that became of it: created and changed is created. Photos have their
// "job_id", tasks, failures and findings their "photo_id"; the id of a job is a number.
std::string changes_message(std::span<const database::changes::Change> changes, const Audience& audience,
                            std::int64_t newest);

}  // namespace sightglass::http
