#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <filesystem>
#include <string>

#include "harness/core/secret.h"
#include "harness/core/unique_fd.h"
#include "vm/card/memory/reference_data.h"
#include "vm/card/transport/vsc_framing.h"

namespace smx::vm {

/// A QEMU that has accepted reader and card, and sends what the guest asks.
class Qemu {
 public:
  explicit Qemu(const std::filesystem::path& path) : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.native().size());
    EXPECT_EQ(::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    hear(VscType::init);
    say(VscType::init, vsc_init_payload());
    hear(VscType::reader_add);
    say(VscType::error, Bytes(4));
    hear(VscType::atr);
    say(VscType::error, Bytes(4));
  }
  std::string transmit(std::string_view command) {
    say(VscType::apdu, parse_hex(command).value());
    return hear(VscType::apdu);
  }
  std::string verify(const Secret& pin) { return transmit("0020008008" + hex(pad_reference(pin.reveal()))); }
  void say(VscType type, ByteView payload) {
    Bytes bytes;
    append_vsc(bytes, type, 0, payload);
    ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  std::string hear(VscType type) {
    for (;;) {
      if (const auto m = parser_.next()) {
        EXPECT_TRUE(m->is(type)) << m->type;
        return hex(m->payload);
      }
      std::uint8_t buffer[512];
      const auto n = ::recv(fd_.get(), buffer, sizeof buffer, 0);
      if (n <= 0) return "end";
      parser_.feed({buffer, static_cast<std::size_t>(n)});
    }
  }

 private:
  UniqueFd fd_;
  VscParser parser_;
};

}  // namespace smx::vm
