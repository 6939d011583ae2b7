#include "harness/app/reader_list.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/app/physical_readers.h"
#include "harness/core/error.h"

namespace smx::app {
namespace {

using nlohmann::json;

std::string card_in(const vm::HostReader& reader) {
  if (!reader.card) return "no card";
  if (reader.mute) return "a card that does not answer";
  return "card with ATR " + hex(reader.atr) + (reader.in_use ? ", in use" : "");
}

std::string pcsc_table(const ReaderList& list) {
  if (!list.pcsc_trouble.empty()) return "  " + list.pcsc_trouble + "\n";
  if (list.pcsc.empty())
    return "  none; plug a reader in, or let `safemode-matrix card serve FILE vpcd:` be one\n";
  std::string text;
  for (const auto& r : list.pcsc) text += fmt::format("  \"{}\"\n      {}\n", r.name, card_in(r));
  return text;
}

std::string usb_table(const std::vector<vm::UsbReader>& readers) {
  if (readers.empty())
    return "  none; plug a reader in, or use a reader of kind \"virtual\", which needs none\n";
  std::string text;
  for (const auto& r : readers) {
    const auto trouble = trouble_of(r);
    text += fmt::format("  \"{}\"\n      {}{}\n      {}\n", vm::matrix_device(r, readers), vm::describe(r),
                        r.serial.empty() ? "" : ", serial " + r.serial,
                        trouble.empty() ? "free, and this user may use it" : trouble);
  }
  return text;
}

}  // namespace

ReaderList list_readers() {
  ReaderList list{{}, {}, vm::find_usb_readers(), vm::current_leases(reader_leases())};
  try {
    list.pcsc = vm::host_readers();
  } catch (const Error& e) {
    list.pcsc_trouble = e.what();
  }
  return list;
}

std::string trouble_of(const vm::UsbReader& reader) {
  try {
    vm::check_usable(reader);
  } catch (const Error& e) {
    return e.what();
  }
  return {};
}

json to_json(const ReaderList& list) {
  auto pcsc = json::array(), usb = json::array(), leases = json::array();
  for (const auto& r : list.pcsc)
    pcsc.push_back(
        {{"name", r.name}, {"card", r.card}, {"in_use", r.in_use}, {"mute", r.mute}, {"atr", hex(r.atr)}});
  for (const auto& r : list.usb) {
    auto holders = json::array();
    for (const auto& h : r.holders) holders.push_back({{"program", h.program}, {"pid", h.pid}});
    usb.push_back({{"device", vm::matrix_device(r, list.usb)},
                   {"id", r.id},
                   {"port", r.port},
                   {"serial", r.serial},
                   {"manufacturer", r.manufacturer},
                   {"product", r.product},
                   {"bus", r.bus},
                   {"address", r.device},
                   {"drivers", r.drivers},
                   {"holders", holders},
                   {"writable", r.writable},
                   {"trouble", trouble_of(r)}});
  }
  for (const auto& l : list.leases)
    leases.push_back({{"reader", l.identity}, {"run", l.run}, {"pid", l.pid}});
  return {{"pcsc", {{"trouble", list.pcsc_trouble}, {"readers", pcsc}}}, {"usb", usb}, {"leases", leases}};
}

std::string reader_table(const ReaderList& list) {
  auto text = "readers of pcscd (kind \"pcsc-relay\")\n" + pcsc_table(list) +
              "\nUSB readers (kind \"usb-passthrough\")\n" + usb_table(list.usb);
  if (!list.leases.empty()) text += "\nheld by runs\n";
  for (const auto& l : list.leases)
    text += fmt::format("  {}: run {} (process {})\n", l.identity, l.run, l.pid);
  return text;
}

}  // namespace smx::app
