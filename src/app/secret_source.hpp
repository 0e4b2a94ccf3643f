#pragma once

// Where secrets come from, as URIs: `env:NAME`, `file:PATH` and the like. The configuration names
// the place, never the secret, so that it can be committed and printed.

#include <cstddef>
#include <string>
#include <string_view>

#include "app/environment.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace moretta::app {

inline constexpr std::size_t secret_bytes_max = 4096;  // a URL or a key; longer is the wrong file

// The forms that there are, for messages: "env:NAME, file:PATH, …".
inline constexpr std::string_view secret_places =
    "file:PATH, env:NAME, fd:NUMBER, cmd:COMMAND, systemd:NAME, docker:NAME, awssm:NAME, "
    "awsssm:NAME, awskms:CIPHERTEXT, split:PLACE,PLACE";

bool is_secret_reference(std::string_view text);

// The variable of `env:NAME`, else empty.
std::string variable_of(std::string_view reference);

// The path of `file:PATH`, else empty.
std::string path_of(std::string_view reference);

// Without the line end that editors leave; at most `bytes_max` bytes. The error says what is wrong
// and how to mend it, and never holds the secret. REQUIRED: is_secret_reference(reference).
//
//   file:PATH     our own, and nobody else may open it (mode 0600)
//   env:NAME      a variable, which others may see in the process's environment
//   fd:NUMBER     a descriptor that our parent left open; can be read once
//   cmd:COMMAND   what a command prints, run by the shell for at most half a minute
//   systemd:NAME  a credential of the unit: $CREDENTIALS_DIRECTORY/NAME
//   docker:NAME   a secret that a container was given: /run/secrets/NAME, or an absolute path
//   awssm:NAME    Secrets Manager, by name or ARN; #MEMBER takes one text of a JSON object
//   awsssm:NAME   a parameter of Systems Manager, likewise
//   split:PLACE,PLACE  the two shares that `keys split` made of it (app/key_share.hpp)
//   awskms:TEXT   what KMS encrypted, in base64 or file:PATH; as it was, line ends too
//
// Throws Unavailable if AWS cannot be reached now.
Result<SecretBytes, std::string> read_secret(std::string_view reference,
                                             const Environment& environment,
                                             std::size_t bytes_max = secret_bytes_max);

// True for places that keep a secret's versions: Secrets Manager's AWSPREVIOUS and AWSPENDING.
bool has_versions(std::string_view reference);

// As read_secret, the version with this label. REQUIRED: has_versions(reference).
Result<SecretBytes, std::string> read_secret_version(std::string_view reference,
                                                     std::string_view stage,
                                                     const Environment& environment);

}  // namespace moretta::app
