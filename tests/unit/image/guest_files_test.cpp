#include "vm/image/guest_files.h"

#include <gmock/gmock.h>

#include <map>
#include <set>
#include <sstream>

#include "harness/core/files.h"
#include "harness/core/process.h"

namespace smx::vm {
namespace {

std::map<std::string, std::string> all() {
  std::map<std::string, std::string> files;
  for (const auto& file : guest_files()) files[file.path] = file.content;
  return files;
}

std::set<std::string> lines(const std::string& text) {
  std::set<std::string> found;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) found.insert(line);
  return found;
}

TEST(GuestFiles, are_those_of_the_source_tree) {
  for (const auto& file : guest_files())
    EXPECT_EQ(file.content, read_file(std::filesystem::path(SMX_GUEST_FOLDER) / file.path)) << file.path;
  EXPECT_TRUE(guest_initramfs_init().executable());
  for (const auto& file : wine_files())
    EXPECT_EQ(file.content, read_file(std::filesystem::path(SMX_WINE_FOLDER) / file.path)) << file.path;
}

TEST(WineFiles, start_services_that_exist_and_the_agent_last) {
  auto files = all();
  for (const auto& file : wine_files()) files[file.path] = file.content;
  EXPECT_EQ(files.at("etc/services.d/order"), "network\npcscd\nwine\nqemu-ga\n");
  for (const auto& service : lines(files.at("etc/services.d/order")))
    EXPECT_TRUE(files.contains("etc/services.d/" + service)) << service;
  for (const auto* program : {"usr/lib/prepare", "usr/local/bin/wine-agent"})
    EXPECT_TRUE(files.at(program).starts_with("#!/bin/sh\n")) << program;
}

TEST(GuestFiles, list_only_services_that_exist) {
  const auto files = all();
  for (const auto* list : {"etc/services.d/order", "etc/safeboot/minimal", "etc/safeboot/network"})
    for (const auto& service : lines(files.at(list)))
      EXPECT_TRUE(files.contains("etc/services.d/" + service)) << list << ": " << service;
}

TEST(GuestFiles, keep_their_contract_for_each_mode) {
  const auto files = all();
  EXPECT_EQ(lines(files.at("etc/services.d/order")),
            (std::set<std::string>{"network", "safeboot-probe", "pcscd", "certprop", "qemu-ga"}));
  EXPECT_EQ(lines(files.at("etc/safeboot/minimal")), std::set<std::string>{"qemu-ga"});
  EXPECT_EQ(lines(files.at("etc/safeboot/network")), (std::set<std::string>{"network", "pcscd", "qemu-ga"}));
}

TEST(GuestFiles, let_nobody_in_by_a_password) {
  const auto files = all();
  for (const auto& account : lines(files.at("etc/shadow")))
    EXPECT_NE(account.find(":!:"), std::string::npos) << account;
  for (const auto& [path, content] : files) {
    if (!path.starts_with("etc/pam.d/") || path == "etc/pam.d/other") continue;
    EXPECT_NE(content.find("auth required pam_pkcs11.so"), std::string::npos) << path;
    EXPECT_EQ(content.find("auth required pam_unix.so"), std::string::npos) << path;
  }
  for (const auto* path : {"etc/pam_pkcs11/realm.conf", "etc/pam_pkcs11/cached.conf"}) {
    EXPECT_NE(files.at(path).find("cert_policy = ca, crl_offline, signature;"), std::string::npos) << path;
    EXPECT_NE(files.at(path).find("nullok = false;"), std::string::npos) << path;
  }
}

TEST(GuestFiles, hold_scripts_that_a_shell_can_read) {
  auto files = guest_files();
  files.insert(files.end(), wine_files().begin(), wine_files().end());
  for (const auto& file : files) {
    if (!file.executable() && !file.path.starts_with("etc/services.d/") && !file.path.ends_with(".sh"))
      continue;
    if (file.path == "etc/services.d/order") continue;
    Command command;
    command.argv = {"sh", "-n"};
    command.input = file.content;
    const auto result = run_command(command);
    EXPECT_TRUE(result.ok()) << file.path << ": " << result.err;
  }
}

TEST(GuestFiles, are_written_with_their_permissions_and_without_the_initramfs) {
  const TempDir temp(testing::TempDir(), "guest-");
  write_guest_files(guest_files(), temp.path());
  write_guest_files({{"etc/hostname", "other\n"}}, temp.path());
  EXPECT_EQ(read_file(temp.path() / "etc/hostname"), "other\n") << "what comes later replaces what was there";
  using std::filesystem::perms;
  EXPECT_NE(std::filesystem::status(temp.path() / "usr/sbin/svc").permissions() & perms::others_exec,
            perms::none);
  EXPECT_EQ(std::filesystem::status(temp.path() / "etc/safeboot/minimal").permissions() & perms::others_exec,
            perms::none);
  EXPECT_FALSE(std::filesystem::exists(temp.path() / "initramfs"));
}

}  // namespace
}  // namespace smx::vm
