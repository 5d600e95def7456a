set(sightglass_common_headers
  <algorithm> <array> <chrono> <cmath> <condition_variable> <cstdint> <filesystem> <functional> <map> <memory> <mutex>
  <optional> <span> <string> <string_view> <unordered_map> <utility> <vector> <fmt/format.h>)

# sightglass_layer(NAME [DEPENDS layer…] [LINKS library…] [EXCLUDE folder…])
# One static library from every .cpp below src/NAME, sub-folders included except those named in EXCLUDE.
function(sightglass_layer name)
  cmake_parse_arguments(LAYER "" "" "DEPENDS;LINKS;EXCLUDE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  foreach(folder IN LISTS LAYER_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX "/${name}/${folder}/")
  endforeach()
  string(REPLACE "/" "_" target ${name})
  if(sources)
    add_library(sg_${target} STATIC ${sources})
    sightglass_precompile(sg_${target} sources ${sightglass_common_headers})
    set(scope PUBLIC)
  else()
    add_library(sg_${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  list(TRANSFORM LAYER_DEPENDS PREPEND sg_)
  target_link_libraries(sg_${target} ${scope} sightglass_flags ${LAYER_DEPENDS} ${LAYER_LINKS})
endfunction()
