#pragma once

// Writing a file that must not replace another by accident.

#include <string>
#include <string_view>

#include "app/invocation.hpp"

namespace moretta::app {

enum class Readers { everybody, owner };  // mode 0644 less the umask, or 0600

struct NewFile {
  std::string path;
  Readers readers = Readers::everybody;
  Overwrite overwrite = Overwrite::no;
};

// Durable when it returns. Throws Refused, and leaves nothing half written under a new name.
void write_file(const NewFile& file, std::string_view text);

}  // namespace moretta::app
