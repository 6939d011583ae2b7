#include <gtest/gtest.h>

#include "tests/unit/spec/spec_files.h"

namespace smx::spec {
namespace {

class MatrixFile : public testing::Test {
 protected:
  Matrix load(const std::string& text) {
    return load_matrix(files_.write("m.json", text), catalogue_, kTables);
  }
  std::string refused(const std::string& text) {
    return refusal([&] { load(text); });
  }
  /// A matrix with `fields` added to the smallest one.
  static std::string with(const std::string& fields) {
    return "{\"format\": 1, \"targets\": [{\"kind\": \"reference-linux\"}],\n" + fields + "}";
  }

  Files files_;
  Catalogue catalogue_ = small_catalogue();
};

TEST_F(MatrixFile, needs_only_a_target) {
  const auto matrix = load("{\"format\": 1, \"targets\": [{\"kind\": \"reference-linux\"}]}");
  EXPECT_EQ(matrix.name, "m");
  ASSERT_EQ(matrix.targets.size(), 1u);
  EXPECT_EQ(matrix.targets[0],
            (Target{"reference-linux", TargetKind::reference_linux, "reference-linux", "reference"}));
  EXPECT_EQ(matrix.modes, (std::vector{BootMode::normal, BootMode::safe_networking}));
  ASSERT_EQ(matrix.readers.size(), 1u);
  EXPECT_EQ(matrix.readers[0], (Reader{"virtual", ReaderKind::virtual_reader, "piv"}));
  ASSERT_EQ(matrix.cards.size(), 1u);
  EXPECT_EQ(matrix.cards[0].id, "piv");
  EXPECT_EQ(matrix.cards[0].application, CardApplication::piv);
  EXPECT_EQ(matrix.scenarios,
            (std::vector<std::string>{"domain-logon", "pin-management", "certutil-scinfo"}));
  EXPECT_EQ(matrix.attempts, 2);
  EXPECT_EQ(matrix.boot_limit, Milliseconds(60000));
  EXPECT_TRUE(matrix.waivers.empty());
}

TEST_F(MatrixFile, says_everything) {
  const auto card_file = files_.write("cards/jane.json", "{}");
  const auto image = files_.write("win7.qcow2", "");
  const auto matrix = load(R"({
    // nightly
    "$schema": "x", "format": 1, "name": "nightly",
    "targets": [
      {"id": "win7", "kind": "windows", "image": "win7.qcow2", "support_table": "windows-7-2008r2"},
      {"id": "new-windows", "kind": "windows", "image": "win11", "support_table": null,
       "smart_card_plug_and_play": false}
    ],
    "modes": ["safe-minimal", "normal"],
    "cards": [
      {"id": "jane", "application": "gids", "solution": "pkcs11", "key": "p256", "file": "cards/jane.json",
       "pin": {"env": "JANE_PIN"}, "puk": {"file": "cards/jane.puk"}},
      {"application": "piv", "certificate": "cards/jane.json", "pin": {"credential": "piv"}, "allow_blocking": true}
    ],
    "readers": [{"id": "r1", "kind": "virtual", "card": "jane"}, {"kind": "usb-passthrough", "card": "piv",
      "device": "port:1-2.3"}],
    "scenarios": ["certutil-scinfo", "pin-management"],
    "attempts": 5, "boot_limit_ms": 90000,
    "waivers": [{"cell": "win7/*", "owner": "Jane", "reason": "known", "expires": "2026-12-31"}]
  })");
  EXPECT_EQ(matrix.name, "nightly");
  EXPECT_EQ(matrix.targets[0].image, image.string());
  EXPECT_EQ(matrix.targets[0].support_table, "windows-7-2008r2");
  EXPECT_EQ(matrix.targets[1], (Target{"new-windows", TargetKind::windows, "win11", "", false}));
  EXPECT_TRUE(matrix.targets[0].smart_card_plug_and_play);
  EXPECT_EQ(matrix.modes, (std::vector{BootMode::safe_minimal, BootMode::normal}));
  EXPECT_EQ(matrix.cards[0], (Card{"jane",
                                   CardApplication::gids,
                                   CardSolution::pkcs11,
                                   "p256",
                                   card_file.string(),
                                   {"env", "JANE_PIN"},
                                   {"file", (card_file.parent_path() / "jane.puk").string()}}));
  EXPECT_EQ(matrix.cards[1].certificate, card_file.string());
  EXPECT_EQ(matrix.cards[1].pin, (SecretReference{"credential", "piv"}));
  EXPECT_TRUE(matrix.cards[1].allow_blocking);
  EXPECT_EQ(matrix.readers[0], (Reader{"r1", ReaderKind::virtual_reader, "jane"}));
  EXPECT_EQ(matrix.readers[1], (Reader{"usb-passthrough", ReaderKind::usb_passthrough, "piv", "port:1-2.3"}));
  EXPECT_EQ(matrix.scenarios, (std::vector<std::string>{"pin-management", "certutil-scinfo"}));
  EXPECT_EQ(matrix.attempts, 5);
  EXPECT_EQ(matrix.boot_limit, Milliseconds(90000));
  ASSERT_EQ(matrix.waivers.size(), 1u);
  EXPECT_EQ(matrix.waivers[0], (Waiver{"win7/*", "Jane", "known", "2026-12-31"}));
}

TEST_F(MatrixFile, puts_the_only_card_into_a_reader_that_names_none) {
  const auto matrix =
      load(with(R"("cards": [{"id": "c", "key": "p256"}], "readers": [{"kind": "pcsc-relay"}])"));
  EXPECT_EQ(matrix.readers[0].card, "c");
  EXPECT_EQ(load(with(R"("cards": [{"id": "c"}])")).readers[0].card, "c");
}

TEST_F(MatrixFile, takes_waivers_from_a_file) {
  files_.write("w.json", R"({"format": 1, "waivers": [
    {"cell": "a/safe-networking/b/c", "owner": "o", "reason": "r", "expires": "2027-02-28"}]})");
  EXPECT_EQ(load(with(R"("waivers": "w.json")")).waivers.size(), 1u);
}

