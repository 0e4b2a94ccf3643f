#include "record/event.hpp"

#include <sstream>
#include <string>
#include <type_traits>

#include <gtest/gtest.h>

namespace moretta {

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(!std::is_copy_constructible_v<Event> && !std::is_copy_assignable_v<Event>);
static_assert(std::is_nothrow_move_constructible_v<Event>);
static_assert(!Printable<Event>);

TEST(Event, starts_with_nulls) {
  Event event;

  event.reset(2);

  ASSERT_EQ(event.size(), 2U);
  EXPECT_TRUE(event[0].is_null());
  EXPECT_TRUE(event[1].is_null());
}

TEST(Event, holds_a_value_of_each_kind) {
  Event event;
  event.reset(4);

  event.set_text(0, "text");
  event.set(1, Value::Kind::integer, -7);
  event.set_real(2, 0.5);
  event.set(3, Value::Kind::date, 19'675);

  EXPECT_EQ(event[0].kind, Value::Kind::text);
  EXPECT_EQ(event[0].text, "text");
  EXPECT_EQ(event[1].integer, -7);
  EXPECT_EQ(event[2].kind, Value::Kind::real);
  EXPECT_EQ(event[2].real, 0.5);
  EXPECT_EQ(event[3].kind, Value::Kind::date);
}

TEST(Event, keeps_earlier_texts_while_it_grows) {
  Event event;
  event.reset(64);

  for (std::size_t i = 0; i < 64; ++i) {
    event.set_text(i, std::string(100 * i, static_cast<char>('a' + i % 26)));
  }

  for (std::size_t i = 0; i < 64; ++i) {
    EXPECT_EQ(event[i].text, std::string(100 * i, static_cast<char>('a' + i % 26))) << i;
  }
}

TEST(Event, wipes_its_text_when_it_is_reset) {
  Event event;
  event.reset(1);
  event.set_text(0, "203.0.113.7 and more than fits a short string");
  const std::string_view where = event[0].text;
  const std::string_view memory(where.data(), where.size());  // the arena keeps its memory

  event.reset(1);

  EXPECT_EQ(memory.find("203.0.113.7"), std::string_view::npos);
  EXPECT_TRUE(event[0].is_null());
}

TEST(Event, forgets_a_text_that_becomes_null) {
  Event event;
  event.reset(1);
  event.set_text(0, "x");

  event.set_null(0);

  EXPECT_TRUE(event[0].is_null());
}

}  // namespace moretta
