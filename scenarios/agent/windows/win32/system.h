#pragma once

// Windows' own headers, in the order in which they bear each other. Functions are named with their W, since
// the narrow ones take the system's code page. No more than Windows 7 has is linked (_WIN32_WINNT 0x0601).

#include <winsock2.h>
// after winsock2.h
#include <windows.h>
