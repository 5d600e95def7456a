// Who writes a sidecar now: two changes of one record must not leave the older one in its file.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace sightglass::filing {

// Held from reading the row until its sidecar is written or removed; whoever comes second then reads what the first
// committed. Holds within this process only: against other nodes helps settle_on_row(). Blocks while another thread has
// the key's turn; a thread must not hold two. Keys share 64 turns, so that now and then one waits for a stranger.
class SidecarTurn {
 public:
  explicit SidecarTurn(std::string_view sidecar_key);

 private:
  std::unique_lock<std::mutex> lock_;
};

// Makes a record's file say what its row says, whichever node changes the row meanwhile: `read_row` gives the row as
// text of the file, nullopt when it is gone; `write` puts that in the file's place, or removes the file. After each
// writing the row is read again, and what it said meanwhile is written too. So the last to write, on whichever node,
// has seen the row as it then was, and a node that was overtaken mends what it spoilt. Blocks.
using RowText = std::optional<std::string>;
core::Result<void> settle_on_row(std::string_view key, const std::function<core::Result<RowText>()>& read_row,
                                 const std::function<core::Result<void>(const RowText&)>& write);

}  // namespace sightglass::filing
