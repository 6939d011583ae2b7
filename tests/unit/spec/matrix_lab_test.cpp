#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "harness/core/model/model_json.h"
#include "tests/unit/spec/corp_authority.h"
#include "tests/unit/spec/spec_files.h"

// The key "lab" of a matrix.

namespace smx::spec {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const char* const kDomain = R"({"kind": "external", "realm": "CORP.EXAMPLE", "domain": "corp.example",
  "user": "jdoe", "other_user": "nobody", "ca": "corp-ca.pem",
  "kdc": {"host": "192.0.2.1", "port": 8888, "name": "dc1.corp.example"},
  "web": {"host": "web", "port": 8080, "name": "web.corp.example"}})";

class MatrixLab : public testing::Test {
 protected:
  MatrixLab() {
    files_.write("corp-ca.pem", kCorpRoot);
    files_.write("corp.crl.pem", kCorpList);
    files_.write("empty.pem", "");
  }
  Matrix load(const std::string& lab) {
    return load_matrix(
        files_.write("m.json", "{\"format\": 1, \"targets\": [{\"kind\": \"reference-linux\"}],\n\"lab\": " +
                                   lab + "}"),
        catalogue_, kTables);
  }
  std::string refused(const std::string& lab) {
    return refusal([&] { load(lab); });
  }
  /// The domain with `value` (JSON) at `pointer`; "" takes the key out.
  static std::string changed(const std::string& pointer, const std::string& value) {
    auto lab = json::parse(kDomain);
    const json::json_pointer at(pointer);
    if (value.empty())
      lab[at.parent_pointer()].erase(at.back());
    else
      lab[at] = json::parse(value);
    return lab.dump();
  }

  Files files_;
  Catalogue catalogue_ = small_catalogue();
};

TEST_F(MatrixLab, is_the_runs_own_when_nothing_is_said) {
  const auto path = files_.write("m.json", R"({"format": 1, "targets": [{"kind": "reference-linux"}]})");
  EXPECT_EQ(load_matrix(path, catalogue_, kTables).lab, Lab{});
  EXPECT_FALSE(Lab{}.external());
  EXPECT_EQ(load(R"({"kind": "loopback"})").lab, Lab{});
}

TEST_F(MatrixLab, is_an_existing_domain) {
  const auto lab = load(kDomain).lab;
  EXPECT_TRUE(lab.external());
  EXPECT_EQ(lab.domain.realm, "CORP.EXAMPLE");
  EXPECT_EQ(lab.domain.domain, "corp.example");
  EXPECT_EQ(lab.domain.principal(), "jdoe@CORP.EXAMPLE");
  EXPECT_EQ(lab.domain.other_user, "nobody");
  EXPECT_EQ(lab.domain.kdc, (LabAddress{"192.0.2.1", 8888, "dc1.corp.example"}));
  EXPECT_EQ(lab.domain.web, (LabAddress{"web", 8080, "web.corp.example"}));
  EXPECT_EQ(lab.domain.share, "");
  EXPECT_EQ(lab.ca, files_.path("corp-ca.pem").string());
  EXPECT_EQ(lab.crl, "");
  EXPECT_TRUE(lab.join_password.empty());
}

TEST_F(MatrixLab, may_say_more) {
  auto text = json::parse(kDomain);
  text["crl"] = "corp.crl.pem";
  text["share"] = R"(\\fs.corp.example\share\of jane)";
  text["join"] = {{"user", "joiner"}, {"password", {{"file", "join.txt"}}}};
  text["kdc"].erase("port");
  text["web"].erase("port");
  const auto lab = load(text.dump()).lab;
  EXPECT_EQ(lab.crl, files_.path("corp.crl.pem").string());
  EXPECT_EQ(lab.domain.share, R"(\\fs.corp.example\share\of jane)");
  EXPECT_EQ(lab.domain.kdc.port, 88);
  EXPECT_EQ(lab.domain.web.port, 80);
  EXPECT_EQ(lab.join_user, "joiner");
  EXPECT_EQ(lab.join_password, (SecretReference{"file", files_.path("join.txt").string()}))
      << "a place; what is there is nobody's business yet";
}

