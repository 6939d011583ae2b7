#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/core/unique_fd.h"
#include "harness/journal/run_marks.h"
#include "tests/integration/cli/program.h"
#include "tests/system/matrix/running_program.h"
#include "tests/unit/signing/test_signer.h"
#include "tests/unit/signoff/run_folder.h"

namespace smx {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::make_signer;
using ::testing::Not;
using testing::TestSigner;

constexpr const char* kRun = "20261124-093012-5f3c";

/// A finished run in the program's own folder of runs, and somebody to sign it.
class SignOffTest : public ProgramTest {
 protected:
  void SetUp() override {
    if (!find_program("weasyprint")) GTEST_SKIP() << "weasyprint is not installed";
    fs::create_directories(run_folder().parent_path());
  }
  void write(const RunRecord& record, const testing::MemoryEvidence& evidence) {
    testing::write_run(run_folder(), record, evidence);
  }
  void write_routine_run() {
    const testing::RoutineRun routine(1);
    write(routine.record, routine.evidence);
  }
  fs::path run_folder() const { return dir.path() / "state/safemode-matrix/runs" / kRun; }
  fs::path bundle() const { return dir.path() / "bundle"; }

  std::vector<std::string> arguments(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all{"sign-off",  kRun,       "--product", "Example <minidriver>",
                                 "--version", "1.2",      "--signer",  signer.certificate,
                                 "--key",     signer.key, "-o",        bundle().string()};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  CommandResult sign(const std::vector<std::string>& more = {}) const { return run(arguments(more)); }
  CommandResult verify(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all{"sign-off", "verify", bundle().string(), "--signer", signer.certificate};
    all.insert(all.end(), more.begin(), more.end());
    return run(all);
  }
  CommandResult shell(const std::string& script, const fs::path& cwd) const {
    Command command;
    command.argv = {"sh", "-c", script};
    command.cwd = cwd;
    return run_command(command);
  }
  /// A program "weasyprint" that is found before the real one.
  std::string path_with_weasyprint(const std::string& script) const {
    fs::create_directories(dir.path() / "bin");
    write_file_atomically(dir.path() / "bin/weasyprint", "#!/bin/sh\n" + script, 0755);
    return (dir.path() / "bin").string() + ":" + std::getenv("PATH");
  }
  void expect_nothing_made() const {
    for (const auto& entry : fs::directory_iterator(dir.path()))
      EXPECT_FALSE(entry.path().filename().string().find("bundle") != std::string::npos) << entry.path();
    EXPECT_TRUE(journal::read_marks(run_folder()).signed_as.empty());
  }

  testing::SignerFiles signer = make_signer(dir.path(), "qa", {"p256"});
};

TEST_F(SignOffTest, makes_a_bundle_that_verifies_and_marks_the_run) {
  write_routine_run();
  const auto made = sign();
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.out,
              AllOf(HasSubstr("Example <minidriver> 1.2 is signed off with run 20261124-093012-5f3c"),
                    HasSubstr("CN=R. Roe"), HasSubstr("openssl cms -verify"), HasSubstr("sha256sum -c")));
  const auto checked = verify();
  EXPECT_EQ(checked.exit_code, 0) << checked.out;
  EXPECT_THAT(checked.out, HasSubstr("sound: Example <minidriver> 1.2, run 20261124-093012-5f3c, "));
  const auto marks = journal::read_marks(run_folder()).signed_as;
  ASSERT_EQ(marks.size(), 1u);
  EXPECT_EQ(marks[0].product, "Example <minidriver>");
  EXPECT_EQ(marks[0].bundle, bundle().string());
  EXPECT_THAT(marks[0].signer, HasSubstr("CN=R. Roe (SHA-256 "));
  EXPECT_EQ(run({"report", bundle().string(), "--format", "json"}).exit_code, 0) << "its journal is a run's";
  EXPECT_EQ(verify().exit_code, 0) << "and reading it leaves the bundle as it was";
}

TEST_F(SignOffTest, makes_a_pdf_of_the_statement) {
  write_routine_run();
  ASSERT_EQ(sign().exit_code, 0);
  EXPECT_TRUE(read_file(bundle() / "sign-off.pdf").starts_with("%PDF-"));
  if (!find_program("pdftotext")) GTEST_SKIP() << "pdftotext is not installed (Debian: poppler-utils)";
  const auto text = shell("pdftotext -layout sign-off.pdf -", bundle());
  EXPECT_THAT(text.out, AllOf(HasSubstr("Example <minidriver> 1.2"), HasSubstr("CN=R. Roe"),
                              HasSubstr("nothing broke"), HasSubstr("16. Secure PIN channel")));
}

/// The lines of the documentation, as `sign-off` prints them, run by a shell.
TEST_F(SignOffTest, prints_lines_that_verify_a_bundle_without_it) {
  if (!find_program("openssl") || !find_program("jq")) GTEST_SKIP() << "openssl or jq is not installed";
  write_routine_run();
  const auto made = sign();
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const auto lines = "set -e\n" + made.out.substr(made.out.find("openssl cms"));
  const auto with = [&](const std::string& certificate) {
    auto script = lines;
    script.replace(script.find("SIGNER.pem"), 10, certificate);
    return shell(script, bundle());
  };
  EXPECT_EQ(with(signer.certificate).exit_code, 0) << with(signer.certificate).err;
  const auto other = make_signer(dir.path(), "other", {"p256"});
  EXPECT_NE(with(other.certificate).exit_code, 0) << "another certificate of the same name and serial number";
  auto report = read_file(bundle() / "report.json");
  report[20] ^= 1;
  write_file_atomically(bundle() / "report.json", report);
  const auto altered = with(signer.certificate);
  EXPECT_NE(altered.exit_code, 0);
  EXPECT_THAT(altered.out + altered.err, HasSubstr("report.json: FAILED"));
  report[20] ^= 1;
  write_file_atomically(bundle() / "report.json", report);
  auto manifest = read_file(bundle() / "manifest.json");
  manifest.replace(manifest.find("1.2"), 3, "1.3");
  write_file_atomically(bundle() / "manifest.json", manifest);
  EXPECT_NE(with(signer.certificate).exit_code, 0);
}

TEST_F(SignOffTest, says_in_json_what_it_made_and_what_it_found) {
  write_routine_run();
  const auto made = json::parse(sign({"--json"}).out);
  EXPECT_EQ(made["bundle"], bundle().string());
  EXPECT_EQ(made["manifest_sha256"], sha256_file(bundle() / "manifest.json"));
  auto found = json::parse(verify({"--json"}).out);
  EXPECT_EQ(found["sound"], true);
  EXPECT_EQ(found["files"], made["files"]);
  write_file_atomically(bundle() / "a\nb", "");
  const auto checked = verify({"--json"});
  EXPECT_EQ(checked.exit_code, 1);
  found = json::parse(checked.out);
  EXPECT_EQ(found["sound"], false);
  EXPECT_EQ(found["findings"],
            json({{{"kind", "unlisted"}, {"path", "a b"}, {"what", "is not in the manifest"}}}));
}

TEST_F(SignOffTest, verify_names_each_finding_on_its_line) {
  write_routine_run();
  ASSERT_EQ(sign().exit_code, 0);
  fs::remove(bundle() / "junit.xml");
  write_file_atomically(bundle() / "\x1b[31mred", "");
  const auto checked = verify();
  EXPECT_EQ(checked.exit_code, 1);
  EXPECT_THAT(checked.out, AllOf(HasSubstr("missing    junit.xml  is not there\n"),
                                 HasSubstr("not sound: 2 findings"), Not(HasSubstr("\x1b"))));
  const auto other = make_signer(dir.path(), "other", {"p256"});
  const auto theirs = run({"sign-off", "verify", bundle().string(), "--signer", other.certificate});
  EXPECT_EQ(theirs.exit_code, 1);
  EXPECT_THAT(theirs.out, HasSubstr("signature  manifest.json.cms  it is by CN=R. Roe"));
}

TEST_F(SignOffTest, verify_of_what_is_no_bundle_or_by_no_certificate_gives_2) {
  write_routine_run();
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"sign-off", "verify", run_folder().string(), "--signer", signer.certificate},
        {"sign-off", "verify", (dir.path() / "none").string(), "--signer", signer.certificate},
        {"sign-off", "verify", signer.key, "--signer", signer.certificate},
        {"sign-off", "verify", run_folder().string(), "--signer", signer.key},
        {"sign-off", "verify", run_folder().string()},
        {"sign-off", "verify"}}) {
    const auto r = run(words);
    EXPECT_EQ(r.exit_code, 2) << ::testing::PrintToString(words) << r.err;
    EXPECT_THAT(r.out, IsEmpty());
  }
}

