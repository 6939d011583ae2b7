#pragma once

#include <string>
#include <vector>

namespace smx {

/// A service that a row cannot do without.
struct NeededService {
  std::string name;
  bool if_installed = false;       ///< older versions of Windows do the same without it
  bool for_plug_and_play = false;  ///< only where the policy lets Plug and Play load cards' drivers
};

/// What a row of the document's table needs of Windows, beside what every row needs. The one place that says
/// so.
struct RowNeeds {
  int row = 0;
  std::string scenario;  ///< its id in the catalogue
  std::vector<NeededService> services;
};

/// All sixteen rows, in order.
const std::vector<RowNeeds>& row_needs();
/// The row's, or null.
const RowNeeds* needs_of(const std::string& scenario);

/// What every row needs: the smart card service, and what brings a reader up. A reader's driver is not a
/// service of the kernel's: Safe Mode lists it by its device class.
const std::vector<NeededService>& common_services();
inline constexpr auto kReaderClass = "{50dd5230-ba8a-11d1-bf5d-0000f805f530}";

/// Every service and driver that an inspection shows: what rows need, and what else tells of readers, cards
/// and the guest agent.
const std::vector<std::string>& services_of_interest();

}  // namespace smx
