#pragma once

// Public: JSON text -> typed values by a mapping of columns (moretta::Decoder, Event, Mapping,
// Reject).

#include "record/column.hpp"
#include "record/decode.hpp"
#include "record/event.hpp"
#include "record/message.hpp"
#include "record/reject.hpp"
