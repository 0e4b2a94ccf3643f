// What a finished token costs: the text as it will stand in the row, by method and by value. CPU
// time is of the thread; the table that we hold these to stands in
// docs/decisions/0004-masks-and-keys.md.

#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/random.hpp"
#include "mask/aes_ecb.hpp"
#include "mask/escrow.hpp"
#include "mask/masker.hpp"
#include "mask/openssl.hpp"
#include "mask/seal.hpp"
#include "mask/tokenizer.hpp"
#include "mask/unmasker.hpp"
#include "mask/vault_seal.hpp"

namespace moretta::mask {

namespace {

MasterKey bench_key() {
  MasterKey key{.id = 1, .bytes = SecretBytes(master_key_bytes)};
  SeededRandom(1).fill(key.bytes.bytes());
  return key;
}

// Different values of one length, so that no branch learns the one value by heart.
std::vector<std::string> values_of(std::size_t bytes) {
  constexpr std::size_t count = 1'024;
  std::vector<std::string> values;
  for (std::size_t i = 0; i < count; ++i) {
    std::string value = std::to_string(1'000'000 + 7'919 * i);
    value.resize(bytes, '.');
    values.push_back(std::move(value));
  }
  return values;
}

std::vector<std::string> addresses() {
  std::vector<std::string> values;
  for (std::size_t i = 0; i < 1'024; ++i) {
    values.push_back("199." + std::to_string(100 + i % 100) + ".111." +
                     std::to_string(100 + i % 151));
  }
  return values;
}

std::vector<std::string> device_ids() {
  std::vector<std::string> values;
  for (std::size_t i = 0; i < 1'024; ++i) {
    std::string digits = std::to_string(100'000'000 + 7'919 * i);
    values.push_back(digits.insert(5, "-").insert(3, "-"));
  }
  return values;
}

std::vector<std::string> numbers(std::size_t digits) {
  std::vector<std::string> values;
  for (std::size_t i = 0; i < 1'024; ++i) {
    std::string value = std::to_string(7'919 * i);
    values.push_back(std::string(digits - value.size(), '5') + value);
  }
  return values;
}

void tokens_of(benchmark::State& state, const Policy& policy,
               const std::vector<std::string>& values) {
  const MasterKey key = bench_key();
  Tokenizer tokenizer(policy, &key);
  std::string out;
  out.reserve(token_chars_max(policy, key.id, values[0].size()));
  std::size_t i = 0;
  for (auto _ : state) {
    out.clear();
    if (!tokenizer.append(values[i++ % values.size()], out)) {
      state.SkipWithError("not masked");
    }
    benchmark::DoNotOptimize(out.data());
  }
}

// The same, side by side.
void batch_of(benchmark::State& state, const Policy& policy,
              const std::vector<std::string>& values) {
  const MasterKey key = bench_key();
  Tokenizer tokenizer(policy, &key);
  TokenBatch* const batch = tokenizer.batch();
  const std::size_t chars = token_chars_max(policy, key.id, values[0].size());
  std::string out(batch_values_max * chars, '\0');
  std::vector<char*> places;
  for (std::size_t i = 0; i < batch_values_max; ++i) {
    places.push_back(out.data() + i * chars);
  }
  std::size_t i = 0;
  while (state.KeepRunningBatch(batch_values_max)) {
    bool done = true;
    for (std::size_t value = 0; value < batch_values_max; ++value) {
      done = done && batch->add(values[i++ % values.size()]).ok();
    }
    if (!done || !batch->write(places)) {
      state.SkipWithError("not masked");
    }
    benchmark::DoNotOptimize(out.data());
  }
}

void batch(benchmark::State& state, const Policy& policy) {
  batch_of(state, policy, values_of(static_cast<std::size_t>(state.range(0))));
}

void token(benchmark::State& state, const Policy& policy) {
  tokens_of(state, policy, values_of(static_cast<std::size_t>(state.range(0))));
}

// The whole way of the first user's event: seven columns, two of them masked; as a lane does it, so
// many at once.
void login_row(benchmark::State& state, const Policy& policy) {
  const MasterKey key = bench_key();
  Mapping mapping(7);
  std::vector<Policy> policies(mapping.size(), Policy{.method = Method::keep});
  policies[2] = policy;
  policies[3] = policy;
  policies[3].domain = "device_id";
  SystemRandom random;
  Masker masker(mapping, policies, &key, &random);
  const auto ips = addresses();
  const auto devices = device_ids();
  std::vector<Event> events(Masker::events_max);
  const std::vector<WallTime> sent_at(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    events[i].reset(mapping.size());
    events[i].set_text(0, "424cdd21-063a-43a7-b91b-7ca1a833afae");
    events[i].set_text(1, "android");
    events[i].set_text(2, ips[i]);
    events[i].set_text(3, devices[i]);
    events[i].set_text(4, "RU");
    events[i].set(5, Value::Kind::integer, 2);
    events[i].set(6, Value::Kind::date, 19'000);
  }
  std::vector<Result<Row, Reject>> rows;
  while (state.KeepRunningBatch(static_cast<benchmark::IterationCount>(events.size()))) {
    rows.clear();
    masker.mask(events, sent_at, rows);
    if (!rows.front()) {
      state.SkipWithError("not masked");
    }
    benchmark::DoNotOptimize(rows.data());
  }
}

void seal(benchmark::State& state) {
  const MasterKey key = bench_key();
  SystemRandom random;
  Sealer sealer(key, quarantine_purpose, random);
  const std::string body(static_cast<std::size_t>(state.range(0)), 'b');
  for (auto _ : state) {
    benchmark::DoNotOptimize(sealer.seal(body, "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"));
  }
}

// Originals for the vault, sealed under the key.
void vault_seal(benchmark::State& state) {
  const MasterKey key = bench_key();
  SystemRandom random;
  VaultSealer sealer(key, "ip", random);
  std::string sealed;
  for (auto _ : state) {
    sealed.clear();
    sealer.append("199.172.111.135", "t1:f21ef35de0437869588213e608f9f02b", sealed);
    benchmark::DoNotOptimize(sealed.data());
  }
}

// The same to a recovery key; so many values of one turn share an agreement of keys.
void escrow(benchmark::State& state) {
  SystemRandom random;
  EscrowSealer sealer(public_half(new_recovery_key(1, random)), random);
  const auto turn = state.range(0);
  std::int64_t values = 0;
  std::string sealed;
  for (auto _ : state) {
    sealed.clear();
    if (!sealer.append_original("199.172.111.135", "ip", "t1:f21ef35de0437869588213e608f9f02b",
                                sealed)) {
      state.SkipWithError("not sealed");
    }
    if (++values % turn == 0) {
      sealer.end_batch();
    }
    benchmark::DoNotOptimize(sealed.data());
  }
}

// What the machine does now: OpenSSL's own MD5 of 15 bytes, algorithm fetched and context reused.
void bare_md5(benchmark::State& state) {
  const auto values = values_of(15);
  const Digest digest = fetch_digest("MD5");
  const DigestContext context = new_digest_context();
  unsigned char out[EVP_MAX_MD_SIZE];
  std::size_t i = 0;
  for (auto _ : state) {
    const std::string& value = values[i++ % values.size()];
    if (EVP_DigestInit_ex(context.get(), digest.get(), nullptr) != 1 ||
        EVP_DigestUpdate(context.get(), value.data(), value.size()) != 1 ||
        EVP_DigestFinal_ex(context.get(), out, nullptr) != 1) {
      state.SkipWithError("OpenSSL failed");
    }
    benchmark::DoNotOptimize(out);
  }
}

// One AES-256 block by way of EVP.
void bare_block(benchmark::State& state) {
  const MasterKey key = bench_key();
  AesEcb aes(key.bytes.bytes());
  AesBlock block{};
  for (auto _ : state) {
    if (!aes.encrypt(block)) {
      state.SkipWithError("OpenSSL failed");
    }
    benchmark::DoNotOptimize(block);
  }
}

void unmask(benchmark::State& state, const Policy& policy) {
  const MasterKey key = bench_key();
  std::string token;
  if (!Tokenizer(policy, &key).append("199.172.111.135", token)) {
    state.SkipWithError("OpenSSL failed");
  }
  Unmasker unmasker(key);
  for (auto _ : state) {
    auto clear = unmasker.unmask(token, policy);
    if (!clear) {
      state.SkipWithError("not recovered");
    }
    benchmark::DoNotOptimize(clear);
  }
}

const Policy md5 = {.method = Method::md5};
const Policy sha256 = {.method = Method::sha256};
const Policy hmac = {.method = Method::hmac_sha256, .domain = "ip"};
const Policy siv = {.method = Method::aes_siv, .domain = "ip"};
const Policy cbc = {.method = Method::aes_256_cbc, .domain = "ip"};
const Policy hmac_md5 = {.method = Method::hmac_sha256_md5, .domain = "ip"};
const Policy tokenize = {.method = Method::tokenize, .domain = "ip"};
const Policy sealed = {.method = Method::tokenize, .domain = "ip", .recover = Recover::seal};
const Policy siv_of_ip = {.method = Method::aes_siv, .domain = "ip", .normalize = Normalize::ip};
const Policy lowered = {
    .method = Method::hmac_sha256, .domain = "ip", .normalize = Normalize::lower};
const Policy ipcrypt = {.method = Method::ipcrypt_deterministic, .domain = "ip"};
const Policy ipcrypt_pfx = {.method = Method::ipcrypt_pfx, .domain = "ip"};
const Policy truncate_ip = {.method = Method::truncate_ip};
const Policy character_mask = {.method = Method::character_mask, .keep_last = 4};
const Policy bucket = {.method = Method::bucket, .bucket_size = 10};
const Policy ff1_nine = {.method = Method::ff1, .domain = "id", .pattern = "###-##-####"};
const Policy ff1_fifteen = {.method = Method::ff1, .domain = "id", .pattern = "###############"};
const Policy md5_and_cbc = {.method = Method::md5, .domain = "ip", .recover = Recover::aes_256_cbc};

}  // namespace

BENCHMARK(bare_md5);
BENCHMARK(bare_block);

// 15 bytes: the longest dotted quad; 36: a uuid.
BENCHMARK_CAPTURE(token, md5, md5)->Arg(15)->Arg(36);
BENCHMARK_CAPTURE(token, sha256, sha256)->Arg(15)->Arg(36);
BENCHMARK_CAPTURE(token, hmac_sha256, hmac)->Arg(15)->Arg(36);
BENCHMARK_CAPTURE(token, aes_siv, siv)->Arg(15)->Arg(36);
BENCHMARK_CAPTURE(batch, aes_siv, siv)->Arg(15)->Arg(36);
BENCHMARK_CAPTURE(token, aes_256_cbc, cbc)->Arg(15)->Arg(36);
BENCHMARK_CAPTURE(token, hmac_sha256_md5, hmac_md5)->Arg(15);
BENCHMARK_CAPTURE(token, tokenize, tokenize)->Arg(15);
BENCHMARK_CAPTURE(token, lower, lowered)->Arg(15);
BENCHMARK_CAPTURE(token, character_mask, character_mask)->Arg(15);

BENCHMARK_CAPTURE(tokens_of, ff1_9_digits, ff1_nine, device_ids());
BENCHMARK_CAPTURE(tokens_of, ff1_15_digits, ff1_fifteen, numbers(15));
BENCHMARK_CAPTURE(batch_of, ff1_9_digits, ff1_nine, device_ids());
BENCHMARK_CAPTURE(batch_of, ff1_15_digits, ff1_fifteen, numbers(15));
BENCHMARK_CAPTURE(tokens_of, ipcrypt_deterministic, ipcrypt, addresses());
BENCHMARK_CAPTURE(tokens_of, ipcrypt_pfx, ipcrypt_pfx, addresses());
BENCHMARK_CAPTURE(tokens_of, truncate_ip, truncate_ip, addresses());
BENCHMARK_CAPTURE(tokens_of, aes_siv_of_ip, siv_of_ip, addresses());
BENCHMARK_CAPTURE(tokens_of, bucket, bucket, numbers(8));

BENCHMARK_CAPTURE(login_row, md5, md5);
BENCHMARK_CAPTURE(login_row, md5_recover_cbc, md5_and_cbc);
BENCHMARK_CAPTURE(login_row, hmac_sha256, hmac);
BENCHMARK_CAPTURE(login_row, aes_siv, siv);
BENCHMARK_CAPTURE(login_row, aes_256_cbc, cbc);

BENCHMARK_CAPTURE(login_row, tokenize_sealed, sealed);

BENCHMARK(seal)->Arg(15)->Arg(400);
BENCHMARK(vault_seal);
BENCHMARK(escrow)->Arg(1)->Arg(10)->Arg(1000);

BENCHMARK_CAPTURE(unmask, aes_siv, siv);
BENCHMARK_CAPTURE(unmask, aes_256_cbc, cbc);

}  // namespace moretta::mask