TEST_F(MatrixLab, tells_everything_that_is_wrong_with_its_place) {
  EXPECT_EQ(
      refused(R"({"kind": "external", "realm": "Corp.Example", "domain": "Corp.example",
  "user": "jdoe@CORP.EXAMPLE", "other_user": "no body", "ca": "corp-ca.pem",
  "kdc": {"host": "192.0.2.1:88", "port": 65536, "name": "dc1.corp.example"},
  "web": {"host": "web", "ports": 80}, "crls": "x"})"),
      "m.json:2:38 (/lab/realm): \"Corp.Example\" is no realm name, whose letters are capitals; did you mean "
      "\"CORP.EXAMPLE\"?\n"
      "m.json:2:64 (/lab/domain): \"Corp.example\" is no domain name, whose letters are small; did you mean "
      "\"corp.example\"?\n"
      "m.json:3:11 (/lab/user): \"jdoe@CORP.EXAMPLE\" is no user name; use letters, digits, \"-\", \".\" and "
      "\"_\"; did you mean \"jdoe\"?\n"
      "m.json:3:46 (/lab/other_user): \"no body\" is no user name; use letters, digits, \"-\", \".\" and "
      "\"_\"\n"
      "m.json:4:19 (/lab/kdc/host): \"192.0.2.1:88\" is no host name; use letters, digits, \"-\", \".\" "
      "and \"_\"; did you mean \"192.0.2.1\"?\n"
      "m.json:4:43 (/lab/kdc/port): a whole number from 1 to 65535 was expected, not the number 65536\n"
      "m.json:5:10 (/lab/web): a web server's address needs the key \"name\"\n"
      "m.json:5:26 (/lab/web/ports): a web server's address has no key \"ports\"; did you mean \"port\"?\n"
      "m.json:5:40 (/lab/crls): a lab has no key \"crls\"; did you mean \"crl\"?");
}

struct BadLab {
  const char* name;
  const char* pointer;
  const char* value;
  const char* said;
};

class BadLabs : public MatrixLab, public testing::WithParamInterface<BadLab> {};

TEST_P(BadLabs, are_refused_with_a_way_out) {
  const auto text = refused(changed(GetParam().pointer, GetParam().value));
  EXPECT_THAT(text, testing::StartsWith("m.json:2:"));
  EXPECT_THAT(text, HasSubstr(GetParam().said));
  EXPECT_EQ(text.find('\n'), text.npos) << "one problem, told once: " << text;
}

