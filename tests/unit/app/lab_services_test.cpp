#include "harness/app/lab_services.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "harness/app/preflight.h"
#include "harness/core/error.h"

namespace smx::app {
namespace {

using testing::HasSubstr;

/// A matrix on an existing domain, whose authority is one made here.
class ExistingDomainTest : public testing::Test {
 protected:
  ExistingDomainTest() {
    lab_.domain = {LabKind::external,
                   "CORP.EXAMPLE",
                   "corp.example",
                   "jdoe",
                   "nobody",
                   "",
                   "",
                   {"192.0.2.1", 88, "dc1.corp.example"},
                   {"192.0.2.2", 80, "web.corp.example"},
                   R"(\\fs.corp.example\share)"};
    lab_.ca = write("ca.pem", corp_.chain_pem());
    lab_.join_user = "joiner";
    lab_.join_password = {"env", "SMX_NOT_SET"};
  }
  std::string write(const std::string& name, const std::string& text) const {
    write_file_atomically(dir_.path() / name, text);
    return (dir_.path() / name).string();
  }
  std::filesystem::path folder() const { return dir_.path() / "labs/run-x"; }
  LabServices services() { return {own_, lab_, folder(), cancel_}; }

  TempDir dir_{std::filesystem::temp_directory_path(), "smx-ls-"};
  const vm::LabCa own_, corp_{"Corp"};
  const CancelToken cancel_;
  Lab lab_;
};

TEST_F(ExistingDomainTest, is_described_as_the_matrix_says_and_nothing_is_started) {
  auto services = this->services();
  const auto told = services.lab();
  EXPECT_EQ(told.at("kind"), "external");
  EXPECT_EQ(told.at("realm"), "CORP.EXAMPLE");
  EXPECT_EQ(told.at("user"), "jdoe");
  EXPECT_EQ(told.at("other_user"), "nobody");
  EXPECT_EQ(told.at("kdc").at("host"), "192.0.2.1");
  EXPECT_EQ(told.at("web").at("port"), 80);
  EXPECT_EQ(told.at("share"), lab_.domain.share);
  EXPECT_EQ(told.at("ca_pem"), corp_.chain_pem());
  EXPECT_EQ(told.at("crl_pem"), "");
  EXPECT_EQ(told.dump().find("join"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder().parent_path()));
}

TEST_F(ExistingDomainTest, is_described_with_the_revocation_lists_of_now) {
  lab_.crl = write("crl.pem", corp_.revocation_lists_pem());
  auto services = this->services();
  EXPECT_EQ(services.lab().at("crl_pem"), read_file(lab_.crl));
  corp_.revoke(corp_.certificate_der());
  const auto renewed = corp_.revocation_lists_pem();
  write("crl.pem", renewed);
  EXPECT_EQ(services.lab().at("crl_pem"), renewed);
}

TEST_F(ExistingDomainTest, cannot_be_used_without_its_files) {
  auto services = this->services();
  std::filesystem::remove(lab_.ca);
  EXPECT_THROW(services.lab(), Error);
}

TEST_F(ExistingDomainTest, has_no_witness_and_says_so) {
  const auto witness = services().lab_witness();
  EXPECT_EQ(witness.principal, "jdoe@CORP.EXAMPLE");
  EXPECT_THAT(witness.absent, HasSubstr("CORP.EXAMPLE"));
}

TEST_F(ExistingDomainTest, does_not_keep_the_runs_own_services_away) {
  auto services = this->services();
  EXPECT_EQ(services.parameters("tls-server").at("ca_pem"), own_.chain_pem());
}

TEST_F(ExistingDomainTest, whose_files_are_no_good_any_more_stops_a_run_before_anything_boots) {
  Plan plan;
  plan.matrix.file = write("m.json", "{\n \"lab\": {\"ca\": \"ca.pem\",\n  \"crl\": \"crl.pem\"}}");
  plan.matrix.lab = lab_;
  check_lab(plan);
  const auto refused = [&] {
    try {
      check_lab(plan);
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::usage);
      return std::string(e.what());
    }
    return std::string("not refused");
  };
  plan.matrix.lab.crl = write("crl.pem", "");
  EXPECT_THAT(refused(),
              testing::AllOf(HasSubstr("m.json:3:10 (/lab/crl): "), HasSubstr("no revocation list")));
  write("ca.pem", "");
  EXPECT_THAT(refused(), testing::AllOf(HasSubstr("m.json:2:16 (/lab/ca): "), HasSubstr("no certificate")));
  std::filesystem::remove(lab_.ca);
  EXPECT_THAT(refused(), HasSubstr("cannot be read"));
  plan.matrix.lab = {};
  check_lab(plan);
}

TEST(OwnLabTest, has_no_word_before_it_is_there) {
  const vm::LabCa ca;
  const CancelToken cancel;
  LabServices services(ca, {}, "/nowhere", cancel);
  EXPECT_THROW(services.lab_witness(), Error);
}

}  // namespace
}  // namespace smx::app
