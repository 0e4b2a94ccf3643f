#pragma once

// Out of the quarantine into the table: a record goes and its row comes, in one transaction. The
// record itself says whether it was replayed; the message's key in the ledger becomes one of the
// transaction that stored the row.

#include <optional>
#include <string>
#include <vector>

#include "pg/connection.hpp"
#include "pg/pg_sink.hpp"
#include "pg/quarantine.hpp"
#include "pg/table_name.hpp"
#include "pg/turn_parameters.hpp"

namespace moretta::pg {

struct SealedRecord {
  std::string key;  // of the ledger, as a uuid
  std::string message_id;
  std::string reason;
  std::string column;
  std::string sealed_body;
  int receive_count = 1;
  std::optional<WallTime> sent_at{};
  WallTime received_at{};
};

enum class Replayed {
  stored,
  passed_over,  // the table has a row of its business key, which stays; the record goes
  gone,         // somebody was faster: nothing was written
  refused,      // by the table; the record stays
};

enum class Trial {
  no,
  yes,  // all of it, and then taken back
};

class QuarantineReplay {
 public:
  struct Target {
    Tables tables;
    Mapping mapping;
    Ledger ledger = Ledger::on;
    BusinessKey key{};
  };

  // `connection` must outlive this.
  QuarantineReplay(Connection& connection, Target target);

  // All throw Unavailable, Refused.

  // The records behind `key`, ordered by it; "" begins.
  std::vector<SealedRecord> after(const std::string& key, const QuarantineFilter& filter,
                                  std::size_t limit);

  // The row instead of the record.
  struct End {
    Replayed how = Replayed::stored;
    ServerError error{};  // if refused
  };
  End replace(const std::string& key, Row row, Trial trial);

 private:
  Result<Answer, ServerError> store(const Writes& writes, const Part& part);
  void note_met(const Writes& writes, const Part& part);

  Connection& connection_;
  Target target_;
  TurnParameters parameters_;
};

}  // namespace moretta::pg
