#include "mask/recovery_key.hpp"

#include <ostream>

#include <fmt/format.h>

#include "app/exit_code.hpp"
#include "app/new_file.hpp"
#include "app/unmask/commands/commands.hpp"

namespace moretta::app {

int make_recovery_key(const RecoveryKeyOptions& options, World& world) {
  const mask::RecoveryPrivate key = mask::new_recovery_key(options.id, world.random);
  const SecretBytes text = mask::shown(key);
  write_file({.path = options.file, .readers = Readers::owner, .overwrite = Overwrite::no},
             text.view());
  world.out << mask::shown(mask::public_half(key)) << std::endl;
  world.err << fmt::format(
      "the private half is in {}: keep it, and a copy of it, where no worker runs\n"
      "the line above is `keys.recovery` of the workers' configuration\n",
      options.file);
  return exit_done;
}

}  // namespace moretta::app
