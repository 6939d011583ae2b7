#include <nlohmann/json.hpp>

#include "tests/integration/cli/program.h"

// Every bad file: exit 2, and one line with file, line, column, JSON pointer and a way out.

namespace smx {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

struct BadFile {
  const char* name;
  const char* content;
  const char* place;  ///< "line:column (pointer)"
  const char* hint;
};

void PrintTo(const BadFile& bad, std::ostream* out) {
  *out << bad.name;
}

class BadFileTest : public ProgramTest, public testing::WithParamInterface<BadFile> {};

TEST_P(BadFileTest, is_refused_with_its_place_and_a_suggestion) {
  const auto path = file("bad.json", GetParam().content);
  const auto r = run({"run", path});
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_THAT(r.err, HasSubstr(path + ":" + GetParam().place));
  EXPECT_THAT(r.err, HasSubstr(GetParam().hint));
  EXPECT_FALSE(run_was_begun());
}

INSTANTIATE_TEST_SUITE_P(Matrices, BadFileTest,
                         testing::Values(BadFile{"unknown_key", R"({"format": 1, "name": "m",
  "targets": [{"kind": "reference-linux"}],
  "moods": ["normal"], "readers": [{"kind": "virtual"}], "scenarios": "all"})",
                                                 "3:3 (/moods)", "\"modes\""},
                                         BadFile{"wrong_type", R"({"format": 1, "name": 7,
  "targets": [{"kind": "reference-linux"}], "modes": ["normal"], "readers": [{"kind": "virtual"}], "scenarios": "all"})",
                                                 "1:23 (/name)", "text"},
                                         BadFile{"duplicate_id", R"({"format": 1, "name": "m",
  "targets": [{"id": "t", "kind": "reference-linux"},
              {"id": "t", "kind": "reference-linux"}],
  "modes": ["normal"], "readers": [{"kind": "virtual"}], "scenarios": "all"})",
                                                 "3:22 (/targets/1/id)", "\"t\""},
                                         BadFile{"unknown_scenario", R"({"format": 1, "name": "m",
  "targets": [{"kind": "reference-linux"}], "modes": ["normal"], "readers": [{"kind": "virtual"}],
  "scenarios": ["pin-managment"]})",
                                                 "3:17 (/scenarios/0)", "pin-management"},
                                         BadFile{"unknown_reader", R"({"format": 1, "name": "m",
  "targets": [{"kind": "reference-linux"}], "modes": ["normal"],
  "readers": [{"kind": "virtaul"}], "scenarios": "all"})",
                                                 "3:24 (/readers/0/kind)", "\"virtual\""},
                                         BadFile{"missing_image", R"({"format": 1, "name": "m",
  "targets": [{"kind": "reference-linux", "image": "no-such-image"}],
  "modes": ["normal"], "readers": [{"kind": "virtual"}], "scenarios": "all"})",
                                                 "2:52 (/targets/0/image)", "image list"},
                                         BadFile{"unreadable_card", R"({"format": 1, "name": "m",
  "targets": [{"kind": "reference-linux"}], "modes": ["normal"],
  "cards": [{"id": "c", "file": "no-such-card.json"}],
  "readers": [{"kind": "virtual", "card": "c"}], "scenarios": "all"})",
                                                 "3:33 (/cards/0/file)", "no-such-card.json"},
                                         BadFile{"real_card_without_pin", R"({"format": 1, "name": "m",
  "targets": [{"kind": "reference-linux"}], "modes": ["normal"], "cards": [{"id": "c"}],
  "readers": [{"kind": "usb-passthrough", "card": "c"}], "scenarios": "all"})",
                                                 "2:76 (/cards/0)", "needs the PIN of the card c"},
                                         BadFile{"key_no_gids_card_has", R"({"format": 1, "name": "m",
  "targets": [{"kind": "reference-linux"}], "modes": ["normal"],
  "cards": [{"application": "gids", "key": "p256"}], "scenarios": "all"})",
                                                 "3:44 (/cards/0/key)", "\"rsa2048\""},
                                         BadFile{"lab_without_file", R"({"format": 1, "name": "m",
  "targets": [{"kind": "reference-linux"}],
  "lab": {"kind": "external", "realm": "CORP.EXAMPLE", "domain": "corp.example", "user": "jdoe",
          "other_user": "nobody", "ca": "no-such-ca.pem", "kdc": {"host": "k", "name": "k"},
          "web": {"host": "w", "name": "w"}}})",
                                                 "4:41 (/lab/ca)", "no-such-ca.pem"},
                                         BadFile{"unknown_lab", R"({"format": 1, "name": "m",
  "targets": [{"kind": "reference-linux"}], "lab": {"kind": "externl"}})",
                                                 "2:61 (/lab/kind)", "did you mean \"external\"?"},
                                         BadFile{"broken_json", R"({"format": 1, "name": "m"
  "targets": []})",
                                                 "1:26", "a comma is missing"}),
                         [](const auto& bad) { return bad.param.name; });