TEST_F(SignOffTest, wants_arguments_that_go_together) {
  write_routine_run();
  const auto without = [&](const std::string& option) {
    auto words = arguments();
    const auto at = std::find(words.begin(), words.end(), option);
    words.erase(at, at + 2);
    return run(words);
  };
  for (const auto* option : {"--product", "--version", "--signer", "--key"}) {
    const auto r = without(option);
    EXPECT_EQ(r.exit_code, 2) << option;
    EXPECT_THAT(r.err, HasSubstr("safemode-matrix: ")) << option;
  }
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{"--pin", "env:PIN"}, {"--module", "/x.so"}, {"--product", "a\nb"}})
    EXPECT_EQ(sign(more).exit_code, 2) << more[0];
  EXPECT_THAT(run({"sign-off"}).err, HasSubstr("sign-off needs a RUN"));
  EXPECT_EQ(run({"sign-off", "20991231", "--product", "p", "--version", "1"}).exit_code, 2);
  const auto token = run({"sign-off", kRun, "--product", "p", "--version", "1", "--signer",
                          "pkcs11:token=x?pin-value=4711", "-o", bundle().string()});
  EXPECT_EQ(token.exit_code, 2);
  EXPECT_THAT(token.err, AllOf(HasSubstr("--pin"), Not(HasSubstr("4711"))));
  expect_nothing_made();
}

