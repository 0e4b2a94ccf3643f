# moretta_layer(NAME SOURCES … [TESTS …] [PROPS …] LINK …)
# A static library moretta_NAME from src/NAME, with its unit and property tests as one binary each.
function(moretta_layer name)
  cmake_parse_arguments(arg "" "" "SOURCES;TESTS;PROPS;LINK;TEST_LINK" ${ARGN})
  add_library(moretta_${name} STATIC ${arg_SOURCES})
  target_include_directories(moretta_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(moretta_${name} PUBLIC ${arg_LINK})
  if(MORETTA_TESTS AND arg_TESTS)
    moretta_test(unit_${name} unit SOURCES ${arg_TESTS} LINK moretta_${name} ${arg_TEST_LINK})
  endif()
  if(MORETTA_TESTS AND arg_PROPS)
    moretta_test(prop_${name} prop SOURCES ${arg_PROPS}
                 LINK moretta_${name} rapidcheck rapidcheck_gtest ${arg_TEST_LINK})
  endif()
endfunction()

# moretta_test(TARGET LABEL SOURCES … LINK … [TIMEOUT seconds])
function(moretta_test target label)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LINK" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_executable(${target} ${arg_SOURCES})
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/test
                                               ${CMAKE_BINARY_DIR}/generated/test)
  target_link_libraries(${target} PRIVATE ${arg_LINK} GTest::gtest GTest::gmock GTest::gtest_main)
  gtest_discover_tests(${target} DISCOVERY_TIMEOUT 60
                       PROPERTIES LABELS ${label} TIMEOUT ${arg_TIMEOUT})
endfunction()

if(MORETTA_TESTS)
  configure_file(${CMAKE_SOURCE_DIR}/test/support/source_tree.hpp.in
                 ${CMAKE_BINARY_DIR}/generated/test/support/source_tree.hpp @ONLY)
endif()
