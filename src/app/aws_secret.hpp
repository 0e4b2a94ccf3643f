#pragma once

// Secrets out of AWS, as their references name them.

#include <string>
#include <string_view>

#include "app/environment.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace moretta::app {

enum class AwsStore { secrets_manager, parameter_store, kms };

// `name`: of Secrets Manager and the Parameter Store NAME, ARN, or either with #MEMBER for one text
// of a JSON object; of KMS the ciphertext in base64, or file:PATH of one. The error says what is
// wrong and how to mend it. `stage`: of Secrets Manager the label of the version; empty: of the
// current one. Throws Unavailable if trying again may help.
Result<SecretBytes, std::string> read_aws_secret(AwsStore store, const std::string& name,
                                                 const Environment& environment,
                                                 std::string_view stage = {});

}  // namespace moretta::app
