#include "cli/context.hpp"

namespace sightglass::cli {

void Context::with_installation(const std::function<core::Result<Exit>(Installation&, const Output&)>& body) {
  const Output out = output();
  auto installation = program.open(data, flags);
  if (!installation) {
    exit_code = static_cast<int>(out.error(installation.error()));
    return;
  }
  const auto outcome = body(**installation, out);
  exit_code = static_cast<int>(outcome ? *outcome : out.error(outcome.error()));
}

}  // namespace sightglass::cli
