// Redpanda Connect with the components that this job needs: the way its documentation gives for a build of one's
// own, with the Postgres driver alone.
package main

import (
	"context"
	"runtime/debug"

	_ "github.com/lib/pq"
	_ "github.com/redpanda-data/benthos/v4/public/components/io"
	_ "github.com/redpanda-data/benthos/v4/public/components/pure"
	"github.com/redpanda-data/benthos/v4/public/service"
	_ "github.com/redpanda-data/connect/v4/public/components/aws"
	_ "github.com/redpanda-data/connect/v4/public/components/sql/base"
)

const module = "github.com/redpanda-data/connect/v4"

func main() {
	version := "unknown"
	if build, ok := debug.ReadBuildInfo(); ok {
		for _, dependency := range build.Deps {
			if dependency.Path == module {
				version = dependency.Version
			}
		}
	}
	service.RunCLI(context.Background(), service.CLIOptSetVersion(version, ""))
}
