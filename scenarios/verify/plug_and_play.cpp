#include <fmt/format.h>

#include <algorithm>

#include "scenarios/verify/verify.h"

namespace smx::verify {

void excuse_plug_and_play(std::vector<Check>& checks, const std::vector<std::string>& about,
                          const PlugAndPlay& plug_and_play) {
  const bool compatible = plug_and_play.solution == CardSolution::plug_and_play;
  if (compatible && plug_and_play.turned_on) return;
  for (auto& check : checks) {
    if (check.outcome != Outcome::failed || std::find(about.begin(), about.end(), check.id) == about.end())
      continue;
    const auto why = compatible ? std::string("smart card Plug and Play is turned off for this target")
                                : fmt::format("{} solutions are not compatible with smart card Plug and Play",
                                              name(plug_and_play.solution));
    check.message = fmt::format("{}, so its error is no fault of the card: {}{}{}", why, check.cause,
                                check.cause.empty() ? "" : ": ", check.message);
    check.outcome = Outcome::not_applicable;
    check.cause = compatible ? "plug-and-play-off" : "not-plug-and-play";
  }
}

}  // namespace smx::verify
