// ONNX Runtime as an opened library: its table of functions, its environment, and handles that release themselves.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/result.hpp"
#include "vision/onnxruntime/ort_api.hpp"

namespace sightglass::vision::ort {

// Stays open until the process ends: the library keeps state of its own behind its functions. Thread-safe once open.
class Library {
 public:
  // Blocks. Starts no thread. Errors: unavailable for a file that is no ONNX Runtime, or one before 1.17.
  static core::Result<std::shared_ptr<const Library>> open(const std::filesystem::path& file);
  ~Library();
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  const Api& api() const { return *api_; }
  const Env& env() const { return *env_; }
  const MemoryInfo& memory() const { return *memory_; }
  Allocator& allocator() const { return *allocator_; }
  const std::string& version() const { return version_; }

  // Of a call's answer; takes the status over. The message is cut to 300 bytes.
  core::Result<void> checked(Status* status) const;

 private:
  Library(const Api& api, std::string version) : api_(&api), version_(std::move(version)) {}
  core::Result<void> prepare();

  const Api* api_;
  std::string version_;
  Env* env_ = nullptr;
  MemoryInfo* memory_ = nullptr;
  Allocator* allocator_ = nullptr;
};

// What a call makes, with the table's function that releases it.
template <typename T>
class Handle {
 public:
  explicit Handle(void (*release)(T*)) : release_(release) {}
  Handle(Handle&& other) noexcept : value_(std::exchange(other.value_, nullptr)), release_(other.release_) {}
  Handle& operator=(Handle&&) = delete;
  ~Handle() {
    if (value_ != nullptr) release_(value_);
  }
  T* get() const { return value_; }
  T** out() { return &value_; }

 private:
  T* value_ = nullptr;
  void (*release_)(T*);
};

}  // namespace sightglass::vision::ort
