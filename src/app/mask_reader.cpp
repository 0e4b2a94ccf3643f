#include "app/mask_reader.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/settings.hpp"

namespace moretta::app {

namespace {

using mask::Encoding;
using mask::Method;
using mask::Policy;
using mask::Recover;

constexpr std::size_t domain_bytes_max = 255;  // ample for a name; it enters every derivation

// Recommended ones first.
constexpr Method methods[] = {Method::keep,
                              Method::redact,
                              Method::hmac_sha256,
                              Method::aes_siv,
                              Method::aes_256_cbc,
                              Method::tokenize,
                              Method::ff1,
                              Method::ipcrypt_deterministic,
                              Method::ipcrypt_pfx,
                              Method::truncate_ip,
                              Method::character_mask,
                              Method::bucket,
                              Method::hmac_sha256_md5,
                              Method::md5,
                              Method::sha256};

bool is_digest(Method method) {
  return method == Method::md5 || method == Method::sha256 || method == Method::hmac_sha256 ||
         method == Method::hmac_sha256_md5 || method == Method::tokenize;
}

bool takes(Method method, std::string_view key) {
  if (key == "domain") {
    return is_digest(method) || mask::is_keyed(method);
  }
  if (key == "normalize") {
    return mask::gives_tokens(method) && method != Method::bucket;
  }
  if (key == "empty") {
    return mask::gives_tokens(method);
  }
  if (key == "recover") {
    return is_digest(method);
  }
  if (key == "encoding") {
    return method == Method::aes_siv || method == Method::aes_256_cbc;
  }
  if (key == "bits" || key == "bare") {
    return method == Method::hmac_sha256 || method == Method::hmac_sha256_md5;
  }
  if (key == "epoch") {
    return mask::says_its_key({.method = method});
  }
  if (key == "pad") {
    return method == Method::aes_siv;
  }
  if (key == "pattern" || key == "alphabet") {
    return method == Method::ff1;
  }
  if (key == "keep_first" || key == "keep_last" || key == "character") {
    return method == Method::character_mask;
  }
  if (key == "size") {
    return method == Method::bucket;
  }
  return key == "constant" && method == Method::redact;
}

std::vector<std::string_view> keys_of(Method method) {
  std::vector<std::string_view> keys = {"method"};
  for (const KeyFacts& facts : mask_keys()) {
    if (takes(method, facts.path)) {
      keys.push_back(facts.path);
    }
  }
  return keys;
}

// Each sets one field and says whether the text was a choice.
bool set_recover(std::string_view text, Policy& policy) {
  if (text == "no") {
    if (policy.method == Method::tokenize) {
      return false;  // the vault is what a token of it is for
    }
    policy.recover = Recover::no;
  } else if (text == "aes-siv") {
    policy.recover = Recover::aes_siv;
  } else if (text == "aes-256-cbc") {
    policy.recover = Recover::aes_256_cbc;
  } else if (text == "seal") {
    policy.recover = Recover::seal;
  } else {
    return false;
  }
  return true;
}

bool set_encoding(std::string_view text, Policy& policy) {
  policy.encoding = text == "hex" ? Encoding::hex : Encoding::base64url;
  return text == "hex" || text == "base64url";
}

bool set_bits(std::string_view text, Policy& policy) {
  policy.bits = parse_int(text).value_or(0);
  return policy.bits == 128 || policy.bits == 256;
}

bool set_bare(std::string_view text, Policy& policy) {
  policy.bare = parse_truth(text).value_or(false);
  return parse_truth(text).has_value();
}

bool set_pad(std::string_view text, Policy& policy) {
  policy.pad_bytes = parse_int(text).value_or(0);
  return policy.pad_bytes == 16 || policy.pad_bytes == 32 || policy.pad_bytes == 64;
}

bool set_domain(std::string_view text, Policy& policy) {
  policy.domain = text;
  return !text.empty() && text.size() <= domain_bytes_max;
}

bool set_normalize(std::string_view text, Policy& policy) {
  constexpr std::string_view words[] = {"none", "ip", "trim", "lower"};  // in the enum's order
  const auto* found = std::find(std::begin(words), std::end(words), text);
  policy.normalize = static_cast<mask::Normalize>(found - std::begin(words));
  return found != std::end(words);
}

bool set_epoch(std::string_view text, Policy& policy) {
  policy.epoch = text == "month" ? mask::Epoch::month : mask::Epoch::none;
  return text == "none" || text == "month";
}

bool set_empty(std::string_view text, Policy& policy) {
  policy.empty = text == "null" ? mask::Empty::null : mask::Empty::mask;
  return text == "null" || text == "mask";
}

bool set_alphabet(std::string_view text, Policy& policy) {
  constexpr std::string_view words[] = {"digits", "hex", "base36", "base62"};  // likewise
  const auto* found = std::find(std::begin(words), std::end(words), text);
  policy.alphabet = static_cast<mask::Alphabet>(found - std::begin(words));
  return found != std::end(words);
}

// What is wrong with it shows when the whole mask is read: it depends on the alphabet.
bool set_pattern(std::string_view text, Policy& policy) {
  policy.pattern = text;
  return true;
}

bool set_kept(std::string_view text, int& kept) {
  constexpr int kept_max = 64;  // more would be no mask
  kept = parse_int(text).value_or(-1);
  return kept >= 0 && kept <= kept_max;
}

bool set_keep_first(std::string_view text, Policy& policy) {
  return set_kept(text, policy.keep_first);
}

bool set_keep_last(std::string_view text, Policy& policy) {
  return set_kept(text, policy.keep_last);
}

bool set_character(std::string_view text, Policy& policy) {
  const bool fits = text.size() == 1 && text[0] >= ' ' && text[0] <= '~';
  policy.mask_char = fits ? text[0] : policy.mask_char;
  return fits;
}

bool set_size(std::string_view text, Policy& policy) {
  policy.bucket_size = parse_int(text).value_or(0);
  return policy.bucket_size >= 1;
}

bool set_constant(std::string_view text, Policy& policy) {
  policy.constant = text;
  return true;
}

bool set(std::string_view key, std::string_view text, Policy& policy) {
  constexpr std::pair<std::string_view, bool (*)(std::string_view, Policy&)> setters[] = {
      {"recover", set_recover},
      {"encoding", set_encoding},
      {"bits", set_bits},
      {"bare", set_bare},
      {"pad", set_pad},
      {"domain", set_domain},
      {"constant", set_constant},
      {"normalize", set_normalize},
      {"empty", set_empty},
      {"epoch", set_epoch},
      {"pattern", set_pattern},
      {"alphabet", set_alphabet},
      {"keep_first", set_keep_first},
      {"keep_last", set_keep_last},
      {"character", set_character},
      {"size", set_size},
  };
  const auto* setter = std::find_if(std::begin(setters), std::end(setters),
                                    [&](const auto& pair) { return pair.first == key; });
  ENSURE(setter != std::end(setters));
  return setter->second(text, policy);
}

std::string_view allowed_values(std::string_view key, Method method) {
  if (key == "recover" && method == Method::tokenize) {
    return "seal, aes-siv, aes-256-cbc";  // its original is nowhere but in the vault
  }
  const auto keys = mask_keys();
  const auto found =
      std::find_if(keys.begin(), keys.end(), [&](const KeyFacts& f) { return f.path == key; });
  ENSURE(found != keys.end());
  return found->type;
}

std::optional<Method> read_method(const YamlReader::Entry& entry, const std::string& what,
                                  YamlReader& yaml) {
  const auto scalar = yaml.scalar(entry, what);
  if (!scalar) {
    return std::nullopt;
  }
  const auto method = mask::method_of(scalar->text);
  if (method && mask::is_read_only(*method)) {
    yaml.problem(scalar->place,
                 fmt::format("{}: {} is only for reading what was stored before; allowed: {}", what,
                             mask::method_name(*method), list_of(method_words())));
    return std::nullopt;
  }
  if (!method) {
    yaml.problem(scalar->place,
                 fmt::format("{}: {} is not a mask; allowed: {}{}", what, shown(*scalar),
                             list_of(method_words()), suggestion(scalar->raw, method_words())));
  }
  return method;
}

Policy policy_of(Method method, std::string_view domain) {
  Policy policy;
  policy.method = method;
  policy.domain = takes(method, "domain") ? domain : "";
  policy.recover = method == Method::tokenize ? Recover::seal : Recover::no;
  return policy;
}

std::vector<std::string_view> all_keys() {
  std::vector<std::string_view> keys;
  for (const KeyFacts& facts : mask_keys()) {
    keys.push_back(facts.path);
  }
  return keys;
}

// What only the whole mask shows: a setting that its method cannot do without.
std::optional<Policy> sound_policy(const Policy& policy, Place place, const std::string& what,
                                   YamlReader& yaml) {
  if (const auto fault = mask::policy_fault(policy)) {
    yaml.problem(place, fmt::format("{}: {}", what, *fault));
    return std::nullopt;
  }
  return policy;
}

std::optional<Policy> read_map(const YamlReader::Entry& entry, const std::string& what,
                               std::string_view domain, YamlReader& yaml) {
  const auto entries = yaml.entries(entry.value, place_of(entry.value), what, all_keys());
  const auto named =
      std::find_if(entries.begin(), entries.end(), [](const auto& e) { return e.key == "method"; });
  if (named == entries.end()) {
    yaml.problem(entry.place,
                 fmt::format("{} names no method; allowed: {}; write `method: aes-siv`", what,
                             list_of(method_words())));
    return std::nullopt;
  }
  const auto method = read_method(*named, what, yaml);
  if (!method) {
    return std::nullopt;
  }
  Policy policy = policy_of(*method, domain);
  bool sound = true;
  for (const auto& setting : entries) {
    if (setting.key == "method") {
      continue;
    }
    if (!takes(*method, setting.key)) {
      yaml.problem(setting.place,
                   fmt::format("{}: {} takes no `{}`; allowed: {}", what,
                               mask::method_name(*method), setting.key, list_of(keys_of(*method))));
      sound = false;
      continue;
    }
    const auto scalar = yaml.scalar(setting, fmt::format("`{}` of {}", setting.key, what));
    if (scalar && !set(setting.key, scalar->text, policy)) {
      yaml.problem(scalar->place,
                   fmt::format("`{}` of {}: {} is not a choice; allowed: {}", setting.key, what,
                               shown(*scalar), allowed_values(setting.key, *method)));
      sound = false;
    }
    sound = sound && scalar.has_value();
  }
  return sound ? sound_policy(policy, entry.place, what, yaml) : std::nullopt;
}

}  // namespace

std::vector<std::string_view> method_words() {
  std::vector<std::string_view> words;
  for (const Method method : methods) {
    words.push_back(mask::method_name(method));
  }
  return words;
}

std::optional<Policy> read_mask(const YamlReader::Entry& entry, std::string_view column,
                                std::string_view domain, YamlReader& yaml) {
  const std::string what = fmt::format("the mask of `{}`", column);
  if (entry.value.IsMap()) {
    return read_map(entry, what, domain, yaml);
  }
  const auto method = read_method(entry, what, yaml);
  if (!method) {
    return std::nullopt;
  }
  return sound_policy(policy_of(*method, domain), entry.place, what, yaml);
}

}  // namespace moretta::app
