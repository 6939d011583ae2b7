#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <vector>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "vm/boot/reference_linux_boot.h"
#include "vm/hypervisor/console_log.h"
#include "vm/hypervisor/libvirt_hypervisor.h"
#include "vm/image/image_store.h"
#include "vm/image/overlay.h"
#include "vm/lab/lab_ca.h"
#include "vm/reader/virtual_reader.h"

// Cold boots of the reference guest with a virtual reader, as a run does them: from the machine's start to
// the agent's answer, one round trip, and the end. `guest_bench [BOOTS]`, one at a time.

namespace {

using namespace smx;
using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

struct Figures {
  std::vector<double> boot, ping, end;
};

void boot_once(vm::LibvirtHypervisor& hypervisor, const vm::Image& image, int number, Figures& figures) {
  const TempDir dir(runtime_home(), "g");
  CancelToken cancel;
  vm::MachineSpec spec;
  spec.name = fmt::format("smx-bench-{}", number);
  spec.run_token = "bench";
  spec.disk = dir.path() / "disk.qcow2";
  spec.console_socket = dir.path() / "tty";
  vm::create_overlay(image.disk(), spec.disk, cancel);
  vm::ReferenceLinuxBoot(image).set_mode(spec, BootMode::normal);
  const vm::ConsoleLog console(spec.console_socket);
  const vm::LabCa ca;
  vm::VirtualReaderProvider readers(ca);
  const auto reader = readers.open({"r", ReaderKind::virtual_reader, "c"}, Card{}, dir.path());
  reader->attach_to(spec);

  auto start = Clock::now();
  const auto machine = hypervisor.start(spec, cancel);
  if (!machine->wait_for_agent(std::chrono::seconds(120)))
    throw Error(ErrorKind::guest, "the guest's agent did not answer");
  figures.boot.push_back(ms_since(start));
  machine->channel().ping(std::chrono::seconds(5));
  start = Clock::now();
  machine->channel().ping(std::chrono::seconds(5));
  figures.ping.push_back(ms_since(start));
  start = Clock::now();
  machine->end();
  figures.end.push_back(ms_since(start));
}

void print(const char* what, std::vector<double> values) {
  std::sort(values.begin(), values.end());
  fmt::print("{:32} median {:8.1f} ms   min {:8.1f}   max {:8.1f}\n", what, values[values.size() / 2],
             values.front(), values.back());
}

}  // namespace

int main(int argc, char** argv) {
  const int boots = argc > 1 ? std::atoi(argv[1]) : 5;
  try {
    const auto image = vm::ImageStore(cache_home() / "images").newest("reference-linux");
    vm::LibvirtOptions options;
    options.run_token = "bench";
    vm::LibvirtHypervisor hypervisor(options);
    Figures figures, warm_up;
    boot_once(hypervisor, image, 0, warm_up);
    for (int i = 1; i <= boots; ++i) boot_once(hypervisor, image, i, figures);
    fmt::print("{} cold boots of {} after one warm-up, {}\n", boots, image.manifest.key,
               hypervisor.describe()["acceleration"]);
    print("start to agent answering", figures.boot);
    print("agent round trip", figures.ping);
    print("end of the guest", figures.end);
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "guest_bench: " << e.what() << "\n";
    return 1;
  }
}
