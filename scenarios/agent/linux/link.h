#pragma once

#include "scenarios/agent/core/deadline.h"

namespace smx::agent {

/// Waits until a network interface other than the loopback is up with its carrier (IFF_RUNNING), which after
/// the cable was put back takes the kernel up to a second. False when the deadline is over. By the kernel's
/// notices (rtnetlink(7), RTMGRP_LINK), not by asking again and again. Throws StepFailure (blocked,
/// `system-trouble`).
bool wait_for_link(const Deadline& deadline);

}  // namespace smx::agent
