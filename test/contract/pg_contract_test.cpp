// Postgres under the contract of sinks.

#include "contract/sink_contract.hpp"
#include "pg/pg_sink.hpp"
#include "pg/schema.hpp"
#include "support/postgres.hpp"

namespace moretta {
namespace {

class PgSinks final : public SinkUnderTest {
 public:
  PgSinks() : database_(test::fresh_database(test::postgres())) {
    pg::Connection connection(pg::Conninfo(database_), {});
    pg::apply_schema(connection, tables_, mapping(), {}, clock_.wall());
    connection.run("add a constraint", "ALTER TABLE logins ADD CHECK (user_id <> 'refused')");
    open_sinks({});
  }

  Sink& sink() override { return *first_; }
  Sink& another_sink() override { return *second_; }
  std::size_t rows() override { return count("logins"); }
  std::size_t quarantined() override { return count("moretta_quarantine"); }
  void settle_conflicts(OnConflict policy) override {
    test::query(database_, "ALTER TABLE logins ADD UNIQUE (user_id)");
    open_sinks({.columns = {"user_id"}, .on_conflict = policy});
  }
  void lose_connection() override {
    first_->open();
    test::query(database_,
                "SELECT pg_terminate_backend(" + std::to_string(first_->backend_pid()) + ")");
  }

 private:
  static Mapping mapping() {
    return {{.name = "user_id", .pointer = "/user_id"}, {.name = "masked_ip", .pointer = "/ip"}};
  }

  void open_sinks(const BusinessKey& key) {
    const pg::SinkOptions options{.conninfo = pg::Conninfo(database_),
                                  .tables = tables_,
                                  .mapping = mapping(),
                                  .rules = {.key = key}};
    first_ = std::make_unique<pg::PgSink>(options, clock_, log_);
    second_ = std::make_unique<pg::PgSink>(options, clock_, log_);
  }

  std::size_t count(const std::string& table) {
    return std::stoul(test::query_one(database_, "SELECT count(*) FROM " + table));
  }

  const pg::Tables tables_ = pg::tables_beside({.schema = {}, .table = "logins"});
  ManualClock clock_;
  Log log_{LogFormat::json, LogLevel::off};
  std::string database_;
  std::unique_ptr<pg::PgSink> first_;
  std::unique_ptr<pg::PgSink> second_;
};

INSTANTIATE_TEST_SUITE_P(Pg, SinkContract,
                         testing::Values(SinkCase{"postgres",
                                                  [] {
                                                    return std::make_unique<PgSinks>();
                                                  }}),
                         SinkCaseName{});

}  // namespace
}  // namespace moretta
