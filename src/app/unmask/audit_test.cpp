#include "app/unmask/audit.hpp"

#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "app/unmask/audit_file.hpp"
#include "base/encoding.hpp"
#include "base/errors.hpp"
#include "mask/test_keys.hpp"
#include "support/command_world.hpp"

namespace moretta::app {

namespace {

AuditRecord asked(const std::string& reason) {
  return {.at = "2026-11-22T22:40:14Z",
          .who = "alice",
          .reason = reason,
          .action = "tokens",
          .subject = "ip",
          .count = 1,
          .digests = token_digest("s1:abc")};
}

std::vector<AuditRecord> three_records(const mask::MasterKey& key,
                                       const std::string& first = "fraud") {
  std::vector<AuditRecord> records = {asked(first), asked("court"), asked("support")};
  std::string mac;
  for (std::size_t i = 0; i < records.size(); ++i) {
    chain(records[i], static_cast<std::int64_t>(i), mac, key);
    mac = records[i].mac;
  }
  return records;
}

std::string fault_of(const std::vector<AuditRecord>& records, const mask::Keyset& keys,
                     const std::string& head = "") {
  ChainCheck check(keys, audit_method, head);
  for (const AuditRecord& record : records) {
    take(check, record);
  }
  return check.fault().value_or("");
}

const mask::MasterKey& chain_key() {
  static const mask::MasterKey key = mask::strong_key(1, 1);
  return key;
}

}  // namespace

TEST(Audit, names_a_token_as_postgres_would) {
  // encode(substring(sha256('s1:abc') for 16), 'hex')
  EXPECT_EQ(token_digest("s1:abc"), "3fcf52628d3d4de73357997f026b73f0");
}

TEST(Audit, mac_is_what_its_description_says) {
  AuditRecord record = asked("fraud");

  chain(record, 0, "", mask::test_key());

  EXPECT_EQ(record.seq, 1);
  EXPECT_EQ(record.kcv, "0b34cf32581f5aa0");
  EXPECT_EQ(record.mac, "22951904207f26f24e1d2be5a4af32ced1421aab8a1232010d39b5452eb8a9d5");
}

TEST(Audit, whole_chain_passes_and_shows_its_head) {
  const mask::Keyset keys(chain_key());
  const auto records = three_records(chain_key());
  ChainCheck check(keys, audit_method, "");

  for (const AuditRecord& record : records) {
    take(check, record);
  }

  EXPECT_EQ(check.fault(), std::nullopt);
  EXPECT_EQ(check.records(), 3U);
  EXPECT_EQ(check.unproven(), 0U);
  EXPECT_EQ(check.head(), "3:" + records[2].mac);
}

TEST(Audit, every_change_of_a_record_is_found_with_its_place) {
  const mask::Keyset keys(chain_key());
  const auto good = three_records(chain_key());
  const std::function<void(AuditRecord&)> changes[] = {
      [](AuditRecord& r) { r.at = "2026-11-23T00:00:00Z"; },
      [](AuditRecord& r) { r.who = "bob"; },
      [](AuditRecord& r) { r.db_role = "root"; },
      [](AuditRecord& r) { r.reason = "courtesy"; },
      [](AuditRecord& r) { r.ticket = "4711"; },
      [](AuditRecord& r) { r.action = "query"; },
      [](AuditRecord& r) { r.subject = "device_id"; },
      [](AuditRecord& r) { r.count = 0; },
      [](AuditRecord& r) { r.digests += " "; },
      [](AuditRecord& r) {
        r.mac[0] = r.mac[0] == '0' ? '1' : '0';
      }};

  for (const auto& change : changes) {
    auto records = good;
    change(records[1]);
    EXPECT_EQ(fault_of(records, keys), "record 2 was changed, or the one before it was");
  }
}

TEST(Audit, record_that_was_taken_out_is_missed) {
  const mask::Keyset keys(chain_key());
  auto middle = three_records(chain_key());
  auto first = middle;
  auto last = middle;
  const std::string head = "3:" + middle[2].mac;
  middle.erase(middle.begin() + 1);
  first.erase(first.begin());
  last.pop_back();

  EXPECT_EQ(fault_of(middle, keys), "records 2 to 2 are gone");
  EXPECT_EQ(fault_of(first, keys), "records 1 to 1 are gone");
  EXPECT_EQ(fault_of(last, keys), "") << "a tail that was cut off shows only against a noted head";
  EXPECT_EQ(fault_of(last, keys, head),
            "the record that --head names is not there: the chain ends with record 2");
}

TEST(Audit, renumbering_does_not_hide_a_gap) {
  const mask::Keyset keys(chain_key());
  auto records = three_records(chain_key());
  records.erase(records.begin() + 1);
  records[1].seq = 2;

  EXPECT_EQ(fault_of(records, keys), "record 2 was changed, or the one before it was");
}

TEST(Audit, record_of_another_chain_under_the_same_key_is_found) {
  const mask::Keyset keys(chain_key());
  auto records = three_records(chain_key());
  const auto other = three_records(chain_key(), "courtesy");

  records[1] = other[1];  // says the same, and followed another first record

  EXPECT_EQ(fault_of(records, keys), "record 2 was changed, or the one before it was");
}

TEST(Audit, forger_without_the_key_is_found_and_a_lost_key_is_said) {
  const auto forged = three_records(mask::strong_key(1, 9));
  const auto old = three_records(mask::strong_key(2, 2));
  const mask::Keyset keys(chain_key());
  ChainCheck check(keys, audit_method, "");

  for (const AuditRecord& record : old) {
    take(check, record);
  }

  EXPECT_EQ(fault_of(forged, keys), "record 1 names key 1 with another check value");
  EXPECT_EQ(check.fault(), std::nullopt);
  EXPECT_EQ(check.unproven(), 3U);
}

TEST(AuditFile, keeps_the_chain_from_run_to_run) {
  const TemporaryFolder folder;
  const std::string path = folder.file("audit.jsonl");
  const mask::Keyset keys(chain_key());

  for (const char* reason : {"fraud", "a \"quoted\"\nreason", "court"}) {
    AuditRecord record = asked(reason);
    AuditFile(path).append(record, chain_key());
  }

  ChainCheck check(keys, audit_method, "");
  std::vector<std::string> reasons;
  AuditFile(path).each([&](const AuditRecord& record) {
    take(check, record);
    reasons.push_back(record.reason);
  });
  EXPECT_EQ(check.fault(), std::nullopt);
  EXPECT_EQ(reasons, (std::vector<std::string>{"fraud", "a \"quoted\"\nreason", "court"}));
  struct stat facts {};
  ASSERT_EQ(::stat(path.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
}

TEST(AuditFile, is_refused_if_a_line_is_no_record) {
  const TemporaryFolder folder;
  const std::string path = folder.write("audit.jsonl", "{\"seq\":1}\n");
  AuditRecord record = asked("fraud");

  EXPECT_THROW(AuditFile(path).append(record, chain_key()), Refused);
}

}  // namespace moretta::app
