#include "harness/core/types.h"

#include <array>
#include <utility>

namespace smx {
namespace {

template <class T, std::size_t N>
using Names = std::array<std::pair<T, std::string_view>, N>;

template <class T, std::size_t N>
std::string_view find_name(const Names<T, N>& names, T value) {
  for (const auto& [v, text] : names)
    if (v == value) return text;
  return "?";
}

template <class T, std::size_t N>
std::optional<T> find_value(const Names<T, N>& names, std::string_view text) {
  for (const auto& [v, known] : names)
    if (known == text) return v;
  return std::nullopt;
}

constexpr Names<TargetKind, 3> kTargetKinds{{{TargetKind::windows, "windows"},
                                             {TargetKind::reference_linux, "reference-linux"},
                                             {TargetKind::reference_wine, "reference-wine"}}};
constexpr Names<BootMode, 4> kBootModes{{{BootMode::normal, "normal"},
                                         {BootMode::safe_networking, "safe-networking"},
                                         {BootMode::safe_minimal, "safe-minimal"},
                                         {BootMode::safe_command_prompt, "safe-command-prompt"}}};
constexpr Names<ReaderKind, 3> kReaderKinds{{{ReaderKind::virtual_reader, "virtual"},
                                             {ReaderKind::pcsc_relay, "pcsc-relay"},
                                             {ReaderKind::usb_passthrough, "usb-passthrough"}}};
constexpr Names<StartState, 2> kStartStates{
    {{StartState::unjoined, "unjoined"}, {StartState::joined, "joined"}}};
constexpr Names<CardApplication, 2> kApplications{
    {{CardApplication::piv, "piv"}, {CardApplication::gids, "gids"}}};
constexpr Names<LabKind, 2> kLabKinds{{{LabKind::loopback, "loopback"}, {LabKind::external, "external"}}};
constexpr Names<ModeSwitch, 2> kModeSwitches{
    {{ModeSwitch::offline, "offline"}, {ModeSwitch::online, "online"}}};
constexpr Names<CardSolution, 6> kSolutions{{{CardSolution::plug_and_play, "plug-and-play"},
                                             {CardSolution::custom_csp, "custom-csp"},
                                             {CardSolution::custom_ksp, "custom-ksp"},
                                             {CardSolution::pkcs11, "pkcs11"},
                                             {CardSolution::incomplete_inf, "incomplete-inf"},
                                             {CardSolution::multislot_reader, "multislot-reader"}}};
constexpr Names<Changes, 4> kChanges{{{Changes::nothing, "nothing"},
                                      {Changes::card, "card"},
                                      {Changes::guest, "guest"},
                                      {Changes::domain, "domain"}}};
constexpr Names<Outcome, 7> kOutcomes{{{Outcome::passed, "passed"},
                                       {Outcome::failed, "failed"},
                                       {Outcome::not_applicable, "not-applicable"},
                                       {Outcome::blocked, "blocked"},
                                       {Outcome::invalid, "invalid"},
                                       {Outcome::timed_out, "timed-out"},
                                       {Outcome::guest_crashed, "guest-crashed"}}};
constexpr Names<Mark, 3> kMarks{
    {{Mark::supported, "supported"}, {Mark::not_supported, "not-supported"}, {Mark::unknown, "unknown"}}};
constexpr Names<MarkSource, 3> kMarkSources{
    {{MarkSource::stated, "stated"}, {MarkSource::inferred, "inferred"}, {MarkSource::unknown, "unknown"}}};
constexpr Names<Verdict, 11> kVerdicts{{{Verdict::conforms, "conforms"},
                                        {Verdict::works_unsupported, "works-unsupported"},
                                        {Verdict::observed, "observed"},
                                        {Verdict::control_ok, "control-ok"},
                                        {Verdict::deviates, "deviates"},
                                        {Verdict::deviates_unconfirmed, "deviates-unconfirmed"},
                                        {Verdict::control_broken, "control-broken"},
                                        {Verdict::waived, "waived"},
                                        {Verdict::inconclusive, "inconclusive"},
                                        {Verdict::not_applicable, "not-applicable"},
                                        {Verdict::not_covered, "not-covered"}}};
constexpr Names<ControlStatus, 7> kControls{{{ControlStatus::ok, "ok"},
                                             {ControlStatus::not_run, "not-run"},
                                             {ControlStatus::broken, "broken"},
                                             {ControlStatus::blocked, "blocked"},
                                             {ControlStatus::invalid, "invalid"},
                                             {ControlStatus::flaky, "flaky"},
                                             {ControlStatus::not_needed, "not-needed"}}};

}  // namespace

std::string_view name(TargetKind v) {
  return find_name(kTargetKinds, v);
}
std::string_view name(BootMode v) {
  return find_name(kBootModes, v);
}
std::string_view name(ReaderKind v) {
  return find_name(kReaderKinds, v);
}
std::string_view name(StartState v) {
  return find_name(kStartStates, v);
}
std::string_view name(CardApplication v) {
  return find_name(kApplications, v);
}
std::string_view name(LabKind v) {
  return find_name(kLabKinds, v);
}
std::string_view name(ModeSwitch v) {
  return find_name(kModeSwitches, v);
}
std::string_view name(CardSolution v) {
  return find_name(kSolutions, v);
}
std::string_view name(Changes v) {
  return find_name(kChanges, v);
}
std::string_view name(Outcome v) {
  return find_name(kOutcomes, v);
}
std::string_view name(Mark v) {
  return find_name(kMarks, v);
}
std::string_view name(MarkSource v) {
  return find_name(kMarkSources, v);
}
std::string_view name(Verdict v) {
  return find_name(kVerdicts, v);
}
std::string_view name(ControlStatus v) {
  return find_name(kControls, v);
}

std::optional<TargetKind> parse_target_kind(std::string_view t) {
  return find_value(kTargetKinds, t);
}
std::optional<BootMode> parse_boot_mode(std::string_view t) {
  return find_value(kBootModes, t);
}
std::optional<ReaderKind> parse_reader_kind(std::string_view t) {
  return find_value(kReaderKinds, t);
}
std::optional<StartState> parse_start_state(std::string_view t) {
  return find_value(kStartStates, t);
}
std::optional<CardApplication> parse_card_application(std::string_view t) {
  return find_value(kApplications, t);
}
std::optional<LabKind> parse_lab_kind(std::string_view t) {
  return find_value(kLabKinds, t);
}
std::optional<ModeSwitch> parse_mode_switch(std::string_view t) {
  return find_value(kModeSwitches, t);
}
std::optional<CardSolution> parse_card_solution(std::string_view t) {
  return find_value(kSolutions, t);
}
std::optional<Changes> parse_changes(std::string_view t) {
  return find_value(kChanges, t);
}
std::optional<Outcome> parse_outcome(std::string_view t) {
  return find_value(kOutcomes, t);
}
std::optional<Verdict> parse_verdict(std::string_view t) {
  return find_value(kVerdicts, t);
}
std::optional<Mark> parse_mark(std::string_view t) {
  return find_value(kMarks, t);
}
std::optional<MarkSource> parse_mark_source(std::string_view t) {
  return find_value(kMarkSources, t);
}

}  // namespace smx
