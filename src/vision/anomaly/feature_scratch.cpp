#include "vision/anomaly/feature_scratch.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "vision/numeric/half.hpp"

namespace sightglass::vision {

namespace {

core::Error failure(const char* what) {
  return core::internal_error("Features could not be kept on the disk while training.",
                              std::string(what) + ": " + std::strerror(errno));
}

}  // namespace

core::Result<FeatureScratch> FeatureScratch::open(const std::filesystem::path& folder, std::size_t rows,
                                                  std::size_t columns) {
  std::error_code none;
  const auto parent = folder.empty() ? std::filesystem::temp_directory_path(none) : folder;
  std::string name = (parent / "training-XXXXXX").string();
  const int file = ::mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) return core::fail(failure("mkostemp"));
  ::unlink(name.c_str());
  return FeatureScratch(file, rows, columns);
}

FeatureScratch::FeatureScratch(int file, std::size_t rows, std::size_t columns)
    : file_(file), rows_(rows), columns_(columns), buffer_(rows * columns) {}

FeatureScratch::FeatureScratch(FeatureScratch&& other) noexcept { *this = std::move(other); }

FeatureScratch& FeatureScratch::operator=(FeatureScratch&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(rows_, other.rows_);
  std::swap(columns_, other.columns_);
  std::swap(count_, other.count_);
  std::swap(buffer_, other.buffer_);
  return *this;
}

FeatureScratch::~FeatureScratch() {
  if (file_ >= 0) ::close(file_);
}

core::Result<void> FeatureScratch::append(const Matrix& values) {
  for (std::size_t i = 0; i < buffer_.size(); ++i) {
    buffer_[i] = half_of(values.values()[i]);
    if ((buffer_[i] & 0x7c00) == 0x7c00)
      return core::fail(core::internal_error("A feature of a picture is too large to be kept."));
  }
  const auto* bytes = reinterpret_cast<const char*>(buffer_.data());
  const std::size_t size = buffer_.size() * sizeof(std::uint16_t);
  for (std::size_t done = 0; done < size;) {
    const auto written = ::pwrite(file_, bytes + done, size - done, static_cast<off_t>(count_ * size + done));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return core::fail(failure("pwrite"));
    done += static_cast<std::size_t>(written);
  }
  ++count_;
  return {};
}

core::Result<void> FeatureScratch::read(std::size_t place, Matrix& values) {
  auto* bytes = reinterpret_cast<char*>(buffer_.data());
  const std::size_t size = buffer_.size() * sizeof(std::uint16_t);
  for (std::size_t done = 0; done < size;) {
    const auto got = ::pread(file_, bytes + done, size - done, static_cast<off_t>(place * size + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return core::fail(failure("pread"));
    done += static_cast<std::size_t>(got);
  }
  if (values.rows() != rows_ || values.columns() != columns_) values = Matrix(rows_, columns_);
  for (std::size_t i = 0; i < buffer_.size(); ++i) values.values()[i] = from_half(buffer_[i]);
  return {};
}

}  // namespace sightglass::vision
