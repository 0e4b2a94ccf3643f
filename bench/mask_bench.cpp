// What a finished token costs: the text as it will stand in the row, by method and by value. CPU
// time is of the thread; the table that we hold these to stands in
// docs/decisions/0004-masks-and-keys.md.

#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/random.hpp"
#include "mask/masker.hpp"
#include "mask/seal.hpp"
#include "mask/tokenizer.hpp"
#include "mask/unmasker.hpp"

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

void token(benchmark::State& state, const Policy& policy) {
  const MasterKey key = bench_key();
  const auto values = values_of(static_cast<std::size_t>(state.range(0)));
  Tokenizer tokenizer(policy, &key);
  std::string out;
  out.reserve(token_chars_max(policy, key.id, values[0].size()));
  std::size_t i = 0;
  for (auto _ : state) {
    out.clear();
    if (!tokenizer.append(values[i++ % values.size()], out)) {
      state.SkipWithError("OpenSSL failed");
    }
    benchmark::DoNotOptimize(out.data());
  }
}

// The whole way of the first user's event: seven columns, two of them masked.
void login_row(benchmark::State& state, const Policy& policy) {
  const MasterKey key = bench_key();
  Mapping mapping(7);
  std::vector<Policy> policies(mapping.size(), Policy{.method = Method::keep});
  policies[2] = policy;
  policies[3] = policy;
  policies[3].domain = "device_id";
  Masker masker(mapping, policies, &key);
  Event event;
  event.reset(mapping.size());
  event.set_text(0, "424cdd21-063a-43a7-b91b-7ca1a833afae");
  event.set_text(1, "android");
  event.set_text(2, "199.172.111.135");
  event.set_text(3, "593-47-5928");
  event.set_text(4, "RU");
  event.set(5, Value::Kind::integer, 2);
  event.set(6, Value::Kind::date, 19'000);
  for (auto _ : state) {
    auto row = masker.mask(event);
    if (!row) {
      state.SkipWithError("not masked");
    }
    benchmark::DoNotOptimize(row);
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

void unmask(benchmark::State& state, const Policy& policy) {
  const MasterKey key = bench_key();
  std::string token;
  if (!Tokenizer(policy, &key).append("199.172.111.135", token)) {
    state.SkipWithError("OpenSSL failed");
  }
  Unmasker unmasker(key);
  for (auto _ : state) {
    auto clear = unmasker.unmask(token, policy.domain);
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
const Policy md5_and_cbc = {.method = Method::md5, .domain = "ip", .recover = Recover::aes_256_cbc};

}  // namespace

// 15 bytes: the longest dotted quad; 36: a uuid.
BENCHMARK_CAPTURE(token, md5, md5)->Arg(15)->Arg(36);
BENCHMARK_CAPTURE(token, sha256, sha256)->Arg(15)->Arg(36);
BENCHMARK_CAPTURE(token, hmac_sha256, hmac)->Arg(15)->Arg(36);
BENCHMARK_CAPTURE(token, aes_siv, siv)->Arg(15)->Arg(36);
BENCHMARK_CAPTURE(token, aes_256_cbc, cbc)->Arg(15)->Arg(36);

BENCHMARK_CAPTURE(login_row, md5, md5);
BENCHMARK_CAPTURE(login_row, md5_recover_cbc, md5_and_cbc);
BENCHMARK_CAPTURE(login_row, hmac_sha256, hmac);
BENCHMARK_CAPTURE(login_row, aes_siv, siv);
BENCHMARK_CAPTURE(login_row, aes_256_cbc, cbc);

BENCHMARK(seal)->Arg(15)->Arg(400);

BENCHMARK_CAPTURE(unmask, aes_siv, siv);
BENCHMARK_CAPTURE(unmask, aes_256_cbc, cbc);

}  // namespace moretta::mask
