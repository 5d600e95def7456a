// What the server starts its worker processes with.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sightglass::app {

// "--name value" pairs behind the mode. The server writes them, so that a fault in them is a bug: it throws
// std::invalid_argument naming the argument.
class WorkerArguments {
 public:
  WorkerArguments(int argc, char** argv) {
    for (int i = 2; i + 1 < argc; i += 2) values_[std::string(argv[i]).substr(2)] = argv[i + 1];
  }
  std::string text(const std::string& name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) throw std::invalid_argument("--" + name + " is missing");
    return found->second;
  }
  // Of a list with commas between its entries, those that are not empty.
  std::vector<std::string> list(const std::string& name) const {
    const std::string value = text(name);
    std::vector<std::string> entries;
    for (std::size_t from = 0; from < value.size();) {
      const auto to = std::min(value.find(',', from), value.size());
      if (to > from) entries.push_back(value.substr(from, to - from));
      from = to + 1;
    }
    return entries;
  }
  std::int64_t number(const std::string& name) const {
    const std::string value = text(name);
    std::int64_t parsed = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), parsed);
    if (error != std::errc{} || end != value.data() + value.size())
      throw std::invalid_argument("--" + name + " is no number: " + value);
    return parsed;
  }

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace sightglass::app
