#include "app/descriptor_limit.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <limits>

#include "telemetry/log.hpp"

namespace sightglass::app {

std::int64_t raise_descriptor_limit() {
  constexpr auto most = std::numeric_limits<std::int32_t>::max();
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;  // Linux's default; getrlimit fails only on bad arguments
  const auto was = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    telemetry::log_warning("the limit of open files could not be raised",
                           {{"limit", static_cast<std::int64_t>(std::min<rlim_t>(was, most))}});
    limit.rlim_cur = was;
  }
  return static_cast<std::int64_t>(std::min<rlim_t>(limit.rlim_cur, most));
}

std::int32_t connections_within(std::int64_t descriptors, std::int32_t wanted) {
  const auto room = std::max<std::int64_t>(1, descriptors - reserved_descriptors);
  return static_cast<std::int32_t>(std::min<std::int64_t>(wanted, room));
}

}  // namespace sightglass::app