TEST_F(SignOffTest, opens_an_encrypted_key_by_a_named_password_that_it_never_shows) {
  write_routine_run();
  TestSigner options{"p256"};
  options.password = "correct-horse";
  signer = make_signer(dir.path(), "encrypted", options);
  auto with = command(arguments({"--key-password", "env:KEYPASS"}));
  with.env["KEYPASS"] = "wrong-horse";
  const auto refused = run_command(with);
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("does not open this key"), Not(HasSubstr("wrong-horse"))));
  expect_nothing_made();
  with.env["KEYPASS"] = "correct-horse";
  const auto made = run_command(with);
  EXPECT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.out + made.err, Not(HasSubstr("correct-horse")));
  EXPECT_EQ(shell("grep -r correct-horse .", bundle()).exit_code, 1);
}

TEST_F(SignOffTest, needs_a_written_exception_for_what_deviates) {
  testing::RoutineRun routine(1);
  auto& attempt = routine.record.attempts.front();
  attempt.observation.outcome = Outcome::failed;
  attempt.observation.message = "it failed";
  write(routine.record, routine.evidence);
  const auto refused = sign();
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err,
              AllOf(HasSubstr(attempt.cell.str() + "  control-broken"), HasSubstr("--exceptions")));
  const auto wrong = file("wrong.json", R"({"format": 1, "exceptions": [{"cell": "*/normal/*"}]})");
  EXPECT_THAT(sign({"--exceptions", wrong}).err,
              HasSubstr("wrong.json:1:30 (/exceptions/0): an exception needs"));
  expect_nothing_made();
  const auto exceptions = file("exceptions.json", fmt::format(R"({{"format": 1, // why
    "exceptions": [{{"cell": "{}", "owner": "qa@example.com", "reason": "known"}}]}})",
                                                              attempt.cell.str()));
  const auto made = sign({"--exceptions", exceptions});
  EXPECT_EQ(made.exit_code, 0) << made.err;
  EXPECT_EQ(json::parse(read_file(bundle() / "sign-off.json"))["exceptions"][0]["reason"], "known");
}

TEST_F(SignOffTest, judges_by_waivers_as_report_does) {
  testing::RoutineRun routine(1);
  auto& cells = routine.record.plan.cells;
  auto attempt =
      std::find_if(routine.record.attempts.begin(), routine.record.attempts.end(), [](const Attempt& a) {
        return a.cell.mode == BootMode::safe_networking && a.cell.scenario == "pin-management";
      });
  ASSERT_NE(attempt, routine.record.attempts.end()) << cells.size();
  attempt->observation.outcome = Outcome::failed;
  write(routine.record, routine.evidence);
  EXPECT_THAT(sign().err, HasSubstr("deviates"));
  const auto waivers = file("waivers.json", R"({"format": 1, "waivers": [{"cell": "*/pin-management",
    "owner": "qa@example.com", "reason": "late driver", "expires": "2026-11-30"}]})");
  EXPECT_EQ(sign({"--waivers", waivers, "--as-of", "2026-12-01"}).exit_code, 2) << "expired by then";
  const auto made = sign({"--waivers", waivers, "--as-of", "2026-11-30"});
  EXPECT_EQ(made.exit_code, 0) << made.err;
  const auto statement = json::parse(read_file(bundle() / "sign-off.json"));
  EXPECT_EQ(statement["waived"][0]["waiver"]["reason"], "late driver");
  EXPECT_EQ(statement["judged_as_of"], "2026-11-30");
}

