#include "app/aws_secret.hpp"

#include <fstream>
#include <optional>

#include <fmt/format.h>

#include "app/aws_access.hpp"
#include "aws/secret_stores.hpp"
#include "base/encoding.hpp"
#include "base/errors.hpp"

namespace moretta::app {

namespace {

constexpr std::size_t ciphertext_bytes_max = 6144;  // KMS takes 6144 bytes, a key needs some 200
constexpr std::string_view file_prefix = "file:";

// The ciphertext in base64, from wherever it is; no secret, so anybody may read its file.
Result<std::string, std::string> ciphertext_of(const std::string& name) {
  std::string text = name;
  if (name.starts_with(file_prefix)) {
    const std::string path = name.substr(file_prefix.size());
    std::ifstream file(path, std::ios::binary);
    text.assign(2 * ciphertext_bytes_max, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!file.is_open() || file.bad()) {
      return Failure{fmt::format("cannot read {}, which awskms: names", path)};
    }
    text.resize(static_cast<std::size_t>(file.gcount()));
    text.erase(text.find_last_not_of(" \t\r\n") + 1);
  }
  const auto bytes = from_base64(text);
  if (!bytes || bytes->empty() || bytes->size() > ciphertext_bytes_max) {
    return Failure{std::string("awskms: takes what KMS encrypted, in base64, or file:PATH of it")};
  }
  return text;
}

// NAME#MEMBER in its parts.
struct Reference {
  std::string id;
  std::string member;  // empty: the whole
};

Reference split(const std::string& name) {
  const std::size_t hash = name.rfind('#');
  return {.id = name.substr(0, hash),
          .member = hash == std::string::npos ? std::string() : name.substr(hash + 1)};
}

SecretBytes ask(AwsStore store, const std::string& id, const Environment& environment,
                std::string_view stage) {
  SystemClock clock;
  SystemRandom random;
  Log quiet(LogFormat::json, LogLevel::off);
  AwsAccess access(environment, clock, quiet);
  const auto http = access.open_http({.response_bytes_max = aws::service_answer_bytes_max});
  aws::SecretStores stores({.http = *http, .clock = clock, .random = random}, access.credentials());
  const std::string region = aws::region_of_arn(id);
  switch (store) {
    case AwsStore::secrets_manager:
      return stores.secret(access.endpoint("secretsmanager", region), id, stage);
    case AwsStore::parameter_store:
      return stores.parameter(access.endpoint("ssm", region), id);
    case AwsStore::kms:
      break;
  }
  return stores.decrypted(access.endpoint("kms", ""), id);
}

}  // namespace

Result<SecretBytes, std::string> read_aws_secret(AwsStore store, const std::string& name,
                                                 const Environment& environment,
                                                 std::string_view stage) {
  try {
    if (store == AwsStore::kms) {
      const auto ciphertext = ciphertext_of(name);
      return ciphertext
                 ? Result<SecretBytes, std::string>(ask(store, ciphertext.value(), environment, {}))
                 : Failure{ciphertext.error()};
    }
    const Reference reference = split(name);
    SecretBytes whole = ask(store, reference.id, environment, stage);
    return reference.member.empty() ? std::move(whole)
                                    : aws::member_of(whole, reference.member, reference.id);
  } catch (const Refused& error) {
    return Failure{fmt::format("{}; {}", error.what(), error.hint())};
  }
}

}  // namespace moretta::app
