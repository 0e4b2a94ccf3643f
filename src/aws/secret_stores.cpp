#include "aws/secret_stores.hpp"

#include <optional>

#include <simdjson.h>

#include "base/encoding.hpp"
#include "base/errors.hpp"
#include "base/json_text.hpp"

namespace moretta::aws {

namespace json = simdjson::dom;

namespace {

// The answer's text at a path, taken out of the parser's memory. Absent if there is none.
std::optional<SecretBytes> text_at(std::string_view body, std::string_view pointer) {
  json::parser parser;
  json::element document;
  std::string_view text;
  if (parser.parse(body.data(), body.size()).get(document) != simdjson::SUCCESS ||
      document.at_pointer(pointer).get(text) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  SecretBytes out(text);
  wipe(std::as_writable_bytes(std::span(const_cast<char*>(text.data()), text.size())));
  return out;
}

std::optional<SecretBytes> bytes_at(std::string_view body, std::string_view pointer) {
  const auto text = text_at(body, pointer);
  auto bytes = text ? from_base64(text->view()) : std::nullopt;
  if (!bytes) {
    return std::nullopt;
  }
  SecretBytes out{std::string_view(*bytes)};
  wipe(*bytes);
  return out;
}

[[noreturn]] void refuse_answer(const std::string& tried) {
  throw Unavailable("cannot " + tried + ": the answer cannot be read");
}

}  // namespace

std::string region_of_arn(std::string_view text) {
  if (!text.starts_with("arn:")) {
    return {};
  }
  for (int parts = 0; parts < 3; ++parts) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
      return {};
    }
    text.remove_prefix(colon + 1);
  }
  return std::string(text.substr(0, text.find(':')));
}

std::string SecretStores::ask(const Question& question, const Endpoint& endpoint,
                              std::string body) {
  const ServiceCall call{.service = question.service,
                         .action = question.action,
                         .endpoint = endpoint,
                         .headers = {{"Content-Type", "application/x-amz-json-1.1"},
                                     {"X-Amz-Target", question.target}},
                         .body = std::move(body)};
  auto answer = call_service(world_, call, &credentials_);
  if (!answer) {
    throw_service_error(question.tried, call, answer.error(), question.hint);
  }
  return std::move(answer).value();
}

SecretBytes SecretStores::secret(const Endpoint& endpoint, std::string_view id,
                                 std::string_view stage) {
  const std::string tried = "read secret " + std::string(id) + " of Secrets Manager";
  std::string body =
      ask({.service = "secretsmanager",
           .target = "secretsmanager.GetSecretValue",
           .action = "secretsmanager:GetSecretValue (and kms:Decrypt on the secret's own key)",
           .tried = tried,
           .hint = "check the secret's name and region, and that it is not scheduled for deletion"},
          endpoint,
          "{\"SecretId\":" + json_string(id) +
              (stage.empty() ? "" : ",\"VersionStage\":" + json_string(stage)) + "}");
  auto value = text_at(body, "/SecretString");
  if (!value) {
    value = bytes_at(body, "/SecretBinary");
  }
  wipe(body);
  if (!value) {
    refuse_answer(tried);
  }
  return std::move(*value);
}

SecretBytes SecretStores::parameter(const Endpoint& endpoint, std::string_view name) {
  const std::string tried = "read parameter " + std::string(name) + " of Systems Manager";
  std::string body = ask({.service = "ssm",
                          .target = "AmazonSSM.GetParameter",
                          .action = "ssm:GetParameter (and kms:Decrypt on the parameter's key)",
                          .tried = tried,
                          .hint = "check the parameter's name and region"},
                         endpoint, "{\"Name\":" + json_string(name) + ",\"WithDecryption\":true}");
  auto value = text_at(body, "/Parameter/Value");
  wipe(body);
  if (!value) {
    refuse_answer(tried);
  }
  return std::move(*value);
}

SecretBytes SecretStores::decrypted(const Endpoint& endpoint, std::string_view ciphertext) {
  const std::string tried = "decrypt a key with KMS";
  std::string body = ask({.service = "kms",
                          .target = "TrentService.Decrypt",
                          .action = "kms:Decrypt",
                          .tried = tried,
                          .hint = "check that the KMS key is enabled and in this region, and that "
                                  "the ciphertext is whole"},
                         endpoint, "{\"CiphertextBlob\":" + json_string(ciphertext) + "}");
  auto value = bytes_at(body, "/Plaintext");
  wipe(body);
  if (!value) {
    refuse_answer(tried);
  }
  return std::move(*value);
}

SecretBytes member_of(const SecretBytes& object, std::string_view name, const std::string& place) {
  std::string pointer = "/";
  for (const char c : name) {
    pointer += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  }
  auto value = text_at(object.view(), pointer);
  if (!value) {
    throw Refused(
        "cannot use " + place + ": it is no JSON object with a text at " + std::string(name),
        "correct the name behind #, or leave it out to take the secret whole");
  }
  return std::move(*value);
}

}  // namespace moretta::aws