TEST_F(SignOffTest, refuses_a_run_that_goes_on_and_a_folder_that_is_there) {
  write_routine_run();
  {
    const auto lock = FileLock::try_take(run_folder() / "lock");
    ASSERT_TRUE(lock);
    const auto refused = sign();
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.err, HasSubstr("its controller holds it"));
    expect_nothing_made();
  }
  ASSERT_EQ(sign().exit_code, 0);
  const auto before = sha256_file(bundle() / "manifest.json");
  const auto again = sign();
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.err, HasSubstr("is there already"));
  EXPECT_EQ(sha256_file(bundle() / "manifest.json"), before);
  EXPECT_EQ(journal::read_marks(run_folder()).signed_as.size(), 1u);
}

TEST_F(SignOffTest, says_that_a_bundle_is_made_when_only_the_mark_of_its_run_is_damaged) {
  write_routine_run();
  write_file_atomically(run_folder() / "marks.json", "no JSON");
  const auto made = sign();
  EXPECT_EQ(made.exit_code, 3);
  EXPECT_THAT(made.err, HasSubstr("is made and signed, but its run could not be marked as signed"));
  EXPECT_EQ(verify().exit_code, 0);
  EXPECT_EQ(read_file(run_folder() / "marks.json"), "no JSON");
}

TEST_F(SignOffTest, takes_no_bundle_for_a_run) {
  write_routine_run();
  ASSERT_EQ(sign().exit_code, 0);
  auto words = arguments();
  words[1] = bundle().string();
  words.back() = (dir.path() / "second").string();
  const auto refused = run(words);
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("is a sign-off bundle"));
  EXPECT_EQ(verify().exit_code, 0) << "and nothing was left in it";
}

/// The QA lead's token, as far as a command line goes; softhsm_test has the rest.
TEST_F(SignOffTest, nothing_writes_into_a_bundle) {
  write_routine_run();
  ASSERT_EQ(sign().exit_code, 0);
  EXPECT_EQ(run({"report", bundle().string()}).exit_code, 0);
  EXPECT_EQ(run({"report", bundle().string(), "--format", "html"}).exit_code, 0);
  EXPECT_EQ(run({"resume", bundle().string()}).exit_code, 2);
  EXPECT_EQ(verify().exit_code, 0) << verify().out;
}