TEST_F(ProgramTest, a_matrix_that_is_not_there_is_named) {
  EXPECT_EQ(run({"run", "no/such.json"}).exit_code, 2);
  const auto r = run({"run", "referense"});
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_THAT(r.err, HasSubstr("did you mean \"reference\"?"));
}

/// A matrix on an existing domain, with `more` in its lab.
std::string on_a_domain(const std::string& more) {
  return R"({"format": 1, "name": "m", "targets": [{"kind": "reference-linux"}], "scenarios": ["domain-logon"],
  "lab": {"kind": "external", "realm": "CORP.EXAMPLE", "domain": "corp.example", "user": "jdoe",
          "other_user": "nobody", "ca": "ca.pem", "kdc": {"host": "192.0.2.1", "name": "dc1.corp.example"},
          "web": {"host": "192.0.2.2", "name": "web.corp.example"})" +
         more + "}}";
}

TEST_F(ProgramTest, a_plan_on_an_existing_domain_knows_the_secrets_place_only) {
  ASSERT_EQ(run({"card", "create", (dir.path() / "c.json").string(), "--pin",
                 "file:" + file("pin", "24681357"), "--puk", "file:" + file("puk", "86427531")})
                .exit_code,
            0);
  file("ca.pem", read_file(dir.path() / "state/safemode-matrix/pki/root.pem"));
  auto c = command({"plan", "--json", file("m.json", on_a_domain(R"(, "join": {"user": "joiner",
          "password": {"env": "SMX_JOIN"}})"))});
  c.env["SMX_JOIN"] = "hunter2hunter2";
  const auto r = run_command(c);
  ASSERT_EQ(r.exit_code, 0) << r.err;
  const auto lab = nlohmann::json::parse(r.out).at("matrix").at("lab");
  EXPECT_EQ(lab.at("kind"), "external");
  EXPECT_EQ(lab.at("ca"), (dir.path() / "ca.pem").string());
  EXPECT_EQ(lab.at("kdc").at("port"), 88);
  EXPECT_EQ(lab.at("join_password"), (nlohmann::json{{"env", "SMX_JOIN"}}));
  EXPECT_THAT(r.out + r.err, testing::Not(HasSubstr("hunter2")));
  EXPECT_THAT(r.out, HasSubstr("the domain CORP.EXAMPLE has to log on cards"));
}

TEST_F(ProgramTest, a_domain_that_is_described_wrongly_is_refused_and_a_password_not_repeated) {
  file("ca.pem", "hunter2");
  const auto matrix =
      file("m.json", on_a_domain(R"(, "join": {"user": "joiner", "password": "hunter2"}, "realms": 1)"));
  for (const auto* what : {"plan", "run"}) {
    const auto r = run({what, matrix});
    EXPECT_EQ(r.exit_code, 2);
    EXPECT_THAT(r.err, HasSubstr("m.json:3:41 (/lab/ca): "));
    EXPECT_THAT(r.err, HasSubstr("holds no certificate in PEM"));
    EXPECT_THAT(r.err, HasSubstr("(/lab/join/password): no secret stands in this file"));
    EXPECT_THAT(r.err, HasSubstr("(/lab/realms): a lab has no key \"realms\"; did you mean \"realm\"?"));
    EXPECT_THAT(r.out + r.err, testing::Not(HasSubstr("hunter2")));
    EXPECT_FALSE(run_was_begun());
  }
}

TEST_F(ProgramTest, a_card_file_is_made_shown_and_asked_its_pin_for) {
  auto create = command({"card", "create", (dir.path() / "c.json").string(), "--pin", "env:P", "--puk",
                         "env:K", "--upn", "ada@lab.test"});
  create.env["P"] = "24681357";
  create.env["K"] = "86427531";
  const auto made = run_command(create);
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const auto shown = run({"card", "show", (dir.path() / "c.json").string()});
  EXPECT_THAT(shown.out, HasSubstr("ada@lab.test"));
  EXPECT_THAT(read_file(dir.path() / "c.json"), testing::Not(HasSubstr("24681357")));
  EXPECT_EQ(run_command(create).exit_code, 2) << "a card is never overwritten";
  EXPECT_EQ(run({"card", "create", (dir.path() / "d.json").string(), "--pin", "24681357", "--puk", "env:K"})
                .exit_code,
            2);
  EXPECT_EQ(run({"card", "show", file("x.json", "{}")}).exit_code, 2);

  const auto matrix = file("m.json", R"({"format": 1, "name": "m", "targets": [{"kind": "reference-linux"}],
    "cards": [{"file": "c.json"}], "scenarios": ["certutil-scinfo"]})");
  const auto r = run({"run", matrix});
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_THAT(r.err, HasSubstr("--card-pin"));
}

TEST_F(ProgramTest, a_gids_card_file_has_an_administrators_key_instead_of_a_puk) {
  const std::string key = "0123456789abcdef23456789abcdef01456789abcdef0123";
  const auto create = [&](const std::string& admin_key) {
    auto c = command({"card", "create", (dir.path() / "g.json").string(), "--application", "gids", "--pin",
                      "env:P", "--admin-key", "env:A"});
    c.env["P"] = "2468";
    c.env["A"] = admin_key;
    return run_command(c);
  };
  const auto refused = create(key.substr(2));
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err,
              testing::AllOf(HasSubstr("48 hex digits"), testing::Not(HasSubstr(key.substr(2)))));
  const auto made = create(key);
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.out, HasSubstr("a GIDS card"));
  const auto shown = run({"card", "show", (dir.path() / "g.json").string()});
  EXPECT_THAT(shown.out, testing::AllOf(HasSubstr("gids"), HasSubstr("rsa2048"), HasSubstr("PIN  "),
                                        testing::Not(HasSubstr("PUK")), testing::Not(HasSubstr(key))));

  const auto matrix = file("m.json", R"({"format": 1, "name": "m", "targets": [{"kind": "reference-linux"}],
    "cards": [{"application": "gids", "file": "g.json"}], "scenarios": ["pin-management"]})");
  auto c = command({"run", matrix, "--card-pin", "env:P"});
  c.env["P"] = "2468";
  const auto r = run_command(c);
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_THAT(r.err, HasSubstr("--card-admin-key"));
  EXPECT_FALSE(run_was_begun());
}

