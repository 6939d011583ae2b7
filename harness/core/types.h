#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The words of the field, as values. `name(x)` gives the spelling used in files and reports;
// `parse_NAME` is its inverse and gives nothing for anything else.

namespace smx {

enum class TargetKind { windows, reference_linux, reference_wine };
enum class BootMode { normal, safe_networking, safe_minimal, safe_command_prompt };
enum class ReaderKind { virtual_reader, pcsc_relay, usb_passthrough };
enum class StartState { unjoined, joined };
enum class CardApplication { piv, gids };
/// The run's own lab, or a domain that is there already.
enum class LabKind { loopback, external };

/// How a Windows is brought into a boot mode: its boot configuration is edited in the overlay before it
/// starts, or it starts normally, is told to use a Safe Mode entry once, and restarts.
enum class ModeSwitch { offline, online };

/// How a card integrates with Windows; all but `plug_and_play` are the document's "not compatible" kinds.
enum class CardSolution { plug_and_play, custom_csp, custom_ksp, pkcs11, incomplete_inf, multislot_reader };

/// What a scenario leaves behind, and so what is put back after it.
enum class Changes { nothing, card, guest, domain };

/// What an attempt at a cell showed.
enum class Outcome { passed, failed, not_applicable, blocked, invalid, timed_out, guest_crashed };

/// What a support table says of a row in a mode.
enum class Mark { supported, not_supported, unknown };
/// How the mark is known: the source says it in words (`stated`), or it was concluded from other facts.
enum class MarkSource { stated, inferred, unknown };

/// An observation held against its expectation.
enum class Verdict {
  conforms,
  works_unsupported,
  observed,
  control_ok,
  deviates,
  deviates_unconfirmed,
  control_broken,
  waived,
  inconclusive,
  not_applicable,
  not_covered,
};

/// What the normal-mode twin of a cell says about the cell's failure.
enum class ControlStatus { ok, not_run, broken, blocked, invalid, flaky, not_needed };

std::string_view name(TargetKind v);
std::string_view name(BootMode v);
std::string_view name(ReaderKind v);
std::string_view name(StartState v);
std::string_view name(CardApplication v);
std::string_view name(LabKind v);
std::string_view name(ModeSwitch v);
std::string_view name(CardSolution v);
std::string_view name(Changes v);
std::string_view name(Outcome v);
std::string_view name(Mark v);
std::string_view name(MarkSource v);
std::string_view name(Verdict v);
std::string_view name(ControlStatus v);

std::optional<TargetKind> parse_target_kind(std::string_view text);
std::optional<BootMode> parse_boot_mode(std::string_view text);
std::optional<ReaderKind> parse_reader_kind(std::string_view text);
std::optional<StartState> parse_start_state(std::string_view text);
std::optional<CardApplication> parse_card_application(std::string_view text);
std::optional<LabKind> parse_lab_kind(std::string_view text);
std::optional<ModeSwitch> parse_mode_switch(std::string_view text);
std::optional<CardSolution> parse_card_solution(std::string_view text);
std::optional<Changes> parse_changes(std::string_view text);
std::optional<Outcome> parse_outcome(std::string_view text);
std::optional<Verdict> parse_verdict(std::string_view text);
std::optional<Mark> parse_mark(std::string_view text);
std::optional<MarkSource> parse_mark_source(std::string_view text);

}  // namespace smx
