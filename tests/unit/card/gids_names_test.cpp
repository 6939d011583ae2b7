#include "vm/card/gids/gids_names.h"

#include <gtest/gtest.h>

#include "tests/unit/card/gids_testing.h"

namespace smx::vm {
namespace {

using namespace testing;

std::string described(std::string_view command) {
  const auto bytes = from_hex(command);
  return gids::describe(parse_command(bytes).value());
}

TEST(GidsNames, say_every_command_in_words) {
  const std::pair<const char*, const char*> kCases[] = {
      {"0020008004 31323334", "VERIFY PIN"},
      {"00200080", "VERIFY PIN (status)"},
      {"00200082", "VERIFY (log out)"},
      {"0020008104 31323334", "VERIFY PUK"},
      {"0020000004 31323334", "VERIFY unknown reference"},
      {"0024008008 3132333435363738", "CHANGE REFERENCE DATA PIN"},
      {"0024018104 31323334", "CHANGE REFERENCE DATA PUK"},
      {"002c028004 31323334", "RESET RETRY COUNTER PIN by administrator"},
      {"002c008008 3132333435363738", "RESET RETRY COUNTER PIN by PUK"},
      {"002281a403830180", "MANAGE SECURITY ENVIRONMENT authenticate with administrator's key"},
      {"002241b606800157840181", "MANAGE SECURITY ENVIRONMENT sign with key 81, mechanism 57"},
      {"002241b806800147840182", "MANAGE SECURITY ENVIRONMENT decipher with key 82, mechanism 47"},
      {"002241b5", "MANAGE SECURITY ENVIRONMENT unknown use with key"},
      {"002a9e9a0101", "PERFORM SECURITY OPERATION sign"},
      {"002a80860101", "PERFORM SECURITY OPERATION decipher"},
      {"002a00000101", "PERFORM SECURITY OPERATION"},
      {"00870000047c028100", "GENERAL AUTHENTICATE challenge"},
      {"00870000067c0482021122", "GENERAL AUTHENTICATE administrator's answer"},
      {"0047000008ac06800107830182", "GENERATE ASYMMETRIC KEY PAIR key 82"},
      {"00cba000045c02df1f", "GET DATA file table"},
      {"00cba010045c02df23", "GET DATA cmapfile"},
      {"00cba010065c04df22df21", "GET DATA cardcf, cardapps"},
      {"00cba010025c00", "GET DATA A010 (all)"},
      {"00cb3fff0c5c0a7f717f727f737f717f72",
       "GET DATA PIN tries, PIN tries, PUK tries, PIN tries and 1 more"},
      {"00cba0100101", "GET DATA A010 (no tag list)"},
      {"00cb3fff045c027f71", "GET DATA PIN tries"},
      {"00cb3fff0a7008840181a5037f4980", "GET DATA public key 81"},
      {"00dba01004df240101", "PUT DATA A010 DF24"},
      {"00dba0100101", "PUT DATA A010 (no object)"},
      {"00db3fff0770058401808700", "PUT KEY administrator's key"},
      {"00db3fff0101", "PUT KEY (no key template)"},
      {"00a40000023fff", "SELECT application"},
      {"00a4000c02b081", "SELECT B081"},
      {"00a4000c02b080", "SELECT administrator's key"},
      {"00e000000e620c8201398302a0208c03033000", "CREATE FILE A020"},
      {"00e000000101", "CREATE FILE (no file)"},
      {"00440000", "ACTIVATE FILE"},
      {"00e40000", "DELETE FILE"},
      {"00e60000", "TERMINATE DF"},
      {"00b00000", "INS B0"},
  };
  for (const auto& [command, words] : kCases) EXPECT_EQ(described(command), words) << command;
}

TEST(GidsNames, look_at_nothing_but_the_header_of_a_part_of_a_chain) {
  EXPECT_EQ(described("10db3fff0770058401818700"), "PUT KEY");
  EXPECT_EQ(described("10dba01004df240101"), "PUT DATA A010");
  EXPECT_EQ(described("102a80860101"), "PERFORM SECURITY OPERATION decipher");
}

TEST(GidsNames, never_hold_a_byte_of_a_secret) {
  const auto pin = hex(as_bytes(kPin));
  for (const auto* header : {"0020008008", "0024018008", "002c028008", "00a4000008", "002a9e9a08",
                             "0087000008", "00db3fff08", "00e0000008", "0022418808", "0047000008"}) {
    const auto words = described(header + pin);
    EXPECT_EQ(words.find(std::string(kPin)), std::string::npos) << words;
    EXPECT_EQ(words.find(pin), std::string::npos) << words;
  }
}

class GidsTrace : public GidsTest {};

TEST_F(GidsTrace, tells_what_happened_and_no_secret) {
  terminal_.verify_text(kPin);
  terminal_.authenticate_admin();
  terminal_.with_data("002c0280", as_bytes(kPuk));
  terminal_.verify_text("0000");
  const auto trace = card_.take_trace();
  for (const auto* line : {"VERIFY PIN, 8 bytes in -> 9000 (ok)", "challenge, 4 bytes in -> 610C",
                           "administrator's answer, 12 bytes in -> 9000 (ok)",
                           "RESET RETRY COUNTER PIN by administrator, 8 bytes in -> 9000 (ok)",
                           "VERIFY PIN, 4 bytes in -> 63C2 (2 tries left)"})
    EXPECT_NE(trace.find(line), std::string::npos) << line << "\n" << trace;
  for (const auto& secret : {std::string(kPin), hex(as_bytes(kPin)), std::string(kPuk), hex(kAdminKey)})
    EXPECT_EQ(trace.find(secret), std::string::npos);
}

}  // namespace
}  // namespace smx::vm
