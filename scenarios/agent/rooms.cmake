# The agent's rooms: which sources each has, and which rooms it uses. The agent stands alone: nothing outside this
# folder is used here. Read by both builds, of the Linux agent and of the Windows agent (windows/CMakeLists.txt).
#
# smx_agent_room(NAME FOLDER path [PORTABLE b.cpp ...] [USES room ...])
# A room has all .cpp of its folder but main.cpp; a new one is found by itself. Sets NAME_sources, with whole paths,
# and NAME_portable: those of a Windows room that know no Windows, so that the tests of the Linux build have them too.
set(smx_agent_folder ${CMAKE_CURRENT_LIST_DIR})
function(smx_agent_room name)
  cmake_parse_arguments(ARG "" "FOLDER" "PORTABLE;USES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${smx_agent_folder}/${ARG_FOLDER}/*.cpp)
  list(REMOVE_ITEM sources ${smx_agent_folder}/${ARG_FOLDER}/main.cpp)
  list(TRANSFORM ARG_PORTABLE PREPEND ${smx_agent_folder}/${ARG_FOLDER}/)
  set(${name}_sources ${sources} PARENT_SCOPE)
  set(${name}_portable ${ARG_PORTABLE} PARENT_SCOPE)
  if(COMMAND smx_declare_module)
    list(TRANSFORM ARG_USES PREPEND smx::agent_)
    smx_declare_module(agent_${name} scenarios/agent/${ARG_FOLDER} ${ARG_USES})
  endif()
endfunction()

# What every system has: the protocol, and PC/SC.
smx_agent_room(core FOLDER core)
# Scenarios over PC/SC alone.
smx_agent_room(card FOLDER card USES core)

smx_agent_room(linux FOLDER linux USES core card)

# Windows' functions as C++ values.
smx_agent_room(win32 FOLDER windows/win32 USES core
  PORTABLE command_line.cpp delegation.cpp service_errors.cpp system_error.cpp usb_ids.cpp)
# Cards and their certificates, as Windows shows them to programs.
smx_agent_room(smartcard FOLDER windows/smartcard USES core card win32
  PORTABLE calais_match.cpp card_signer.cpp ecdsa_der.cpp)
smx_agent_room(platform FOLDER windows/platform USES core smartcard win32)
smx_agent_room(net FOLDER windows/net USES core smartcard win32
  PORTABLE rdp_negotiation.cpp)
# Logons: of whom, with what, and what Windows notes of them.
smx_agent_room(logon FOLDER windows/logon USES core card net platform smartcard win32
  PORTABLE kerb_certificate_logon.cpp logon_errors.cpp logon_events.cpp)
# The console's screen, where the controller presses keys.
smx_agent_room(screen FOLDER windows/screen USES core logon win32
  PORTABLE quiet.cpp screen_rules.cpp screen_state.cpp)
# The scenarios of the support table's rows, and those that the controller asks before them.
smx_agent_room(rows FOLDER windows/rows USES core card logon net platform screen smartcard win32
  PORTABLE scinfo_output.cpp)
set(windows_rooms win32 smartcard platform net logon screen rows)
