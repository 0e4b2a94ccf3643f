// Bento with the components that this job needs: the way its documentation gives for a build of one's own.
package main

import (
	"context"
	"runtime/debug"

	_ "github.com/warpstreamlabs/bento/public/components/aws"
	_ "github.com/warpstreamlabs/bento/public/components/io"
	_ "github.com/warpstreamlabs/bento/public/components/pure"
	_ "github.com/warpstreamlabs/bento/public/components/sql"
	"github.com/warpstreamlabs/bento/public/service"
)

const module = "github.com/warpstreamlabs/bento"

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