TEST_F(SignOffTest, signs_with_a_token_by_its_uri_module_and_pin) {
  const fs::path module = "/usr/lib/softhsm/libsofthsm2.so";
  if (!fs::exists(module) || !find_program("pkcs11-tool"))
    GTEST_SKIP() << "softhsm2 or opensc is not installed";
  write_routine_run();
  fs::create_directory(dir.path() / "tokens");
  const auto configuration =
      file("softhsm2.conf",
           "directories.tokendir = " + (dir.path() / "tokens").string() + "\nlog.level = ERROR\n");
  const auto prepared = shell(
      "set -e; export SOFTHSM2_CONF=" + configuration +
          "\nsofthsm2-util --init-token --free --label QA --pin 24681357 --so-pin 12345678\n"
          "softhsm2-util --import qa.key --token QA --label qa --id 07 --pin 24681357\n"
          "openssl x509 -in qa.pem -outform DER -out qa.der\n"
          "pkcs11-tool --module " +
          module.string() + " --login --pin 24681357 --write-object qa.der --type cert --id 07 --label qa\n",
      dir.path());
  ASSERT_TRUE(prepared.ok()) << prepared.out << prepared.err;
  const auto with = [&](const std::string& uri, const char* pin, std::vector<std::string> more) {
    auto c = command({"sign-off", kRun, "--product", "P", "--version", "1", "-o", bundle().string(),
                      "--signer", uri, "--pin", "env:TOKENPIN"});
    c.argv.insert(c.argv.end(), more.begin(), more.end());
    c.env["SOFTHSM2_CONF"] = configuration;
    c.env["TOKENPIN"] = pin;
    return run_command(c);
  };
  const auto refused = with("pkcs11:token=QA", "11111111", {"--module", module.string()});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("did not take the PIN"), Not(HasSubstr("11111111"))));
  EXPECT_EQ(with("pkcs11:token=QA", "24681357", {"--module", "/none.so"}).exit_code, 2);
  EXPECT_EQ(with("pkcs11:token=QA", "24681357", {"--module", module.string(), "--key", signer.key}).exit_code,
            2);
  expect_nothing_made();
  const auto made = with("pkcs11:token=QA;id=%07?module-path=" + module.string(), "24681357", {});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.err, HasSubstr("a wrong PIN was presented to the token \"QA\" before"));
  EXPECT_EQ(verify().exit_code, 0) << "against the certificate in its file";
}

TEST_F(SignOffTest, names_its_folder_by_product_version_and_run) {
  write_routine_run();
  auto words = arguments();
  words.resize(words.size() - 2);
  auto c = command(words);
  c.cwd = dir.path();
  ASSERT_EQ(run_command(c).exit_code, 0);
  EXPECT_TRUE(
      fs::exists(dir.path() / "sign-off-Example--minidriver--1.2-20261124-093012-5f3c" / "manifest.json"));
}

TEST_F(SignOffTest, leaves_nothing_behind_when_no_pdf_can_be_made) {
  write_routine_run();
  auto c = command(arguments());
  c.env["PATH"] = path_with_weasyprint("echo 'Traceback' >&2; echo 'OSError: no pango' >&2; exit 1\n");
  const auto failed = run_command(c);
  EXPECT_EQ(failed.exit_code, 3);
  EXPECT_THAT(failed.err, HasSubstr("weasyprint made no PDF of the statement: OSError: no pango"));
  expect_nothing_made();
}

TEST_F(SignOffTest, leaves_nothing_behind_when_it_is_interrupted) {
  write_routine_run();
  const auto pipe = dir.path() / "begun";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const UniqueFd begun(::open(pipe.c_str(), O_RDWR | O_CLOEXEC));
  auto c = command(arguments());
  c.env["PATH"] = path_with_weasyprint("echo x >'" + pipe.string() + "'\nexec sleep 1000\n");
  RunningProgram program(c.argv, c.env);
  pollfd wait{begun.get(), POLLIN, 0};
  ASSERT_EQ(::poll(&wait, 1, 60000), 1) << "weasyprint was not started";
  program.signal(SIGINT);
  EXPECT_EQ(program.wait(), 130) << program.seen();
  expect_nothing_made();
}

}  // namespace
}  // namespace smx