TEST_F(MatrixFile, tells_all_its_problems_at_once) {
  EXPECT_EQ(refused(R"({
  "format": 1,
  "targets": [{"kind": "windwos"}],
  "mods": ["normal"],
  "readers": [
    {"kind": "virtaul"}
  ],
  "attempts": 9
})"),
            "m.json:3:24 (/targets/0/kind): \"windwos\" is no target kind; did you mean \"windows\"?\n"
            "m.json:4:3 (/mods): a matrix has no key \"mods\"; did you mean \"modes\"?\n"
            "m.json:6:14 (/readers/0/kind): \"virtaul\" is no reader kind; did you mean \"virtual\"?\n"
            "m.json:8:15 (/attempts): a whole number from 1 to 5 was expected, not the number 9");
}

struct Bad {
  const char* name;
  const char* fields;
  const char* message;
};

class BadMatrix : public MatrixFile, public testing::WithParamInterface<Bad> {};

TEST_P(BadMatrix, is_refused_with_a_way_out) {
  EXPECT_EQ(refused(with(GetParam().fields)), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Samples, BadMatrix,
    testing::Values(
        Bad{"wrong_type", "\"attempts\": \"3\"",
            "m.json:2:13 (/attempts): a whole number from 1 to 5 was expected, not the text \"3\""},
        Bad{"fraction", "\"attempts\": 2.5",
            "m.json:2:13 (/attempts): a whole number from 1 to 5 was expected, not the number 2.5"},
        Bad{"huge_number", "\"attempts\": 99999999999999999999",
            "m.json:2:13 (/attempts): a whole number from 1 to 5 was expected, not the number "
            "99999999999999999999"},
        Bad{"short_boot_limit", "\"boot_limit_ms\": 5",
            "m.json:2:18 (/boot_limit_ms): a whole number from 1000 to 3600000 was expected, not the number "
            "5"},
        Bad{"unknown_key", "\"colour\": 1",
            "m.json:2:1 (/colour): a matrix has no key \"colour\"; its keys are \"$schema\", \"format\", "
            "\"name\", "
            "\"targets\", \"modes\", \"cards\", \"readers\", \"lab\", \"scenarios\", \"attempts\", "
            "\"boot_limit_ms\", "
            "\"waivers\""},
        Bad{"duplicate_key", "\"attempts\": 2, \"attempts\": 3",
            "m.json:2:16 (/attempts): the key \"attempts\" is there twice (first in line 2); remove one"},
        Bad{"unknown_mode", "\"modes\": [\"normal\", \"safe-network\"]",
            "m.json:2:21 (/modes/1): \"safe-network\" is no boot mode; did you mean \"safe-networking\"?"},
        Bad{"mode_twice", "\"modes\": [\"normal\", \"normal\"]",
            "m.json:2:21 (/modes/1): \"normal\" is listed twice; remove one"},
        Bad{"no_modes", "\"modes\": []",
            "m.json:2:10 (/modes): this list is empty; it needs at least one entry"},
        Bad{"modes_no_list", "\"modes\": \"normal\"",
            "m.json:2:10 (/modes): a list was expected, not the text \"normal\""},
        Bad{"unknown_scenario", "\"scenarios\": [\"pin-managment\"]",
            "m.json:2:15 (/scenarios/0): \"pin-managment\" is no scenario; did you mean \"pin-management\"?"},
        Bad{"scenarios_word", "\"scenarios\": \"every\"",
            "m.json:2:14 (/scenarios): \"scenarios\" is \"all\" or a list, not the text \"every\""},
        Bad{"no_scenarios", "\"scenarios\": []",
            "m.json:2:14 (/scenarios): this list is empty; it needs at least one entry"},
        Bad{"unknown_card",
            "\"cards\": [{\"id\": \"jane\"}], \"readers\": [{\"kind\": \"virtual\", \"card\": \"jnae\"}]",
            "m.json:2:68 (/readers/0/card): \"jnae\" is no card of this matrix; expected \"jane\""},
        Bad{"card_without_cards", "\"readers\": [{\"kind\": \"virtual\", \"card\": \"jane\"}]",
            "m.json:2:41 (/readers/0/card): the matrix has no \"cards\"; list them, or leave \"card\" out "
            "for a new "
            "PIV card"},
        Bad{"which_card",
            "\"cards\": [{\"id\": \"a\"}, {\"id\": \"b\"}], \"readers\": [{\"kind\": \"virtual\"}]",
            "m.json:2:50 (/readers/0): there are several cards; say with \"card\" which one is in this "
            "reader"},
        Bad{"what_card", "\"readers\": [{\"kind\": \"pcsc-relay\"}]",
            "m.json:2:13 (/readers/0): what card is in a pcsc-relay reader? describe it in \"cards\""},
        Bad{"reader_twice", "\"readers\": [{\"kind\": \"virtual\"}, {\"kind\": \"virtual\"}]",
            "m.json:2:34 (/readers/1): the reader id \"virtual\" is taken by an earlier reader; give each "
            "its own "
            "\"id\""},
        Bad{"card_twice",
            "\"cards\": [{\"id\": \"a\"}, {\"id\": \"a\"}], \"readers\": [{\"kind\": \"virtual\", \"card\": "
            "\"a\"}]",
            "m.json:2:31 (/cards/1/id): the card id \"a\" is taken by an earlier card; give each its own "
            "\"id\""},
        Bad{"id_with_slash", "\"readers\": [{\"kind\": \"virtual\", \"id\": \"a/b\"}]",
            "m.json:2:39 (/readers/0/id): \"a/b\" is no id; use up to 64 lower-case letters, digits, \"-\", "
            "\".\" and "
            "\"_\""},
        Bad{"reader_no_object", "\"readers\": [\"virtual\"]",
            "m.json:2:13 (/readers/0): a reader is an object: { }, not the text \"virtual\""},
        Bad{"reader_without_kind", "\"readers\": [{\"id\": \"r\"}]",
            "m.json:2:13 (/readers/0): a reader needs the key \"kind\""},
        Bad{"waivers_no_list", "\"waivers\": 3",
            "m.json:2:12 (/waivers): a list of waivers or a file's name was expected, not the number 3"},
        Bad{"control_character", "\"name\": \"a\\u0000b\"",
            "m.json:2:9 (/name): this text holds a control character; remove it"}),
    [](const auto& sample) { return std::string(sample.param.name); });

/// Cards and readers that contradict themselves, and what is said of them.
struct BadReader {
  const char* cards;
  const char* reader;
  const char* message;
};

class BadReaders : public MatrixFile, public testing::WithParamInterface<BadReader> {};

TEST_P(BadReaders, are_refused_with_a_way_out) {
  const auto fields =
      std::string(R"("cards": [)") + GetParam().cards + R"(], "readers": [)" + GetParam().reader + "]";
  EXPECT_NE(refused(with(fields)).find(GetParam().message), std::string::npos) << refused(with(fields));
}

INSTANTIATE_TEST_SUITE_P(
    Samples, BadReaders,
    testing::Values(
        BadReader{R"({"id": "a"})", R"({"kind": "usb-passthrough", "device": "Yubico"})", "is no USB device"},
        BadReader{R"({"id": "a"})", R"({"kind": "virtual", "device": "1050:0407"})", "it has no device"},
        BadReader{R"({"id": "a"})", R"({"kind": "pcsc-relay", "device": ""})", "leave \"device\" out"},
        BadReader{R"({"id": "a", "pin": "24681357"})", R"({"kind": "pcsc-relay"})", "a secret's place"},
        BadReader{R"({"id": "a", "pin": {"env": "A", "file": "b"}})", R"({"kind": "pcsc-relay"})",
                  "write one of"},
        BadReader{R"({"id": "a", "pin": {"env": "A"}})", R"({"kind": "virtual"})", "is issued for each run"},
        BadReader{R"({"id": "a", "key": "rsa1024"})", R"({"kind": "virtual"})", "rsa1024"},
        BadReader{R"({"id": "a", "allow_blocking": "yes"})", R"({"kind": "pcsc-relay"})",
                  "true or false was expected"}));

TEST_F(MatrixFile, is_refused_without_targets_and_without_format) {
  EXPECT_EQ(refused("{}"),
            "m.json:1:1: a matrix needs the key \"format\"\nm.json:1:1: a matrix needs the key \"targets\"");
  EXPECT_EQ(refused("[]"), "m.json:1:1: a matrix is an object: { }, not a list");
}

TEST_F(MatrixFile, of_a_later_format_is_refused) {
  EXPECT_EQ(refused("{\"format\": 2, \"targets\": [{\"kind\": \"reference-linux\"}]}"),
            "m.json:1:12 (/format): this program reads format 1, not the number 2; is the file of a later "
            "version?");
}

TEST_F(MatrixFile, with_a_target_that_leads_nowhere_is_refused) {
  EXPECT_EQ(refused(R"({"format": 1, "targets": [{"kind": "windows"}]})"),
            "m.json:1:27 (/targets/0): a target needs the key \"image\"");
  EXPECT_EQ(refused(R"({"format": 1, "targets": [
{"kind": "reference-linux", "support_table": "referense"}]})"),
            "m.json:2:46 (/targets/0/support_table): \"referense\" is no support table; did you mean "
            "\"reference\"?");
  EXPECT_EQ(refused(R"({"format": 1, "targets": [{"kind": "reference-linux"},
{"kind": "reference-linux"}]})"),
            "m.json:2:1 (/targets/1): the target id \"reference-linux\" is taken by an earlier target; give "
            "each its "
            "own \"id\"");
}

