#include "tests/fuzz/fuzz_check.h"
#include "vm/card/iso7816/tlv.h"

using namespace smx;
using namespace smx::vm;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  TlvReader reader(ByteView(data, size));
  std::size_t used = 0;
  while (const auto object = reader.next()) {
    FUZZ_CHECK(object->value.data() >= data && object->value.data() + object->value.size() <= data + size);
    used += 2 + object->value.size();
    FUZZ_CHECK(used <= size);
    if (object->value.size() <= 0xffff) {
      const auto again = make_tlv(object->tag, object->value);
      const auto value = find_tlv(again, object->tag);
      FUZZ_CHECK(value && value->size() == object->value.size());
    }
  }
  FUZZ_CHECK(!reader.next());
  return 0;
}
