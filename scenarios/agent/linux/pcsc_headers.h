#pragma once

// pcsc-lite keeps SCARD_CTL_CODE in a header of its own.
#include <reader.h>
#include <winscard.h>
