// Collects the WHERE clause and its parameters from the filters that are present, so that each statement names
// only what it uses and the planner can pick an index.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "database/database.hpp"

namespace sightglass::database {

class Conditions {
 public:
  // Each '?' of `condition` stands for the next of `values`; it must hold no '?' otherwise.
  void add(std::string_view condition, std::initializer_list<Value> values = {}) {
    where_ += where_.empty() ? " WHERE " : " AND ";
    auto value = values.begin();
    for (const char character : condition) {
      if (character == '?')
        where_ += parameter(*value++);
      else
        where_ += character;
    }
  }
  // Adds a parameter and returns its name, "$3".
  std::string parameter(Value value) {
    parameters_.push_back(std::move(value));
    return "$" + std::to_string(parameters_.size());
  }
  // " WHERE … AND …", or empty.
  const std::string& where() const { return where_; }
  const Session::Parameters& parameters() const { return parameters_; }

 private:
  std::string where_;
  Session::Parameters parameters_;
};

}  // namespace sightglass::database