TEST_F(MatrixFile, names_a_windows_drivers_and_its_way_into_safe_mode) {
  const auto inf = files_.write("acme/acme.inf", "[Version]");
  const auto certificate = files_.write("acme.cer", "x");
  const auto matrix =
      load(R"({"format": 1, "targets": [{"kind": "windows", "image": "w", "mode_switch": "online",
    "drivers": ["acme/acme.inf", {"inf": "acme/acme.inf", "certificate": "acme.cer"}]}]})");
  EXPECT_EQ(matrix.targets[0].mode_switch, ModeSwitch::online);
  EXPECT_EQ(matrix.targets[0].drivers,
            (std::vector<DriverPackage>{{inf.string(), ""}, {inf.string(), certificate.string()}}));
  EXPECT_EQ(matrix.boot_limit, Milliseconds(600000)) << "Windows takes its time";
  EXPECT_EQ(load(R"({"format": 1, "targets": [{"kind": "reference-linux"}]})").boot_limit,
            Milliseconds(60000));
}

TEST_F(MatrixFile, names_a_windows_installer_file_in_an_inf_s_place) {
  const auto msi = files_.write("acme.msi", "x"), certificate = files_.write("acme.cer", "x");
  files_.write("acme.inf", "[Version]");
  EXPECT_EQ(load(R"({"format": 1, "targets": [{"kind": "windows", "image": "w",
    "drivers": [{"msi": "acme.msi"}, {"msi": "acme.msi", "certificate": "acme.cer"}]}]})")
                .targets[0]
                .drivers,
            (std::vector<DriverPackage>{{"", "", msi.string()}, {"", certificate.string(), msi.string()}}));
  const auto driver = [this](const std::string& fields) {
    return refused(R"({"format": 1, "targets": [{"kind": "windows", "image": "w", "drivers": [{)" + fields +
                   "}]}]}");
  };
  const std::string either =
      "m.json:1:73 (/targets/0/drivers/0): a driver package names either its INF file (\"inf\") or its "
      "Windows "
      "Installer file (\"msi\")";
  EXPECT_EQ(driver(R"("inf": "acme.inf", "msi": "acme.msi")"), either);
  EXPECT_EQ(driver(R"("certificate": "acme.cer")"), either);
  EXPECT_NE(driver(R"("msi": "b.msi")").find("the driver's Windows Installer file \"b.msi\" is not there"),
            std::string::npos);
}

