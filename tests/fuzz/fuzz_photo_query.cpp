// Any bytes as the query of the photo list: what is accepted lies within the limits that the database relies on.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "http/photo_query.hpp"
#include "http/request_target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace sightglass;
  auto target = http::parse_target("/?" + std::string(reinterpret_cast<const char*>(bytes), size));
  if (!target) return 0;
  http::Request request;
  request.query = std::move(target->query);
  const auto query = http::read_photo_query(request);
  if (!query) return 0;
  const auto& filter = query->filter;
  if (filter.limit < 1 || filter.limit > 500) std::abort();
  if (filter.job && filter.job->value < 1) std::abort();
  if (filter.bbox && !(std::abs(filter.bbox->west) <= 180 && filter.bbox->south <= filter.bbox->north)) std::abort();
  // Times are compared as text in places, which holds for years of four digits only.
  if (filter.taken_from && core::to_iso8601(*filter.taken_from).size() != 27) std::abort();
  return 0;
}
