#pragma once

// The portable core calls the narrow functions: readers' names are ASCII there, in every code page.
#include "scenarios/agent/windows/win32/system.h"
// after windows.h
#include <winioctl.h>
#include <winscard.h>

// pcsc-lite's name for it.
#define MAX_ATR_SIZE SCARD_ATR_LENGTH