TEST_F(ProgramTest, a_card_is_made_with_the_keys_it_is_told) {
  const auto create = [&](const std::string& name, std::vector<std::string> more) {
    auto c = command({"card", "create", (dir.path() / name).string(), "--pin", "env:P", "--puk", "env:K"});
    c.argv.insert(c.argv.end(), more.begin(), more.end());
    c.env.insert({{"P", "24681357"}, {"K", "86427531"}, {"M", std::string(48, 'a')}, {"BAD", "abc"}});
    return run_command(c);
  };
  const auto made =
      create("all.json", {"--key", "p384", "--slots", "9a,9c,9d,9e", "--management-key", "env:M"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(read_file(dir.path() / "all.json"), HasSubstr(std::string(48, 'a')));
  EXPECT_THAT(run({"card", "show", (dir.path() / "all.json").string()}).out,
              testing::AllOf(HasSubstr("p384"), testing::Not(HasSubstr(std::string(48, 'a')))));
  EXPECT_THAT(create("a.json", {"--slots", "9b"}).err, HasSubstr("is not a key of a PIV card"));
  const auto refused = create("b.json", {"--management-key", "env:BAD"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err,
              testing::AllOf(HasSubstr("env:BAD holds no management key"), testing::Not(HasSubstr("abc"))));
}

TEST_F(ProgramTest, a_file_that_is_no_card_is_refused_before_anything_boots) {
  file("c.json", "{}");
  const auto matrix = file("m.json", R"({"format": 1, "name": "m", "targets": [{"kind": "reference-linux"}],
    "cards": [{"file": "c.json"}], "scenarios": ["certutil-scinfo"]})");
  auto c = command({"run", matrix, "--card-pin", "env:P"});
  c.env["P"] = "24681357";
  const auto r = run_command(c);
  EXPECT_EQ(r.exit_code, 2) << r.err;
  EXPECT_THAT(r.err, HasSubstr("m.json:2:"));
  EXPECT_FALSE(run_was_begun());
}

TEST_F(ProgramTest, what_a_matrix_can_say_and_this_version_cannot_run_is_refused_before_anything_boots) {
  const auto refused = [&](const std::string& cards, const std::string& readers, const std::string& why) {
    const auto matrix = file("m.json", R"({"format": 1, "name": "m", "targets": [{"kind": "reference-linux"}],
      "scenarios": ["certutil-scinfo"], "cards": [)" +
                                           cards + R"(], "readers": [)" + readers + "]}");
    const auto r = run({"run", matrix});
    EXPECT_EQ(r.exit_code, 2) << r.err;
    EXPECT_THAT(r.err, testing::AllOf(HasSubstr("m.json:2:"), HasSubstr(why)));
    EXPECT_FALSE(run_was_begun());
  };
  ASSERT_EQ(run({"card", "create", "--pin", "file:" + file("pin", "24681357"), "--puk",
                 "file:" + file("puk", "86427531"), (dir.path() / "c.json").string()})
                .exit_code,
            0);
  file("short", "12345");
  const std::string reader = R"({"kind": "virtual"})";
  refused(R"({"application": "gids", "key": "p256"})", reader, "GIDS cards with the key p256");
  refused(R"({"application": "gids", "file": "c.json"})", reader, "holds a piv card");
  refused(R"({"file": "c.json", "pin": {"env": "NOT_SET"}})", reader, "NOT_SET");
  refused(R"({"application": "gids", "id": "real"})", R"({"kind": "pcsc-relay"})",
          "GIDS cards in pcsc-relay");
  for (const std::string kind : {"pcsc-relay", "usb-passthrough"}) {
    const auto physical = R"({"kind": ")" + kind + "\"}";
    refused(R"({"id": "real"})", physical, "needs the PIN of the card real");
    refused(R"({"id": "real", "pin": {"file": "short"}})", physical, "6 to 8 characters");
    refused(R"({"id": "real", "pin": {"env": "SMX_NOT_SET"}})", physical, "SMX_NOT_SET");
    refused(R"({"id": "real", "pin": {"file": "pin"}, "certificate": "pin"})", physical,
            "no certificate in PEM");
  }
}

TEST_F(ProgramTest, a_remote_uri_is_refused_with_the_advice_for_several_hosts) {
  const auto r = run({"run", "--uri", "qemu+ssh://lab/system"});
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_THAT(r.err, HasSubstr("shard"));
}

TEST_F(ProgramTest, a_bad_waiver_file_and_a_bad_date_are_refused_before_anything_boots) {
  EXPECT_EQ(run({"run", "--as-of", "2026-02-31"}).exit_code, 2);
  const auto r = run({"run", "--waivers", file("w.json", R"({"format": 1, "waivers": [{"cell": "*"}]})")});
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_THAT(r.err, HasSubstr("w.json:1:"));
}

}  // namespace
}  // namespace smx
