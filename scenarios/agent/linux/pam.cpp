#include "scenarios/agent/linux/pam.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <utility>

#include "scenarios/agent/card/pin_port.h"
#include "scenarios/agent/linux/opensc.h"

namespace smx::agent {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void trouble(const std::string& what) {
  throw StepFailure(CheckOutcome::blocked, "system-trouble", what);
}

/// One file for each object: OpenSSL makes a hashed name for a file's first only.
void write_hashed(const fs::path& folder, const std::string& pem, const Deadline& deadline) {
  fs::create_directories(folder);
  fs::permissions(folder, fs::perms::owner_all);
  int number = 0;
  for (const auto& piece : split_pem(pem)) {
    std::ofstream out(folder / (std::to_string(number++) + ".pem"));
    if (!(out << piece).flush()) trouble("cannot write into " + folder.string());
  }
  if (number == 0) trouble("the controller gave nothing for " + folder.string());
  const auto end = run_child({{kOpenssl, "rehash", folder.string()}, {}, "", deadline.remaining()});
  if (!end.ok()) trouble("openssl rehash " + folder.string() + ": " + last_line(end.err));
}

constexpr std::string_view kNoPin = "Error 2318";
constexpr std::string_view kNoMatch = "Error 2336";

/// Whether the card's certificate has the lab's user in it, as a UTF8String: in its user principal name.
bool names_user(const Bytes& certificate, const Lab& lab) {
  const auto name = lab.user + "@" + lab.realm;
  Bytes value{0x0c, static_cast<std::uint8_t>(name.size())};
  value.insert(value.end(), name.begin(), name.end());
  return std::search(certificate.begin(), certificate.end(), value.begin(), value.end()) != certificate.end();
}

}  // namespace

std::vector<std::string> split_pem(std::string_view text) {
  constexpr std::string_view kBegin = "-----BEGIN ", kEnd = "-----END ";
  std::vector<std::string> pieces;
  for (;;) {
    const auto begin = text.find(kBegin);
    if (begin == std::string_view::npos) return pieces;
    text.remove_prefix(begin);
    const auto end = text.find(kEnd);
    if (end == std::string_view::npos) return pieces;
    const auto line = std::min(text.find('\n', end), text.size());
    pieces.push_back(std::string(text.substr(0, line)) + "\n");
    text.remove_prefix(line);
  }
}

PamTrust::PamTrust(const Lab& lab, const Deadline& deadline, std::string folder)
    : folder_(std::move(folder)) {
  try {
    const auto parent = fs::path(folder_).parent_path();
    fs::remove_all(folder_);
    fs::create_directories(parent);
    fs::permissions(parent, fs::perms::owner_all);
    write_hashed(fs::path(folder_) / "ca", lab.ca_pem, deadline);
    write_hashed(fs::path(folder_) / "crl", lab.crl_pem, deadline);
  } catch (const fs::filesystem_error& error) {
    clear();
    trouble(error.path1().string() + ": " + error.code().message());
  } catch (const StepFailure&) {
    clear();
    throw;
  }
}

PamTrust::~PamTrust() {
  clear();
}

void PamTrust::clear() {
  std::error_code error;
  fs::remove_all(folder_, error);
  fs::remove(fs::path(folder_).parent_path(), error);  // others may still keep something there
}

PamAnswer ask_pam(ScenarioContext& context, std::vector<std::string> argv, const Pin& pin) {
  Child child;
  child.argv = std::move(argv);
  child.env = opensc_environment(context.request.application);
  child.input = std::string(pin.reveal()) + "\n";
  child.limit = context.deadline.remaining();
  const auto end = run_child(child);
  if (end.timed_out)
    throw StepFailure(CheckOutcome::failed, "no-answer", child.argv[0] + " did not end in time");
  return {end.ok(), end.out + "\n" + end.err};
}

const char* pam_cause(std::string_view talk) {
  // pam_pkcs11.c; the number before each message is the same in every language.
  static constexpr std::array<std::pair<std::string_view, const char*>, 17> kWords{{
      {"Error 2306", "no-card"},
      {"Error 2308", "no-card"},
      {"Error 2312", "no-card"},
      {"Error 2314", kLoginFailed.data()},
      {"Error 2316", "no-pin"},
      {kNoPin, "no-pin"},
      {"Error 2320", kLoginFailed.data()},
      {"Error 2322", "no-certificate"},
      {"Error 2324", "certificate-expired"},
      {"Error 2326", "certificate-not-yet-valid"},
      {"Error 2328", "certificate-not-trusted"},
      {"Error 2330", "certificate-not-trusted"},
      {kNoMatch, "certificate-refused"},
      {"Error 2338", "no-signature"},
      {"Error 2340", "no-signature"},
      {"Error 2342", "no-signature"},
      {"not in the sudoers file", "no-right"},
  }};
  for (const auto& [word, cause] : kWords)
    if (talk.find(word) != std::string_view::npos) return cause;
  return "refused";
}

std::string pam_cause(ScenarioContext& context, std::string_view talk) {
  const std::string cause = pam_cause(talk);
  if (cause != "certificate-refused") return cause;
  // A certificate of that user that is trusted and in its time is refused for one other reason only.
  const auto [der, why] = read_certificate_by_pkcs11(context);
  if (der.empty()) return cause;
  return names_user(der, context.request.lab()) ? "certificate-revoked" : "other-user";
}

std::string pam_says(const PamAnswer& answer) {
  return last_line(answer.talk);
}

bool refused_without_pin(const PamAnswer& answer) {
  return !answer.granted && answer.talk.find(kNoPin) != std::string::npos;
}

int forget_pin(ScenarioContext& context) {
  const auto cards = context.platform.smart_cards(context.deadline);
  const auto card = cards->connect(first_reader(*cards, context.deadline));
  const Pin none;
  const auto port = open_pin_port(*card, context.request.application, none);
  port->start_afresh();
  const auto status = port->status();
  if (!status.counter())
    throw StepFailure(CheckOutcome::failed, "wrong-status", "the PIN's retry counter: " + describe(status));
  return status.tries_left();
}

void check_refusal_without_pin(ScenarioContext& context, const char* check,
                               const std::vector<std::string>& argv) {
  const int before = forget_pin(context);
  const auto answer = ask_pam(context, argv, Pin());
  const int after = forget_pin(context);
  if (answer.granted)
    context.checks.failed(check, "granted-without-pin", "granted, although no PIN was given");
  else if (after != before)
    context.checks.failed(check, "try-spent",
                          "refused, but the PIN has " + std::to_string(after) + " instead of " +
                              std::to_string(before) + " tries left");
  else if (!refused_without_pin(answer))
    context.checks.failed(check, pam_cause(context, answer.talk),
                          "refused for another reason: " + pam_says(answer));
  else
    context.checks.passed(check, "refused without a PIN, " + std::to_string(after) + " tries left as before");
}

void check_refusal_of_other_user(ScenarioContext& context, const char* check,
                                 const std::vector<std::string>& argv, const char* granted) {
  const auto answer = ask_pam(context, argv, context.request.credential("pin"));
  const std::string_view cause = pam_cause(answer.talk);
  if (answer.granted)
    context.checks.failed(check, "granted-to-other-user", granted);
  else if (cause != "certificate-refused")
    context.checks.failed(check, std::string(cause), "refused for another reason: " + pam_says(answer));
  else
    context.checks.passed(check, pam_says(answer));
}

}  // namespace smx::agent
