#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/core/files.h"
#include "tests/unit/card/gids_testing.h"
#include "vm/card/file/card_data_json.h"
#include "vm/card/file/file_card_store.h"
#include "vm/card/gids/gids_files.h"

// The card's process is killed at every write that a sequence of commands makes: before it, and after it.
// What the file holds then is the card before or after that write, and never anything else.

namespace smx::vm {
namespace {

using namespace testing;

/// A card file whose process dies at one of its saves.
class MortalStore : public CardStore {
 public:
  MortalStore(const std::filesystem::path& file, int dies_at, bool after)
      : file_(file), dies_at_(dies_at), after_(after) {}
  CardData load() override { return file_.load(); }
  void save(const CardData& data) override {
    const bool last = ++saves_ == dies_at_;
    if (last && !after_) ::_exit(9);
    file_.save(data);
    if (last) ::_exit(9);
  }

 private:
  FileCardStore file_;
  int saves_ = 0, dies_at_;
  bool after_;
};

/// One of everything that writes: PIN, objects, files, the administrator.
void use(SmartCard& card) {
  GidsTerminal terminal(card);
  terminal.verify_text("00000000");
  terminal.verify_text(kPin);
  terminal.with_data("00240080", as_bytes(std::string(kPin) + "1234"));
  terminal.send("00dba01008df400155df410166");
  terminal.with_data("00e00000", gids::rsa_key_fcp(0x82));
  terminal.send("00440000");
  terminal.send("00e40000");
  terminal.authenticate_admin();
  terminal.with_data("002c0280", as_bytes("9876543210"));
}

/// The states that the card's file goes through, in order.
std::vector<std::string> states() {
  struct Recorder : MemoryCardStore {
    using MemoryCardStore::MemoryCardStore;
    std::vector<std::string>* texts = nullptr;
    void save(const CardData& data) override {
      MemoryCardStore::save(data);
      texts->push_back(format_card(data));
    }
  };
  std::vector<std::string> texts;
  auto store = std::make_unique<Recorder>(quick_gids_card());
  store->texts = &texts;
  SmartCard card(std::move(store));
  use(card);
  return texts;
}

/// Salts are random, so two runs are the same but for PIN and PUK.
std::string without_hashes(const std::string& text) {
  auto data = parse_card(text, "card");
  for (auto* reference : {&data.pin, &data.puk}) reference->current = reference->initial = {};
  return format_card(data);
}

TEST(GidsPowerLoss, leaves_the_old_or_the_new_card_at_every_write) {
  const TempDir folder(std::filesystem::temp_directory_path(), "gids-power-");
  const auto file = folder.path() / "card.json";
  auto texts = states();
  ASSERT_GE(texts.size(), 10u);
  texts.insert(texts.begin(), format_card(quick_gids_card()));
  for (int dies_at = 1; dies_at < static_cast<int>(texts.size()); ++dies_at) {
    for (const bool after : {false, true}) {
      FileCardStore(file).save(quick_gids_card());
      const auto child = ::fork();
      if (child == 0) {
        SmartCard card(std::make_unique<MortalStore>(file, dies_at, after));
        use(card);
        ::_exit(0);
      }
      int status = 0;
      ASSERT_EQ(::waitpid(child, &status, 0), child);
      ASSERT_EQ(WEXITSTATUS(status), 9) << "it was to die at write " << dies_at;
      const auto& expected = texts[static_cast<std::size_t>(dies_at - (after ? 0 : 1))];
      EXPECT_EQ(without_hashes(read_file(file)), without_hashes(expected)) << dies_at << after;
      SmartCard again(std::make_unique<FileCardStore>(file));
      EXPECT_EQ(GidsTerminal(again).select().substr(0, 2), "61");
    }
  }
}

}  // namespace
}  // namespace smx::vm
