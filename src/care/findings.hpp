// Gathers what a check finds: bounded in memory, counted in full.
#pragma once

#include "care/check.hpp"

namespace sightglass::care {

class Findings {
 public:
  explicit Findings(CheckReport& report) : report_(report) {}
  void add(Finding finding);

 private:
  CheckReport& report_;
};

}  // namespace sightglass::care
