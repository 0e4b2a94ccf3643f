// The simulated queue and table under the contracts.

#include "base/errors.hpp"
#include "contract/sink_contract.hpp"
#include "contract/source_contract.hpp"
#include "support/lane_world.hpp"

namespace moretta {
namespace {

class SimSinks final : public SinkUnderTest {
 public:
  Sink& sink() override { return first_; }
  Sink& another_sink() override { return second_; }
  std::size_t rows() override { return table_.rows.size(); }
  std::size_t quarantined() override { return table_.quarantine.size(); }
  void settle_conflicts(OnConflict policy) override { table_.on_conflict = policy; }
  void lose_connection() override { table_.away_until = clock_.steady() + Seconds{1}; }

 private:
  // Every try takes time, as it does outside.
  class Ticking final : public Sink {
   public:
    explicit Ticking(SimSinks& world) : world_(world) {}
    void open() override { sink_.open(); }
    Fates write(const Writes& writes) override {
      world_.clock_.advance(Millis{400});
      return sink_.write(writes);
    }

   private:
    SimSinks& world_;
    sim::SimSink sink_{world_.table_, nullptr, world_.clock_, [] {},
                       [](const Row& row) {
                         return row[0].text == "refused";
                       }};
  };

  ManualClock clock_;
  sim::SimTable table_;
  Ticking first_{*this};
  Ticking second_{*this};
};

class SimQueueUnderTest final : public SourceUnderTest {
 public:
  explicit SimQueueUnderTest(Order order)
      : queue_({.lease = Seconds{30}, .order = order}, clock_) {}

  Source& source() override { return source_; }
  using SourceUnderTest::send;
  void send(const std::string& body, const std::string& group) override {
    queue_.send(body, group);
  }
  void advance(Seconds time) override { clock_.advance(time); }

 private:
  ManualClock clock_;
  sim::SimQueue queue_;
  sim::SimSource source_{queue_, nullptr, clock_, [] {
                         }};
};

INSTANTIATE_TEST_SUITE_P(Sim, SinkContract,
                         testing::Values(SinkCase{"table",
                                                  [] {
                                                    return std::make_unique<SimSinks>();
                                                  }}),
                         SinkCaseName{});

SourceCase sim_case(Order order) {
  return {"queue", [order] {
            return std::make_unique<SimQueueUnderTest>(order);
          }};
}

INSTANTIATE_TEST_SUITE_P(Sim, SourceContract, testing::Values(sim_case(Order::any)),
                         SourceCaseName{});
INSTANTIATE_TEST_SUITE_P(Sim, FifoSourceContract, testing::Values(sim_case(Order::by_group)),
                         SourceCaseName{});

}  // namespace
}  // namespace moretta
