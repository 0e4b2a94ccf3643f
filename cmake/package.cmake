# Two Debian packages, made by `./dev package deb`: what moves messages, and apart from it what recovers
# values. MORETTA_PACKAGE_FILES is where tools/package.sh has put what is generated: manual pages and
# changelogs.
set(MORETTA_PACKAGE_FILES "" CACHE PATH "generated files of the Debian packages")
set(MORETTA_MAINTAINER "The moretta developers <moretta@packages.debian.org>" CACHE STRING
    "who answers for the Debian packages")
if(NOT MORETTA_PACKAGE_FILES)
  return()
endif()

function(moretta_package_files component)
  install(FILES ${CMAKE_SOURCE_DIR}/deploy/debian/copyright ${MORETTA_PACKAGE_FILES}/changelog.gz
                ${MORETTA_PACKAGE_FILES}/changelog.Debian.gz
          DESTINATION share/doc/${component} COMPONENT ${component})
  install(FILES ${MORETTA_PACKAGE_FILES}/${component}.1.gz
          DESTINATION share/man/man1 COMPONENT ${component})
  install(FILES ${CMAKE_SOURCE_DIR}/deploy/debian/lintian-overrides
          DESTINATION share/lintian/overrides RENAME ${component} COMPONENT ${component})
endfunction()

install(TARGETS moretta_main RUNTIME DESTINATION bin COMPONENT moretta)
install(TARGETS moretta_unmask_main RUNTIME DESTINATION bin COMPONENT moretta-unmask)
moretta_package_files(moretta)
moretta_package_files(moretta-unmask)
install(FILES ${CMAKE_SOURCE_DIR}/deploy/systemd/moretta.service
        DESTINATION /lib/systemd/system COMPONENT moretta)
install(FILES ${CMAKE_SOURCE_DIR}/deploy/systemd/moretta.default
        DESTINATION /etc/default RENAME moretta COMPONENT moretta)
install(DIRECTORY DESTINATION /etc/moretta COMPONENT moretta)
install(FILES ${CMAKE_SOURCE_DIR}/examples/logins.yaml ${CMAKE_SOURCE_DIR}/examples/logins-keyed.yaml
              ${CMAKE_SOURCE_DIR}/examples/logins.jsonl
        DESTINATION share/doc/moretta/examples COMPONENT moretta)

set(CPACK_GENERATOR DEB)
set(CPACK_COMPONENTS_ALL moretta moretta-unmask)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS OFF)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_NAME moretta)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "${MORETTA_MAINTAINER}")
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_MORETTA_PACKAGE_NAME moretta)
set(CPACK_DEBIAN_MORETTA_PACKAGE_DEPENDS "adduser, ca-certificates")
set(CPACK_DEBIAN_MORETTA_PACKAGE_SUGGESTS "postgresql, moretta-unmask")
set(CPACK_DEBIAN_MORETTA_PACKAGE_CONTROL_EXTRA
    ${CMAKE_SOURCE_DIR}/deploy/debian/conffiles ${CMAKE_SOURCE_DIR}/deploy/debian/postinst
    ${CMAKE_SOURCE_DIR}/deploy/debian/prerm ${CMAKE_SOURCE_DIR}/deploy/debian/postrm)
set(CPACK_COMPONENT_MORETTA_DESCRIPTION
    "moves JSON events from Amazon SQS into PostgreSQL, masked
Each message becomes one row, and leaves the queue only after its row is
committed: nothing is lost, nothing is stored twice. Personal data is masked
column by column with keys of your own, so that equal values stay equal.

This package has the service, the one-shot drain and the loader of files. What
recovers masked values is in moretta-unmask, which does not belong on the same
machine.")

set(CPACK_DEBIAN_MORETTA-UNMASK_PACKAGE_NAME moretta-unmask)
set(CPACK_COMPONENT_MORETTA-UNMASK_DESCRIPTION
    "recovers values that moretta has masked, for those who hold the key
Finds originals by token, by row or by message, asks for a reason, and keeps
an append-only record of who recovered what.

It stands apart from moretta, which cannot unmask: install it where the people
work who may see clear text.")

include(CPack)
