#pragma once

// How the server behaves where SQS and its imitators differ.

#include "devqueue/answer.hpp"

namespace moretta::devqueue {

enum class Personality { aws, localstack_0_14_3 };

struct Manners {
  bool speaks_json = true;
  bool closes_after_each_reply = false;
  bool takes_region_from_scope = false;  // each signing region has its own queues
  bool names_queues_by_host_header = false;
  bool waits_for_each_message = false;  // a long poll starts again with every message it gathers
  bool enforces_limits = true;          // batch and receive of ten, sizes, handles, in flight
  bool takes_groups_on_standard = true;
  bool knows_move_tasks = true;
  TimeUnit timestamps = TimeUnit::milliseconds;
  Ordering ordering = Ordering::as_the_kind_says;
};

inline Manners manners_of(Personality personality) {
  if (personality == Personality::aws) {
    return {};
  }
  return {.speaks_json = false,
          .closes_after_each_reply = true,
          .takes_region_from_scope = true,
          .names_queues_by_host_header = true,
          .waits_for_each_message = true,
          .enforces_limits = false,
          .takes_groups_on_standard = false,
          .knows_move_tasks = false,
          .timestamps = TimeUnit::seconds,
          .ordering = Ordering::standard};
}

}  // namespace moretta::devqueue
