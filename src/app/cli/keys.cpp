#include "app/cli/commands.hpp"
#include "app/cli/common_options.hpp"
#include "mask/token.hpp"

namespace moretta::app {

namespace {

struct Verb {
  const char* name;
  const char* description;
  KeysAction action;
};

KeysOptions& add_verb(Commands& commands, CLI::App& family, const Verb& verb, CLI::App*& command) {
  command = &commands.add(family, verb.name, verb.description);
  auto& options = commands.options<KeysOptions>(*command);
  options.action = verb.action;
  command->add_option("keyset", options.keyset, "the file of the keyset")
      ->required()
      ->type_name("FILE");
  add_json(*command, options.output, "the keyset as JSON, without its keys");
  return options;
}

void add_source(CLI::App& command, KeysOptions& options) {
  command
      .add_option("--from", options.from,
                  "take the key that is there, instead of making one; e.g. env:SECRET_KEY")
      ->type_name("PLACE");
  command
      .add_option("--passphrase", options.passphrase,
                  "what is there is a passphrase, from which the key is made so")
      ->type_name("scrypt:…");
  command.add_option("--id", options.id, "its number (default: the next)")
      ->check(CLI::Range(1, mask::key_id_max))
      ->type_name("N");
}

void add_id(CLI::App& command, KeysOptions& options) {
  command.add_option("id", options.id, "the number of the key")
      ->required()
      ->check(CLI::Range(1, mask::key_id_max))
      ->type_name("ID");
}

void add_destroy(Commands& commands, CLI::App& family) {
  CLI::App* command = nullptr;
  KeysOptions& options =
      add_verb(commands, family,
               {"destroy", "wipe a key for ever; its id stays", KeysAction::destroy}, command);
  add_id(*command, options);
  add_config_or_preset(*command, options.overrides);
  add_database(*command, options.overrides);
  command->add_option("--rows", options.rows, "so many values are under it, and may be lost")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
  command->add_flag_callback(
      "--uncounted", [&options] { options.counting = Counting::skip; },
      "do not look into the database, whatever is lost");
  command->footer(
      "Counts the values under the key first, and wants the number said. Backups of the keyset "
      "hold the\nkey still: destroy it there too.\n\n"
      "Example:\n  moretta keys destroy moretta.keys 1 -c moretta.yaml --rows 0");
}

void add_split(Commands& commands, CLI::App& family) {
  CLI::App& command =
      commands.add(family, "split", "make two shares of a key, of which one alone tells nothing");
  KeysOptions& options = commands.options<KeysOptions>(command);
  options.action = KeysAction::split;
  command
      .add_option("secret", options.from,
                  "where it is: a keyset, a plain key, or the private half of a recovery key")
      ->required()
      ->type_name("PLACE");
  command.add_option("shares", options.shares, "the files to write them to")
      ->required()
      ->expected(2)
      ->type_name("FILE FILE");
  command.footer(
      "Give the files to two people, and destroy what they were made of. Together they stand for "
      "it\n"
      "wherever a key's place is named: split:PLACE,PLACE.\n\n"
      "Example:\n"
      "  moretta keys split file:recovery.key first.share second.share\n"
      "  moretta-unmask --recovery-key split:file:first.share,file:second.share …");
}

}  // namespace

void add_keys_commands(Commands& commands) {
  CLI::App& family = commands.add_family("keys", "make, rotate and destroy the master keys");
  CLI::App* command = nullptr;
  KeysOptions& made = add_verb(commands, family,
                               {"new", "make a keyset with one key", KeysAction::create}, command);
  add_source(*command, made);
  command->footer("Example:\n  moretta keys new moretta.keys");
  KeysOptions& added = add_verb(
      commands, family,
      {"add", "add a key that reads; bring the file everywhere, then promote", KeysAction::add},
      command);
  add_source(*command, added);
  command
      ->add_option("--month", added.month,
                   "the key of a month, for columns with an `epoch`, e.g. 2026-11")
      ->excludes("--from")
      ->excludes("--id")
      ->type_name("MONTH");
  command->add_option("--until", added.until, "one for each month up to this one")
      ->needs("--month")
      ->type_name("MONTH");
  command->footer(
      "Examples:\n  moretta keys add moretta.keys\n"
      "  moretta keys add moretta.keys --month 2026-11 --until 2027-10");
  for (const Verb& verb :
       {Verb{"promote", "make this key the one that makes tokens", KeysAction::promote},
        Verb{"disable", "use this key for nothing any more, but keep it", KeysAction::disable},
        Verb{"enable", "let a disabled key read again", KeysAction::enable},
        Verb{"floor", "read no tokens of keys below this one", KeysAction::floor}}) {
    KeysOptions& options = add_verb(commands, family, verb, command);
    add_id(*command, options);
  }
  add_destroy(commands, family);
  add_verb(commands, family,
           {"list", "which keys there are; never their material", KeysAction::list}, command);
  add_split(commands, family);
  CLI::App& passphrase =
      commands.add(family, "passphrase", "print parameters of scrypt with a new salt");
  commands.options<KeysOptions>(passphrase).action = KeysAction::passphrase;
}

}  // namespace moretta::app
