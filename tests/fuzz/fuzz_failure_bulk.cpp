// Any bytes as the body of a change of many failures: what is accepted names failures within the limit, or a filter
// with a state, and never both.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "http/failure_bulk.hpp"

namespace {

void require(bool claim) {
  if (!claim) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace sightglass;
  http::Request request;
  request.headers.add("Content-Type", "application/json");
  request.body.assign(reinterpret_cast<const char*>(bytes), size);
  const auto bulk = http::read_failure_bulk(request);
  if (!bulk) {
    require(!bulk.error().field.empty() || bulk.error().code != core::ErrorCode::invalid_input);
    return 0;
  }
  require(bulk->action == "retry" || bulk->action == "skip" || bulk->action == "reopen");
  require(bulk->named.has_value() != bulk->filter.state.has_value());
  require(!bulk->named || bulk->named->size() <= 500);
  require(!bulk->named || !bulk->after);
  require(!bulk->filter.job || bulk->filter.job->value >= 1);
  require(!bulk->filter.code || bulk->filter.code->size() <= 400);  // 100 characters of UTF-8
  return 0;
}