INSTANTIATE_TEST_SUITE_P(
    Samples, BadLabs,
    testing::Values(
        BadLab{"no_kind", "/kind", "", "(/lab): a lab needs the key \"kind\""},
        BadLab{"unknown_kind", "/kind", R"("externel")",
               "(/lab/kind): \"externel\" is no kind of lab; did you mean"},
        BadLab{"kind_no_text", "/kind", "1", "(/lab/kind): a kind of lab was expected"},
        BadLab{"unknown_key", "/realms", R"("X")",
               "(/lab/realms): a lab has no key \"realms\"; did you mean \"realm\"?"},
        BadLab{"no_realm", "/realm", "", "(/lab): a lab needs the key \"realm\""},
        BadLab{"empty_realm", "/realm", R"("")", "(/lab/realm): \"\" is no realm name"},
        BadLab{"realm_with_space", "/realm", R"("CORP EXAMPLE")",
               "(/lab/realm): \"CORP EXAMPLE\" is no realm name"},
        BadLab{"realm_that_is_configuration", "/realm", R"("A\n[realms]")", "(/lab/realm)"},
        BadLab{"no_domain", "/domain", "", "needs the key \"domain\""},
        BadLab{"no_user", "/user", "", "needs the key \"user\""},
        BadLab{"user_that_is_an_option", "/user", R"("-x")", "(/lab/user): \"-x\" is no user name"},
        BadLab{"no_other_user", "/other_user", "", "needs the key \"other_user\""},
        BadLab{"same_user", "/other_user", R"("JDoe")", "(/lab/other_user): this is the card's holder too"},
        BadLab{"no_ca", "/ca", "", "needs the key \"ca\""},
        BadLab{"ca_no_text", "/ca", "{}", "(/lab/ca): a text was expected"},
        BadLab{"nameless_ca", "/ca", R"("")", "(/lab/ca): the authority's file has no name"},
        BadLab{"missing_ca", "/ca", R"("nowhere.pem")", "(/lab/ca): the authority's file"},
        BadLab{"ca_without_certificate", "/ca", R"("empty.pem")", "holds no certificate in PEM"},
        BadLab{"missing_crl", "/crl", R"("nowhere.pem")", "(/lab/crl): the revocation list"},
        BadLab{"crl_that_is_none", "/crl", R"("corp-ca.pem")", "holds no revocation list in PEM"},
        BadLab{"no_kdc", "/kdc", "", "needs the key \"kdc\""},
        BadLab{"kdc_in_one_text", "/kdc", R"("192.0.2.1:88")", "(/lab/kdc): a KDC's address is an object"},
        BadLab{"kdc_without_host", "/kdc/host", "", "(/lab/kdc): a KDC's address needs the key \"host\""},
        BadLab{"kdc_without_name", "/kdc/name", "", "(/lab/kdc): a KDC's address needs the key \"name\""},
        BadLab{"port_0", "/kdc/port", "0", "(/lab/kdc/port): a whole number from 1 to 65535"},
        BadLab{"port_text", "/kdc/port", R"("88")", "(/lab/kdc/port): a whole number"},
        BadLab{"no_web", "/web", "", "needs the key \"web\""},
        BadLab{"share_with_slashes", "/share", R"("//fs/share")", "(/lab/share): \"//fs/share\" is no share"},
        BadLab{"share_without_share", "/share", R"("\\\\fs\\")",
               "is no share; write \"\\\\\\\\server\\\\share\""},
        BadLab{"join_without_user", "/join", R"({"password": {"env": "J"}})", "needs the key \"user\""},
        BadLab{"join_without_password", "/join", R"({"user": "j"})", "needs the key \"password\""},
        BadLab{"join_with_two_places", "/join", R"({"user": "j", "password": {"env": "A", "file": "b"}})",
               "(/lab/join/password): write one of"}),
    [](const auto& sample) { return std::string(sample.param.name); });

TEST_F(MatrixLab, never_repeats_a_password_that_stands_in_the_file) {
  for (const std::string password : {R"("hunter2")", "4711", R"(["hunter2"])"}) {
    const auto text = refused(changed("/join", R"({"user": "j", "password": )" + password + "}"));
    EXPECT_THAT(text, HasSubstr("(/lab/join/password): no secret stands in this file"));
    EXPECT_THAT(text, HasSubstr("{\"env\": VARIABLE}"));
    EXPECT_THAT(text, testing::Not(testing::AnyOf(HasSubstr("hunter2"), HasSubstr("4711"))));
  }
}

TEST_F(MatrixLab, that_is_the_runs_own_takes_no_description) {
  EXPECT_EQ(refused("\"loopback\""), "m.json:2:8 (/lab): a lab is an object: { }, not the text \"loopback\"");
  EXPECT_EQ(
      refused(R"({"kind": "loopback", "realm": "X"})"),
      "m.json:2:29 (/lab/realm): a loopback lab is made by the run and has no \"realm\"; an existing domain "
      "is described by \"kind\": \"external\"");
}

TEST_F(MatrixLab, goes_into_a_record_and_comes_back) {
  Plan plan;
  plan.matrix = load(changed("/join", R"({"user": "j", "password": {"env": "JOIN"}})"));
  EXPECT_EQ(plan_from_json(to_json(plan)).matrix, plan.matrix);
}

}  // namespace
}  // namespace smx::spec
