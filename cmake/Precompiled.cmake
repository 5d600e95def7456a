# Headers of the standard library and of {fmt} make up half of the time that most files take to compile. They are compiled
# once for all of src/ and once for all tests, which have other flags.
option(SIGHTGLASS_PRECOMPILE "Compile the headers that most files include once" ON)

# sightglass_precompile(TARGET NAME HEADER…): the first target under a NAME compiles the headers, later ones use them.
function(sightglass_precompile target name)
  if(NOT SIGHTGLASS_PRECOMPILE)
    return()
  endif()
  get_property(owner GLOBAL PROPERTY sightglass_precompiled_${name})
  if(owner)
    target_precompile_headers(${target} REUSE_FROM ${owner})
  else()
    target_precompile_headers(${target} PRIVATE ${ARGN})
    set_property(GLOBAL PROPERTY sightglass_precompiled_${name} ${target})
  endif()
endfunction()
