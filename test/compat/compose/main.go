// Reads a compose file as docker compose v2 does, and prints the services that would run.
//
//	compose FILE [PROFILE…]
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	if len(os.Args) < 2 {
		log.Fatal("usage: compose FILE [PROFILE…]")
	}
	options, err := cli.NewProjectOptions(os.Args[1:2], cli.WithOsEnv, cli.WithProfiles(os.Args[2:]))
	if err != nil {
		log.Fatal(err)
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.Join(project.ServiceNames(), " "))
}