TEST_F(MatrixFile, with_drivers_that_are_not_there_or_for_another_system_is_refused) {
  EXPECT_EQ(refused(R"({"format": 1, "targets": [{"kind": "windows", "image": "w", "drivers": ["a.inf"]}]})"),
            "m.json:1:73 (/targets/0/drivers/0): the driver's INF file \"a.inf\" is not there; paths are "
            "relative to the "
            "matrix's folder");
  EXPECT_EQ(refused(R"({"format": 1, "targets": [{"kind": "reference-linux", "drivers": []}]})"),
            "m.json:1:66 (/targets/0/drivers): only a Windows target has \"drivers\"");
}

TEST_F(MatrixFile, with_a_file_that_is_not_there_is_refused) {
  const auto image = refused(R"({"format": 1, "targets": [{"kind": "windows", "image": "img/w.qcow2"}]})");
  EXPECT_EQ(
      image,
      "m.json:1:56 (/targets/0/image): the image \"img/w.qcow2\" is not there; paths are relative to the "
      "matrix's folder");
  EXPECT_NE(refused(with("\"cards\": [{\"file\": \"jane.json\"}]"))
                .find("m.json:2:20 (/cards/0/file): the card file"),
            std::string::npos);
  EXPECT_NE(refused(with("\"cards\": [{\"file\": \".\"}]")).find("cannot be read"), std::string::npos);
  EXPECT_NE(refused(with("\"waivers\": \"w.json\"")).find("m.json:2:12 (/waivers): the waiver file"),
            std::string::npos);
}

TEST_F(MatrixFile, tells_the_problems_of_its_waiver_file_too) {
  files_.write("w.json", "{\"format\": 1}");
  EXPECT_EQ(refused(with("\"waivers\": \"w.json\", \"attempts\": 0")),
            "m.json:2:34 (/attempts): a whole number from 1 to 5 was expected, not the number 0\n"
            "w.json:1:1: a waiver file needs the key \"waivers\"");
}

TEST_F(MatrixFile, gives_the_place_of_a_pointer) {
  const auto path = files_.write("p.json", "{\n  \"targets\": [\n    {\"image\": \"x\"}]}");
  EXPECT_EQ(place_in_file(path, "/targets/0/image"), path.string() + ":3:15 (/targets/0/image)");
  EXPECT_EQ(place_in_file(path, "/nowhere"), path.string());
  EXPECT_EQ(place_in_file(files_.path("gone.json"), "/targets"), files_.path("gone.json").string());
  EXPECT_EQ(place_in_file(files_.write("b.json", "{"), "/a"), files_.path("b.json").string());
}

}  // namespace
}  // namespace smx::spec
