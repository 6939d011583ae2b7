#include "scenarios/agent/windows/screen/quiet.h"

namespace smx::agent {
namespace {

constexpr QuietWatch::Milliseconds kRest{1000};
constexpr std::uint64_t kTick = 156'250;

}  // namespace

bool QuietWatch::see(Milliseconds now, std::uint32_t process, std::uint64_t used) {
  const bool same = since_ && since_->process == process && used >= since_->used;
  if (!same || used - since_->used > kTick) since_ = Look{now, process, used};
  return now - since_->when >= kRest;
}

}  // namespace smx::agent
