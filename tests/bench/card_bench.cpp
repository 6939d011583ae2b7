#include <benchmark/benchmark.h>
#include <openssl/rsa.h>

#include <chrono>

#include "harness/core/openssl.h"
#include "vm/card/device/card_contents.h"
#include "vm/card/device/smart_card.h"
#include "vm/card/iso7816/tlv.h"
#include "vm/card/piv/piv_card.h"

// What the card costs a host that waits for it. `turnaround` is a command without cryptography (to stay at 50
// microseconds or less); `rsa2048_sign` tells, of the same run, how the card's time compares with OpenSSL's
// own (1.2 or less); `verify` how the time of a wrong PIN depends on how much of it is right (1.0).

namespace smx::vm {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kPin = "24681357";

CardData card_with(KeyKind kind) {
  CardIssue issue;
  issue.pin = Secret(std::string(kPin));
  issue.puk = Secret("97531864");
  issue.key = kind;
  issue.iterations = 1;
  auto data = new_piv_card(issue);
  set_authentication_certificate(data, Bytes(900, 0x30));
  return data;
}

Bytes verify_command(std::string_view pin) {
  Bytes command{0x00, 0x20, 0x00, 0x80, 0x08};
  append(command, pad_reference(pin));
  return command;
}

void turnaround(benchmark::State& state, const char* command) {
  SmartCard card(std::make_unique<MemoryCardStore>(card_with(KeyKind::p256)));
  const auto bytes = parse_hex(command).value();
  for (auto _ : state) benchmark::DoNotOptimize(card.transmit(bytes));
}
BENCHMARK_CAPTURE(turnaround, get_data_chuid, "00cb3fff055c035fc10200")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(turnaround, get_data_certificate, "00cb3fff055c035fc10500")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(turnaround, verify_status, "0020008000")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(turnaround, select, "00a4040005a00000030800")->Unit(benchmark::kMicrosecond);

template <typename Act>
std::chrono::nanoseconds time_of(Act act) {
  const auto start = Clock::now();
  act();
  return Clock::now() - start;
}

/// The commands of one signature of `block`: two parts of a chain.
std::pair<Bytes, Bytes> signing_commands(const Bytes& block) {
  auto contents = make_tlv(0x82, {});
  append_tlv(contents, 0x81, block);
  const auto data = make_tlv(0x7c, contents);
  Bytes first{0x10, 0x87, 0x07, 0x9a, 0xff}, last{0x00, 0x87, 0x07, 0x9a, 0x00};
  append(first, ByteView(data).first(255));
  append(last, ByteView(data).subspan(255));
  last[4] = static_cast<std::uint8_t>(last.size() - 5);
  last.push_back(0x00);
  return {first, last};
}

/// One after the other, so that both see the same machine.
void rsa2048_sign(benchmark::State& state) {
  SmartCard card(std::make_unique<MemoryCardStore>(card_with(KeyKind::rsa2048)));
  card.transmit(verify_command(kPin));
  Bytes block(256, 0x42);
  block[0] = 0;
  const auto [first, last] = signing_commands(block);
  const auto get_response = parse_hex("00c0000000").value();
  const auto key = card.data().keys.at(kKeyAuthentication);
  std::chrono::nanoseconds by_card{0}, by_openssl{0};
  for (auto _ : state) {
    by_openssl += time_of([&] {
      const KeyContextPtr context(EVP_PKEY_CTX_new(key.get(), nullptr));
      EVP_PKEY_sign_init(context.get());
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING);
      Bytes signature(256);
      std::size_t size = signature.size();
      EVP_PKEY_sign(context.get(), signature.data(), &size, block.data(), block.size());
      benchmark::DoNotOptimize(signature);
    });
    Bytes answer;
    by_card += time_of([&] {
      card.transmit(first);
      answer = card.transmit(last);
      benchmark::DoNotOptimize(card.transmit(get_response));
    });
    if (answer.size() != 258) return state.SkipWithError("the card did not sign");
  }
  const auto count = static_cast<double>(state.iterations());
  state.counters["openssl_us"] = std::chrono::duration<double, std::micro>(by_openssl).count() / count;
  state.counters["card_us"] = std::chrono::duration<double, std::micro>(by_card).count() / count;
  state.counters["ratio"] = static_cast<double>(by_card.count()) / static_cast<double>(by_openssl.count());
}
BENCHMARK(rsa2048_sign)->Unit(benchmark::kMicrosecond)->MinTime(3);

void verify(benchmark::State& state) {
  const auto issued = card_with(KeyKind::p256);
  SmartCard card(std::make_unique<MemoryCardStore>(issued));
  const auto none_right = verify_command("13572468"), almost_right = verify_command("24681358");
  std::chrono::nanoseconds none{0}, almost{0};
  const auto measure = [&](const Bytes& command, std::chrono::nanoseconds& sum) {
    card.replace(issued);  // all tries again
    sum += time_of([&] { benchmark::DoNotOptimize(card.transmit(command)); });
  };
  bool turn = false;  // what comes second finds warmer caches: they take turns
  for (auto _ : state) {
    measure(turn ? none_right : almost_right, turn ? none : almost);
    measure(turn ? almost_right : none_right, turn ? almost : none);
    turn = !turn;
  }
  state.counters["none_right_us"] =
      std::chrono::duration<double, std::micro>(none).count() / static_cast<double>(state.iterations());
  state.counters["ratio"] = static_cast<double>(almost.count()) / static_cast<double>(none.count());
}
BENCHMARK(verify)->Unit(benchmark::kMicrosecond)->MinTime(2);

}  // namespace
}  // namespace smx::vm
