#include "app/settings.hpp"

namespace moretta::app {

namespace {

constexpr KeyFacts all_column_keys[] = {
    {"from",
     "JSON pointer, `$sent_at`, `$received_at`, `$message_id`, `$receive_count`, `$group_id`, "
     "`$attribute.NAME`",
     "", "/client/ip",
     "Where the value is: in the message (RFC 6901), or in what the queue says of it."},
    {"type", "Postgres type", "", "varchar(128)",
     "text, varchar(N), smallint, integer, bigint, double precision, numeric, boolean, date, "
     "timestamptz, uuid, inet, jsonb."},
    {"convert", "major_version, date_utc", "none", "major_version",
     "`major_version`: \"2.3.0\" gives 2. `date_utc`: a time gives its date in UTC."},
    {"mask", "word or map", "", "aes-siv",
     "What happens to the value before it is stored. Every column read from the message says it; "
     "`keep` stores it in clear."},
    {"required", "true, false", "true", "false", "The key must be in the message."},
    {"nullable", "true, false", "false", "true",
     "The key may hold null, or be absent if it is not required."},
    {"default", "value", "NULL", "unknown",
     "Stands in for an absent key or null; for columns that are nullable or not required."},
    {"dual_write", "map", "none", "{column: masked_ip_next, key: 2}",
     "During a change of key or method: a second column that gets the new token "
     "(docs/change-of-key.md)."},
};

constexpr KeyFacts all_dual_write_keys[] = {
    {"column", "name", "", "masked_ip_next", "The second column; must be in the table."},
    {"type", "Postgres type", "that of the first column", "varchar(256)", "Its type."},
    {"mask", "word or map", "that of the first column", "aes-siv", "How it masks the same value."},
    {"key", "number, 1 to 65535", "the key that makes tokens", "2",
     "The key of its tokens, primary or active in the keyset."},
};

constexpr KeyFacts all_mask_keys[] = {
    {"method",
     "keep, redact, md5, sha256, hmac-sha256, hmac-sha256+md5, aes-siv, aes-256-cbc, tokenize, "
     "ff1, "
     "ipcrypt-deterministic, ipcrypt-pfx, truncate-ip, character-mask, bucket",
     "", "hmac-sha256", "How the value is masked."},
    {"domain", "text", "the last name of the pointer", "ip",
     "Equal values give equal tokens within one domain; columns to be joined share one."},
    {"normalize", "none, ip, trim, lower", "none", "ip",
     "One spelling before masking: `ip` is RFC 5952 (what is no address is rejected), `trim` drops "
     "ASCII blanks at both ends, `lower` is for ASCII letters."},
    {"empty", "mask, null", "mask", "null",
     "What becomes of the empty string, once normalized: a token, or NULL."},
    {"epoch", "none, month", "none", "month",
     "`month`: the key of the month in which the message was sent makes its token, so that equal "
     "values are equal within a month only (docs/keys.md)."},
    {"recover", "no, seal, aes-siv, aes-256-cbc", "no; seal for tokenize", "aes-256-cbc",
     "For one-way methods: keeps the original, sealed, in the vault table."},
    {"encoding", "hex, base64url", "hex; base64url for aes-siv", "base64url",
     "How tokens of aes-siv and aes-256-cbc are written."},
    {"bits", "128, 256", "256", "128", "The length of hmac-sha256 and hmac-sha256+md5."},
    {"bare", "true, false", "false", "true",
     "hmac-sha256 and hmac-sha256+md5 without their `h1:` in front."},
    {"pad", "16, 32, 64", "32", "64", "aes-siv hides lengths up to a multiple of this, in bytes."},
    {"pattern", "text", "", "\"###-##-####\"",
     "The form of ff1's values: `#` is enciphered, all else stays. Other values are rejected."},
    {"alphabet", "digits, hex, base36, base62", "digits", "hex",
     "What `#` stands for: 0-9, 0-9a-f, 0-9a-z, 0-9A-Za-z."},
    {"keep_first", "number, 0 to 64", "0", "2",
     "Characters that character-mask shows at the beginning. A value with no others is masked "
     "whole."},
    {"keep_last", "number, 0 to 64", "0", "4", "Likewise at the end."},
    {"character", "one printable ASCII character", "*", "x",
     "What character-mask puts in the place of each other character."},
    {"size", "number, 1 or more", "", "10",
     "Of bucket: how many numbers share one. Text columns hold `30-39`, whole-number columns 30."},
    {"constant", "text", "NULL", "\"***\"", "What redact stores."},
};

}  // namespace

std::span<const KeyFacts> column_keys() {
  return all_column_keys;
}

std::span<const KeyFacts> dual_write_keys() {
  return all_dual_write_keys;
}

std::span<const KeyFacts> mask_keys() {
  return all_mask_keys;
}

}  // namespace moretta::app
