# `cpack -G DEB` in a build tree makes safemode-matrix_VERSION_ARCHITECTURE.deb for Debian 12: below /usr, stripped,
# without configuration files or maintainer scripts. What it depends on beside its libraries is what scripts/lib.sh
# says is needed to run.
set(CPACK_GENERATOR DEB)
set(CPACK_SOURCE_IGNORE_FILES /build/ /\\.git/)
set(CPACK_PACKAGE_NAME safemode-matrix)
set(CPACK_PACKAGE_VENDOR "the safemode-matrix project")
set(CPACK_PACKAGE_CONTACT "The safemode-matrix project <safemode-matrix@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "compatibility tests of smart cards in Windows Safe Mode")
set(CPACK_PACKAGE_DESCRIPTION
"Boots virtual machines into normal mode and into Safe Mode with Networking,
with a smart card reader attached, runs scenarios inside (PIN management, TLS
client authentication, certutil -scinfo, domain logon and more), and compares
what happened with the documented support table. Reports are HTML, JSON, JUnit
XML and Markdown.
.
Readers and cards are software by default; real ones can be passed through.
Images of Windows are not included.")
# With DESTDIR the scripts of installation see the prefix that the package has.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
# Folders are as they must be, whatever the packager's umask is.
file(WRITE ${CMAKE_BINARY_DIR}/open-folders.cmake [[
file(CHMOD_RECURSE ${CPACK_TEMPORARY_INSTALL_DIRECTORY} DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
]])
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_BINARY_DIR}/open-folders.cmake)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE "")
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# PDF of sign-offs; a look at cards; what the image with Wine is built with.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "weasyprint, opensc, binutils-mingw-w64-x86-64")
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

file(READ ${PROJECT_SOURCE_DIR}/scripts/lib.sh lib)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/scripts/lib.sh)
if(NOT lib MATCHES "\npackages_run=\"([^\"]+)\"")
  message(FATAL_ERROR "scripts/lib.sh has no packages_run=\"...\", which the package depends on")
endif()
string(REGEX REPLACE "[ \n]+" ", " CPACK_DEBIAN_PACKAGE_DEPENDS "${CMAKE_MATCH_1}")

include(CPack)
