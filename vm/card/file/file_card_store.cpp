#include "vm/card/file/file_card_store.h"

#include <openssl/crypto.h>

#include "harness/core/files.h"
#include "vm/card/file/card_data_json.h"

namespace smx::vm {
namespace {

constexpr std::uint64_t kLargestFile = 1u << 20;
constexpr unsigned kOwnerOnly = 0600;

}  // namespace

CardData FileCardStore::load() {
  auto text = read_file(file_, kLargestFile);
  auto data = parse_card(text, file_.string());
  OPENSSL_cleanse(text.data(), text.size());
  return data;
}

void FileCardStore::save(const CardData& data) {
  auto text = format_card(data);
  write_file_atomically(file_, text, kOwnerOnly);
  OPENSSL_cleanse(text.data(), text.size());
}

}  // namespace smx::vm
