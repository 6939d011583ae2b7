#pragma once

#include <map>
#include <optional>
#include <string>

#include "harness/core/types.h"
#include "harness/core/windows_inspection.h"
#include "vm/registry/hive.h"

namespace smx::vm {

/// A boot configuration store: a hive in which each object is \Objects\{id}, and each of its elements is
/// \Objects\{id}\Elements\<8 hex digits>, value "Element". The ones that matter here:
///
///   boot manager {9dea862c-5cdd-4e70-acc1-f32b344d4795}
///     23000003  the default entry: REG_SZ with its id, or a GUID of 16 bytes
///     24000001  the display order; its first entry is the default when there is no 23000003
///   that entry (Description\Type must be 10200003, an OS loader)
///     25000080  safeboot: absent normal, 0 minimal, 1 network, 2 directory services repair; 8 bytes
///     26000081  safebootalternateshell: 1 byte
///     250000e0  bootstatuspolicy: 1 is ignoreallfailures; 8 bytes
///     16000009  recoveryenabled: 1 byte
///     12000002  the loader's path
///
/// (Microsoft, BCD WMI provider: BcdBootMgrElementTypes, BcdOSLoaderElementTypes, BcdLibraryElementTypes.)
/// Changes are made to the bytes in memory; the caller brings them back to where they came from. What is
/// already so is left alone, to the byte.
class Bcd {
 public:
  /// Throws Error(usage) as Hive does, and when there is no default entry or it is not a Windows loader.
  Bcd(std::string bytes, std::string name);

  BootEntry entry() const;

  // Each says whether it changed anything. A value that is there with its size is overwritten where it is;
  // everything else lets the store grow by 4096 bytes, because hivex never uses room again. Throw
  // Error(usage) when the store would become larger than Hive::kLargestWritten.
  bool set_mode(BootMode mode);
  bool set_ignore_all_failures();
  bool set_recovery_enabled(bool enabled);

  const std::string& bytes() const { return bytes_; }

 private:
  /// What elements of the default entry are to hold; nothing: they are not to be there.
  using Wanted = std::map<std::string, std::optional<std::string>>;

  bool apply(Wanted wanted);
  bool overwrite(const Wanted& wanted);

  std::string bytes_;
  std::string name_;
  std::string loader_;
};

/// A GUID of 16 bytes, as Windows stores it, in the form "{0ce4991b-e6b3-4b16-b23c-5e0d9250e5d9}".
std::string guid_text(std::string_view bytes);

}  // namespace smx::vm
