#include "harness/core/error.h"
#include "tests/fuzz/fuzz_check.h"
#include "vm/card/file/card_data_json.h"

using namespace smx;
using namespace smx::vm;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto card = parse_card(as_text({data, size}), "fuzz");
    const auto text = format_card(card);
    FUZZ_CHECK(format_card(parse_card(text, "again")) == text);
  } catch (const smx::Error& e) {
    FUZZ_CHECK(e.kind() == smx::ErrorKind::usage);
  }
  return 0;
}
