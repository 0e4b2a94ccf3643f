#pragma once

// What the process asks of the operating system so that its memory stays its own.

namespace moretta::app {

// No core file and no debugger of the same user: both would hold keys and clear text. Call it first
// in main.
void keep_memory_private();

}  // namespace moretta::app
