#pragma once

// The subcommands. Each returns an exit code (app/exit_code.hpp) and throws Unavailable, Refused,
// BadConfig or BadUsage, which main turns into text and a code.

#include "app/invocation.hpp"
#include "app/world.hpp"

namespace moretta::app {

int run(const RunOptions& options, World& world);
int drain(const DrainOptions& options, World& world);
int lambda(const LambdaOptions& options, World& world);
int load(const LoadOptions& options, World& world);
int mask_lines(const MaskOptions& options, World& world);
int init(const InitOptions& options, World& world);
int check(const CheckOptions& options, World& world);
int test(const TestOptions& options, World& world);
int plan(const PlanOptions& options, World& world);
int schema(const SchemaOptions& options, World& world);
int demo(const DemoOptions& options, World& world);
int devqueue(const DevqueueOptions& options, World& world);
int quarantine_list(const QuarantineListOptions& options, World& world);
int quarantine_show(const QuarantineShowOptions& options, World& world);
int quarantine_purge(const QuarantinePurgeOptions& options, World& world);
int rewrap_column(const RewrapOptions& options, World& world);
int erase_value(const EraseOptions& options, World& world);
int top(const TopOptions& options, World& world);
int tap(const TapOptions& options, World& world);
int trace(const TraceOptions& options, World& world);
int keys(const KeysOptions& options, World& world);
int audit(const AuditOptions& options, World& world);
int explain(const ExplainOptions& options, World& world);
int manifest(const ManifestOptions& options, World& world);
int lookup(const LookupOptions& options, World& world);

}  // namespace moretta::app
