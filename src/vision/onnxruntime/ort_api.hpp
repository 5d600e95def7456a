// The slice of ONNX Runtime's C interface that we call, declared here because Debian 12 has no package with its header.
// The interface is one table of functions that only ever grows at its end; the members' places are those of
// onnxruntime_c_api.h (MIT licence, Microsoft) since version 1.0. Nothing outside of this folder sees it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sightglass::vision::ort {

// Opaque to us, as to every caller.
struct Env;
struct Status;
struct MemoryInfo;
struct Session;
struct Value;
struct RunOptions;
struct TensorInfo;
struct SessionOptions;
struct Allocator;

// Values of OrtErrorCode, OrtLoggingLevel, GraphOptimizationLevel, ONNXTensorElementDataType and so on.
constexpr int error_not_implemented = 9;
constexpr int severity_fatal = 4;
constexpr int optimise_all = 99;
constexpr int run_sequentially = 0;
constexpr int element_float = 1;
constexpr int arena_allocator = 1;
constexpr int memory_default = 0;

using LogFunction = void (*)(void* parameter, int severity, const char* category, const char* id, const char* place,
                             const char* message);

// A null status is success; any other must be released.
struct Api {
  void* gap_0[1];
  int (*get_error_code)(const Status*);
  const char* (*get_error_message)(const Status*);
  void* gap_3[1];
  Status* (*create_env_with_logger)(LogFunction, void* parameter, int severity, const char* id, Env**);
  void* gap_5[1];
  Status* (*disable_telemetry)(const Env*);
  void* gap_7[1];
  Status* (*create_session_from_array)(const Env*, const void* bytes, std::size_t count, const SessionOptions*,
                                       Session**);
  Status* (*run)(Session*, const RunOptions*, const char* const* input_names, const Value* const* inputs,
                 std::size_t input_count, const char* const* output_names, std::size_t output_count, Value** outputs);
  Status* (*create_session_options)(SessionOptions**);
  void* gap_11[2];
  Status* (*set_execution_mode)(SessionOptions*, int mode);
  void* gap_14[8];
  Status* (*set_log_severity)(SessionOptions*, int severity);
  Status* (*set_optimisation)(SessionOptions*, int level);
  Status* (*set_intra_op_threads)(SessionOptions*, int count);
  Status* (*set_inter_op_threads)(SessionOptions*, int count);
  void* gap_26[10];
  Status* (*input_name)(const Session*, std::size_t index, Allocator*, char** name);
  void* gap_37[12];
  Status* (*create_tensor)(const MemoryInfo*, void* bytes, std::size_t count, const std::int64_t* shape,
                           std::size_t dimensions, int element, Value**);
  Status* (*is_tensor)(const Value*, int*);
  Status* (*tensor_data)(Value*, void**);
  void* gap_52[8];
  Status* (*element_type)(const TensorInfo*, int*);
  Status* (*dimension_count)(const TensorInfo*, std::size_t*);
  Status* (*dimensions)(const TensorInfo*, std::int64_t*, std::size_t count);
  void* gap_63[2];
  Status* (*tensor_info)(const Value*, TensorInfo**);
  void* gap_66[3];
  Status* (*create_cpu_memory_info)(int allocator, int memory, MemoryInfo**);
  void* gap_70[6];
  Status* (*allocator_free)(Allocator*, void*);
  void* gap_77[1];
  Status* (*default_allocator)(Allocator**);
  void* gap_79[13];
  void (*release_env)(Env*);
  void (*release_status)(Status*);
  void (*release_memory_info)(MemoryInfo*);
  void (*release_session)(Session*);
  void (*release_value)(Value*);
  void* gap_97[2];
  void (*release_tensor_info)(TensorInfo*);
  void (*release_session_options)(SessionOptions*);
};

// Of the C header of 1.17: each library since then answers to it.
constexpr std::uint32_t api_version = 17;

struct ApiBase {
  const Api* (*get_api)(std::uint32_t version);  // null: an older library than `version`
  const char* (*version)();
};

using GetApiBase = const ApiBase* (*)();

// A member that slipped would call another function: the places are counted here once more.
constexpr bool stands_at(std::size_t offset, std::size_t index) { return offset == index * sizeof(void*); }
static_assert(stands_at(offsetof(Api, get_error_code), 1));
static_assert(stands_at(offsetof(Api, get_error_message), 2));
static_assert(stands_at(offsetof(Api, create_env_with_logger), 4));
static_assert(stands_at(offsetof(Api, disable_telemetry), 6));
static_assert(stands_at(offsetof(Api, create_session_from_array), 8));
static_assert(stands_at(offsetof(Api, run), 9));
static_assert(stands_at(offsetof(Api, create_session_options), 10));
static_assert(stands_at(offsetof(Api, set_execution_mode), 13));
static_assert(stands_at(offsetof(Api, set_log_severity), 22));
static_assert(stands_at(offsetof(Api, set_optimisation), 23));
static_assert(stands_at(offsetof(Api, set_intra_op_threads), 24));
static_assert(stands_at(offsetof(Api, set_inter_op_threads), 25));
static_assert(stands_at(offsetof(Api, input_name), 36));
static_assert(stands_at(offsetof(Api, create_tensor), 49));
static_assert(stands_at(offsetof(Api, is_tensor), 50));
static_assert(stands_at(offsetof(Api, tensor_data), 51));
static_assert(stands_at(offsetof(Api, element_type), 60));
static_assert(stands_at(offsetof(Api, dimension_count), 61));
static_assert(stands_at(offsetof(Api, dimensions), 62));
static_assert(stands_at(offsetof(Api, tensor_info), 65));
static_assert(stands_at(offsetof(Api, create_cpu_memory_info), 69));
static_assert(stands_at(offsetof(Api, allocator_free), 76));
static_assert(stands_at(offsetof(Api, default_allocator), 78));
static_assert(stands_at(offsetof(Api, release_env), 92));
static_assert(stands_at(offsetof(Api, release_status), 93));
static_assert(stands_at(offsetof(Api, release_memory_info), 94));
static_assert(stands_at(offsetof(Api, release_session), 95));
static_assert(stands_at(offsetof(Api, release_value), 96));
static_assert(stands_at(offsetof(Api, release_tensor_info), 99));
static_assert(stands_at(offsetof(Api, release_session_options), 100));

}  // namespace sightglass::vision::ort
