# Flags every target shares, through the interface target sightglass_flags.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

add_library(sightglass_flags INTERFACE)
target_compile_options(sightglass_flags INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor -Werror)
target_compile_definitions(sightglass_flags INTERFACE
  SIGHTGLASS_VERSION="${PROJECT_VERSION}")
target_include_directories(sightglass_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_link_options(sightglass_flags INTERFACE -fuse-ld=lld)

if(SIGHTGLASS_SANITIZE)
  target_compile_options(sightglass_flags INTERFACE
    -fsanitize=${SIGHTGLASS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(sightglass_flags INTERFACE -fsanitize=${SIGHTGLASS_SANITIZE})
  target_compile_definitions(sightglass_flags INTERFACE SIGHTGLASS_SANITIZED=1)
  add_library(sightglass_suppressions OBJECT cmake/suppressions.cpp)
  target_link_libraries(sightglass_flags INTERFACE $<TARGET_OBJECTS:sightglass_suppressions>)
endif()
if(SIGHTGLASS_FUZZ)
  target_compile_options(sightglass_flags INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(sightglass_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
