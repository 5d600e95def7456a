#include "runtime/process_memory.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <string>
#include <string_view>

#include "runtime/unix_fd.hpp"

namespace sightglass::runtime {

std::int64_t resident_memory_bytes() { return resident_memory_bytes(::getpid()); }

std::int64_t resident_memory_bytes(pid_t pid) {
  const UnixFd file(::open(("/proc/" + std::to_string(pid) + "/statm").c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 128> text{};
  if (!file || ::read(file.get(), text.data(), text.size() - 1) <= 0) return 0;
  // proc(5): the second number counts resident pages.
  const std::string_view numbers(text.data());
  const auto space = numbers.find(' ');
  if (space == std::string_view::npos) return 0;
  std::int64_t pages = 0;
  std::from_chars(numbers.data() + space + 1, numbers.data() + numbers.size(), pages);
  return pages * ::sysconf(_SC_PAGESIZE);
}

}  // namespace sightglass::runtime
