// What commands print: text for people, one JSON document for machines, errors on stderr.
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"

namespace sightglass::cli {

// Exit codes: 0 done; 1 tried and failed, or found faults; 2 the call itself was wrong.
enum class Exit : int { ok = 0, failed = 1, usage = 2 };

class Output {
 public:
  explicit Output(bool is_json) : is_json_(is_json) {}
  bool is_json() const { return is_json_; }

  // Printed in text mode only.
  void line(std::string_view text) const;
  // Printed in JSON mode only: one whole document.
  void document(std::string_view json) const;
  // A line that is rewritten in place on a terminal, and not shown elsewhere or in JSON mode.
  void progress(std::string_view text) const;
  void end_progress() const;
  // In words with the field and the cause, or as {"error": …}; returns the exit code that fits.
  Exit error(const core::Error& error) const;

 private:
  bool is_json_;
};

}  // namespace sightglass::cli
