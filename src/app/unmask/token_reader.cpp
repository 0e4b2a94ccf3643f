#include "app/unmask/token_reader.hpp"

#include <fmt/format.h>

#include "app/mask_text.hpp"
#include "app/secret_source.hpp"
#include "base/errors.hpp"
#include "mask/shape_reader.hpp"

namespace moretta::app {

namespace {

// A guess would give a wrong value and no error, so with several keys somebody has to know.
const mask::MasterKey& key_of(const RecoverOptions& options, const mask::Keyset& keys) {
  if (options.token_key == 0) {
    if (keys.readable(mask::Epoch::none).size() == 1) {
      return keys.primary();
    }
    throw Refused(
        "cannot tell which key made these tokens: they do not say, and there are several",
        "say its number with --token-key; the table pii_key_registry has which wrote what");
  }
  const mask::MasterKey* key = keys.find(options.token_key);
  if (key == nullptr) {
    throw Refused(
        fmt::format("cannot use key {}: there is none that may be read", options.token_key),
        "see `moretta keys list`, and --key");
  }
  return *key;
}

}  // namespace

mask::Policy shape_of(const std::string& mask, std::string_view domain) {
  auto policy = parse_mask(mask, domain);
  if (!policy) {
    throw Refused("cannot use the mask: " + policy.error(),
                  "write it as in the configuration, e.g. {method: ff1, pattern: \"###-##-####\"}");
  }
  if (!mask::ShapeReader::reads(policy.value().method)) {
    throw Refused(fmt::format("cannot use the mask {}: it is needed for ff1, ipcrypt-deterministic "
                              "and ipcrypt-pfx only",
                              mask::method_name(policy.value().method)),
                  "leave it out: the tokens of all other methods say what they are");
  }
  return std::move(policy).value();
}

std::unique_ptr<TokenReader> TokenReader::of(const RecoverOptions& options,
                                             const mask::Keyset& keys, const World& world) {
  if (options.mask.empty() && options.seed_passphrase.empty()) {
    return nullptr;
  }
  auto reader = std::make_unique<TokenReader>();
  if (!options.mask.empty()) {
    reader->shape_ =
        std::make_unique<Shape>(key_of(options, keys), shape_of(options.mask, options.domain));
    return reader;
  }
  const auto passphrase = read_secret(options.seed_passphrase, world.environment);
  if (!passphrase) {
    throw Refused("cannot read the passphrase: " + passphrase.error(), "check --seed-passphrase");
  }
  reader->seed_.emplace(passphrase.value());
  return reader;
}

std::optional<SecretBytes> TokenReader::open(std::string_view token) {
  auto clear = shape_ ? shape_->unmasker.unmask(token, shape_->policy) : seed_->unmask(token);
  return clear ? std::optional(std::move(clear).value()) : std::nullopt;
}

}  // namespace moretta::app
