#pragma once

// What was masked how, for whoever has to answer for it: from when to when, how many messages, and
// of each column the method, the domain and the keys. Never a value or a token. A chain under the
// key (docs/decisions/0023-manifest.md).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/chain.hpp"
#include "app/config.hpp"
#include "core/tally.hpp"

namespace moretta::app {

inline constexpr std::string_view manifest_method = "manifest";  // of the chain's key

struct ManifestCounts {
  std::int64_t stored = 0;  // rows: so many values of each column were masked as `masks` says
  std::int64_t duplicate = 0;
  std::int64_t quarantined = 0;

  ManifestCounts& operator+=(const ManifestCounts& other);
  ManifestCounts operator-(const ManifestCounts& other) const;
  bool operator==(const ManifestCounts&) const = default;
};

// Without a key that is kept there is nothing to chain the records with.
bool keeps_manifest(const Config& config);

ManifestCounts manifest_counts(const Totals& totals);

struct ManifestRecord {
  std::int64_t seq = 0;      // from 1, without gaps
  std::string since = {};    // RFC 3339, UTC: the record is of what was committed from here
  std::string at = {};       // to here
  std::string version = {};  // of moretta
  std::string config = {};   // its configuration's fingerprint
  std::string db_role = {};
  ManifestCounts counts = {};
  std::string masks = {};  // masks_json
  int key_id = 0;          // of the key that the chain's key comes from
  std::string kcv = {};
  std::string mac = {};  // 64 hex digits

  bool operator==(const ManifestRecord&) const = default;
};

// [{"column":…,"method":…,"domain":…,"recover":…,"keys":[{"id":…,"kcv":…}]},…], each column of the
// table in its order; members that say nothing are left out. REQUIRED: keys were read.
std::string masks_json(const Config& config);

// The columns of the table but the mac, as texts: all that the MAC is over, but the MAC before.
std::vector<std::string> chain_fields(const ManifestRecord& record);

// Makes `record` follow the record of `seq_before` and `mac_before`: fills seq, key_id, kcv, mac.
void chain(ManifestRecord& record, std::int64_t seq_before, std::string_view mac_before,
           const mask::MasterKey& key);

// The record as the next of the chain that is checked.
void take(ChainCheck& check, const ManifestRecord& record);

std::string json_of(const ManifestRecord& record);

}  // namespace moretta::app
