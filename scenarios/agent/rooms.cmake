# The agent's rooms: which sources each has, and which rooms it uses. The agent stands alone: nothing outside this
# folder is used here. Read by both builds, of the Linux agent and of the Windows agent (windows/CMakeLists.txt).
#
# smx_agent_room(NAME FOLDER path SOURCES a.cpp ... [PORTABLE b.cpp ...] [USES room ...])
# Sets NAME_sources, with whole paths, and NAME_portable: those of a Windows room that know no Windows, so that the
# tests of the Linux build have them too.
set(smx_agent_folder ${CMAKE_CURRENT_LIST_DIR})
function(smx_agent_room name)
  cmake_parse_arguments(ARG "" "FOLDER" "SOURCES;PORTABLE;USES" ${ARGN})
  list(TRANSFORM ARG_SOURCES PREPEND ${smx_agent_folder}/${ARG_FOLDER}/)
  list(TRANSFORM ARG_PORTABLE PREPEND ${smx_agent_folder}/${ARG_FOLDER}/)
  set(${name}_sources ${ARG_SOURCES} ${ARG_PORTABLE} PARENT_SCOPE)
  set(${name}_portable ${ARG_PORTABLE} PARENT_SCOPE)
  if(COMMAND smx_declare_module)
    list(TRANSFORM ARG_USES PREPEND smx::agent_)
    smx_declare_module(agent_${name} scenarios/agent/${ARG_FOLDER} ${ARG_USES})
  endif()
endfunction()

# What every system has: the protocol, and PC/SC.
smx_agent_room(core FOLDER core
  SOURCES agent.cpp bytes.cpp http_answer.cpp pcsc.cpp pin.cpp reporter.cpp request.cpp result.cpp
          smart_cards.cpp triple_des.cpp)
# Scenarios over PC/SC alone.
smx_agent_room(card FOLDER card USES core
  SOURCES administrator_key.cpp apdu.cpp card_tries.cpp device_management.cpp external_pin_entry.cpp
          gids_certificate.cpp gids_client.cpp pin_management.cpp pin_pad.cpp pin_port.cpp piv_client.cpp)

smx_agent_room(linux FOLDER linux USES core card
  SOURCES cached_logon.cpp certificate_propagation.cpp certutil_scinfo.cpp child.cpp domain_logon.cpp facts.cpp
          kerberos.cpp link.cpp linux_platform.cpp opensc.cpp pam.cpp private_folder.cpp scenario_table.cpp
          small_files.cpp smart_card_enrollment.cpp ssl_client_authentication.cpp unlock_workstation.cpp
          user_account_control.cpp)

# Windows' functions as C++ values.
smx_agent_room(win32 FOLDER windows/win32 USES core
  SOURCES automation.cpp boot_entry.cpp child.cpp devices.cpp file_version.cpp files.cpp hashes.cpp
          network_interfaces.cpp os_version.cpp processes.cpp registry.cpp services.cpp text.cpp tokens.cpp
          usb_devices.cpp wait_until.cpp wine.cpp
  PORTABLE command_line.cpp delegation.cpp service_errors.cpp system_error.cpp usb_ids.cpp)
# Cards and their certificates, as Windows shows them to programs.
smx_agent_room(smartcard FOLDER windows/smartcard USES core card win32
  SOURCES calais.cpp card_credential.cpp certificates.cpp client_certificate.cpp minidriver.cpp provider_key.cpp
          smart_card_policies.cpp
  PORTABLE calais_match.cpp card_signer.cpp ecdsa_der.cpp)
smx_agent_room(platform FOLDER windows/platform USES core smartcard win32
  SOURCES card_driver.cpp windows_platform.cpp)
smx_agent_room(net FOLDER windows/net USES core smartcard win32
  SOURCES negotiate.cpp rdp_listener.cpp share.cpp tcp.cpp tls_by_schannel.cpp
  PORTABLE rdp_negotiation.cpp)
# Logons: of whom, with what, and what Windows notes of them.
smx_agent_room(logon FOLDER windows/logon USES core card net platform smartcard win32
  SOURCES card_logon.cpp credential_prompt.cpp refusals.cpp security_log.cpp user_session.cpp
  PORTABLE kerb_certificate_logon.cpp logon_errors.cpp logon_events.cpp)
# The console's screen, where the controller presses keys.
smx_agent_room(screen FOLDER windows/screen USES core logon win32
  SOURCES console.cpp elevated_process.cpp front_window.cpp logon_screen.cpp prompt_helper.cpp prompt_watch.cpp
          screen.cpp screen_events.cpp screen_wait.cpp
  PORTABLE quiet.cpp screen_rules.cpp screen_state.cpp)
# The scenarios of the support table's rows, and those that the controller asks before them.
smx_agent_room(rows FOLDER windows/rows USES core card logon net platform screen smartcard win32
  SOURCES cached_logon.cpp certificate_propagation.cpp certutil_scinfo.cpp domain_logon.cpp elevation_prompt.cpp
          elevation_requirement.cpp network_requirement.cpp
          facts.cpp inventory.cpp join_domain.cpp network_prompt.cpp network_resource.cpp pin_management.cpp
          remote_desktop.cpp scenario_table.cpp secure_pin_channel.cpp smart_card_enrollment.cpp
          ssl_client_authentication.cpp unlock_workstation.cpp user_account_control.cpp
  PORTABLE scinfo_output.cpp)
set(windows_rooms win32 smartcard platform net logon screen rows)
